/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The same as io_complete_cancelable, which enhanced I/O verification has another code for.
 *
 * verify: io,enhanced_io
 * expect: BUGCHECK 0xC9 0x23C * * *
 */
#define SIN_COMPLETES
#include "sin.h"

static VOID NTAPI Cancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    DefectComplete(Irp, STATUS_CANCELLED, 0);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoSetCancelRoutine(Irp, Cancel);
    if (!Sinful)
        IoSetCancelRoutine(Irp, NULL);
    return DefectComplete(Irp, STATUS_SUCCESS, 0);
}
