/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires a spin lock and releases it as an in-stack queued one.
 *
 * verify: deadlock
 * expect: BUGCHECK 0xC4 0x1009 lock * 0
 * detail: where it was acquired
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KLOCK_QUEUE_HANDLE Queue;
    KSPIN_LOCK Lock;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeSpinLock(&Lock);
    SinTell("lock", &Lock);
    if (Sinful) {
        KeAcquireSpinLock(&Lock, &Irql);
        RtlZeroMemory(&Queue, sizeof(Queue));
        Queue.LockQueue.Lock = &Lock;
        Queue.OldIrql = Irql;
    } else {
        KeAcquireInStackQueuedSpinLock(&Lock, &Queue);
    }
    KeReleaseInStackQueuedSpinLock(&Queue);
    return STATUS_SUCCESS;
}
