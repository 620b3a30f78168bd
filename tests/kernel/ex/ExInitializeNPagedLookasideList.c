/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Lookaside lists of both pools, by the routines that are compiled into drivers.
 */
#include "kthread.h"

#define LOOK_TAG 'kooL'
#define LOOK_BYTES 100
#define LOOK_MANY 300

static volatile LONG LookAllocated, LookFreed;

static PVOID NTAPI LookAllocate(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag)
{
    CHECK_EQ(Bytes, LOOK_BYTES);
    CHECK_EQ(Tag, LOOK_TAG);
    InterlockedIncrement(&LookAllocated);
    return ExAllocatePoolWithTag(Type, Bytes, Tag);
}

static VOID NTAPI LookFree(PVOID Buffer)
{
    InterlockedIncrement(&LookFreed);
    ExFreePoolWithTag(Buffer, LOOK_TAG);
}

TEST(ExInitializeNPagedLookasideList, GivesBlocks)
{
    NPAGED_LOOKASIDE_LIST List;
    PVOID Block;

    ExInitializeNPagedLookasideList(&List, NULL, NULL, 0, LOOK_BYTES, LOOK_TAG, 0);
    Block = ExAllocateFromNPagedLookasideList(&List);
    if (CHECK(Block != NULL)) {
        RtlFillMemory(Block, LOOK_BYTES, 0x5A);
        ExFreeToNPagedLookasideList(&List, Block);
    }
    ExDeleteNPagedLookasideList(&List);
}

TEST_FORBIDDEN(ExInitializeNPagedLookasideList, KeepsWhatIsFreed)
{
    NPAGED_LOOKASIDE_LIST List;
    PVOID First, Second;

    ExInitializeNPagedLookasideList(&List, NULL, NULL, 0, LOOK_BYTES, LOOK_TAG, 0);
    First = ExAllocateFromNPagedLookasideList(&List);
    if (CHECK(First != NULL))
        ExFreeToNPagedLookasideList(&List, First);
    Second = ExAllocateFromNPagedLookasideList(&List);
    CHECK_PTR(Second, First);
    if (Second != NULL)
        ExFreeToNPagedLookasideList(&List, Second);
    ExDeleteNPagedLookasideList(&List);
}

TEST_FORBIDDEN(ExInitializeNPagedLookasideList, CallsTheDriversRoutines)
{
    static PVOID Block[LOOK_MANY];
    NPAGED_LOOKASIDE_LIST List;
    ULONG Index;

    LookAllocated = LookFreed = 0;
    ExInitializeNPagedLookasideList(&List, LookAllocate, LookFree, 0, LOOK_BYTES, LOOK_TAG, 0);
    for (Index = 0; Index < LOOK_MANY; Index++)
        Block[Index] = ExAllocateFromNPagedLookasideList(&List);
    CHECK_EQ(LookAllocated, LOOK_MANY);
    for (Index = 0; Index < LOOK_MANY; Index++) {
        if (CHECK(Block[Index] != NULL))
            ExFreeToNPagedLookasideList(&List, Block[Index]);
    }
    CHECK(LookFreed != 0);
    CHECK(LookFreed < LOOK_MANY);
    ExDeleteNPagedLookasideList(&List);
    CHECK_EQ(LookFreed, LOOK_MANY);
}

TEST(ExDeleteNPagedLookasideList, OfAnUnusedOne)
{
    NPAGED_LOOKASIDE_LIST List;

    LookFreed = 0;
    ExInitializeNPagedLookasideList(&List, LookAllocate, LookFree, 0, LOOK_BYTES, LOOK_TAG, 0);
    ExDeleteNPagedLookasideList(&List);
    CHECK_EQ(LookFreed, 0);
}

TEST(ExInitializePagedLookasideList, CallsTheDriversRoutines)
{
    PAGED_LOOKASIDE_LIST List;
    PVOID Block;

    LookAllocated = LookFreed = 0;
    ExInitializePagedLookasideList(&List, LookAllocate, LookFree, 0, LOOK_BYTES, LOOK_TAG, 0);
    Block = ExAllocateFromPagedLookasideList(&List);
    CHECK_EQ(LookAllocated, 1);
    if (CHECK(Block != NULL))
        ExFreeToPagedLookasideList(&List, Block);
    ExDeletePagedLookasideList(&List);
    CHECK_EQ(LookFreed, 1);
}

TEST_FORBIDDEN(ExAllocateFromPagedLookasideList, TheExportDoesTheSame)
{
    PVOID(NTAPI * Allocate)
    (PPAGED_LOOKASIDE_LIST) = (PVOID(NTAPI *)(PPAGED_LOOKASIDE_LIST))(ULONG_PTR)KtestExport(
        L"ExAllocateFromPagedLookasideList");
    VOID(NTAPI * Free)
    (PPAGED_LOOKASIDE_LIST, PVOID) = (VOID(NTAPI *)(PPAGED_LOOKASIDE_LIST, PVOID))(
        ULONG_PTR)KtestExport(L"ExFreeToPagedLookasideList");
    static PVOID Block[LOOK_MANY];
    PAGED_LOOKASIDE_LIST List;
    ULONG Index;

    if (Allocate == NULL || Free == NULL) {
        skip("not exported here");
        return;
    }
    LookAllocated = LookFreed = 0;
    ExInitializePagedLookasideList(&List, LookAllocate, LookFree, 0, LOOK_BYTES, LOOK_TAG, 0);
    for (Index = 0; Index < LOOK_MANY; Index++)
        Block[Index] = Allocate(&List);
    CHECK_EQ(LookAllocated, LOOK_MANY);
    for (Index = 0; Index < LOOK_MANY; Index++) {
        if (CHECK(Block[Index] != NULL))
            Free(&List, Block[Index]);
    }
    CHECK(LookFreed < LOOK_MANY);
    ExDeletePagedLookasideList(&List);
    CHECK_EQ(LookFreed, LOOK_MANY);
}

static VOID NTAPI LookThread(PVOID Context)
{
    PNPAGED_LOOKASIDE_LIST List = Context;
    ULONG Round;

    for (Round = 0; Round < 3000; Round++) {
        volatile LONG *Block = ExAllocateFromNPagedLookasideList(List);

        if (Block == NULL)
            continue;
        *Block = (LONG)Round;
        YieldProcessor();
        if (*Block != (LONG)Round)
            InterlockedIncrement(&LookAllocated);
        ExFreeToNPagedLookasideList(List, (PVOID)(ULONG_PTR)Block);
    }
}

TEST(ExInitializeNPagedLookasideList, ByManyThreads)
{
    static NPAGED_LOOKASIDE_LIST List;
    PVOID Thread[3];
    ULONG Index;

    LookAllocated = 0;
    ExInitializeNPagedLookasideList(&List, NULL, NULL, 0, LOOK_BYTES, LOOK_TAG, 0);
    for (Index = 0; Index < 3; Index++)
        Thread[Index] = KtestStartThread(LookThread, &List);
    for (Index = 0; Index < 3; Index++)
        KtestJoinThread(Thread[Index]);
    ExDeleteNPagedLookasideList(&List);
    CHECK_EQ(LookAllocated, 0);
}
