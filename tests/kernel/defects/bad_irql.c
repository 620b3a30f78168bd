/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * bad_irql.c - a driver that raises the IRQL and forgets to lower it.
 *
 * Device \\.\BadIrql. Control code 0x800 (0x222000): completes the request properly, then returns
 * from its dispatch routine at DISPATCH_LEVEL.
 *
 * Must be reported: bugcheck 0x4A IRQL_GT_ZERO_AT_SYSTEM_SERVICE (or 0xC8 IRQL_UNEXPECTED_VALUE, or
 * 0xC9 under Driver Verifier) naming bad_irql.sys, its dispatch routine and the level, 2.
 */
#define DEFECT_NAME L"BadIrql"
#include "defect.h"

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode == DEFECT_IOCTL(0x800)) {
        KIRQL OldIrql;

        DefectComplete(Irp, STATUS_SUCCESS, 0);
        KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
        return STATUS_SUCCESS; /* KeLowerIrql(OldIrql) is missing */
    }
    return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
