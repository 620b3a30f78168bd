/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * lock_order.c - a driver that takes its two spin locks in both orders.
 *
 * Device \\.\LockOrder. Control code 0x800 (0x222000): takes First, then Second. 0x801 (0x222004):
 * takes Second, then First.
 *
 * Must be reported by `dotsys run --explore` of two threads, of which each sends one: that every
 * thread waits, each with its stack in DefectControl. lock_order_fixed.c takes First first in both:
 * nothing.
 */
#define DEFECT_NAME L"LockOrder"
#include "defect.h"

static KSPIN_LOCK First, Second;

static VOID TakeBoth(KSPIN_LOCK *Outer, KSPIN_LOCK *Inner)
{
    KIRQL OldIrql;

    KeAcquireSpinLock(Outer, &OldIrql);
    KeAcquireSpinLockAtDpcLevel(Inner);
    KeReleaseSpinLockFromDpcLevel(Inner);
    KeReleaseSpinLock(Outer, OldIrql);
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case DEFECT_IOCTL(0x800):
        TakeBoth(&First, &Second);
        break;
    case DEFECT_IOCTL(0x801):
#ifdef FIXED
        TakeBoth(&First, &Second);
#else
        TakeBoth(&Second, &First); /* the defect */
#endif
        break;
    default:
        return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    return DefectComplete(Irp, STATUS_SUCCESS, 0);
}
