/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Caches and translations. They are Linux': what a driver writes is seen by all processors and
 * devices, in the order it wrote it, and a mapping that changes changes everywhere. What is left to
 * do is to put stores in order.
 */
#include "ke/coherence.h"

/* How often caches were flushed: never, as there is no need. */
ULONG KeDcacheFlushCount;

#define KI_CACHE_LINE 64u

/* KeFlushEntireTb - translations are as they should be. IRQL: up to SYNCH_LEVEL. Source: INF,
 * undocumented; OBS tests/kernel/ke */
void NTAPI KeFlushEntireTb(BOOLEAN Invalid, BOOLEAN AllProcessors)
{
    (void)Invalid;
    (void)AllProcessors;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* KeFlushWriteBuffer - stores so far are seen before those that follow. IRQL: any. Source: DOC
 * ntddk; OBS. */
void NTAPI KeFlushWriteBuffer(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* KeInvalidateAllCaches - TRUE: memory holds what was written, and caches nothing else. IRQL: up to
 * DISPATCH_LEVEL. Source: DOC; OBS. */
BOOLEAN NTAPI KeInvalidateAllCaches(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return TRUE;
}

/* KeInvalidateRangeAllCaches - the same of a range; its lines leave the caches. IRQL: up to
 * DISPATCH_LEVEL. Source: DOC ntddk; OBS. */
void FASTCALL KeInvalidateRangeAllCaches(void *BaseAddress, ULONG Length)
{
    const UCHAR *Line = (const UCHAR *)((ULONG_PTR)BaseAddress & ~(ULONG_PTR)(KI_CACHE_LINE - 1));
    for (const UCHAR *End = (const UCHAR *)BaseAddress + Length; Line < End; Line += KI_CACHE_LINE)
        __builtin_ia32_clflush(Line);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* KeGetRecommendedSharedDataAlignment - bytes between what different processors write. IRQL: any.
 * Source: DOC wdm; OBS. */
ULONG NTAPI KeGetRecommendedSharedDataAlignment(void)
{
    return KI_CACHE_LINE;
}

/* KeSetDmaIoCoherency - devices are coherent whatever one says. IRQL: any. Source: INF, obsolete;
 * OBS. */
void NTAPI KeSetDmaIoCoherency(ULONG Attributes)
{
    (void)Attributes;
}
