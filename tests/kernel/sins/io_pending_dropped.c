/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * A completion routine does not say again that the driver below has pended the request.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x228 @Completed irp device
 */
#include "request.h"

static BOOLEAN Sinning;

static NTSTATUS NTAPI Completed(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Context);
    if (Irp->PendingReturned && !Sinning)
        IoMarkIrpPending(Irp);
    return STATUS_SUCCESS;
}

/* Passes the request on to itself, once. */
static NTSTATUS NTAPI Upper(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (Irp->CurrentLocation != Irp->StackCount)
        return SinPend(DeviceObject, Irp);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, Completed, NULL, TRUE, TRUE, TRUE);
    return IoCallDriver(DeviceObject, Irp);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PIRP Mine = SinRequest(DeviceObject, 2, IRP_MJ_INTERNAL_DEVICE_CONTROL, Upper);

    UNREFERENCED_PARAMETER(Irp);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Sinning = Sinful;
    IoCallDriver(DeviceObject, Mine);
    return STATUS_SUCCESS;
}
