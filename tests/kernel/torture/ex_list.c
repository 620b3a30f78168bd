/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Interlocked lists, lookaside lists and pool, taken from and given to by several threads: each
 * block has one owner at a time, and nobody else writes to it.
 */
#include "torture.h"

/* ---- a block says whose it is, in all its bytes ---------------------------------------------- */

#define BLOCK_BYTES 96

static VOID BlockTake(TORTURE_THREAD *Self, PVOID Block, SIZE_T Bytes)
{
    RtlFillMemory(Block, Bytes, (UCHAR)(Self->Index + 1));
}

static VOID BlockGive(TORTURE_THREAD *Self, PVOID Block, SIZE_T Bytes)
{
    const UCHAR *Byte = Block;
    SIZE_T At;

    for (At = 0; At < Bytes; At++) {
        if (!TORTURE_CHECK(Self->Torture, Byte[At] == (UCHAR)(Self->Index + 1)))
            return;
    }
}

/* ---- interlocked lists ----------------------------------------------------------------------- */

#define LIST_BLOCKS 16

typedef struct DECLSPEC_ALIGN(16) LIST_BLOCK {
    union {
        SLIST_ENTRY Sequenced;
        LIST_ENTRY Double;
        SINGLE_LIST_ENTRY Single;
    } Link;
    volatile LONG Users;
} LIST_BLOCK;

typedef struct LIST_RACE {
    DECLSPEC_ALIGN(16) SLIST_HEADER Sequenced;
    LIST_ENTRY Double;
    SINGLE_LIST_ENTRY Single;
    KSPIN_LOCK Lock[2];
    LIST_BLOCK Block[3][LIST_BLOCKS];
} LIST_RACE;

static VOID ListRaceUse(TORTURE_THREAD *Self, LIST_BLOCK *Block)
{
    TORTURE_CHECK(Self->Torture, InterlockedIncrement(&Block->Users) == 1);
    InterlockedDecrement(&Block->Users);
}

static VOID NTAPI ListRaceThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    LIST_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        PSLIST_ENTRY Sequenced = ExpInterlockedPopEntrySList(&Race->Sequenced);
        PLIST_ENTRY Double = ExInterlockedRemoveHeadList(&Race->Double, &Race->Lock[0]);
        PSINGLE_LIST_ENTRY Single = ExInterlockedPopEntryList(&Race->Single, &Race->Lock[1]);

        if (Sequenced != NULL) {
            ListRaceUse(Self, CONTAINING_RECORD(Sequenced, LIST_BLOCK, Link.Sequenced));
            ExpInterlockedPushEntrySList(&Race->Sequenced, Sequenced);
        }
        if (Double != NULL) {
            ListRaceUse(Self, CONTAINING_RECORD(Double, LIST_BLOCK, Link.Double));
            if (TortureRandom(Self, 2) != 0)
                ExInterlockedInsertHeadList(&Race->Double, Double, &Race->Lock[0]);
            else
                ExInterlockedInsertTailList(&Race->Double, Double, &Race->Lock[0]);
        }
        if (Single != NULL) {
            ListRaceUse(Self, CONTAINING_RECORD(Single, LIST_BLOCK, Link.Single));
            ExInterlockedPushEntryList(&Race->Single, Single, &Race->Lock[1]);
        }
    }
}

TEST(ExInterlockedInsertTailList, EachEntryHasOneOwner)
{
    static LIST_RACE Race;
    TORTURE Torture;
    ULONG Index, Count[3] = {0};

    TortureBegin(&Torture, 10000);
    RtlZeroMemory(&Race, sizeof(Race));
    InitializeSListHead(&Race.Sequenced);
    InitializeListHead(&Race.Double);
    KeInitializeSpinLock(&Race.Lock[0]);
    KeInitializeSpinLock(&Race.Lock[1]);
    for (Index = 0; Index < LIST_BLOCKS; Index++) {
        ExpInterlockedPushEntrySList(&Race.Sequenced, &Race.Block[0][Index].Link.Sequenced);
        ExInterlockedInsertTailList(&Race.Double, &Race.Block[1][Index].Link.Double, &Race.Lock[0]);
        ExInterlockedPushEntryList(&Race.Single, &Race.Block[2][Index].Link.Single, &Race.Lock[1]);
    }
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, ListRaceThread, &Race);
    TortureJoin(&Torture);
    while (ExpInterlockedPopEntrySList(&Race.Sequenced) != NULL)
        Count[0]++;
    while (ExInterlockedRemoveHeadList(&Race.Double, &Race.Lock[0]) != NULL)
        Count[1]++;
    while (ExInterlockedPopEntryList(&Race.Single, &Race.Lock[1]) != NULL)
        Count[2]++;
    for (Index = 0; Index < 3; Index++)
        CHECK_EQ(Count[Index], LIST_BLOCKS);
}

