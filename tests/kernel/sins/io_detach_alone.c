/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Detaches from a device that nothing is attached to.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x202 @Sin 0 device
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PDEVICE_OBJECT Other;
    NTSTATUS Status = IoCreateDevice(
        DeviceObject->DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Other);

    UNREFERENCED_PARAMETER(Irp);
    if (!NT_SUCCESS(Status))
        return Status;
    SinTell("device", DeviceObject);
    IoAttachDeviceToDeviceStack(Other, DeviceObject);
    IoDetachDevice(DeviceObject);
    if (Sinful)
        IoDetachDevice(DeviceObject);
    IoDeleteDevice(Other);
    return STATUS_SUCCESS;
}
