/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Says of paged pool that it is non-paged.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0x7F 0 mdl 0
 */
#include "mdl.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PMDL Mdl = SinMakeMdl(PagedPool);

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Sinful)
        MmBuildMdlForNonPagedPool(Mdl);
    SinFreeMdl(Mdl);
    return STATUS_SUCCESS;
}
