/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Sends a power request that begins with a status of success.
 *
 * verify: io,enhanced_io
 * expect: BUGCHECK 0xC9 0x20F @Sin irp device
 */
#include "request.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PIRP Mine = SinRequest(DeviceObject, DeviceObject->StackSize, IRP_MJ_POWER, SinAnswer);

    UNREFERENCED_PARAMETER(Irp);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Sinful)
        Mine->IoStatus.Status = STATUS_SUCCESS;
    IoGetNextIrpStackLocation(Mine)->MinorFunction = IRP_MN_QUERY_POWER;
    IoCallDriver(DeviceObject, Mine);
    return STATUS_SUCCESS;
}
