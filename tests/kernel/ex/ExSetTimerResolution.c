/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExSetTimerResolution and ExQueryTimerResolution - a finer resolution while anybody wants it.
 */
#include <ntddk.h>

#include "ktest.h"

typedef ULONG(NTAPI *SET)(ULONG, BOOLEAN);
typedef VOID(NTAPI *QUERY)(PULONG, PULONG, PULONG);

TEST(ExSetTimerResolution, WhileSomebodyWantsIt)
{
    SET Set = (SET)KtestExport(L"ExSetTimerResolution");
    ULONG Finer, Finest;

    if (!CHECK(Set != NULL))
        return;
    Finer = Set(50000, TRUE);
    CHECK(Finer != 0 && Finer <= 50000);
    Finest = Set(10000, TRUE);
    CHECK(Finest <= Finer);
    /* One still wants it. */
    CHECK(Set(0, FALSE) <= Finer);
    CHECK(Set(0, FALSE) >= Finest);
}

/* What is finer than there is becomes the finest there is. */
TEST(ExSetTimerResolution, FinerThanThereIs)
{
    SET Set = (SET)KtestExport(L"ExSetTimerResolution");
    ULONG Now;

    if (!CHECK(Set != NULL))
        return;
    Now = Set(1, TRUE);
    CHECK(Now > 1 && Now <= 10010);
    Set(0, FALSE);
}

TEST(ExQueryTimerResolution, BetweenTheFinestAndTheCoarsest)
{
    QUERY Query = (QUERY)KtestExport(L"ExQueryTimerResolution");
    SET Set = (SET)KtestExport(L"ExSetTimerResolution");
    ULONG Maximum = 0, Minimum = 0, Current = 0, Now;

    if (Query == NULL) {
        skip("newer than this Windows");
        return;
    }
    Query(&Maximum, &Minimum, &Current);
    CHECK(Minimum != 0);
    CHECK(Minimum <= Current && Current <= Maximum);
    Now = Set(20000, TRUE);
    Query(&Maximum, &Minimum, &Current);
    CHECK_EQ(Current, Now);
    Set(0, FALSE);
}
