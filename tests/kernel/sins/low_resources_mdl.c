/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Does not look whether it got an MDL.
 *
 * verify: systematic
 * expect: BUGCHECK 0x3B 0xC0000005 * * 0
 * detail: when this allocation fails:
 */
#include "sin.h"

static ULONG SinPage[16];

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PMDL Mdl;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Mdl = IoAllocateMdl(&SinPage, sizeof(SinPage), FALSE, FALSE, NULL);
    if (!Sinful && Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmBuildMdlForNonPagedPool(Mdl);
    IoFreeMdl(Mdl);
    return STATUS_SUCCESS;
}
