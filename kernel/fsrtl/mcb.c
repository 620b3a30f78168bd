/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Large map control blocks, base blocks with a fast mutex around each call, and the old ones, the
 * same with numbers of 32 bits and 0 for the place of a hole. Where a base block raises, these free
 * the mutex first.
 */
#include "ex/mutex.h"
#include "fsrtl/mcb.h"

#define FSRTLP_NO_RAISE 0

static void FsrtlpRaiseUnless(NTSTATUS Status)
{
    if (Status == STATUS_INSUFFICIENT_RESOURCES)
        ExRaiseStatus(Status);
}

/*
 * FsRtlInitializeLargeMcb, FsRtlInitializeMcb - make an empty block.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: raises STATUS_INSUFFICIENT_RESOURCES when there is no memory.
 * Owner:   caller; FsRtlUninitializeLargeMcb, FsRtlUninitializeMcb.
 * Source:  DOC ntifs/FsRtlInitializeLargeMcb, FsRtlInitializeMcb
 */
void NTAPI FsRtlInitializeLargeMcb(FSRTL_LARGE_MCB *Mcb, POOL_TYPE PoolType)
{
    FAST_MUTEX *Mutex = ExiAllocateZero(NonPagedPool, sizeof(*Mutex), FSRTL_TAG, EX_CALLER);

    Mcb->FastMutex = NULL;
    if (Mutex == NULL)
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    Mutex->Count = 1;
    KeInitializeEvent(&Mutex->Event, SynchronizationEvent, FALSE);
    FsRtlInitializeBaseMcbEx(&Mcb->Base, PoolType, FSRTLP_NO_RAISE);
    Mcb->FastMutex = Mutex;
}

/*
 * FsRtlUninitializeLargeMcb, FsRtlUninitializeMcb - free what a block has.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntifs/FsRtlUninitializeLargeMcb, FsRtlUninitializeMcb
 */
void NTAPI FsRtlUninitializeLargeMcb(FSRTL_LARGE_MCB *Mcb)
{
    if (Mcb->FastMutex == NULL)
        return;
    FsRtlUninitializeBaseMcb(&Mcb->Base);
    ExiFree(Mcb->FastMutex);
    Mcb->FastMutex = NULL;
}

/*
 * FsRtlAddLargeMcbEntry, FsRtlAddMcbEntry - map SectorCount clusters from Vbn on to those from Lbn
 * on.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: they are mapped otherwise; raises STATUS_INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlAddLargeMcbEntry, FsRtlAddMcbEntry
 */
BOOLEAN NTAPI FsRtlAddLargeMcbEntry(
    FSRTL_LARGE_MCB *Mcb, LONGLONG Vbn, LONGLONG Lbn, LONGLONG SectorCount)
{
    ExAcquireFastMutex(Mcb->FastMutex);
    NTSTATUS Status = FsRtlAddBaseMcbEntryEx(&Mcb->Base, Vbn, Lbn, SectorCount);
    ExReleaseFastMutex(Mcb->FastMutex);
    FsrtlpRaiseUnless(Status);
    return NT_SUCCESS(Status);
}

/*
 * FsRtlRemoveLargeMcbEntry, FsRtlRemoveMcbEntry - make a hole of what is mapped from Vbn on.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: raises STATUS_INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlRemoveLargeMcbEntry, FsRtlRemoveMcbEntry
 */
void NTAPI FsRtlRemoveLargeMcbEntry(FSRTL_LARGE_MCB *Mcb, LONGLONG Vbn, LONGLONG SectorCount)
{
    ExAcquireFastMutex(Mcb->FastMutex);
    BOOLEAN Done = FsRtlRemoveBaseMcbEntry(&Mcb->Base, Vbn, SectorCount);
    ExReleaseFastMutex(Mcb->FastMutex);
    if (!Done)
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
}

/*
 * FsRtlLookupLargeMcbEntry - what Vbn is mapped to; see FsRtlLookupBaseMcbEntry.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntifs/FsRtlLookupLargeMcbEntry
 */
BOOLEAN NTAPI FsRtlLookupLargeMcbEntry(FSRTL_LARGE_MCB *Mcb, LONGLONG Vbn, LONGLONG *Lbn,
    LONGLONG *SectorCountFromLbn, LONGLONG *StartingLbn, LONGLONG *SectorCountFromStartingLbn,
    ULONG *Index)
{
    ExAcquireFastMutex(Mcb->FastMutex);
    BOOLEAN Found = FsRtlLookupBaseMcbEntry(
        &Mcb->Base, Vbn, Lbn, SectorCountFromLbn, StartingLbn, SectorCountFromStartingLbn, Index);
    ExReleaseFastMutex(Mcb->FastMutex);
    return Found;
}

