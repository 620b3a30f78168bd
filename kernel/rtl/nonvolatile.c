/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Memory that keeps what it has without power. Cache lines are written back as asked; there is no
 * such memory here, so that what is flushed is in RAM and no safer for it. A token says how a
 * buffer is flushed, which is the same for all.
 */
#include <string.h>

#include "rtl/nonvolatile.h"

#define RTLP_CACHE_LINE 64u
#define RTLP_WRITE_FLAGS (RTL_NV_FLUSH | RTL_NV_NON_TEMPORAL | RTL_NV_NO_DRAIN)

static UCHAR RtlpNvToken;

static BOOLEAN RtlpIsToken(const void *Token)
{
    return Token == &RtlpNvToken;
}

static void RtlpFlushLines(const void *Buffer, SIZE_T Size)
{
    const UCHAR *Line = (const UCHAR *)((ULONG_PTR)Buffer & ~(ULONG_PTR)(RTLP_CACHE_LINE - 1));
    for (; Line < (const UCHAR *)Buffer + Size; Line += RTLP_CACHE_LINE)
        __asm__ volatile("clflush %0" : : "m"(*Line) : "memory");
}

static void RtlpDrain(void)
{
    __asm__ volatile("sfence" : : : "memory");
}

/*
 * RtlGetNonVolatileToken - what the routines below want for a buffer.
 *
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: no buffer.
 * Owner:   caller; RtlFreeNonVolatileToken.
 * Source:  DOC ntddk/RtlGetNonVolatileToken; INF the status; OBS
 *          tests/kernel/rtl/RtlGetNonVolatileToken.c, as the others
 */
NTSTATUS NTAPI RtlGetNonVolatileToken(void *NvBuffer, SIZE_T Size, void **NvToken)
{
    if (NvBuffer == NULL || Size == 0)
        return STATUS_INVALID_PARAMETER;
    *NvToken = &RtlpNvToken;
    return STATUS_SUCCESS;
}

/*
 * RtlFreeNonVolatileToken - the reverse. IRQL: any. Returns: SUCCESS; INVALID_PARAMETER: it is
 * none. Source: DOC ntddk; OBS.
 */
NTSTATUS NTAPI RtlFreeNonVolatileToken(void *NvToken)
{
    return RtlpIsToken(NvToken) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/*
 * RtlFlushNonVolatileMemory - write back what the caches have of a buffer.
 *
 * Flags:   FLUSH_NV_MEMORY_IN_FLAG_NO_DRAIN: without waiting for it.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: the token, or other flags.
 * Source:  DOC ntddk/RtlFlushNonVolatileMemory; INF the status; OBS as above
 */
NTSTATUS NTAPI RtlFlushNonVolatileMemory(void *NvToken, void *NvBuffer, SIZE_T Size, ULONG Flags)
{
    if (!RtlpIsToken(NvToken) || (Flags & ~RTL_NV_NO_DRAIN_FLUSH))
        return STATUS_INVALID_PARAMETER;
    RtlpFlushLines(NvBuffer, Size);
    return (Flags & RTL_NV_NO_DRAIN_FLUSH) ? STATUS_SUCCESS : RtlDrainNonVolatileFlush(NvToken);
}

/*
 * RtlFlushNonVolatileMemoryRanges - the same of several. Source: DOC
 * ntddk/RtlFlushNonVolatileMemoryRanges; OBS as above.
 */
NTSTATUS NTAPI RtlFlushNonVolatileMemoryRanges(
    void *NvToken, const RTL_NV_RANGE *NvRanges, SIZE_T NumRanges, ULONG Flags)
{
    if (!RtlpIsToken(NvToken) || (Flags & ~RTL_NV_NO_DRAIN_FLUSH))
        return STATUS_INVALID_PARAMETER;
    for (SIZE_T Index = 0; Index < NumRanges; Index++)
        RtlpFlushLines(NvRanges[Index].BaseAddress, NvRanges[Index].Length);
    return (Flags & RTL_NV_NO_DRAIN_FLUSH) ? STATUS_SUCCESS : RtlDrainNonVolatileFlush(NvToken);
}

/*
 * RtlDrainNonVolatileFlush - wait until what was flushed is written. IRQL: any. Returns: SUCCESS;
 * INVALID_PARAMETER: the token.
 */
NTSTATUS NTAPI RtlDrainNonVolatileFlush(void *NvToken)
{
    if (!RtlpIsToken(NvToken))
        return STATUS_INVALID_PARAMETER;
    RtlpDrain();
    return STATUS_SUCCESS;
}

/* After the change of Size bytes: Flags say whether it is to be in memory at once. */
static NTSTATUS RtlpPersist(const void *At, SIZE_T Size, ULONG Flags)
{
    if (Flags & (RTL_NV_FLUSH | RTL_NV_NON_TEMPORAL)) {
        RtlpFlushLines(At, Size);
        if (!(Flags & RTL_NV_NO_DRAIN))
            RtlpDrain();
    }
    return STATUS_SUCCESS;
}

/*
 * RtlWriteNonVolatileMemory, RtlFillNonVolatileMemory - copy to a buffer, or fill it.
 *
 * Flags:   WRITE_ or FILL_NV_MEMORY_FLAG_FLUSH, _NON_TEMPORAL: past the caches; _NO_DRAIN: without
 *          waiting.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: the token, or other flags, and nothing is written.
 * Source:  DOC ntddk/RtlWriteNonVolatileMemory, RtlFillNonVolatileMemory; INF the status; OBS as
 *          above
 */
NTSTATUS NTAPI RtlWriteNonVolatileMemory(
    void *NvToken, void *NvDestination, const void *Source, SIZE_T Size, ULONG Flags)
{
    if (!RtlpIsToken(NvToken) || (Flags & ~RTLP_WRITE_FLAGS))
        return STATUS_INVALID_PARAMETER;
    memmove(NvDestination, Source, Size);
    return RtlpPersist(NvDestination, Size, Flags);
}

NTSTATUS NTAPI RtlFillNonVolatileMemory(
    void *NvToken, void *NvDestination, SIZE_T Size, UCHAR Value, ULONG Flags)
{
    if (!RtlpIsToken(NvToken) || (Flags & ~RTLP_WRITE_FLAGS))
        return STATUS_INVALID_PARAMETER;
    memset(NvDestination, Value, Size);
    return RtlpPersist(NvDestination, Size, Flags);
}
