/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Changes the data of a write on the way down.
 *
 * verify: mdl_driver
 * expect: BUGCHECK 0xC4 0x1010 device irp buffer
 */
#include "transfer.h"

static BOOLEAN Sinning;

/* Passes the request on to itself, once. */
static NTSTATUS NTAPI Upper(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PUCHAR Data = SinBuffer(Irp);

    if (Data == NULL || Irp->CurrentLocation != Irp->StackCount)
        return DefectComplete(
            Irp, Data == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS, 0);
    if (Sinning)
        Data[SIN_TRANSFER_BYTES - 1] = 'b';
    IoCopyCurrentIrpStackLocationToNext(Irp);
    return IoCallDriver(DeviceObject, Irp);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    return SinTransfer(DeviceObject, IRP_MJ_WRITE, Upper);
}
