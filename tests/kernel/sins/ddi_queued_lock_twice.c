/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires a queued spin lock it holds.
 *
 * verify: ddi_more
 * expect: BUGCHECK 0xC4 0x40006 * lock 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KLOCK_QUEUE_HANDLE Handle[2];
    KSPIN_LOCK Lock;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeSpinLock(&Lock);
    SinTell("lock", &Lock);
    KeAcquireInStackQueuedSpinLock(&Lock, &Handle[0]);
    if (Sinful)
        KeAcquireInStackQueuedSpinLockAtDpcLevel(&Lock, &Handle[1]);
    KeReleaseInStackQueuedSpinLock(&Handle[0]);
    return STATUS_SUCCESS;
}
