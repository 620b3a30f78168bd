/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExInterlockedAddLargeInteger, ExInterlockedAddUlong - sums under a spin lock.
 */
#include "kthread.h"

TEST(ExInterlockedAddLargeInteger, ReturnsWhatWasThere)
{
    LARGE_INTEGER Sum, Add;
    KSPIN_LOCK Lock;

    KeInitializeSpinLock(&Lock);
    Sum.QuadPart = 0x1FFFFFFFFLL;
    Add.QuadPart = 1;
    CHECK_EQ(ExInterlockedAddLargeInteger(&Sum, Add, &Lock).QuadPart, 0x1FFFFFFFFLL);
    CHECK_EQ(Sum.QuadPart, 0x200000000LL);
    Add.QuadPart = -2;
    CHECK_EQ(ExInterlockedAddLargeInteger(&Sum, Add, &Lock).QuadPart, 0x200000000LL);
    CHECK_EQ(Sum.QuadPart, 0x1FFFFFFFELL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

typedef struct SUM_TEST {
    ULONG Sum;
    KSPIN_LOCK Lock;
} SUM_TEST;

static VOID NTAPI SumThread(PVOID Context)
{
    SUM_TEST *Test = Context;
    ULONG Round;

    for (Round = 0; Round < 5000; Round++)
        ExInterlockedAddUlong(&Test->Sum, 1, &Test->Lock);
}

TEST(ExInterlockedAddUlong, ByManyThreads)
{
    SUM_TEST Test = {0};
    PVOID Thread[3];
    ULONG Index;

    KeInitializeSpinLock(&Test.Lock);
    CHECK_EQ(ExInterlockedAddUlong(&Test.Sum, 7, &Test.Lock), 0);
    CHECK_EQ(ExInterlockedAddUlong(&Test.Sum, (ULONG)-7, &Test.Lock), 7);
    for (Index = 0; Index < 3; Index++)
        Thread[Index] = KtestStartThread(SumThread, &Test);
    for (Index = 0; Index < 3; Index++)
        KtestJoinThread(Thread[Index]);
    CHECK_EQ(Test.Sum, 15000);
}
