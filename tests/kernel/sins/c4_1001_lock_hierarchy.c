/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires two spin locks in one order, and elsewhere in the other; nothing hangs, as one thread
 * does both.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x1001 lock 0 0
 * detail: where that one was acquired first
 * detail: SinForward
 * detail: SinBackward
 */
#include "sin.h"

static __attribute__((noinline)) VOID SinForward(PKSPIN_LOCK First, PKSPIN_LOCK Second)
{
    KIRQL Irql;

    KeAcquireSpinLock(First, &Irql);
    KeAcquireSpinLockAtDpcLevel(Second);
    KeReleaseSpinLockFromDpcLevel(Second);
    KeReleaseSpinLock(First, Irql);
}

static __attribute__((noinline)) VOID SinBackward(PKSPIN_LOCK First, PKSPIN_LOCK Second)
{
    KIRQL Irql;

    KeAcquireSpinLock(Second, &Irql);
    KeAcquireSpinLockAtDpcLevel(First);
    KeReleaseSpinLockFromDpcLevel(First);
    KeReleaseSpinLock(Second, Irql);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KSPIN_LOCK First, Second;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeSpinLock(&First);
    KeInitializeSpinLock(&Second);
    SinTell("lock", &First);
    SinForward(&First, &Second);
    if (Sinful)
        SinBackward(&First, &Second);
    else
        SinForward(&First, &Second);
    return STATUS_SUCCESS;
}
