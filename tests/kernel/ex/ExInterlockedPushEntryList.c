/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExInterlockedPushEntryList, ExInterlockedPopEntryList - a stack under a spin lock.
 */
#include "ktest.h"

TEST(ExInterlockedPushEntryList, ReturnsWhatWasFirst)
{
    SINGLE_LIST_ENTRY Head = {NULL}, Entry[2];
    KSPIN_LOCK Lock;

    KeInitializeSpinLock(&Lock);
    CHECK_PTR(ExInterlockedPushEntryList(&Head, &Entry[0], &Lock), NULL);
    CHECK_PTR(ExInterlockedPushEntryList(&Head, &Entry[1], &Lock), &Entry[0]);
    CHECK_PTR(Head.Next, &Entry[1]);
    CHECK_PTR(Entry[1].Next, &Entry[0]);
    CHECK_PTR(Entry[0].Next, NULL);
}

TEST(ExInterlockedPopEntryList, TakesTheLastPushed)
{
    SINGLE_LIST_ENTRY Head = {NULL}, Entry[2];
    KSPIN_LOCK Lock;

    KeInitializeSpinLock(&Lock);
    CHECK_PTR(ExInterlockedPopEntryList(&Head, &Lock), NULL);
    ExInterlockedPushEntryList(&Head, &Entry[0], &Lock);
    ExInterlockedPushEntryList(&Head, &Entry[1], &Lock);
    CHECK_PTR(ExInterlockedPopEntryList(&Head, &Lock), &Entry[1]);
    CHECK_PTR(ExInterlockedPopEntryList(&Head, &Lock), &Entry[0]);
    CHECK_PTR(ExInterlockedPopEntryList(&Head, &Lock), NULL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
