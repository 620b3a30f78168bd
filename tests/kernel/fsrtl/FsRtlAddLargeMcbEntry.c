/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Map control blocks: FsRtlAddLargeMcbEntry and its family, that without Large, and that of base
 * blocks.
 */
#include "ktest.h"

typedef struct BASE {
    ULONG MaximumPairCount, PairCount;
    USHORT PoolType, Flags;
    PVOID Mapping;
} BASE;

typedef struct LARGE {
    PVOID Mutex;
    BASE Base;
} LARGE;

#define API(Type) NTKERNELAPI Type NTAPI
API(VOID) FsRtlInitializeLargeMcb(LARGE *, POOL_TYPE);
API(VOID) FsRtlUninitializeLargeMcb(LARGE *);
API(BOOLEAN) FsRtlAddLargeMcbEntry(LARGE *, LONGLONG, LONGLONG, LONGLONG);
API(VOID) FsRtlRemoveLargeMcbEntry(LARGE *, LONGLONG, LONGLONG);
API(BOOLEAN)
FsRtlLookupLargeMcbEntry(
    LARGE *, LONGLONG, LONGLONG *, LONGLONG *, LONGLONG *, LONGLONG *, ULONG *);
API(BOOLEAN) FsRtlLookupLastLargeMcbEntry(LARGE *, LONGLONG *, LONGLONG *);
API(BOOLEAN) FsRtlLookupLastLargeMcbEntryAndIndex(LARGE *, LONGLONG *, LONGLONG *, ULONG *);
API(ULONG) FsRtlNumberOfRunsInLargeMcb(LARGE *);
API(BOOLEAN) FsRtlGetNextLargeMcbEntry(LARGE *, ULONG, LONGLONG *, LONGLONG *, LONGLONG *);
API(VOID) FsRtlTruncateLargeMcb(LARGE *, LONGLONG);
API(BOOLEAN) FsRtlSplitLargeMcb(LARGE *, LONGLONG, LONGLONG);
API(VOID) FsRtlResetLargeMcb(LARGE *, BOOLEAN);
API(VOID) FsRtlInitializeMcb(LARGE *, POOL_TYPE);
API(VOID) FsRtlUninitializeMcb(LARGE *);
API(VOID) FsRtlTruncateMcb(LARGE *, ULONG);
API(BOOLEAN) FsRtlAddMcbEntry(LARGE *, ULONG, ULONG, ULONG);
API(VOID) FsRtlRemoveMcbEntry(LARGE *, ULONG, ULONG);
API(BOOLEAN) FsRtlLookupMcbEntry(LARGE *, ULONG, ULONG *, ULONG *, ULONG *);
API(BOOLEAN) FsRtlLookupLastMcbEntry(LARGE *, ULONG *, ULONG *);
API(ULONG) FsRtlNumberOfRunsInMcb(LARGE *);
API(BOOLEAN) FsRtlGetNextMcbEntry(LARGE *, ULONG, ULONG *, ULONG *, ULONG *);

static LARGE Mcb;

static BOOLEAN RunIs(ULONG Index, LONGLONG Vbn, LONGLONG Lbn, LONGLONG Count)
{
    LONGLONG V = 0, L = 0, C = 0;

    return FsRtlGetNextLargeMcbEntry(&Mcb, Index, &V, &L, &C) && V == Vbn && L == Lbn && C == Count;
}

/* 0-9 at 100, a hole, 20-29 at 200. */
static VOID Make(VOID)
{
    FsRtlInitializeLargeMcb(&Mcb, PagedPool);
    CHECK(FsRtlAddLargeMcbEntry(&Mcb, 0, 100, 10));
    CHECK(FsRtlAddLargeMcbEntry(&Mcb, 20, 200, 10));
}

