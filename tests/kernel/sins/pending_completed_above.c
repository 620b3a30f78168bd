/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Passes a request on and completes it when IoCallDriver has returned, as if it had come back.
 *
 * verify: io,force_pending
 * expect: BUGCHECK 0xC9 0x209 @DefectComplete irp 0
 */
#include "request.h"

static BOOLEAN Sinning;
static KEVENT Done;

static NTSTATUS NTAPI CameBack(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    KeSetEvent(&Done, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Passes the request on to itself, once. */
static NTSTATUS NTAPI Upper(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (Irp->CurrentLocation != Irp->StackCount)
        return SinAnswer(DeviceObject, Irp);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, CameBack, NULL, TRUE, TRUE, TRUE);
    IoCallDriver(DeviceObject, Irp);
    if (!Sinning)
        KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    return DefectComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    IO_STATUS_BLOCK IoStatus;
    KEVENT Over;
    ULONG Index;
    PIRP Mine;

    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    KeInitializeEvent(&Done, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Over, SynchronizationEvent, FALSE);
    DeviceObject->StackSize = 2;
    for (Index = 0; Index < 64; Index++) {
        Mine = SinThreadRequest(DeviceObject, Upper, &Over, &IoStatus);
        if (Mine == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        IoCallDriver(DeviceObject, Mine);
        KeWaitForSingleObject(&Over, Executive, KernelMode, FALSE, NULL);
    }
    return STATUS_SUCCESS;
}
