/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Fast mutexes and guarded mutexes: one owner, no recursion, no call of the dispatcher unless
 * somebody has to wait. */
#pragma once

#include "ex/ex.h"

static inline void ExiInitializeFastMutex(FAST_MUTEX *FastMutex)
{
    *FastMutex = (FAST_MUTEX){.Count = 1};
    KeInitializeEvent(&FastMutex->Event, SynchronizationEvent, FALSE);
}

void NTAPI ExAcquireFastMutex(FAST_MUTEX *FastMutex);
void NTAPI ExReleaseFastMutex(FAST_MUTEX *FastMutex);
BOOLEAN NTAPI ExTryToAcquireFastMutex(FAST_MUTEX *FastMutex);
#if defined(__i386__)
void FASTCALL ExiAcquireFastMutex(FAST_MUTEX *FastMutex);
void FASTCALL ExiReleaseFastMutex(FAST_MUTEX *FastMutex);
BOOLEAN FASTCALL ExiTryToAcquireFastMutex(FAST_MUTEX *FastMutex);
#endif
void FASTCALL ExAcquireFastMutexUnsafe(FAST_MUTEX *FastMutex);
void FASTCALL ExReleaseFastMutexUnsafe(FAST_MUTEX *FastMutex);
void FASTCALL ExEnterCriticalRegionAndAcquireFastMutexUnsafe(FAST_MUTEX *FastMutex);
void FASTCALL ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(FAST_MUTEX *FastMutex);

void FASTCALL KeInitializeGuardedMutex(KGUARDED_MUTEX *Mutex);
void FASTCALL KeAcquireGuardedMutex(KGUARDED_MUTEX *Mutex);
void FASTCALL KeReleaseGuardedMutex(KGUARDED_MUTEX *Mutex);
BOOLEAN FASTCALL KeTryToAcquireGuardedMutex(KGUARDED_MUTEX *Mutex);
void FASTCALL KeAcquireGuardedMutexUnsafe(KGUARDED_MUTEX *Mutex);
void FASTCALL KeReleaseGuardedMutexUnsafe(KGUARDED_MUTEX *Mutex);
