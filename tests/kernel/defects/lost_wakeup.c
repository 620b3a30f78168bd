/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * lost_wakeup.c - a driver that wakes whoever waits at that moment, and nobody who is about to.
 *
 * Device \\.\LostWakeup. Control code 0x800 (0x222000): waits until the driver is ready. 0x801
 * (0x222004): makes it ready. 0x802 (0x222008) comes first.
 *
 * Must be reported by `dotsys run --explore` of two threads, of which each sends one: that every
 * thread waits, with the stack in DefectControl of the one that found the driver not ready yet and
 * waited when the other had pulsed the event. lost_wakeup_fixed.c sets it: nothing.
 */
#define DEFECT_NAME L"LostWakeup"
#include "defect.h"

#ifdef FIXED
#define WAKE(Event) KeSetEvent(Event, IO_NO_INCREMENT, FALSE)
#else
#define WAKE(Event) KePulseEvent(Event, IO_NO_INCREMENT, FALSE) /* the defect */
#endif

static KSPIN_LOCK Lock;
static KEVENT Changed;
static BOOLEAN Ready; /* under Lock */

static BOOLEAN SetReady(BOOLEAN New)
{
    KIRQL OldIrql;
    BOOLEAN Old;

    KeAcquireSpinLock(&Lock, &OldIrql);
    Old = Ready;
    Ready = Ready || New;
    KeReleaseSpinLock(&Lock, OldIrql);
    return Old;
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);

    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case DEFECT_IOCTL(0x800):
        if (!SetReady(FALSE))
            KeWaitForSingleObject(&Changed, Executive, KernelMode, FALSE, NULL);
        break;
    case DEFECT_IOCTL(0x801):
        SetReady(TRUE);
        WAKE(&Changed);
        break;
    case DEFECT_IOCTL(0x802):
        KeInitializeEvent(&Changed, NotificationEvent, FALSE);
        break;
    default:
        return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    return DefectComplete(Irp, STATUS_SUCCESS, 0);
}
