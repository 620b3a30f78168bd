/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Maps pages that are mapped.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xB2 mdl 0x83 1
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
    if (Sinful)
        Address = SinMap(Mdl, SIN_PRIORITY, FALSE);
    MmUnmapLockedPages(Address, Mdl);
    MmUnlockPages(Mdl);
    SinFreeMdl(Mdl);
    return STATUS_SUCCESS;
}
