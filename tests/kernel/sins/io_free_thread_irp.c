/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees an IRP that io frees when it is completed.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x2 irp 0 0
 */
#include "request.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    IO_STATUS_BLOCK IoStatus;
    KEVENT Done;
    PIRP Mine;

    UNREFERENCED_PARAMETER(Irp);
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    Mine = SinThreadRequest(DeviceObject, SinAnswer, &Done, &IoStatus);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Sinful)
        IoFreeIrp(Mine);
    return IoCallDriver(DeviceObject, Mine);
}