/* ---- lookaside lists ------------------------------------------------------------------------- */

typedef struct LOOKASIDE_RACE {
    NPAGED_LOOKASIDE_LIST NonPaged;
    PAGED_LOOKASIDE_LIST Paged;
} LOOKASIDE_RACE;

static VOID NTAPI LookasideThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    LOOKASIDE_RACE *Race = Self->Context;
    PVOID Block[6];

    while (TortureGoesOn(Self)) {
        BOOLEAN Paged = TortureRandom(Self, 2) != 0;
        ULONG Count = 1 + TortureRandom(Self, RTL_NUMBER_OF(Block)), Index;

        for (Index = 0; Index < Count; Index++) {
            Block[Index] = Paged ? ExAllocateFromPagedLookasideList(&Race->Paged) :
                                   ExAllocateFromNPagedLookasideList(&Race->NonPaged);
            if (Block[Index] != NULL)
                BlockTake(Self, Block[Index], BLOCK_BYTES);
        }
        for (Index = 0; Index < Count; Index++) {
            if (Block[Index] == NULL)
                continue;
            BlockGive(Self, Block[Index], BLOCK_BYTES);
            if (Paged)
                ExFreeToPagedLookasideList(&Race->Paged, Block[Index]);
            else
                ExFreeToNPagedLookasideList(&Race->NonPaged, Block[Index]);
        }
    }
}

TEST(ExInitializeNPagedLookasideList, EachBlockHasOneOwner)
{
    static DECLSPEC_ALIGN(64) LOOKASIDE_RACE Race;
    TORTURE Torture;
    ULONG Index;

    TortureBegin(&Torture, 5000);
    ExInitializeNPagedLookasideList(&Race.NonPaged, NULL, NULL, 0, BLOCK_BYTES, TORTURE_TAG, 0);
    ExInitializePagedLookasideList(&Race.Paged, NULL, NULL, 0, BLOCK_BYTES, TORTURE_TAG, 0);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, LookasideThread, &Race);
    TortureJoin(&Torture);
    ExDeleteNPagedLookasideList(&Race.NonPaged);
    ExDeletePagedLookasideList(&Race.Paged);
}

/* ---- pool: freed by another thread than allocated it ----------------------------------------- */

#define POOL_PLACES 16

typedef struct POOL_BLOCK {
    SIZE_T Bytes;
    ULONG Pattern;
} POOL_BLOCK;

static VOID PoolFill(POOL_BLOCK *Block)
{
    PULONG Word = (PULONG)(Block + 1);
    SIZE_T At;

    for (At = 0; At < (Block->Bytes - sizeof(*Block)) / sizeof(ULONG); At++)
        Word[At] = Block->Pattern + (ULONG)At;
}

static BOOLEAN PoolHolds(const POOL_BLOCK *Block)
{
    const ULONG *Word = (const ULONG *)(Block + 1);
    SIZE_T At;

    for (At = 0; At < (Block->Bytes - sizeof(*Block)) / sizeof(ULONG); At++) {
        if (Word[At] != Block->Pattern + (ULONG)At)
            return FALSE;
    }
    return TRUE;
}

static VOID NTAPI PoolThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    POOL_BLOCK *volatile *Places = Self->Context;

    while (TortureGoesOn(Self)) {
        ULONG Place = TortureRandom(Self, POOL_PLACES);
        SIZE_T Bytes = sizeof(POOL_BLOCK) +
            TortureRandom(Self, TortureRandom(Self, 20) == 0 ? 20000 : 600);
        POOL_BLOCK *Block = ExAllocatePoolWithTag(
            TortureRandom(Self, 2) != 0 ? NonPagedPool : PagedPool, Bytes, TORTURE_TAG);

        if (!TORTURE_CHECK(Self->Torture, Block != NULL))
            return;
        Block->Bytes = Bytes;
        Block->Pattern = TortureRandom(Self, 0x1000000);
        PoolFill(Block);
        Block = TortureExchange(&Places[Place], Block);
        if (Block != NULL) {
            TORTURE_CHECK(Self->Torture, PoolHolds(Block));
            ExFreePoolWithTag(Block, TORTURE_TAG);
        }
    }
}

TEST(ExAllocatePoolWithTag, FreedElsewhere)
{
    TORTURE Torture;
    POOL_BLOCK *volatile Places[POOL_PLACES] = {NULL};
    ULONG Index;

    TortureBegin(&Torture, 5000);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, PoolThread, (PVOID)(ULONG_PTR)Places);
    TortureJoin(&Torture);
    for (Index = 0; Index < POOL_PLACES; Index++) {
        if (Places[Index] == NULL)
            continue;
        CHECK(PoolHolds(Places[Index]));
        ExFreePoolWithTag(Places[Index], TORTURE_TAG);
    }
}