TEST(FsRtlInitializeLargeMcb, MakesAnEmptyBlock)
{
    LONGLONG Vbn = 7, Lbn = 7;

    FsRtlInitializeLargeMcb(&Mcb, NonPagedPool);
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 0);
    CHECK(!FsRtlLookupLargeMcbEntry(&Mcb, 0, &Lbn, NULL, NULL, NULL, NULL));
    CHECK(!FsRtlLookupLastLargeMcbEntry(&Mcb, &Vbn, &Lbn));
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlUninitializeLargeMcb, MayBeCalledAgain)
{
    Make();
    FsRtlUninitializeLargeMcb(&Mcb);
    CHECK_PTR(Mcb.Mutex, NULL);
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlAddLargeMcbEntry, KeepsRunsAndHoles)
{
    Make();
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 3);
    CHECK(RunIs(0, 0, 100, 10));
    CHECK(RunIs(1, 10, -1, 10));
    CHECK(RunIs(2, 20, 200, 10));
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlAddLargeMcbEntry, JoinsWhatContinues)
{
    Make();
    CHECK(FsRtlAddLargeMcbEntry(&Mcb, 10, 110, 5));
    CHECK(RunIs(0, 0, 100, 15));
    CHECK(FsRtlAddLargeMcbEntry(&Mcb, 15, 195, 5));
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 2);
    CHECK(RunIs(1, 15, 195, 15));
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlAddLargeMcbEntry, RefusesAnotherPlaceForWhatIsMapped)
{
    Make();
    CHECK(FsRtlAddLargeMcbEntry(&Mcb, 5, 105, 5));
    CHECK(!FsRtlAddLargeMcbEntry(&Mcb, 5, 300, 2));
    CHECK(!FsRtlAddLargeMcbEntry(&Mcb, 15, 300, 10));
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 3);
    CHECK(FsRtlAddLargeMcbEntry(&Mcb, 8, 108, 4));
    CHECK(RunIs(0, 0, 100, 12));
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlRemoveLargeMcbEntry, MakesHoles)
{
    Make();
    FsRtlRemoveLargeMcbEntry(&Mcb, 3, 4);
    CHECK(RunIs(0, 0, 100, 3));
    CHECK(RunIs(1, 3, -1, 4));
    CHECK(RunIs(2, 7, 107, 3));
    FsRtlRemoveLargeMcbEntry(&Mcb, 20, 100);
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 3);
    FsRtlRemoveLargeMcbEntry(&Mcb, 0, 100);
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 0);
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlLookupLargeMcbEntry, TellsPlaceAndRun)
{
    LONGLONG Lbn = 0, Left = 0, Start = 0, Count = 0;
    ULONG Index = 9;

    Make();
    CHECK(FsRtlLookupLargeMcbEntry(&Mcb, 23, &Lbn, &Left, &Start, &Count, &Index));
    CHECK_EQ(Lbn, 203);
    CHECK_EQ(Left, 7);
    CHECK_EQ(Start, 200);
    CHECK_EQ(Count, 10);
    CHECK_EQ(Index, 2);
    CHECK(FsRtlLookupLargeMcbEntry(&Mcb, 12, &Lbn, &Left, &Start, NULL, NULL));
    CHECK_EQ(Lbn, (ULONG64)-1);
    CHECK_EQ(Left, 8);
    CHECK_EQ(Start, (ULONG64)-1);
    CHECK(!FsRtlLookupLargeMcbEntry(&Mcb, 30, &Lbn, NULL, NULL, NULL, NULL));
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlLookupLastLargeMcbEntry, TellsTheLastCluster)
{
    LONGLONG Vbn = 0, Lbn = 0;

    Make();
    CHECK(FsRtlLookupLastLargeMcbEntry(&Mcb, &Vbn, &Lbn));
    CHECK_EQ(Vbn, 29);
    CHECK_EQ(Lbn, 209);
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlLookupLastLargeMcbEntryAndIndex, TellsTheRunToo)
{
    LONGLONG Vbn = 0, Lbn = 0;
    ULONG Index = 0;

    Make();
    CHECK(FsRtlLookupLastLargeMcbEntryAndIndex(&Mcb, &Vbn, &Lbn, &Index));
    CHECK_EQ(Index, 2);
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlNumberOfRunsInLargeMcb, CountsHoles)
{
    Make();
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 3);
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlGetNextLargeMcbEntry, StopsBehindTheLast)
{
    LONGLONG A, B, C;

    Make();
    CHECK(!FsRtlGetNextLargeMcbEntry(&Mcb, 3, &A, &B, &C));
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlTruncateLargeMcb, LeavesNoHoleAtTheEnd)
{
    Make();
    FsRtlTruncateLargeMcb(&Mcb, 25);
    CHECK(RunIs(2, 20, 200, 5));
    FsRtlTruncateLargeMcb(&Mcb, 15);
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 1);
    FsRtlTruncateLargeMcb(&Mcb, 0);
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 0);
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlSplitLargeMcb, MovesWhatFollows)
{
    Make();
    CHECK(FsRtlSplitLargeMcb(&Mcb, 5, 100));
    CHECK(RunIs(0, 0, 100, 5));
    CHECK(RunIs(1, 5, -1, 100));
    CHECK(RunIs(2, 105, 105, 5));
    CHECK(RunIs(4, 120, 200, 10));
    CHECK(FsRtlSplitLargeMcb(&Mcb, 1000, 5));
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 5);
    FsRtlUninitializeLargeMcb(&Mcb);
}

