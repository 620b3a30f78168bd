/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Spin locks of the system's that drivers name by number (queuedlock.c). */
#pragma once

#include "ke/ke.h"

#define KE_QUEUED_CANCEL_LOCK 7u /* LockQueueIoCancelLock */

/* The lock a number means is that of another component. At start. */
void KeSetQueuedLock(ULONG Number, KSPIN_LOCK *Lock);
void KiResetQueuedLocks(void);

KIRQL FASTCALL KeAcquireQueuedSpinLock(ULONG Number);
void FASTCALL KeReleaseQueuedSpinLock(ULONG Number, KIRQL OldIrql);
LOGICAL FASTCALL KeTryToAcquireQueuedSpinLock(ULONG Number, KIRQL *OldIrql);
KIRQL FASTCALL KeAcquireQueuedSpinLockRaiseToSynch(ULONG Number);
LOGICAL FASTCALL KeTryToAcquireQueuedSpinLockRaiseToSynch(ULONG Number, KIRQL *OldIrql);
void FASTCALL KeAcquireInStackQueuedSpinLockRaiseToSynch(
    KSPIN_LOCK *Lock, KLOCK_QUEUE_HANDLE *Handle);
