/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCreateHeap, RtlDestroyHeap, RtlAllocateHeap, RtlFreeHeap, RtlSizeHeap, RtlZeroHeap - heaps of
 * one's own.
 */
#include "ktest.h"

#define NO_SERIALIZE        0x01
#define GROWABLE            0x02
#define GENERATE_EXCEPTIONS 0x04
#define ZERO_MEMORY         0x08

typedef NTSTATUS NTAPI COMMIT(PVOID Base, PVOID *CommitAddress, PSIZE_T CommitSize);

typedef struct PARAMETERS {
    ULONG Length;
    SIZE_T Sizes[8];
    COMMIT *CommitRoutine;
    SIZE_T Reserved[2];
} PARAMETERS;

NTSYSAPI PVOID NTAPI RtlCreateHeap(
    ULONG Flags, PVOID HeapBase, SIZE_T ReserveSize, SIZE_T CommitSize, PVOID Lock, PARAMETERS *);
NTSYSAPI PVOID NTAPI RtlDestroyHeap(PVOID HeapHandle);
NTSYSAPI PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size);
NTSYSAPI BOOLEAN NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress);
typedef SIZE_T NTAPI SIZE_HEAP(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress);
typedef NTSTATUS NTAPI ZERO_HEAP(PVOID HeapHandle, ULONG Flags);

TEST(RtlAllocateHeap, GivesBlocksOfTheirOwn)
{
    PVOID Heap = RtlCreateHeap(GROWABLE, NULL, 0, 0, NULL, NULL);
    PUCHAR One, Two;
    ULONG I;

    if (!CHECK(Heap != NULL))
        return;
    One = RtlAllocateHeap(Heap, 0, 100);
    Two = RtlAllocateHeap(Heap, ZERO_MEMORY, 3000);
    if (CHECK(One != NULL && Two != NULL)) {
        CHECK_EQ((ULONG_PTR)One % MEMORY_ALLOCATION_ALIGNMENT, 0);
        RtlFillMemory(One, 100, 0xAA);
        for (I = 0; I < 3000 && Two[I] == 0; I++)
            ;
        CHECK_EQ(I, 3000);
        RtlFillMemory(Two, 3000, 0xBB);
        CHECK_EQ(One[99], 0xAA);
    }
    CHECK(RtlFreeHeap(Heap, 0, One));
    CHECK_PTR(RtlDestroyHeap(Heap), NULL); /* with the other still there */
}

TEST(RtlAllocateHeap, StopsAtTheSizeOfAHeapThatMayNotGrow)
{
    PVOID Heap = RtlCreateHeap(0, NULL, 0x10000, 0, NULL, NULL);
    PVOID Block;
    ULONG Count = 0;

    if (!CHECK(Heap != NULL))
        return;
    while (Count < 100 && RtlAllocateHeap(Heap, 0, 4000) != NULL)
        Count++;
    CHECK(Count >= 8 && Count <= 16);
    CHECK_PTR(RtlAllocateHeap(Heap, 0, 4000), NULL);
    Block = RtlAllocateHeap(Heap, 0, 0x100000);
    CHECK_PTR(Block, NULL);
    RtlDestroyHeap(Heap);
}

TEST(RtlAllocateHeap, RaisesWhenItIsToldTo)
{
    PVOID Heap = RtlCreateHeap(GENERATE_EXCEPTIONS, NULL, 0x8000, 0, NULL, NULL);
    volatile NTSTATUS Status = STATUS_SUCCESS;

    if (!CHECK(Heap != NULL))
        return;
    __try {
        RtlAllocateHeap(Heap, 0, 0x100000);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_NO_MEMORY);
    RtlDestroyHeap(Heap);
}

TEST(RtlFreeHeap, MakesRoomAgain)
{
    PVOID Heap = RtlCreateHeap(NO_SERIALIZE, NULL, 0x8000, 0, NULL, NULL);
    ULONG I;

    if (!CHECK(Heap != NULL))
        return;
    for (I = 0; I < 100; I++) {
        PVOID Block = RtlAllocateHeap(Heap, 0, 0x4000);
        if (!CHECK(Block != NULL))
            break;
        CHECK(RtlFreeHeap(Heap, 0, Block));
    }
    CHECK(RtlFreeHeap(Heap, 0, NULL));
    RtlDestroyHeap(Heap);
}

TEST(RtlCreateHeap, UsesTheMemoryItIsGiven)
{
    PUCHAR Memory = ExAllocatePoolWithTag(PagedPool, 0x10000, 'tseT');
    PVOID Heap;
    PUCHAR Block[4];
    ULONG I;

    if (!CHECK(Memory != NULL))
        return;
    Heap = RtlCreateHeap(0, Memory, 0x10000, 0x10000, NULL, NULL);
    if (CHECK(Heap != NULL)) {
        for (I = 0; I < 4; I++) {
            Block[I] = RtlAllocateHeap(Heap, 0, 0x1000);
            CHECK(Block[I] > Memory && Block[I] + 0x1000 <= Memory + 0x10000);
            if (Block[I] != NULL)
                RtlFillMemory(Block[I], 0x1000, I + 1);
        }
        CHECK(RtlFreeHeap(Heap, 0, Block[1]));
        Block[1] = RtlAllocateHeap(Heap, 0, 0x1000);
        CHECK(Block[1] != NULL);
        CHECK_EQ(Block[0][0xFFF], 1);
        CHECK_EQ(Block[2][0], 3);
        CHECK_PTR(RtlAllocateHeap(Heap, 0, 0x10000), NULL);
        CHECK_PTR(RtlDestroyHeap(Heap), NULL);
    }
    ExFreePoolWithTag(Memory, 'tseT');
}

