/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExInitializeLookasideListEx, ExFlushLookasideListEx, ExDeleteLookasideListEx - newer than the
 * Windows we build for; by the layout newer headers have.
 */
#include "kthread.h"

#define LOOK_EX_TAG 'xooL'
#define LOOK_EX_BYTES 64

struct LOOK_EX;
typedef PVOID(NTAPI *LOOK_EX_ALLOCATE)(
    POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, struct LOOK_EX *List);
typedef VOID(NTAPI *LOOK_EX_FREE)(PVOID Buffer, struct LOOK_EX *List);

typedef struct DECLSPEC_ALIGN(16) LOOK_EX {
    SLIST_HEADER ListHead;
    USHORT Depth, MaximumDepth;
    ULONG TotalAllocates, AllocateMisses, TotalFrees, FreeMisses;
    POOL_TYPE Type;
    ULONG Tag, Size;
    LOOK_EX_ALLOCATE Allocate;
    LOOK_EX_FREE Free;
    LIST_ENTRY ListEntry;
    ULONG LastTotalAllocates, LastAllocateMisses;
    ULONG Future[2];
} LOOK_EX;

typedef NTSTATUS(NTAPI *LOOK_EX_INITIALIZE)(LOOK_EX *List, LOOK_EX_ALLOCATE Allocate,
    LOOK_EX_FREE Free, POOL_TYPE Type, ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth);
typedef VOID(NTAPI *LOOK_EX_END)(LOOK_EX *List);

static LOOK_EX_INITIALIZE LookInitialize;
static LOOK_EX_END LookFlush, LookDelete;
static LOOK_EX *LookSeen;
static LONG LookFrees;

static BOOLEAN FindThem(VOID)
{
    LookInitialize = (LOOK_EX_INITIALIZE)(ULONG_PTR)KtestExport(L"ExInitializeLookasideListEx");
    LookFlush = (LOOK_EX_END)(ULONG_PTR)KtestExport(L"ExFlushLookasideListEx");
    LookDelete = (LOOK_EX_END)(ULONG_PTR)KtestExport(L"ExDeleteLookasideListEx");
    if (LookInitialize != NULL && LookFlush != NULL && LookDelete != NULL)
        return TRUE;
    skip("newer than this Windows");
    return FALSE;
}

/* As ExAllocateFromLookasideListEx and ExFreeToLookasideListEx. */
static PVOID Get(LOOK_EX *List)
{
    PVOID Entry = ExpInterlockedPopEntrySList(&List->ListHead);

    return Entry != NULL ? Entry : List->Allocate(List->Type, List->Size, List->Tag, List);
}

static VOID Put(LOOK_EX *List, PVOID Entry)
{
    if (ExQueryDepthSList(&List->ListHead) >= List->Depth)
        List->Free(Entry, List);
    else
        ExpInterlockedPushEntrySList(&List->ListHead, Entry);
}

static PVOID NTAPI OwnAllocate(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, LOOK_EX *List)
{
    LookSeen = List;
    return ExAllocatePoolWithTag(Type, Bytes, Tag);
}

static VOID NTAPI OwnFree(PVOID Buffer, LOOK_EX *List)
{
    LookSeen = List;
    LookFrees++;
    ExFreePoolWithTag(Buffer, LOOK_EX_TAG);
}

TEST_FORBIDDEN(ExInitializeLookasideListEx, GivesBlocksOfEitherPool)
{
    static const POOL_TYPE Types[] = {NonPagedPool, PagedPool};
    LOOK_EX List;
    ULONG Index;

    if (!FindThem())
        return;
    for (Index = 0; Index < RTL_NUMBER_OF(Types); Index++) {
        PVOID Block;

        if (!CHECK_STATUS(
                LookInitialize(&List, NULL, NULL, Types[Index], 0, LOOK_EX_BYTES, LOOK_EX_TAG, 0),
                STATUS_SUCCESS))
            return;
        Block = Get(&List);
        if (CHECK(Block != NULL)) {
            RtlFillMemory(Block, LOOK_EX_BYTES, 0x5A);
            Put(&List, Block);
            CHECK_PTR(Get(&List), Block);
            Put(&List, Block);
        }
        LookDelete(&List);
    }
}

TEST(ExInitializeLookasideListEx, RoutinesAreToldTheList)
{
    LOOK_EX List;
    PVOID Block;

    if (!FindThem())
        return;
    LookSeen = NULL;
    LookFrees = 0;
    CHECK_STATUS(
        LookInitialize(&List, OwnAllocate, OwnFree, NonPagedPool, 0, LOOK_EX_BYTES, LOOK_EX_TAG, 0),
        STATUS_SUCCESS);
    Block = Get(&List);
    CHECK_PTR(LookSeen, &List);
    LookSeen = NULL;
    if (CHECK(Block != NULL))
        Put(&List, Block);
    LookDelete(&List);
    CHECK_PTR(LookSeen, &List);
    CHECK_EQ(LookFrees, 1);
}

TEST(ExFlushLookasideListEx, FreesWhatItKeeps)
{
    LOOK_EX List;
    PVOID Block[2];

    if (!FindThem())
        return;
    LookFrees = 0;
    CHECK_STATUS(
        LookInitialize(&List, OwnAllocate, OwnFree, PagedPool, 0, LOOK_EX_BYTES, LOOK_EX_TAG, 0),
        STATUS_SUCCESS);
    Block[0] = Get(&List);
    Block[1] = Get(&List);
    if (CHECK(Block[0] != NULL) && CHECK(Block[1] != NULL)) {
        Put(&List, Block[0]);
        Put(&List, Block[1]);
    }
    LookFlush(&List);
    CHECK_EQ(LookFrees, 2);
    CHECK_EQ(ExQueryDepthSList(&List.ListHead), 0);
    LookDelete(&List);
}

TEST(ExInitializeLookasideListEx, BadFlags)
{
    LOOK_EX List;

    if (!FindThem())
        return;
    CHECK_STATUS(LookInitialize(&List, NULL, NULL, NonPagedPool, 3, LOOK_EX_BYTES, LOOK_EX_TAG, 0),
        STATUS_INVALID_PARAMETER_5);
}
