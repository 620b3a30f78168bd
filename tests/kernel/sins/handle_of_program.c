/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * References a handle of a program as the kernel.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xF6 handle process @Sin
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Event;
    PVOID Object;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    InitializeObjectAttributes(&Attributes, NULL, Sinful ? 0 : OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE);
    SinTell("handle", Event);
    SinTell("process", PsGetCurrentProcess());
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObReferenceObjectByHandle(Event, EVENT_ALL_ACCESS, NULL, KernelMode, &Object, NULL);
    if (NT_SUCCESS(Status))
        ObDereferenceObject(Object);
    ZwClose(Event);
    return Status;
}
