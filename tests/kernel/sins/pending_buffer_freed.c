/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees the buffer of a request as soon as it has been sent: the request may still be on its way,
 * and fill it.
 *
 * verify: io,force_pending,special_pool
 * expect: BUGCHECK 0xCC block 1 * *
 */
#include "request.h"

static NTSTATUS NTAPI Fill(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    *(PULONG)Irp->AssociatedIrp.SystemBuffer = 1;
    return DefectComplete(Irp, STATUS_SUCCESS, sizeof(ULONG));
}

static NTSTATUS Ask(
    PDEVICE_OBJECT DeviceObject, PKEVENT Done, PIO_STATUS_BLOCK IoStatus, BOOLEAN Waits)
{
    PULONG Answer = ExAllocatePoolWithTag(NonPagedPool, sizeof(ULONG), SIN_TAG);
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;
    PIRP Mine = NULL;

    KeClearEvent(Done);
    SinTell("block", Answer);
    if (Answer != NULL)
        Mine = IoBuildDeviceIoControlRequest(
            SIN_CODE_SIN, DeviceObject, NULL, 0, Answer, sizeof(*Answer), TRUE, Done, IoStatus);
    if (Mine != NULL)
        Status = IoCallDriver(DeviceObject, Mine);
    if (Waits && Status == STATUS_PENDING)
        KeWaitForSingleObject(Done, Executive, KernelMode, FALSE, NULL);
    if (Answer != NULL)
        ExFreePoolWithTag(Answer, SIN_TAG);
    if (!Waits && Status == STATUS_PENDING)
        KeWaitForSingleObject(Done, Executive, KernelMode, FALSE, NULL);
    return Status;
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KEVENT Done;
    IO_STATUS_BLOCK IoStatus;
    ULONG Index;

    UNREFERENCED_PARAMETER(Irp);
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    DeviceObject->DriverObject->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = Fill;
    for (Index = 0; Index < 64; Index++)
        Ask(DeviceObject, &Done, &IoStatus, !Sinful);
    return STATUS_SUCCESS;
}
