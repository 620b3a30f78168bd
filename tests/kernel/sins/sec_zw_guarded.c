/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Calls a Zw routine in a guarded region.
 *
 * verify: security
 * expect: BUGCHECK 0xC4 0xE6 @Sin 0 -1
 */
#include "sin.h"

NTKERNELAPI VOID NTAPI KeEnterGuardedRegion(VOID);
NTKERNELAPI VOID NTAPI KeLeaveGuardedRegion(VOID);

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
    if (Sinful)
        KeEnterGuardedRegion();
    Status = ZwOpenKey(&Key, KEY_READ, &Attributes);
    if (Sinful)
        KeLeaveGuardedRegion();
    if (NT_SUCCESS(Status))
        ZwClose(Key);
    return Status;
}
