/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Deletes a device that is registered with WMI.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xDB other 0 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PDEVICE_OBJECT Other;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Irp);
    Status = IoCreateDevice(
        DeviceObject->DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Other);
    if (!NT_SUCCESS(Status))
        return Status;
    SinTell("other", Other);
    Status = IoWMIRegistrationControl(Other, WMIREG_ACTION_REGISTER);
    if (!Sinful)
        Status = IoWMIRegistrationControl(Other, WMIREG_ACTION_DEREGISTER);
    IoDeleteDevice(Other);
    return Status;
}