TEST(FsRtlResetLargeMcb, LeavesAnEmptyBlock)
{
    Make();
    FsRtlResetLargeMcb(&Mcb, FALSE);
    CHECK_EQ(FsRtlNumberOfRunsInLargeMcb(&Mcb), 0);
    CHECK(FsRtlAddLargeMcbEntry(&Mcb, 0, 5, 1));
    FsRtlResetLargeMcb(&Mcb, TRUE);
    FsRtlUninitializeLargeMcb(&Mcb);
}

/* The old blocks. */
static VOID MakeOld(VOID)
{
    FsRtlInitializeMcb(&Mcb, PagedPool);
    CHECK(FsRtlAddMcbEntry(&Mcb, 0, 100, 10));
    CHECK(FsRtlAddMcbEntry(&Mcb, 20, 200, 10));
}

TEST(FsRtlAddMcbEntry, KeepsRuns)
{
    ULONG Vbn = 0, Lbn = 0, Count = 0;

    MakeOld();
    CHECK_EQ(FsRtlNumberOfRunsInMcb(&Mcb), 3);
    CHECK(FsRtlGetNextMcbEntry(&Mcb, 2, &Vbn, &Lbn, &Count));
    CHECK_EQ(Vbn, 20);
    CHECK_EQ(Lbn, 200);
    CHECK_EQ(Count, 10);
    CHECK(!FsRtlAddMcbEntry(&Mcb, 0, 5, 1));
    FsRtlUninitializeMcb(&Mcb);
}

TEST(FsRtlLookupMcbEntry, TellsThePlace)
{
    ULONG Lbn = 0, Count = 0, Index = 9;

    MakeOld();
    CHECK(FsRtlLookupMcbEntry(&Mcb, 3, &Lbn, &Count, &Index));
    CHECK_EQ(Lbn, 103);
    CHECK_EQ(Count, 7);
    CHECK_EQ(Index, 0);
    CHECK(FsRtlLookupMcbEntry(&Mcb, 12, &Lbn, NULL, &Index));
    CHECK_EQ(Lbn, 0);
    CHECK(!FsRtlLookupMcbEntry(&Mcb, 30, &Lbn, &Count, &Index));
    FsRtlUninitializeMcb(&Mcb);
}

TEST(FsRtlLookupLastMcbEntry, TellsTheLastCluster)
{
    ULONG Vbn = 0, Lbn = 0;

    MakeOld();
    CHECK(FsRtlLookupLastMcbEntry(&Mcb, &Vbn, &Lbn));
    CHECK_EQ(Vbn, 29);
    CHECK_EQ(Lbn, 209);
    FsRtlTruncateMcb(&Mcb, 0);
    CHECK(!FsRtlLookupLastMcbEntry(&Mcb, &Vbn, &Lbn));
    FsRtlUninitializeMcb(&Mcb);
}

TEST(FsRtlInitializeMcb, MakesAnEmptyBlock)
{
    FsRtlInitializeMcb(&Mcb, PagedPool);
    CHECK_EQ(FsRtlNumberOfRunsInMcb(&Mcb), 0);
    FsRtlUninitializeMcb(&Mcb);
}

TEST(FsRtlUninitializeMcb, FreesTheRuns)
{
    MakeOld();
    FsRtlUninitializeMcb(&Mcb);
    CHECK_PTR(Mcb.Mutex, NULL);
}

TEST(FsRtlTruncateMcb, TakesTheEndAway)
{
    MakeOld();
    FsRtlTruncateMcb(&Mcb, 20);
    CHECK_EQ(FsRtlNumberOfRunsInMcb(&Mcb), 1);
    FsRtlUninitializeMcb(&Mcb);
}

