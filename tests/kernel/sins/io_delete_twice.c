/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Deletes a device twice.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x240 @Sin 0 other
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
    ObReferenceObject(Other);
    IoDeleteDevice(Other);
    if (Sinful)
        IoDeleteDevice(Other);
    ObDereferenceObject(Other);
    return STATUS_SUCCESS;
}
