/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * MmMapIoSpace, MmUnmapIoSpace, contiguous memory. On Windows 10 1803 and later mapping RAM that is
 * in use may be refused: the tests accept that.
 */
#include <ntddk.h>

#include "ktest.h"

#define PATTERN 0x5AA5C33Cu

static PHYSICAL_ADDRESS Anywhere(void)
{
    PHYSICAL_ADDRESS Address;
    Address.QuadPart = -1;
    Address.HighPart &= 0x7FFFFFFF;
    return Address;
}

TEST(MmMapIoSpace, ShowsTheSamePage)
{
    ULONG *Memory = MmAllocateContiguousMemory(PAGE_SIZE, Anywhere());
    CHECK(Memory != NULL);
    if (Memory == NULL)
        return;
    Memory[5] = PATTERN;
    ULONG *View = MmMapIoSpace(MmGetPhysicalAddress(Memory), PAGE_SIZE, MmCached);
    if (View != NULL) {
        CHECK(View[5] == PATTERN);
        View[6] = ~PATTERN;
        CHECK(Memory[6] == ~PATTERN);
        CHECK(MmGetPhysicalAddress(View).QuadPart == MmGetPhysicalAddress(Memory).QuadPart);
        MmUnmapIoSpace(View, PAGE_SIZE);
    }
    MmFreeContiguousMemory(Memory);
}

TEST(MmAllocateContiguousMemory, FollowsInPhysicalMemory)
{
    SIZE_T Bytes = 16 * PAGE_SIZE;
    PUCHAR Memory = MmAllocateContiguousMemory(Bytes, Anywhere());
    CHECK(Memory != NULL);
    if (Memory == NULL)
        return;
    CHECK(((ULONG_PTR)Memory & (PAGE_SIZE - 1)) == 0);
    LONGLONG First = MmGetPhysicalAddress(Memory).QuadPart;
    for (SIZE_T Offset = 0; Offset < Bytes; Offset += PAGE_SIZE)
        CHECK(MmGetPhysicalAddress(Memory + Offset).QuadPart == First + (LONGLONG)Offset);
    MmFreeContiguousMemory(Memory);
}

TEST(MmAllocateContiguousMemory, TooMuchIsNull)
{
    CHECK(MmAllocateContiguousMemory(~(SIZE_T)0 >> 1, Anywhere()) == NULL);
}