/*
 * FsRtlLookupLastLargeMcbEntry, FsRtlLookupLastLargeMcbEntryAndIndex - the last cluster mapped, and
 * which run it is in.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: there is none.
 * Source:  DOC ntifs/FsRtlLookupLastLargeMcbEntry, FsRtlLookupLastLargeMcbEntryAndIndex
 */
BOOLEAN NTAPI FsRtlLookupLastLargeMcbEntryAndIndex(
    FSRTL_LARGE_MCB *Mcb, LONGLONG *Vbn, LONGLONG *Lbn, ULONG *Index)
{
    ExAcquireFastMutex(Mcb->FastMutex);
    BOOLEAN Found = FsRtlLookupLastBaseMcbEntryAndIndex(&Mcb->Base, Vbn, Lbn, Index);
    ExReleaseFastMutex(Mcb->FastMutex);
    return Found;
}

BOOLEAN NTAPI FsRtlLookupLastLargeMcbEntry(FSRTL_LARGE_MCB *Mcb, LONGLONG *Vbn, LONGLONG *Lbn)
{
    ULONG Index;

    return FsRtlLookupLastLargeMcbEntryAndIndex(Mcb, Vbn, Lbn, &Index);
}

/*
 * FsRtlNumberOfRunsInLargeMcb, FsRtlGetNextLargeMcbEntry - how many runs there are, holes included,
 * and one of them.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: there is no run RunIndex.
 * Source:  DOC ntifs/FsRtlNumberOfRunsInLargeMcb, FsRtlGetNextLargeMcbEntry
 */
ULONG NTAPI FsRtlNumberOfRunsInLargeMcb(FSRTL_LARGE_MCB *Mcb)
{
    ExAcquireFastMutex(Mcb->FastMutex);
    ULONG Count = Mcb->Base.PairCount;
    ExReleaseFastMutex(Mcb->FastMutex);
    return Count;
}

BOOLEAN NTAPI FsRtlGetNextLargeMcbEntry(
    FSRTL_LARGE_MCB *Mcb, ULONG RunIndex, LONGLONG *Vbn, LONGLONG *Lbn, LONGLONG *SectorCount)
{
    ExAcquireFastMutex(Mcb->FastMutex);
    BOOLEAN Found = FsRtlGetNextBaseMcbEntry(&Mcb->Base, RunIndex, Vbn, Lbn, SectorCount);
    ExReleaseFastMutex(Mcb->FastMutex);
    return Found;
}

/*
 * FsRtlTruncateLargeMcb, FsRtlResetLargeMcb - take away all that is mapped from Vbn on, or all
 * there is.
 *
 * SelfSynchronized: the caller serializes.
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntifs/FsRtlTruncateLargeMcb, FsRtlResetLargeMcb
 */
void NTAPI FsRtlTruncateLargeMcb(FSRTL_LARGE_MCB *Mcb, LONGLONG Vbn)
{
    ExAcquireFastMutex(Mcb->FastMutex);
    FsRtlTruncateBaseMcb(&Mcb->Base, Vbn);
    ExReleaseFastMutex(Mcb->FastMutex);
}

void NTAPI FsRtlResetLargeMcb(FSRTL_LARGE_MCB *Mcb, BOOLEAN SelfSynchronized)
{
    if (!SelfSynchronized)
        ExAcquireFastMutex(Mcb->FastMutex);
    FsRtlResetBaseMcb(&Mcb->Base);
    if (!SelfSynchronized)
        ExReleaseFastMutex(Mcb->FastMutex);
}

/*
 * FsRtlSplitLargeMcb - put a hole of Amount clusters in front of Vbn; what was from there on moves
 * back.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: no memory, or the numbers get too large.
 * Source:  DOC ntifs/FsRtlSplitLargeMcb
 */
BOOLEAN NTAPI FsRtlSplitLargeMcb(FSRTL_LARGE_MCB *Mcb, LONGLONG Vbn, LONGLONG Amount)
{
    ExAcquireFastMutex(Mcb->FastMutex);
    BOOLEAN Done = FsRtlSplitBaseMcb(&Mcb->Base, Vbn, Amount);
    ExReleaseFastMutex(Mcb->FastMutex);
    return Done;
}

