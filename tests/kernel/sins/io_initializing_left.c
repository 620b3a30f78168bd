/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Leaves DO_DEVICE_INITIALIZING set in the device it has added to a stack.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x243 @SinAnswer irp device
 */
#include "request.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PDEVICE_OBJECT Added;
    NTSTATUS Status = IoCreateDevice(
        DeviceObject->DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Added);
    PIRP Mine;

    UNREFERENCED_PARAMETER(Irp);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!Sinful)
        Added->Flags &= ~DO_DEVICE_INITIALIZING;
    Mine = SinRequest(Added, Added->StackSize, IRP_MJ_PNP, SinAnswer);
    if (Mine != NULL) {
        IoGetNextIrpStackLocation(Mine)->MinorFunction = IRP_MN_START_DEVICE;
        IoCallDriver(Added, Mine);
    }
    IoDeleteDevice(Added);
    return STATUS_SUCCESS;
}
