/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Calls a Zw routine at a raised IRQL.
 *
 * verify: security
 * expect: BUGCHECK 0xC4 0xE6 @Sin 1 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;
    HANDLE Key;
    KIRQL Irql;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    RtlInitUnicodeString(&Name, L"\\Registry\\Machine\\Software");
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    KeRaiseIrql(Sinful ? APC_LEVEL : PASSIVE_LEVEL, &Irql);
    Status = ZwOpenKey(&Key, KEY_READ, &Attributes);
    KeLowerIrql(Irql);
    if (NT_SUCCESS(Status))
        ZwClose(Key);
    return Status;
}
