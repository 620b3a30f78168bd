/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetSystemAffinityThread, KeRevertToUserAffinityThread, their Ex forms, KeSetAffinityThread and
 * KeSetIdealProcessorThread - a thread is where it says, and goes back to where it may be.
 */
#include <ntddk.h>

#include "ktest.h"

typedef KAFFINITY(NTAPI *SET_EX)(KAFFINITY);
typedef VOID(NTAPI *REVERT_EX)(KAFFINITY);
typedef KAFFINITY(NTAPI *SET_THREAD)(PKTHREAD, KAFFINITY);
typedef UCHAR(NTAPI *SET_IDEAL)(PKTHREAD, UCHAR);
typedef KPRIORITY(NTAPI *SET_BASE)(PKTHREAD, KPRIORITY);

#define BIT(Number) ((KAFFINITY)1 << (Number))

static ULONG Highest(VOID)
{
    KAFFINITY Active = KeQueryActiveProcessors();
    ULONG Number = 0;

    while (Active >> Number > 1)
        Number++;
    return Number;
}

TEST(KeSetSystemAffinityThread, OnEachProcessor)
{
    KAFFINITY Active = KeQueryActiveProcessors();
    ULONG Number;

    for (Number = 0; Number <= Highest(); Number++) {
        if (!(Active & BIT(Number)))
            continue;
        KeSetSystemAffinityThread(BIT(Number));
        CHECK_EQ(KeGetCurrentProcessorNumber(), Number);
    }
    KeRevertToUserAffinityThread();
    CHECK(Active & BIT(KeGetCurrentProcessorNumber()));
}

/* A set with more than one leaves it to the system. */
TEST(KeSetSystemAffinityThread, OneOfSeveral)
{
    KAFFINITY Active = KeQueryActiveProcessors();

    KeSetSystemAffinityThread(Active);
    CHECK(Active & BIT(KeGetCurrentProcessorNumber()));
    KeRevertToUserAffinityThread();
}

TEST(KeSetSystemAffinityThreadEx, NestedOnes)
{
    SET_EX Set = (SET_EX)KtestExport(L"KeSetSystemAffinityThreadEx");
    REVERT_EX Revert = (REVERT_EX)KtestExport(L"KeRevertToUserAffinityThreadEx");
    KAFFINITY First, Second;

    if (Set == NULL || Revert == NULL) {
        skip("newer than this Windows");
        return;
    }
    First = Set(BIT(0));
    CHECK_EQ(First, 0);
    CHECK_EQ(KeGetCurrentProcessorNumber(), 0);
    Second = Set(BIT(Highest()));
    CHECK_EQ(Second, BIT(0));
    CHECK_EQ(KeGetCurrentProcessorNumber(), Highest());
    Revert(Second);
    CHECK_EQ(KeGetCurrentProcessorNumber(), 0);
    Revert(First);
    CHECK_EQ(Set(BIT(0)), 0);
    Revert(0);
}

TEST(KeSetAffinityThread, TheSystemAffinityStandsBeforeIt)
{
    SET_THREAD Set = (SET_THREAD)KtestExport(L"KeSetAffinityThread");
    KAFFINITY Before;

    if (Set == NULL) {
        skip("not on this Windows");
        return;
    }
    Before = Set(KeGetCurrentThread(), BIT(Highest()));
    CHECK_EQ(KeGetCurrentProcessorNumber(), Highest());
    KeSetSystemAffinityThread(BIT(0));
    CHECK_EQ(KeGetCurrentProcessorNumber(), 0);
    KeRevertToUserAffinityThread();
    CHECK_EQ(KeGetCurrentProcessorNumber(), Highest());
    CHECK_EQ(Set(KeGetCurrentThread(), Before), BIT(Highest()));
}

TEST(KeSetIdealProcessorThread, ReturnsTheOneBefore)
{
    SET_IDEAL Set = (SET_IDEAL)KtestExport(L"KeSetIdealProcessorThread");
    UCHAR Before;

    if (Set == NULL) {
        skip("not on this Windows");
        return;
    }
    Before = Set(KeGetCurrentThread(), 0);
    CHECK_EQ(Set(KeGetCurrentThread(), (UCHAR)Highest()), 0);
    CHECK_EQ(Set(KeGetCurrentThread(), Before), Highest());
}

TEST(KeSetActualBasePriorityThread, ReturnsTheOneBefore)
{
    SET_BASE Set = (SET_BASE)KtestExport(L"KeSetActualBasePriorityThread");
    KPRIORITY Before;

    if (Set == NULL) {
        skip("not on this Windows");
        return;
    }
    Before = Set(KeGetCurrentThread(), 10);
    CHECK_EQ(KeQueryPriorityThread(KeGetCurrentThread()), 10);
    CHECK_EQ(Set(KeGetCurrentThread(), Before), 10);
}
