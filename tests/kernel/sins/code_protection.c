/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has pages made executable.
 *
 * verify: code_integrity
 * expect: BUGCHECK 0xC4 0x2001 @Sin 0x40 0
 */
#include "mdl.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PMDL Mdl = SinMakeMdl(NonPagedPoolNx);
    PVOID Address;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmProbeAndLockPages(Mdl, KernelMode, IoWriteAccess);
    Address = SinMap(Mdl, SIN_PRIORITY, FALSE);
    MmProtectMdlSystemAddress(Mdl, Sinful ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE);
    MmUnmapLockedPages(Address, Mdl);
    MmUnlockPages(Mdl);
    SinFreeMdl(Mdl);
    return STATUS_SUCCESS;
}
