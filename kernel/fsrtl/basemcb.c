/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Base map control blocks: the runs of a file in order, holes among them, neighbours that continue
 * each other joined, and no hole at the end. Callers serialize. Every change makes the runs anew,
 * so that one that fails has changed nothing.
 */
#include <string.h>

#include "fsrtl/mcb.h"

#define FSRTLP_HOLE (-1)
#define FSRTLP_RAISE 1 /* flag of FsRtlInitializeBaseMcbEx: failures to allocate raise */

static inline LONGLONG FsrtlpRunStart(const FSRTL_BASE_MCB *Mcb, ULONG Run)
{
    return Run == 0 ? 0 : Mcb->Mapping[Run - 1].NextVbn;
}

static inline LONGLONG FsrtlpEnd(const FSRTL_BASE_MCB *Mcb)
{
    return FsrtlpRunStart(Mcb, Mcb->PairCount);
}

/* The run that has Vbn, which lies before the end. */
static ULONG FsrtlpRunOf(const FSRTL_BASE_MCB *Mcb, LONGLONG Vbn)
{
    ULONG Low = 0, High = Mcb->PairCount;

    while (Low < High) {
        ULONG Middle = Low + (High - Low) / 2;
        if (Mcb->Mapping[Middle].NextVbn <= Vbn)
            Low = Middle + 1;
        else
            High = Middle;
    }
    return Low;
}

/* ---- making the runs anew -------------------------------------------------------------------- */

typedef struct FSRTLP_RUNS {
    FSRTL_MAPPING *Mapping;
    ULONG Count, Room;
    LONGLONG End;
} FSRTLP_RUNS;

static BOOLEAN FsrtlpBeginRuns(const FSRTL_BASE_MCB *Mcb, FSRTLP_RUNS *Runs)
{
    *Runs = (FSRTLP_RUNS){.Room = Mcb->PairCount + 3};
    Runs->Mapping = ExiAllocate(
        Mcb->PoolType, Runs->Room * sizeof(FSRTL_MAPPING), FSRTL_TAG, EX_KERNEL_SITE);
    return Runs->Mapping != NULL;
}

static void FsrtlpAppend(FSRTLP_RUNS *Runs, LONGLONG Count, LONGLONG Lbn)
{
    FSRTL_MAPPING *Last = Runs->Count != 0 ? &Runs->Mapping[Runs->Count - 1] : NULL;

    if (Count <= 0)
        return;
    Runs->End += Count;
    if (Last != NULL) {
        LONGLONG LastStart = Runs->Count >= 2 ? Last[-1].NextVbn : 0;
        if (Lbn == FSRTLP_HOLE
                ? Last->Lbn == FSRTLP_HOLE
                : Last->Lbn != FSRTLP_HOLE && Last->Lbn + (Last->NextVbn - LastStart) == Lbn) {
            Last->NextVbn = Runs->End;
            return;
        }
    }
    Runs->Mapping[Runs->Count++] = (FSRTL_MAPPING){Runs->End, Lbn};
}

/* The old runs from From up to Until. */
static void FsrtlpCopyRuns(
    const FSRTL_BASE_MCB *Mcb, FSRTLP_RUNS *Runs, LONGLONG From, LONGLONG Until)
{
    for (ULONG Run = FsrtlpRunOf(Mcb, From); Run < Mcb->PairCount && From < Until; Run++) {
        LONGLONG Start = FsrtlpRunStart(Mcb, Run), Next = Mcb->Mapping[Run].NextVbn,
                 Lbn = Mcb->Mapping[Run].Lbn;
        if (Next > Until)
            Next = Until;
        FsrtlpAppend(Runs, Next - From, Lbn == FSRTLP_HOLE ? Lbn : Lbn + (From - Start));
        From = Next;
    }
}

static void FsrtlpEndRuns(FSRTL_BASE_MCB *Mcb, FSRTLP_RUNS *Runs)
{
    while (Runs->Count != 0 && Runs->Mapping[Runs->Count - 1].Lbn == FSRTLP_HOLE)
        Runs->Count--;
    if (Mcb->Mapping != NULL)
        ExiFree(Mcb->Mapping);
    Mcb->Mapping = Runs->Mapping;
    Mcb->PairCount = Runs->Count;
    Mcb->MaximumPairCount = Runs->Room;
}

