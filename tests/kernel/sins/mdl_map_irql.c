/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Maps pages above DISPATCH_LEVEL.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0x76 3 mdl 0
 */
#include "mdl.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PMDL Mdl = SinMakeMdl(NonPagedPoolNx);
    KIRQL Irql;
    PVOID Address;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmProbeAndLockPages(Mdl, KernelMode, IoWriteAccess);
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL + 1 : DISPATCH_LEVEL, &Irql);
    Address = SinMap(Mdl, SIN_PRIORITY, FALSE);
    KeLowerIrql(Irql);
    MmUnmapLockedPages(Address, Mdl);
    MmUnlockPages(Mdl);
    SinFreeMdl(Mdl);
    return STATUS_SUCCESS;
}
