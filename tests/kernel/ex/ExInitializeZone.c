/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExInitializeZone, ExExtendZone, ExInterlockedExtendZone - memory in blocks of one size.
 */
#include "ktest.h"

#define BLOCK 32

typedef struct ZONE {
    SINGLE_LIST_ENTRY FreeList;
    SINGLE_LIST_ENTRY SegmentList;
    ULONG BlockSize;
    ULONG TotalSegmentSize;
} ZONE;

typedef struct SEGMENT {
    SINGLE_LIST_ENTRY SegmentList;
    PVOID Reserved;
} SEGMENT;

typedef NTSTATUS NTAPI INITIALIZE(ZONE *Zone, ULONG BlockSize, PVOID Segment, ULONG SegmentSize);
typedef NTSTATUS NTAPI EXTEND(ZONE *Zone, PVOID Segment, ULONG SegmentSize);
typedef NTSTATUS NTAPI EXTEND_LOCKED(
    ZONE *Zone, PVOID Segment, ULONG SegmentSize, PKSPIN_LOCK Lock);

static DECLSPEC_ALIGN(16) UCHAR First[256], Second[256];
static ZONE Zone;

/* How many free blocks there are; each is inside one of the segments, behind its header. */
static ULONG CountBlocks(VOID)
{
    PSINGLE_LIST_ENTRY Entry = Zone.FreeList.Next;
    ULONG Count = 0;

    for (; Entry != NULL && Count < 100; Entry = Entry->Next, Count++) {
        PUCHAR Block = (PUCHAR)Entry;
        CHECK((Block >= First + sizeof(SEGMENT) && Block + BLOCK <= First + sizeof(First)) ||
              (Block >= Second + sizeof(SEGMENT) && Block + BLOCK <= Second + sizeof(Second)));
    }
    return Count;
}

TEST(ExInitializeZone, CutsASegmentIntoBlocks)
{
    INITIALIZE *Initialize = (INITIALIZE *)KtestExport(L"ExInitializeZone");
    PSINGLE_LIST_ENTRY Block;

    if (Initialize == NULL) {
        skip("not exported by this Windows");
        return;
    }
    CHECK_STATUS(Initialize(&Zone, BLOCK, First, sizeof(First)), STATUS_SUCCESS);
    CHECK_EQ(Zone.BlockSize, BLOCK);
    CHECK_EQ(CountBlocks(), (sizeof(First) - sizeof(SEGMENT)) / BLOCK);
    Block = PopEntryList(&Zone.FreeList);
    RtlFillMemory(Block, BLOCK, 0xEE);
    CHECK_EQ(CountBlocks(), (sizeof(First) - sizeof(SEGMENT)) / BLOCK - 1);
    PushEntryList(&Zone.FreeList, Block);
    CHECK_EQ(CountBlocks(), (sizeof(First) - sizeof(SEGMENT)) / BLOCK);
}

TEST(ExInitializeZone, RefusesWhatIsNotAligned)
{
    INITIALIZE *Initialize = (INITIALIZE *)KtestExport(L"ExInitializeZone");

    if (Initialize == NULL) {
        skip("not exported by this Windows");
        return;
    }
    CHECK_STATUS(Initialize(&Zone, BLOCK + 1, First, sizeof(First)), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Initialize(&Zone, BLOCK, First + 1, sizeof(First) - 1), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        Initialize(&Zone, sizeof(First) + 8, First, sizeof(First)), STATUS_INVALID_PARAMETER);
}

TEST(ExExtendZone, AddsBlocks)
{
    INITIALIZE *Initialize = (INITIALIZE *)KtestExport(L"ExInitializeZone");
    EXTEND *Extend = (EXTEND *)KtestExport(L"ExExtendZone");

    if (Initialize == NULL || Extend == NULL) {
        skip("not exported by this Windows");
        return;
    }
    CHECK_STATUS(Initialize(&Zone, BLOCK, First, sizeof(First)), STATUS_SUCCESS);
    CHECK_STATUS(Extend(&Zone, Second + 4, sizeof(Second) - 8), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(Extend(&Zone, Second, sizeof(Second) - 1), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(Extend(&Zone, Second, BLOCK - 8), STATUS_UNSUCCESSFUL);
    CHECK_EQ(CountBlocks(), (sizeof(First) - sizeof(SEGMENT)) / BLOCK);
    CHECK_STATUS(Extend(&Zone, Second, sizeof(Second)), STATUS_SUCCESS);
    CHECK_EQ(CountBlocks(), 2 * ((sizeof(First) - sizeof(SEGMENT)) / BLOCK));
    CHECK_PTR(Zone.SegmentList.Next, Second);
    CHECK_PTR(Zone.SegmentList.Next->Next, First);
}

TEST(ExInterlockedExtendZone, AddsBlocksUnderALock)
{
    INITIALIZE *Initialize = (INITIALIZE *)KtestExport(L"ExInitializeZone");
    EXTEND_LOCKED *Extend = (EXTEND_LOCKED *)KtestExport(L"ExInterlockedExtendZone");
    KSPIN_LOCK Lock;

    if (Initialize == NULL || Extend == NULL) {
        skip("not exported by this Windows");
        return;
    }
    KeInitializeSpinLock(&Lock);
    CHECK_STATUS(Initialize(&Zone, BLOCK, First, sizeof(First)), STATUS_SUCCESS);
    CHECK_STATUS(Extend(&Zone, Second, sizeof(Second) - 1, &Lock), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(Extend(&Zone, Second, sizeof(Second), &Lock), STATUS_SUCCESS);
    CHECK_EQ(CountBlocks(), 2 * ((sizeof(First) - sizeof(SEGMENT)) / BLOCK));
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
