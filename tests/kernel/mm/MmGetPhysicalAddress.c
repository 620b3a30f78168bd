/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmGetPhysicalAddress - the page and the byte in it.
 */
#include "mdl_test.h"

TEST(MmGetPhysicalAddress, KeepsTheOffsetInThePage)
{
    UCHAR *Buffer = MdlTestAllocate(2 * PAGE_SIZE);
    PHYSICAL_ADDRESS Start, Middle, Last;

    if (Buffer == NULL)
        return;
    Start = MmGetPhysicalAddress(Buffer);
    Middle = MmGetPhysicalAddress(Buffer + 0x123);
    Last = MmGetPhysicalAddress(Buffer + PAGE_SIZE - 1);
    CHECK(Start.QuadPart != 0);
    CHECK_EQ(Start.QuadPart & (PAGE_SIZE - 1), 0);
    CHECK_EQ(Middle.QuadPart, Start.QuadPart + 0x123);
    CHECK_EQ(Last.QuadPart, Start.QuadPart + PAGE_SIZE - 1);
    MdlTestFree(Buffer);
}

TEST(MmGetPhysicalAddress, DiffersFromPageToPage)
{
    UCHAR *Buffer = MdlTestAllocate(4 * PAGE_SIZE);
    PHYSICAL_ADDRESS Page[4];
    ULONG First, Second;

    if (Buffer == NULL)
        return;
    for (First = 0; First < 4; First++)
        Page[First] = MmGetPhysicalAddress(Buffer + (SIZE_T)First * PAGE_SIZE);
    for (First = 0; First < 4; First++) {
        for (Second = 0; Second < First; Second++)
            CHECK(Page[First].QuadPart != Page[Second].QuadPart);
    }
    MdlTestFree(Buffer);
}

/* Code and data of a driver are memory like any other. */
TEST(MmGetPhysicalAddress, KnowsTheDriversImage)
{
    static ULONG InThisDriver;

    CHECK(MmGetPhysicalAddress(&InThisDriver).QuadPart != 0);
    CHECK(MmGetPhysicalAddress((PVOID)(ULONG_PTR)MdlTestFree).QuadPart != 0);
}

TEST(MmGetPhysicalAddress, WorksAtDispatchLevel)
{
    UCHAR *Buffer = MdlTestAllocate(PAGE_SIZE);
    PHYSICAL_ADDRESS Low, High;
    KIRQL Old;

    if (Buffer == NULL)
        return;
    Low = MmGetPhysicalAddress(Buffer);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    High = MmGetPhysicalAddress(Buffer);
    KeLowerIrql(Old);
    CHECK_EQ(Low.QuadPart, High.QuadPart);
    MdlTestFree(Buffer);
}
