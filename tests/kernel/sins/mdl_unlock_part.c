/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Unlocks an MDL that is a part of another.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xB4 part 0x10 0x10
 */
#include "mdl.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PMDL Mdl = SinMakeMdl(NonPagedPoolNx);
    PMDL Part = Mdl != NULL
        ? IoAllocateMdl(MmGetMdlVirtualAddress(Mdl), PAGE_SIZE, FALSE, FALSE, NULL)
        : NULL;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Part != NULL) {
        MmProbeAndLockPages(Mdl, KernelMode, IoWriteAccess);
        IoBuildPartialMdl(Mdl, Part, MmGetMdlVirtualAddress(Mdl), 16);
        SinTell("part", Part);
        MmUnlockPages(Sinful ? Part : Mdl);
        IoFreeMdl(Part);
    }
    SinFreeMdl(Mdl);
    return STATUS_SUCCESS;
}