/* ---- with 32 bits ---------------------------------------------------------------------------- */

static ULONG FsrtlpOldLbn(LONGLONG Lbn)
{
    return Lbn == -1 ? 0 : (ULONG)Lbn;
}

void NTAPI FsRtlInitializeMcb(FSRTL_LARGE_MCB *Mcb, POOL_TYPE PoolType)
{
    FsRtlInitializeLargeMcb(Mcb, PoolType);
}

void NTAPI FsRtlUninitializeMcb(FSRTL_LARGE_MCB *Mcb)
{
    FsRtlUninitializeLargeMcb(Mcb);
}

/* FsRtlTruncateMcb - FsRtlTruncateLargeMcb. Source: DOC ntifs/FsRtlTruncateMcb. */
void NTAPI FsRtlTruncateMcb(FSRTL_LARGE_MCB *Mcb, ULONG Vbn)
{
    FsRtlTruncateLargeMcb(Mcb, Vbn);
}

BOOLEAN NTAPI FsRtlAddMcbEntry(FSRTL_LARGE_MCB *Mcb, ULONG Vbn, ULONG Lbn, ULONG SectorCount)
{
    return FsRtlAddLargeMcbEntry(Mcb, Vbn, Lbn, SectorCount);
}

void NTAPI FsRtlRemoveMcbEntry(FSRTL_LARGE_MCB *Mcb, ULONG Vbn, ULONG SectorCount)
{
    FsRtlRemoveLargeMcbEntry(Mcb, Vbn, SectorCount);
}

/*
 * FsRtlLookupMcbEntry - what Vbn is mapped to.
 *
 * Lbn: 0: it lies in a hole. SectorCount: optional: what is left of the run. Index: which run it
 * is.
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: Vbn lies behind all runs.
 * Source:  DOC ntifs/FsRtlLookupMcbEntry; INF 0
 */
BOOLEAN NTAPI FsRtlLookupMcbEntry(
    FSRTL_LARGE_MCB *Mcb, ULONG Vbn, ULONG *Lbn, ULONG *SectorCount, ULONG *Index)
{
    LONGLONG LargeLbn, Count;

    if (!FsRtlLookupLargeMcbEntry(Mcb, Vbn, &LargeLbn, &Count, NULL, NULL, Index))
        return FALSE;
    *Lbn = FsrtlpOldLbn(LargeLbn);
    if (SectorCount != NULL)
        *SectorCount = (ULONG)Count;
    return TRUE;
}

/* FsRtlLookupLastMcbEntry - the last cluster mapped; FALSE: there is none. IRQL: <= APC_LEVEL.
 * Source: DOC ntifs. */
BOOLEAN NTAPI FsRtlLookupLastMcbEntry(FSRTL_LARGE_MCB *Mcb, ULONG *Vbn, ULONG *Lbn)
{
    LONGLONG LargeVbn, LargeLbn;

    if (!FsRtlLookupLastLargeMcbEntry(Mcb, &LargeVbn, &LargeLbn))
        return FALSE;
    *Vbn = (ULONG)LargeVbn;
    *Lbn = FsrtlpOldLbn(LargeLbn);
    return TRUE;
}

/* FsRtlNumberOfRunsInMcb, FsRtlGetNextMcbEntry - as with Large; a hole is at 0. IRQL: <= APC_LEVEL.
 * Source: DOC ntifs. */
ULONG NTAPI FsRtlNumberOfRunsInMcb(FSRTL_LARGE_MCB *Mcb)
{
    return FsRtlNumberOfRunsInLargeMcb(Mcb);
}

BOOLEAN NTAPI FsRtlGetNextMcbEntry(
    FSRTL_LARGE_MCB *Mcb, ULONG RunIndex, ULONG *Vbn, ULONG *Lbn, ULONG *SectorCount)
{
    LONGLONG LargeVbn, LargeLbn, Count;

    if (!FsRtlGetNextLargeMcbEntry(Mcb, RunIndex, &LargeVbn, &LargeLbn, &Count))
        return FALSE;
    *Vbn = (ULONG)LargeVbn;
    *Lbn = FsrtlpOldLbn(LargeLbn);
    *SectorCount = (ULONG)Count;
    return TRUE;
}
