/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * lost_irp.c - a driver that says a request succeeded, and neither completes nor pends it.
 *
 * Device \\.\LostIrp. Control code 0x800 (0x222000): returns STATUS_SUCCESS, and that is all.
 *
 * Must be reported: the request that was never completed, naming the driver, the major function and
 * the code. (Windows waits for the completion for ever; Driver Verifier sees a status other than
 * STATUS_PENDING for a request that is not complete.) The client must not hang.
 */
#define DEFECT_NAME L"LostIrp"
#include "defect.h"

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800))
        return STATUS_SUCCESS; /* IoCompleteRequest is missing */
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
