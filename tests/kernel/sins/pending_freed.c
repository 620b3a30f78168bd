/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees an IRP of its own as soon as IoCallDriver has returned, whatever it returned.
 *
 * verify: io,force_pending
 * expect: BUGCHECK 0xC9 0x20B @Sin irp 0
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
    KEVENT Done;
    ULONG Index;
    PIRP Mine;

    UNREFERENCED_PARAMETER(Irp);
    KeInitializeEvent(&Done, SynchronizationEvent, FALSE);
    for (Index = 0; Index < 64; Index++) {
        Mine = SinRequest(
            DeviceObject, DeviceObject->StackSize, IRP_MJ_INTERNAL_DEVICE_CONTROL, SinAnswer);
        if (Mine == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        IoSetCompletionRoutine(Mine, CameBack, &Done, TRUE, TRUE, TRUE);
        IoCallDriver(DeviceObject, Mine);
        if (!Sinful)
            KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
        IoFreeIrp(Mine);
    }
    return STATUS_SUCCESS;
}
