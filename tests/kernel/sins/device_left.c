/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded without deleting a device.
 *
 * verify: misc
 * expect: FINDING
 * detail: device left behind: .Device.Sin
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\SinOther");
    PDEVICE_OBJECT Other;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Irp);
    Status = IoCreateDevice(
        DeviceObject->DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Other);
    if (NT_SUCCESS(Status) && !Sinful)
        IoDeleteDevice(Other);
    return Status;
}
