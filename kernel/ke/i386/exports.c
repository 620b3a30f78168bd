/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports of ke that only i386 has, for what is an inline function or another name elsewhere. */
#include "ke/kep.h"

KPROCESSOR_MODE NTAPI KeGetPreviousMode(void);
void FASTCALL KiAcquireSpinLock(KSPIN_LOCK *Lock);
void FASTCALL KiReleaseSpinLock(KSPIN_LOCK *Lock);

/* KeGetPreviousMode - who the current request is for, ExGetPreviousMode's older name. IRQL: any.
 * Source: INF its name. */
KPROCESSOR_MODE NTAPI KeGetPreviousMode(void)
{
    return KiPreviousMode();
}

/* KiAcquireSpinLock - take the lock, IRQL unchanged. IRQL: at least DISPATCH_LEVEL. Source: INF its
 * name: undocumented. */
void FASTCALL KiAcquireSpinLock(KSPIN_LOCK *Lock)
{
    KefAcquireSpinLockAtDpcLevel(Lock);
}

/* KiReleaseSpinLock - free it. Source: INF as above. */
void FASTCALL KiReleaseSpinLock(KSPIN_LOCK *Lock)
{
    KefReleaseSpinLockFromDpcLevel(Lock);
}
