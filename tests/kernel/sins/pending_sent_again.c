/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Sends an IRP of its own again as soon as IoCallDriver has returned, whatever it returned.
 *
 * verify: io,force_pending
 * expect: BUGCHECK 0xC9 0x205 @Sin irp device
 */
#include "request.h"

/* Takes the request back without freeing it, and tells so. */
static NTSTATUS NTAPI CameBack(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Done)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeSetEvent(Done, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PIRP Mine = SinRequest(
        DeviceObject, DeviceObject->StackSize, IRP_MJ_INTERNAL_DEVICE_CONTROL, SinAnswer);
    KEVENT Done;
    ULONG Index;

    UNREFERENCED_PARAMETER(Irp);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeEvent(&Done, SynchronizationEvent, FALSE);
    for (Index = 0; Index < 64; Index++) {
        IoGetNextIrpStackLocation(Mine)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
        IoSetCompletionRoutine(Mine, CameBack, &Done, TRUE, TRUE, TRUE);
        IoCallDriver(DeviceObject, Mine);
        if (!Sinful)
            KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    }
    IoFreeIrp(Mine);
    return STATUS_SUCCESS;
}
