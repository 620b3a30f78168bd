/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Encrypts the data of a write in the caller's buffer, instead of in a copy.
 *
 * verify: mdl_stack
 * expect: BUGCHECK 0xC4 0x1010 device irp buffer
 * detail: the buffer of a write, 512 bytes at 0x[0-9a-f]+, was changed while the request was on its
 * way
 */
#include "transfer.h"

static BOOLEAN Sinning;

static NTSTATUS NTAPI Write(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    static UCHAR Copy[SIN_TRANSFER_BYTES];
    PUCHAR Data = SinBuffer(Irp);
    ULONG Index;

    UNREFERENCED_PARAMETER(DeviceObject);
    if (Data == NULL)
        return DefectComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    for (Index = 0; Index < SIN_TRANSFER_BYTES; Index++)
        (Sinning ? Data : Copy)[Index] = Data[Index] ^ 0x5A;
    return DefectComplete(Irp, STATUS_SUCCESS, SIN_TRANSFER_BYTES);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    return SinTransfer(DeviceObject, IRP_MJ_WRITE, Write);
}
