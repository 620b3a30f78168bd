/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * msjdrvr_classic.c - the string request of msjdrvr with the defect it had in print. Never ship it.
 *
 * Device \Device\MSJDrvr, \\.\MSJDrvr, as drivers/msjdrvr; "msjclient string" works with it.
 * Defect:
 *
 * IOCTL_MSJDRVR_GET_STRING says that it wrote as many bytes as there is room for, whatever it
 * wrote. The I/O manager copies them all. Must be reported: bytes of the system buffer nobody wrote
 * that were copied to user mode, how many, and msjdrvr_classic.sys with its dispatch routine.
 */
#define DEFECT_NAME L"MSJDrvr"
#include "defect.h"

#include "../../../drivers/msjdrvr/msjdrvr.h"

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG OutputBytes = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    static const CHAR Greeting[] = MSJDRVR_GREETING;

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode != IOCTL_MSJDRVR_GET_STRING)
        return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    if (OutputBytes < sizeof(Greeting))
        return DefectComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, Greeting, sizeof(Greeting));
    return DefectComplete(Irp, STATUS_SUCCESS, OutputBytes); /* sizeof(Greeting) is right */
}
