/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Detaches a device at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2000C * @Sin 2
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PDEVICE_OBJECT Other;
    KIRQL Irql;
    NTSTATUS Status = IoCreateDevice(
        DeviceObject->DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Other);

    UNREFERENCED_PARAMETER(Irp);
    if (!NT_SUCCESS(Status))
        return Status;
    IoAttachDeviceToDeviceStack(Other, DeviceObject);
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL : PASSIVE_LEVEL, &Irql);
    IoDetachDevice(DeviceObject);
    KeLowerIrql(Irql);
    IoDeleteDevice(Other);
    return STATUS_SUCCESS;
}
