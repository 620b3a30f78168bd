/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Leaves pages of a program locked that ends.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xCB * * mdl 1
 * with: out=16
 * client: another program
 * detail: where they were locked
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    const ULONG Bytes =
        IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.OutputBufferLength;
    PMDL Mdl = IoAllocateMdl(Irp->UserBuffer, Bytes, FALSE, FALSE, NULL);

    UNREFERENCED_PARAMETER(DeviceObject);
    if (Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("mdl", Mdl);
    MmProbeAndLockPages(Mdl, UserMode, IoReadAccess);
    if (Sinful)
        return STATUS_SUCCESS;
    MmUnlockPages(Mdl);
    IoFreeMdl(Mdl);
    return STATUS_SUCCESS;
}
