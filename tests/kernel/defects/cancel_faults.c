/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * cancel_faults.c - a driver whose cancel routine reads through a NULL pointer.
 *
 * Device \\.\CancelFaults. Control code 0x800 (0x222000): pends the request.
 *
 * Must be reported: when the request is cancelled, a bugcheck (0xD1, at the IRQL of the cancel spin
 * lock), whoever cancels: the client, the end of its thread, or dotsys after its timeout. On
 * Windows the same.
 */
#define DEFECT_NAME L"CancelFaults"
#include "defect.h"

static DRIVER_CANCEL CancelFaults;

static VOID NTAPI CancelFaults(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    volatile const ULONG *volatile Count = NULL;

    UNREFERENCED_PARAMETER(DeviceObject);
    DbgPrint("CancelFaults: %lu\n", *Count); /* the faulting line */
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    DefectComplete(Irp, STATUS_CANCELLED, 0);
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL OldIrql;

    UNREFERENCED_PARAMETER(DeviceObject);

    IoAcquireCancelSpinLock(&OldIrql);
    IoMarkIrpPending(Irp);
    IoSetCancelRoutine(Irp, CancelFaults);
    IoReleaseCancelSpinLock(OldIrql);
    return STATUS_PENDING;
}
