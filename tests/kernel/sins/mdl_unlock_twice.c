/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Unlocks pages that are not locked.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0x7C mdl 0 0
 */
#include "mdl.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PMDL Mdl = SinMakeMdl(NonPagedPoolNx);

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmProbeAndLockPages(Mdl, KernelMode, IoWriteAccess);
    MmUnlockPages(Mdl);
    if (Sinful)
        MmUnlockPages(Mdl);
    SinFreeMdl(Mdl);
    return STATUS_SUCCESS;
}
