/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * double_complete.c - a driver that completes the same request twice.
 *
 * Device \\.\DoubleComplete. Control code 0x800 (0x222000): IoCompleteRequest, and again.
 *
 * Must be reported: bugcheck 0x44 MULTIPLE_IRP_COMPLETE_REQUESTS with the IRP's address as its
 * first parameter, naming double_complete.sys and the second call.
 */
#define DEFECT_NAME L"DoubleComplete"
#include "defect.h"

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800)) {
        DefectComplete(Irp, STATUS_SUCCESS, 0);
        return DefectComplete(Irp, STATUS_SUCCESS, 0); /* the IRP is not ours any more */
    }
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
