/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Sends a request that pends with an event that is set already.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x307 @Sin irp device
 */
#include "request.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    IO_STATUS_BLOCK IoStatus;
    KEVENT Done;
    PIRP Mine;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Irp);
    KeInitializeEvent(&Done, NotificationEvent, Sinful);
    Mine = SinThreadRequest(DeviceObject, SinPend, &Done, &IoStatus);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Status = IoCallDriver(DeviceObject, Mine);
    if (Status != STATUS_PENDING)
        return Status;
    KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    return IoStatus.Status;
}
