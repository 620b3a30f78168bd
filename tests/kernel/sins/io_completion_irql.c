/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * A completion routine returns at a raised IRQL.
 *
 * verify: io
 * expect: BUGCHECK 0xC4 0xFA @Completed 0 2
 */
#include "request.h"

static BOOLEAN Sinning;

static NTSTATUS NTAPI Completed(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Context);
    if (Irp->PendingReturned)
        IoMarkIrpPending(Irp);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    if (!Sinning)
        KeLowerIrql(Irql);
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
