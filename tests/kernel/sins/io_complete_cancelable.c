/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Completes a request whose cancel routine is still set.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x7 @Cancel irp 0
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
    SinTell("irp", Irp);
    SinTell("device", DeviceObject);
    IoSetCancelRoutine(Irp, Cancel);
    if (!Sinful)
        IoSetCancelRoutine(Irp, NULL);
    return DefectComplete(Irp, STATUS_SUCCESS, 0);
}
