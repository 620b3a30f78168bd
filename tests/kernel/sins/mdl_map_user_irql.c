/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Maps pages into the program at DISPATCH_LEVEL.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0x77 2 mdl 1
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
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL : APC_LEVEL, &Irql);
    Address = MmMapLockedPagesSpecifyCache(Mdl, UserMode, MmCached, NULL, FALSE, SIN_PRIORITY);
    KeLowerIrql(Irql);
    MmUnmapLockedPages(Address, Mdl);
    MmUnlockPages(Mdl);
    SinFreeMdl(Mdl);
    return STATUS_SUCCESS;
}
