/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInvalidateAllCaches, KeInvalidateRangeAllCaches, KeFlushEntireTb, KeFlushWriteBuffer and what
 * goes with them - memory is what it was before.
 */
#include <ntddk.h>

#include "ktest.h"

typedef BOOLEAN(NTAPI *INVALIDATE_ALL)(VOID);
typedef VOID(FASTCALL *INVALIDATE_RANGE)(PVOID, ULONG);
typedef VOID(NTAPI *FLUSH_TB)(BOOLEAN, BOOLEAN);
typedef VOID(NTAPI *FLUSH)(VOID);
typedef ULONG(NTAPI *ALIGNMENT)(VOID);
typedef VOID(NTAPI *COHERENCY)(ULONG);

TEST(KeInvalidateAllCaches, MemoryStays)
{
    INVALIDATE_ALL All = (INVALIDATE_ALL)KtestExport(L"KeInvalidateAllCaches");
    volatile ULONG Value = 0x12345678;

    if (All == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(All());
    CHECK_EQ(Value, 0x12345678);
}

TEST(KeInvalidateRangeAllCaches, MemoryStays)
{
    INVALIDATE_RANGE Range = (INVALIDATE_RANGE)KtestExport(L"KeInvalidateRangeAllCaches");
    PUCHAR Memory = ExAllocatePoolWithTag(NonPagedPool, 1000, 'caCT');
    ULONG Index, Wrong = 0;

    if (Range == NULL) {
        skip("newer than this Windows");
        ExFreePool(Memory);
        return;
    }
    for (Index = 0; Index < 1000; Index++)
        Memory[Index] = (UCHAR)Index;
    Range(Memory + 3, 900);
    Range(Memory, 0);
    for (Index = 0; Index < 1000; Index++)
        Wrong += Memory[Index] != (UCHAR)Index;
    CHECK_EQ(Wrong, 0);
    ExFreePool(Memory);
}

TEST(KeFlushEntireTb, MappingsStay)
{
    FLUSH_TB Flush = (FLUSH_TB)KtestExport(L"KeFlushEntireTb");
    volatile ULONG Value = 7;

    if (Flush == NULL) {
        skip("not on this Windows");
        return;
    }
    Flush(TRUE, TRUE);
    Flush(FALSE, FALSE);
    CHECK_EQ(Value, 7);
}

TEST(KeFlushWriteBuffer, StoresAreSeen)
{
    FLUSH Flush = (FLUSH)KtestExport(L"KeFlushWriteBuffer");
    volatile ULONG Value = 7;

    if (Flush == NULL) {
        skip("not on this Windows");
        return;
    }
    Value = 8;
    Flush();
    CHECK_EQ(Value, 8);
}

TEST(KeGetRecommendedSharedDataAlignment, ALine)
{
    ALIGNMENT Alignment = (ALIGNMENT)KtestExport(L"KeGetRecommendedSharedDataAlignment");

    if (Alignment == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Alignment() >= 32 && (Alignment() & (Alignment() - 1)) == 0);
}

TEST(KeSetDmaIoCoherency, ChangesNothingOnAPc)
{
    COHERENCY Set = (COHERENCY)KtestExport(L"KeSetDmaIoCoherency");
    volatile ULONG Value = 7;

    if (Set == NULL) {
        skip("not on this Windows");
        return;
    }
    Set(0);
    CHECK_EQ(Value, 7);
}

TEST(KeDcacheFlushCount, IsThere)
{
    ULONG *Count = KtestExport(L"KeDcacheFlushCount");

    if (Count == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK(MmIsAddressValid(Count));
    CHECK(*Count != 0xFFFFFFFF);
}
