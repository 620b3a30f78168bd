/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Sends something that is no IRP.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x3 irp 0 0
 */
#include "request.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PIRP Mine = SinRequest(
        DeviceObject, DeviceObject->StackSize, IRP_MJ_INTERNAL_DEVICE_CONTROL, SinAnswer);

    UNREFERENCED_PARAMETER(Irp);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Sinful)
        Mine->Type = IO_TYPE_DEVICE;
    return IoCallDriver(DeviceObject, Mine);
}