TEST(FsRtlRemoveMcbEntry, MakesAHole)
{
    MakeOld();
    FsRtlRemoveMcbEntry(&Mcb, 2, 2);
    CHECK_EQ(FsRtlNumberOfRunsInMcb(&Mcb), 5);
    FsRtlUninitializeMcb(&Mcb);
}

TEST(FsRtlNumberOfRunsInMcb, CountsHoles)
{
    MakeOld();
    CHECK_EQ(FsRtlNumberOfRunsInMcb(&Mcb), 3);
    FsRtlUninitializeMcb(&Mcb);
}

TEST(FsRtlGetNextMcbEntry, GivesAHoleAtZero)
{
    ULONG Vbn = 0, Lbn = 7, Count = 0;

    MakeOld();
    CHECK(FsRtlGetNextMcbEntry(&Mcb, 1, &Vbn, &Lbn, &Count));
    CHECK_EQ(Lbn, 0);
    CHECK(!FsRtlGetNextMcbEntry(&Mcb, 3, &Vbn, &Lbn, &Count));
    FsRtlUninitializeMcb(&Mcb);
}

/* Base blocks, which came later. */
static VOID(NTAPI *Initialize)(BASE *, POOL_TYPE), (NTAPI * Uninitialize)(BASE *),
    (NTAPI * Reset)(BASE *);
static BOOLEAN(NTAPI *InitializeEx)(BASE *, POOL_TYPE, USHORT),
    (NTAPI * Add)(BASE *, LONGLONG, LONGLONG, LONGLONG);
static NTSTATUS(NTAPI *AddEx)(BASE *, LONGLONG, LONGLONG, LONGLONG);
static BOOLEAN(NTAPI *Remove)(BASE *, LONGLONG, LONGLONG),
    (NTAPI * Split)(BASE *, LONGLONG, LONGLONG);
static BOOLEAN(NTAPI *Lookup)(
    BASE *, LONGLONG, LONGLONG *, LONGLONG *, LONGLONG *, LONGLONG *, ULONG *);
static BOOLEAN(NTAPI *Last)(BASE *, LONGLONG *, LONGLONG *),
    (NTAPI * LastIndex)(BASE *, LONGLONG *, LONGLONG *, ULONG *);
static BOOLEAN(NTAPI *Get)(BASE *, ULONG, LONGLONG *, LONGLONG *, LONGLONG *);
static ULONG(NTAPI *Runs)(BASE *);
static VOID(NTAPI *Truncate)(BASE *, LONGLONG);
static BASE Base;

#define FIND(Variable, Name) (Variable = (PVOID)KtestExport(L"FsRtl" #Name))

static BOOLEAN MakeBase(VOID)
{
    if (FIND(InitializeEx, InitializeBaseMcbEx) == NULL) {
        skip("newer than this Windows");
        return FALSE;
    }
    FIND(Initialize, InitializeBaseMcb);
    FIND(Uninitialize, UninitializeBaseMcb);
    FIND(Reset, ResetBaseMcb);
    FIND(Add, AddBaseMcbEntry);
    FIND(AddEx, AddBaseMcbEntryEx);
    FIND(Remove, RemoveBaseMcbEntry);
    FIND(Split, SplitBaseMcb);
    FIND(Lookup, LookupBaseMcbEntry);
    FIND(Last, LookupLastBaseMcbEntry);
    FIND(LastIndex, LookupLastBaseMcbEntryAndIndex);
    FIND(Get, GetNextBaseMcbEntry);
    FIND(Runs, NumberOfRunsInBaseMcb);
    FIND(Truncate, TruncateBaseMcb);
    CHECK(InitializeEx(&Base, PagedPool, 0));
    CHECK_STATUS(AddEx(&Base, 0, 100, 10), STATUS_SUCCESS);
    CHECK(Add(&Base, 20, 200, 10));
    return TRUE;
}

TEST(FsRtlInitializeBaseMcb, MakesAnEmptyBlock)
{
    BASE Other;

    if (!MakeBase())
        return;
    Initialize(&Other, PagedPool);
    CHECK_EQ(Runs(&Other), 0);
    Uninitialize(&Other);
    Uninitialize(&Base);
}

