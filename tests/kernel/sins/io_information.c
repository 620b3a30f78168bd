/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Says that there is more data than its caller has room for.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x312 @DefectComplete irp device
 * detail: Information is 5, and .* takes 4 bytes
 */
#include "sin.h"

static BOOLEAN Sinning;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    const ULONG Room =
        IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.OutputBufferLength;

    UNREFERENCED_PARAMETER(DeviceObject);
    return DefectComplete(Irp, STATUS_SUCCESS, Room + (Sinning ? 1 : 0));
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    IO_STATUS_BLOCK IoStatus;
    KEVENT Done;
    ULONG Data;
    PIRP Mine;

    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    DeviceObject->DriverObject->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = Answer;
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    Mine = IoBuildDeviceIoControlRequest(
        SIN_CODE_SIN, DeviceObject, NULL, 0, &Data, sizeof(Data), TRUE, &Done, &IoStatus);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("irp", Mine);
    SinTell("device", DeviceObject);
    return IoCallDriver(DeviceObject, Mine);
}
