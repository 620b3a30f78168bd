/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Releases a queued spin lock twice.
 *
 * verify: ddi_more
 * expect: BUGCHECK 0xC4 0x40007 * lock 0
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
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle[0]);
    if (Sinful)
        KeReleaseInStackQueuedSpinLockFromDpcLevel(&Handle[0]);
    KeLowerIrql(Handle[0].OldIrql);
    return STATUS_SUCCESS;
}
