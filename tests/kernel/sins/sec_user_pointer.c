/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Gives a Zw routine an address of a program.
 *
 * verify: security
 * expect: BUGCHECK 0xC4 0xE3 @Sin 0x10000 0
 * detail: ZwOpenKey was given the user address
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
    Status = ZwOpenKey(Sinful ? (PHANDLE)(ULONG_PTR)0x10000 : &Key, KEY_READ, &Attributes);
    if (NT_SUCCESS(Status))
        ZwClose(Key);
    return Status;
}
