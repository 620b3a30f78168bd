/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Deletes a device that is still attached to another.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x201 @Sin 0 other
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
    SinTell("other", Other);
    if (IoAttachDeviceToDeviceStack(Other, DeviceObject) != NULL && !Sinful)
        IoDetachDevice(DeviceObject);
    IoDeleteDevice(Other);
    return STATUS_SUCCESS;
}
