/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * never_complete.c - a driver that keeps requests for ever.
 *
 * Device \\.\NeverComplete.
 * Control code 0x800 (0x222000): pends the request, without a cancel routine: nothing can end it.
 * Control code 0x801 (0x222004): pends it with a cancel routine, as it should be: only CancelIo or
 * the end of its thread completes it, with STATUS_CANCELLED.
 *
 * Must be reported: of 0x800, a request never completed, naming the driver and the code, when its
 * handle is closed or its client ends (Windows keeps such a process until it restarts) and the
 * driver cannot be unloaded. Of 0x801, nothing: the cancelled call fails with Win32 error 995.
 */
#define DEFECT_NAME L"NeverComplete"
#include "defect.h"

static DRIVER_CANCEL NeverCompleteCancel;

/* Called with the cancel spin lock held. */
static VOID NTAPI NeverCompleteCancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    DefectComplete(Irp, STATUS_CANCELLED, 0);
}

/*
 * The cancel spin lock keeps the routine from running, and the request from going away, while it is
 * set. A request cancelled before that will not be cancelled again: it is completed here.
 */
static NTSTATUS NeverCompletePendCancellable(PIRP Irp)
{
    KIRQL OldIrql;

    IoAcquireCancelSpinLock(&OldIrql);
    if (Irp->Cancel) {
        IoReleaseCancelSpinLock(OldIrql);
        return DefectComplete(Irp, STATUS_CANCELLED, 0);
    }
    IoMarkIrpPending(Irp);
    IoSetCancelRoutine(Irp, NeverCompleteCancel);
    IoReleaseCancelSpinLock(OldIrql);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case DEFECT_IOCTL(0x800):
        IoMarkIrpPending(Irp);
        return STATUS_PENDING; /* and forgotten */
    case DEFECT_IOCTL(0x801):
        return NeverCompletePendCancellable(Irp);
    default:
        return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}
