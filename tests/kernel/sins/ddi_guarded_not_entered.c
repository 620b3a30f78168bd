/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Leaves a guarded region it is not in.
 *
 * verify: ddi_more
 * expect: BUGCHECK 0xC4 0x4000E * 0 0
 */
#include "sin.h"

typedef VOID(NTAPI *SIN_REGION)(VOID);

/* Since Windows Server 2003, and the driver is for older ones as well. */
static SIN_REGION SinRegion(PCWSTR Text)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Text);
    return (SIN_REGION)MmGetSystemRoutineAddress(&Name);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (!Sinful)
        SinRegion(L"KeEnterGuardedRegion")();
    SinRegion(L"KeLeaveGuardedRegion")();
    return STATUS_SUCCESS;
}
