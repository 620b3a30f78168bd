/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded with a callback routine registered.
 *
 * verify: misc
 * expect: FINDING
 * detail: callback left behind
 */
#include "sin.h"

static VOID NTAPI SinCallback(PVOID Context, PVOID First, PVOID Second)
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(First);
    UNREFERENCED_PARAMETER(Second);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Callback\\SinCallback");
    OBJECT_ATTRIBUTES Attributes;
    PCALLBACK_OBJECT Object;
    PVOID Registration;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = ExCreateCallback(&Object, &Attributes, TRUE, TRUE);
    if (!NT_SUCCESS(Status))
        return Status;
    Registration = ExRegisterCallback(Object, SinCallback, NULL);
    if (Registration != NULL && !Sinful)
        ExUnregisterCallback(Registration);
    ObDereferenceObject(Object);
    return STATUS_SUCCESS;
}
