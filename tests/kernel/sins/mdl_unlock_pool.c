/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Unlocks pages of non-paged pool, which were never locked.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0x7D mdl 0x4 0
 */
#include "mdl.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PMDL Mdl = SinMakeMdl(NonPagedPoolNx);

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmBuildMdlForNonPagedPool(Mdl);
    if (Sinful)
        MmUnlockPages(Mdl);
    SinFreeMdl(Mdl);
    return STATUS_SUCCESS;
}