TEST(FsRtlInitializeBaseMcbEx, TakesEntries)
{
    if (!MakeBase())
        return;
    CHECK_EQ(Runs(&Base), 3);
    Uninitialize(&Base);
}

TEST(FsRtlUninitializeBaseMcb, FreesTheRuns)
{
    if (MakeBase())
        Uninitialize(&Base);
}

TEST(FsRtlAddBaseMcbEntry, RefusesAnotherPlace)
{
    if (!MakeBase())
        return;
    CHECK(!Add(&Base, 5, 300, 1));
    Uninitialize(&Base);
}

TEST(FsRtlAddBaseMcbEntryEx, RefusesAnotherPlace)
{
    if (!MakeBase())
        return;
    CHECK_STATUS(AddEx(&Base, 5, 300, 1), STATUS_INVALID_PARAMETER);
    CHECK_EQ(Runs(&Base), 3);
    Uninitialize(&Base);
}

TEST(FsRtlRemoveBaseMcbEntry, MakesAHole)
{
    if (!MakeBase())
        return;
    CHECK(Remove(&Base, 2, 2));
    CHECK_EQ(Runs(&Base), 5);
    Uninitialize(&Base);
}

TEST(FsRtlLookupBaseMcbEntry, TellsThePlace)
{
    LONGLONG Lbn = 0;

    if (!MakeBase())
        return;
    CHECK(Lookup(&Base, 21, &Lbn, NULL, NULL, NULL, NULL));
    CHECK_EQ(Lbn, 201);
    CHECK(!Lookup(&Base, 30, &Lbn, NULL, NULL, NULL, NULL));
    Uninitialize(&Base);
}

TEST(FsRtlLookupLastBaseMcbEntry, TellsTheLastCluster)
{
    LONGLONG Vbn = 0, Lbn = 0;

    if (!MakeBase())
        return;
    CHECK(Last(&Base, &Vbn, &Lbn));
    CHECK_EQ(Lbn, 209);
    Uninitialize(&Base);
}

TEST(FsRtlLookupLastBaseMcbEntryAndIndex, TellsTheRunToo)
{
    LONGLONG Vbn = 0, Lbn = 0;
    ULONG Index = 0;

    if (!MakeBase())
        return;
    CHECK(LastIndex(&Base, &Vbn, &Lbn, &Index));
    CHECK_EQ(Vbn, 29);
    CHECK_EQ(Index, 2);
    Reset(&Base);
    CHECK(!LastIndex(&Base, &Vbn, &Lbn, &Index));
    Uninitialize(&Base);
}

TEST(FsRtlGetNextBaseMcbEntry, GivesTheRuns)
{
    LONGLONG Vbn = 0, Lbn = 0, Count = 0;

    if (!MakeBase())
        return;
    CHECK(Get(&Base, 1, &Vbn, &Lbn, &Count));
    CHECK_EQ(Lbn, (ULONG64)-1);
    CHECK_EQ(Count, 10);
    CHECK(!Get(&Base, 3, &Vbn, &Lbn, &Count));
    Uninitialize(&Base);
}

TEST(FsRtlNumberOfRunsInBaseMcb, CountsHoles)
{
    if (!MakeBase())
        return;
    CHECK_EQ(Runs(&Base), 3);
    Uninitialize(&Base);
}

TEST(FsRtlTruncateBaseMcb, TakesTheEndAway)
{
    if (!MakeBase())
        return;
    Truncate(&Base, 15);
    CHECK_EQ(Runs(&Base), 1);
    Uninitialize(&Base);
}

TEST(FsRtlSplitBaseMcb, MovesWhatFollows)
{
    LONGLONG Lbn = 0;

    if (!MakeBase())
        return;
    CHECK(Split(&Base, 5, 5));
    CHECK(Lookup(&Base, 10, &Lbn, NULL, NULL, NULL, NULL));
    CHECK_EQ(Lbn, 105);
    Uninitialize(&Base);
}

TEST(FsRtlResetBaseMcb, LeavesAnEmptyBlock)
{
    if (!MakeBase())
        return;
    Reset(&Base);
    CHECK_EQ(Runs(&Base), 0);
    CHECK(Add(&Base, 0, 1, 1));
    Uninitialize(&Base);
}
