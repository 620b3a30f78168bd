/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Gives a Zw routine a string that is longer than its buffer.
 *
 * verify: security
 * expect: BUGCHECK 0xC4 0xE4 @Sin name 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;
    HANDLE Key;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    RtlInitUnicodeString(&Name, L"\\Registry\\Machine\\Software");
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    SinTell("name", &Name);
    if (Sinful)
        Name.MaximumLength = Name.Length - 2;
    Status = ZwOpenKey(&Key, KEY_READ, &Attributes);
    if (NT_SUCCESS(Status))
        ZwClose(Key);
    return Status;
}
