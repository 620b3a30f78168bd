/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryActiveProcessors and its kin - the processors there are; they agree with one another.
 */
#include "ktest.h"

static ULONG CountBits(KAFFINITY Mask)
{
    ULONG Count = 0;

    for (; Mask != 0; Mask &= Mask - 1)
        Count++;
    return Count;
}

TEST(KeQueryActiveProcessors, HasTheCurrentOne)
{
    KAFFINITY Processors = KeQueryActiveProcessors();

    CHECK(Processors & 1);
    CHECK(Processors >> KeGetCurrentProcessorNumber() & 1);
}

TEST(KeQueryActiveProcessorCount, AgreesWithTheMask)
{
    ULONG(NTAPI * Count)
    (KAFFINITY * Mask) = (ULONG(NTAPI *)(KAFFINITY *))(ULONG_PTR)KtestExport(
        L"KeQueryActiveProcessorCount");
    KAFFINITY Mask = 0;

    if (Count == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Count(&Mask), CountBits(KeQueryActiveProcessors()));
    CHECK_EQ(Mask, KeQueryActiveProcessors());
    CHECK_EQ(Count(NULL), CountBits(Mask));
}

TEST(KeQueryMaximumProcessorCount, IsNoLess)
{
    ULONG(NTAPI * Count)
    (VOID) = (ULONG(NTAPI *)(VOID))(ULONG_PTR)KtestExport(L"KeQueryMaximumProcessorCount");

    if (Count == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Count() >= CountBits(KeQueryActiveProcessors()));
}

static VOID CheckGroups(const WCHAR *Name)
{
    ULONG(NTAPI *Count)(USHORT Group) = (ULONG(NTAPI *)(USHORT))(ULONG_PTR)KtestExport(Name);

    if (Count == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Count(0) >= 1);
    CHECK(Count(0xFFFF) >= Count(0));
    CHECK_EQ(Count(0xFF), 0);
}

TEST(KeQueryActiveProcessorCountEx, ByGroup)
{
    CheckGroups(L"KeQueryActiveProcessorCountEx");
}

TEST(KeQueryMaximumProcessorCountEx, ByGroup)
{
    CheckGroups(L"KeQueryMaximumProcessorCountEx");
}

TEST(KeGetCurrentProcessorNumberEx, AgreesWithTheIndex)
{
    typedef struct PLACE {
        USHORT Group;
        UCHAR Number;
        UCHAR Reserved;
    } PLACE;
    ULONG(NTAPI * Current)
    (PLACE * Place) = (ULONG(NTAPI *)(PLACE *))(ULONG_PTR)KtestExport(
        L"KeGetCurrentProcessorNumberEx");
    PLACE Place = {0xFFFF, 0xFF, 0xFF};
    KIRQL Old;

    if (Current == NULL) {
        skip("newer than this Windows");
        return;
    }
    KeRaiseIrql(DISPATCH_LEVEL, &Old); /* stays on its processor */
    CHECK_EQ(Current(&Place), KeGetCurrentProcessorNumber());
    CHECK_EQ(Place.Number, KeGetCurrentProcessorNumber());
    CHECK_EQ(Place.Group, 0);
    CHECK_EQ(Place.Reserved, 0);
    CHECK_EQ(Current(NULL), KeGetCurrentProcessorNumber());
    KeLowerIrql(Old);
}

TEST(KeNumberProcessors, AgreesWithTheMask)
{
    const CCHAR *Number = KtestExport(L"KeNumberProcessors");

    if (!CHECK(Number != NULL))
        return;
    CHECK_EQ(*Number, CountBits(KeQueryActiveProcessors()));
}
