/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Rundown protection: users of an object come and go without a lock until its owner wants to take
 * it down. */
#pragma once

#include "ex/ex.h"

void FASTCALL ExInitializeRundownProtection(EX_RUNDOWN_REF *RunRef);
void FASTCALL ExReInitializeRundownProtection(EX_RUNDOWN_REF *RunRef);
BOOLEAN FASTCALL ExAcquireRundownProtection(EX_RUNDOWN_REF *RunRef);
BOOLEAN FASTCALL ExAcquireRundownProtectionEx(EX_RUNDOWN_REF *RunRef, ULONG Count);
void FASTCALL ExReleaseRundownProtection(EX_RUNDOWN_REF *RunRef);
void FASTCALL ExReleaseRundownProtectionEx(EX_RUNDOWN_REF *RunRef, ULONG Count);
void FASTCALL ExRundownCompleted(EX_RUNDOWN_REF *RunRef);
void FASTCALL ExWaitForRundownProtectionRelease(EX_RUNDOWN_REF *RunRef);

EX_RUNDOWN_REF_CACHE_AWARE *NTAPI ExAllocateCacheAwareRundownProtection(
    POOL_TYPE PoolType, ULONG PoolTag);
void NTAPI ExFreeCacheAwareRundownProtection(EX_RUNDOWN_REF_CACHE_AWARE *RunRefCacheAware);
SIZE_T NTAPI ExSizeOfRundownProtectionCacheAware(void);
void NTAPI ExInitializeRundownProtectionCacheAwareEx(
    EX_RUNDOWN_REF_CACHE_AWARE *RunRefCacheAware, ULONG Flags);
void NTAPI ExInitializeRundownProtectionCacheAware(
    EX_RUNDOWN_REF_CACHE_AWARE *RunRefCacheAware, SIZE_T RunRefSize);
BOOLEAN FASTCALL ExAcquireRundownProtectionCacheAware(EX_RUNDOWN_REF_CACHE_AWARE *RunRef);
BOOLEAN FASTCALL ExAcquireRundownProtectionCacheAwareEx(
    EX_RUNDOWN_REF_CACHE_AWARE *RunRef, ULONG Count);
void FASTCALL ExReleaseRundownProtectionCacheAware(EX_RUNDOWN_REF_CACHE_AWARE *RunRef);
void FASTCALL ExReleaseRundownProtectionCacheAwareEx(
    EX_RUNDOWN_REF_CACHE_AWARE *RunRef, ULONG Count);
void FASTCALL ExRundownCompletedCacheAware(EX_RUNDOWN_REF_CACHE_AWARE *RunRef);
void FASTCALL ExReInitializeRundownProtectionCacheAware(EX_RUNDOWN_REF_CACHE_AWARE *RunRef);
void FASTCALL ExWaitForRundownProtectionReleaseCacheAware(EX_RUNDOWN_REF_CACHE_AWARE *RunRef);
