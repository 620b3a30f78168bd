/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Uses the buffer of a read before the request is passed down.
 *
 * verify: mdl_driver
 * expect: BUGCHECK 0xC4 0x1011 device irp buffer
 * detail: the buffer of a read, 512 bytes at 0x[0-9a-f]+, was changed before the request was passed
 * down
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
        RtlZeroMemory(Data, SIN_TRANSFER_BYTES);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    return IoCallDriver(DeviceObject, Irp);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    return SinTransfer(DeviceObject, IRP_MJ_READ, Upper);
}