static ULONG Commits;

static NTSTATUS NTAPI Commit(PVOID Base, PVOID *CommitAddress, PSIZE_T CommitSize)
{
    (void)Base;
    (void)CommitAddress;
    (void)CommitSize;
    return ++Commits > 4 ? STATUS_NO_MEMORY : STATUS_SUCCESS;
}

TEST(RtlCreateHeap, AsksForMoreOfItsMemory)
{
    PARAMETERS Parameters;
    PUCHAR Memory = ExAllocatePoolWithTag(PagedPool, 0x40000, 'tseT');
    PVOID Heap;
    ULONG Count = 0;

    if (!CHECK(Memory != NULL))
        return;
    RtlZeroMemory(&Parameters, sizeof(Parameters));
    Parameters.Length = sizeof(Parameters);
    Parameters.CommitRoutine = Commit;
    Commits = 0;
    CHECK_PTR(RtlCreateHeap(GROWABLE, Memory, 0x40000, 0x4000, NULL, &Parameters), NULL);
    CHECK_PTR(RtlCreateHeap(0, NULL, 0x40000, 0x4000, NULL, &Parameters), NULL);
    Heap = RtlCreateHeap(0, Memory, 0x40000, 0x4000, NULL, &Parameters);
    if (CHECK(Heap != NULL)) {
        while (Count < 64 && RtlAllocateHeap(Heap, 0, 0x2000) != NULL)
            Count++;
        CHECK(Count > 0 && Count < 31);
        CHECK(Commits > 4);
        RtlDestroyHeap(Heap);
    }
    ExFreePoolWithTag(Memory, 'tseT');
}

TEST(RtlCreateHeap, TakesALock)
{
    PERESOURCE Lock = ExAllocatePoolWithTag(NonPagedPool, sizeof(ERESOURCE), 'tseT');
    PVOID Heap, Block;

    if (!CHECK(Lock != NULL))
        return;
    ExInitializeResourceLite(Lock);
    CHECK_PTR(RtlCreateHeap(NO_SERIALIZE | GROWABLE, NULL, 0, 0, Lock, NULL), NULL);
    Heap = RtlCreateHeap(GROWABLE, NULL, 0, 0, Lock, NULL);
    if (CHECK(Heap != NULL)) {
        Block = RtlAllocateHeap(Heap, 0, 10);
        CHECK(Block != NULL);
        CHECK(!ExIsResourceAcquiredExclusiveLite(Lock));
        CHECK(RtlFreeHeap(Heap, 0, Block));
        CHECK_PTR(RtlDestroyHeap(Heap), NULL);
    }
    ExDeleteResourceLite(Lock);
    ExFreePoolWithTag(Lock, 'tseT');
}

TEST(RtlDestroyHeap, RefusesNull)
{
    CHECK_PTR(RtlDestroyHeap(NULL), NULL);
}

TEST(RtlSizeHeap, GivesTheSizeAskedFor)
{
    SIZE_HEAP *Size = (SIZE_HEAP *)KtestExport(L"RtlSizeHeap");
    PVOID Heap = RtlCreateHeap(GROWABLE, NULL, 0, 0, NULL, NULL);
    PVOID Block;

    if (!CHECK(Heap != NULL))
        return;
    Block = RtlAllocateHeap(Heap, 0, 123);
    if (CHECK(Block != NULL) && Size != NULL)
        CHECK_EQ(Size(Heap, 0, Block), 123);
    RtlDestroyHeap(Heap);
}

TEST(RtlZeroHeap, LeavesBlocksAlone)
{
    ZERO_HEAP *Zero = (ZERO_HEAP *)KtestExport(L"RtlZeroHeap");
    PUCHAR Memory = ExAllocatePoolWithTag(PagedPool, 0x8000, 'tseT');
    PVOID Heap;
    PUCHAR Block, Other;

    if (!CHECK(Memory != NULL))
        return;
    Heap = RtlCreateHeap(0, Memory, 0x8000, 0x8000, NULL, NULL);
    if (CHECK(Heap != NULL)) {
        Block = RtlAllocateHeap(Heap, 0, 64);
        Other = RtlAllocateHeap(Heap, 0, 64);
        if (CHECK(Block != NULL && Other != NULL)) {
            RtlFillMemory(Block, 64, 0x5A);
            RtlFillMemory(Other, 64, 0x5A);
            RtlFreeHeap(Heap, 0, Block);
            if (Zero != NULL)
                CHECK_STATUS(Zero(Heap, 0), STATUS_SUCCESS);
            CHECK_EQ(Other[63], 0x5A);
        }
        RtlDestroyHeap(Heap);
    }
    ExFreePoolWithTag(Memory, 'tseT');
}
