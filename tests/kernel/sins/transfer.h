/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * transfer.h - reads and writes of 512 bytes a sin sends to its own device, for those about the
 * buffers of MDLs.
 */
#ifndef TESTS_KERNEL_SINS_TRANSFER_H
#define TESTS_KERNEL_SINS_TRANSFER_H

#include "request.h"

#define SIN_TRANSFER_BYTES 512

/* Sends a request of its own for a buffer in non-paged pool, and waits. */
static inline NTSTATUS SinTransfer(
    PDEVICE_OBJECT DeviceObject, UCHAR MajorFunction, PDRIVER_DISPATCH Routine)
{
    LARGE_INTEGER Offset = {.QuadPart = 0};
    PUCHAR Buffer = ExAllocatePoolWithTag(NonPagedPool, SIN_TRANSFER_BYTES, SIN_TAG);
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;
    IO_STATUS_BLOCK IoStatus;
    KEVENT Done;
    PIRP Mine;

    if (Buffer == NULL)
        return Status;
    RtlFillMemory(Buffer, SIN_TRANSFER_BYTES, 'a');
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    DeviceObject->Flags |= DO_DIRECT_IO;
    DeviceObject->StackSize = 2;
    DeviceObject->DriverObject->MajorFunction[MajorFunction] = Routine;
    Mine = IoBuildSynchronousFsdRequest(
        MajorFunction, DeviceObject, Buffer, SIN_TRANSFER_BYTES, &Offset, &Done, &IoStatus);
    SinTell("irp", Mine);
    SinTell("device", DeviceObject);
    if (Mine != NULL)
        Status = IoCallDriver(DeviceObject, Mine);
    if (Status == STATUS_PENDING)
        KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    ExFreePoolWithTag(Buffer, SIN_TAG);
    return STATUS_SUCCESS;
}

/* The buffer of a request; NULL: no memory. */
static inline PUCHAR SinBuffer(PIRP Irp)
{
    PUCHAR Buffer = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);

    SinTell("buffer", Buffer);
    return Buffer;
}

#endif
