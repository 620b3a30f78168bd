/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * race_counter.c - a driver that counts without a lock.
 *
 * Device \\.\RaceCounter. Control code 0x800 (0x222000): adds one to a count in the driver's data.
 *
 * Must be reported by `dotsys run --explore` of two threads that send it: a data race, with the
 * stacks of both threads in DefectControl. race_counter_fixed.c is the same with a spin lock:
 * nothing.
 */
#define DEFECT_NAME L"RaceCounter"
#include "defect.h"

static ULONG Count;
#ifdef FIXED
static KSPIN_LOCK Lock;
#endif

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
#ifdef FIXED
    KIRQL OldIrql;
#endif

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Stack->Parameters.DeviceIoControl.IoControlCode != DEFECT_IOCTL(0x800))
        return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
#ifdef FIXED
    KeAcquireSpinLock(&Lock, &OldIrql);
    Count++;
    KeReleaseSpinLock(&Lock, OldIrql);
#else
    Count++; /* the defect */
#endif
    return DefectComplete(Irp, STATUS_SUCCESS, 0);
}