/* What [Vbn, End) is from now on: clusters from Lbn on, or a hole. */
static NTSTATUS FsrtlpSetRange(FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG End, LONGLONG Lbn)
{
    FSRTLP_RUNS Runs;

    if (!FsrtlpBeginRuns(Mcb, &Runs))
        return STATUS_INSUFFICIENT_RESOURCES;
    FsrtlpCopyRuns(Mcb, &Runs, 0, Vbn);
    FsrtlpAppend(&Runs, Vbn - Runs.End, FSRTLP_HOLE);
    FsrtlpAppend(&Runs, End - Vbn, Lbn);
    if (End < FsrtlpEnd(Mcb))
        FsrtlpCopyRuns(Mcb, &Runs, End, FsrtlpEnd(Mcb));
    FsrtlpEndRuns(Mcb, &Runs);
    return STATUS_SUCCESS;
}

static BOOLEAN FsrtlpIsRange(LONGLONG Vbn, LONGLONG Count)
{
    return Vbn >= 0 && Count > 0 && Count <= MAXLONGLONG - Vbn;
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * FsRtlInitializeBaseMcb, FsRtlInitializeBaseMcbEx - make an empty block.
 *
 * PoolType: for its runs. Flags: 1: FsRtlAddBaseMcbEntry and its like raise when there is no
 * memory, as without Ex.
 * IRQL:    <= APC_LEVEL
 * Returns: TRUE
 * Owner:   caller; FsRtlUninitializeBaseMcb.
 * Source:  DOC ntifs/FsRtlInitializeBaseMcb, FsRtlInitializeBaseMcbEx
 */
BOOLEAN NTAPI FsRtlInitializeBaseMcbEx(FSRTL_BASE_MCB *Mcb, POOL_TYPE PoolType, USHORT Flags)
{
    *Mcb = (FSRTL_BASE_MCB){.PoolType = (USHORT)PoolType, .Flags = Flags};
    return TRUE;
}

void NTAPI FsRtlInitializeBaseMcb(FSRTL_BASE_MCB *Mcb, POOL_TYPE PoolType)
{
    FsRtlInitializeBaseMcbEx(Mcb, PoolType, FSRTLP_RAISE);
}

/*
 * FsRtlUninitializeBaseMcb, FsRtlResetBaseMcb - free the runs; the second leaves an empty block.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntifs/FsRtlUninitializeBaseMcb; INF FsRtlResetBaseMcb, from FsRtlResetLargeMcb
 */
void NTAPI FsRtlUninitializeBaseMcb(FSRTL_BASE_MCB *Mcb)
{
    FsRtlResetBaseMcb(Mcb);
}

void NTAPI FsRtlResetBaseMcb(FSRTL_BASE_MCB *Mcb)
{
    if (Mcb->Mapping != NULL)
        ExiFree(Mcb->Mapping);
    Mcb->Mapping = NULL;
    Mcb->PairCount = Mcb->MaximumPairCount = 0;
}

/*
 * FsRtlAddBaseMcbEntryEx, FsRtlAddBaseMcbEntry - map SectorCount clusters from Vbn on to those from
 * Lbn on.
 *
 * What is mapped there already must be mapped to the same.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS, TRUE; INVALID_PARAMETER, FALSE: it is mapped otherwise, or is no range;
 *          INSUFFICIENT_RESOURCES, raised if the block was made to, else FALSE.
 * Source:  DOC ntifs/FsRtlAddBaseMcbEntryEx, FsRtlAddBaseMcbEntry
 */
NTSTATUS NTAPI FsRtlAddBaseMcbEntryEx(
    FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG Lbn, LONGLONG SectorCount)
{
    if (!FsrtlpIsRange(Vbn, SectorCount) || !FsrtlpIsRange(Lbn, SectorCount))
        return STATUS_INVALID_PARAMETER;
    for (ULONG Run = FsrtlpRunOf(Mcb, Vbn);
         Run < Mcb->PairCount && FsrtlpRunStart(Mcb, Run) < Vbn + SectorCount; Run++) {
        const FSRTL_MAPPING *Mapping = &Mcb->Mapping[Run];
        if (Mapping->Lbn != FSRTLP_HOLE && Mapping->Lbn - FsrtlpRunStart(Mcb, Run) != Lbn - Vbn)
            return STATUS_INVALID_PARAMETER;
    }
    return FsrtlpSetRange(Mcb, Vbn, Vbn + SectorCount, Lbn);
}

BOOLEAN NTAPI FsRtlAddBaseMcbEntry(
    FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG Lbn, LONGLONG SectorCount)
{
    NTSTATUS Status = FsRtlAddBaseMcbEntryEx(Mcb, Vbn, Lbn, SectorCount);

    if (Status == STATUS_INSUFFICIENT_RESOURCES && (Mcb->Flags & FSRTLP_RAISE))
        ExRaiseStatus(Status);
    return NT_SUCCESS(Status);
}

/*
 * FsRtlRemoveBaseMcbEntry - make a hole of what is mapped from Vbn on.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: no memory, raised if the block was made to.
 * Source:  DOC ntifs/FsRtlRemoveBaseMcbEntry
 */
BOOLEAN NTAPI FsRtlRemoveBaseMcbEntry(FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG SectorCount)
{
    LONGLONG End = FsrtlpEnd(Mcb);
    NTSTATUS Status;

    if (Vbn < 0 || SectorCount <= 0 || Vbn >= End)
        return TRUE;
    Status = FsrtlpSetRange(
        Mcb, Vbn, SectorCount < End - Vbn ? Vbn + SectorCount : End, FSRTLP_HOLE);
    if (!NT_SUCCESS(Status) && (Mcb->Flags & FSRTLP_RAISE))
        ExRaiseStatus(Status);
    return NT_SUCCESS(Status);
}

/*
 * FsRtlLookupBaseMcbEntry - what Vbn is mapped to.
 *
 * All results are optional. Lbn: -1: it lies in a hole. SectorCountFromLbn: what is left of the
 * run. StartingLbn, SectorCountFromStartingLbn: the whole run. Index: which run it is. IRQL:    <=
 * APC_LEVEL Returns: FALSE: Vbn lies behind all runs; results stay untouched. Source:  DOC
 * ntifs/FsRtlLookupBaseMcbEntry
 */
BOOLEAN NTAPI FsRtlLookupBaseMcbEntry(FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG *Lbn,
    LONGLONG *SectorCountFromLbn, LONGLONG *StartingLbn, LONGLONG *SectorCountFromStartingLbn,
    ULONG *Index)
{
    if (Vbn < 0 || Vbn >= FsrtlpEnd(Mcb))
        return FALSE;
    ULONG Run = FsrtlpRunOf(Mcb, Vbn);
    LONGLONG Start = FsrtlpRunStart(Mcb, Run);
    const FSRTL_MAPPING *Mapping = &Mcb->Mapping[Run];
    if (Lbn != NULL)
        *Lbn = Mapping->Lbn == FSRTLP_HOLE ? FSRTLP_HOLE : Mapping->Lbn + (Vbn - Start);
    if (SectorCountFromLbn != NULL)
        *SectorCountFromLbn = Mapping->NextVbn - Vbn;
    if (StartingLbn != NULL)
        *StartingLbn = Mapping->Lbn;
    if (SectorCountFromStartingLbn != NULL)
        *SectorCountFromStartingLbn = Mapping->NextVbn - Start;
    if (Index != NULL)
        *Index = Run;
    return TRUE;
}

/*
 * FsRtlLookupLastBaseMcbEntry, FsRtlLookupLastBaseMcbEntryAndIndex - the last cluster mapped, and
 * which run it is in.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: there is none; results stay untouched.
 * Source:  INF FsRtlLookupLastLargeMcbEntry, FsRtlLookupLastLargeMcbEntryAndIndex (DOC ntifs)
 */
BOOLEAN NTAPI FsRtlLookupLastBaseMcbEntryAndIndex(
    FSRTL_BASE_MCB *Mcb, LONGLONG *Vbn, LONGLONG *Lbn, ULONG *Index)
{
    if (Mcb->PairCount == 0)
        return FALSE;
    const FSRTL_MAPPING *Last = &Mcb->Mapping[Mcb->PairCount - 1];
    *Vbn = Last->NextVbn - 1;
    *Lbn = Last->Lbn + (Last->NextVbn - FsrtlpRunStart(Mcb, Mcb->PairCount - 1)) - 1;
    *Index = Mcb->PairCount - 1;
    return TRUE;
}

BOOLEAN NTAPI FsRtlLookupLastBaseMcbEntry(FSRTL_BASE_MCB *Mcb, LONGLONG *Vbn, LONGLONG *Lbn)
{
    ULONG Index;

    return FsRtlLookupLastBaseMcbEntryAndIndex(Mcb, Vbn, Lbn, &Index);
}

/*
 * FsRtlNumberOfRunsInBaseMcb, FsRtlGetNextBaseMcbEntry - how many runs there are, holes included,
 * and one of them.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: there is no run RunIndex; results stay untouched.
 * Source:  INF FsRtlNumberOfRunsInLargeMcb, FsRtlGetNextLargeMcbEntry (DOC ntifs)
 */
ULONG NTAPI FsRtlNumberOfRunsInBaseMcb(FSRTL_BASE_MCB *Mcb)
{
    return Mcb->PairCount;
}

BOOLEAN NTAPI FsRtlGetNextBaseMcbEntry(
    FSRTL_BASE_MCB *Mcb, ULONG RunIndex, LONGLONG *Vbn, LONGLONG *Lbn, LONGLONG *SectorCount)
{
    if (RunIndex >= Mcb->PairCount)
        return FALSE;
    *Vbn = FsrtlpRunStart(Mcb, RunIndex);
    *Lbn = Mcb->Mapping[RunIndex].Lbn;
    *SectorCount = Mcb->Mapping[RunIndex].NextVbn - *Vbn;
    return TRUE;
}

/*
 * FsRtlTruncateBaseMcb - take away all that is mapped from Vbn on. Needs no memory.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  INF FsRtlTruncateLargeMcb (DOC ntifs)
 */
void NTAPI FsRtlTruncateBaseMcb(FSRTL_BASE_MCB *Mcb, LONGLONG Vbn)
{
    if (Vbn >= FsrtlpEnd(Mcb))
        return;
    if (Vbn <= 0) {
        Mcb->PairCount = 0;
        return;
    }
    ULONG Run = FsrtlpRunOf(Mcb, Vbn - 1);
    Mcb->Mapping[Run].NextVbn = Vbn;
    Mcb->PairCount = Run + 1;
    while (Mcb->PairCount != 0 && Mcb->Mapping[Mcb->PairCount - 1].Lbn == FSRTLP_HOLE)
        Mcb->PairCount--;
}

/*
 * FsRtlSplitBaseMcb - put a hole of Amount clusters in front of Vbn; what was from there on moves
 * back.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: no memory, raised if the block was made to; the numbers get too large.
 * Source:  INF FsRtlSplitLargeMcb (DOC ntifs)
 */
BOOLEAN NTAPI FsRtlSplitBaseMcb(FSRTL_BASE_MCB *Mcb, LONGLONG Vbn, LONGLONG Amount)
{
    FSRTLP_RUNS Runs;

    if (Vbn < 0 || Amount < 0 || Amount > MAXLONGLONG - FsrtlpEnd(Mcb))
        return FALSE;
    if (Vbn >= FsrtlpEnd(Mcb))
        return TRUE;
    if (!FsrtlpBeginRuns(Mcb, &Runs)) {
        if (Mcb->Flags & FSRTLP_RAISE)
            ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
        return FALSE;
    }
    FsrtlpCopyRuns(Mcb, &Runs, 0, Vbn);
    FsrtlpAppend(&Runs, Amount, FSRTLP_HOLE);
    FsrtlpCopyRuns(Mcb, &Runs, Vbn, FsrtlpEnd(Mcb));
    FsrtlpEndRuns(Mcb, &Runs);
    return TRUE;
}
