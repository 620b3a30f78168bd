/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Sends a request to no device.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x204 @Sin irp 0
 */
#include "request.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PIRP Mine = SinRequest(
        DeviceObject, DeviceObject->StackSize, IRP_MJ_INTERNAL_DEVICE_CONTROL, SinAnswer);

    UNREFERENCED_PARAMETER(Irp);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    return IoCallDriver(Sinful ? NULL : DeviceObject, Mine);
}
