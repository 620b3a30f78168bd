/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExInterlockedInsertHeadList, ExInterlockedInsertTailList, ExInterlockedRemoveHeadList - lists
 * under a spin lock.
 */
#include "kthread.h"

typedef struct LIST_TEST {
    LIST_ENTRY Head;
    KSPIN_LOCK Lock;
    LIST_ENTRY Entry[3];
} LIST_TEST;

static VOID ListTestInitialize(LIST_TEST *Test)
{
    InitializeListHead(&Test->Head);
    KeInitializeSpinLock(&Test->Lock);
}

TEST(ExInterlockedInsertTailList, ReturnsWhatWasLast)
{
    LIST_TEST Test;

    ListTestInitialize(&Test);
    CHECK_PTR(ExInterlockedInsertTailList(&Test.Head, &Test.Entry[0], &Test.Lock), NULL);
    CHECK_PTR(ExInterlockedInsertTailList(&Test.Head, &Test.Entry[1], &Test.Lock), &Test.Entry[0]);
    CHECK_PTR(ExInterlockedInsertTailList(&Test.Head, &Test.Entry[2], &Test.Lock), &Test.Entry[1]);
    CHECK_PTR(Test.Head.Flink, &Test.Entry[0]);
    CHECK_PTR(Test.Head.Blink, &Test.Entry[2]);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(ExInterlockedInsertHeadList, ReturnsWhatWasFirst)
{
    LIST_TEST Test;

    ListTestInitialize(&Test);
    CHECK_PTR(ExInterlockedInsertHeadList(&Test.Head, &Test.Entry[0], &Test.Lock), NULL);
    CHECK_PTR(ExInterlockedInsertHeadList(&Test.Head, &Test.Entry[1], &Test.Lock), &Test.Entry[0]);
    CHECK_PTR(Test.Head.Flink, &Test.Entry[1]);
    CHECK_PTR(Test.Head.Blink, &Test.Entry[0]);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(ExInterlockedRemoveHeadList, TakesTheFirst)
{
    LIST_TEST Test;
    KIRQL Old;

    ListTestInitialize(&Test);
    CHECK_PTR(ExInterlockedRemoveHeadList(&Test.Head, &Test.Lock), NULL);
    ExInterlockedInsertTailList(&Test.Head, &Test.Entry[0], &Test.Lock);
    ExInterlockedInsertTailList(&Test.Head, &Test.Entry[1], &Test.Lock);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_PTR(ExInterlockedRemoveHeadList(&Test.Head, &Test.Lock), &Test.Entry[0]);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(Old);
    CHECK_PTR(ExInterlockedRemoveHeadList(&Test.Head, &Test.Lock), &Test.Entry[1]);
    CHECK(IsListEmpty(&Test.Head));
}

#define MOVE_THREADS 3
#define MOVE_ENTRIES 64
#define MOVE_ROUNDS 3000

typedef struct MOVE_TEST {
    LIST_ENTRY Head[2];
    KSPIN_LOCK Lock[2];
    LIST_ENTRY Entry[MOVE_ENTRIES];
} MOVE_TEST;

static VOID NTAPI MoveThread(PVOID Context)
{
    MOVE_TEST *Test = Context;
    ULONG Round;

    for (Round = 0; Round < MOVE_ROUNDS; Round++) {
        ULONG From = Round & 1;
        PLIST_ENTRY Entry = ExInterlockedRemoveHeadList(&Test->Head[From], &Test->Lock[From]);

        if (Entry == NULL)
            continue;
        if (Round & 2)
            ExInterlockedInsertHeadList(&Test->Head[!From], Entry, &Test->Lock[!From]);
        else
            ExInterlockedInsertTailList(&Test->Head[!From], Entry, &Test->Lock[!From]);
    }
}

TEST(ExInterlockedRemoveHeadList, NothingIsLostBetweenThreads)
{
    static MOVE_TEST Test;
    PVOID Thread[MOVE_THREADS];
    ULONG Index, Count = 0;

    for (Index = 0; Index < 2; Index++) {
        InitializeListHead(&Test.Head[Index]);
        KeInitializeSpinLock(&Test.Lock[Index]);
    }
    for (Index = 0; Index < MOVE_ENTRIES; Index++)
        ExInterlockedInsertTailList(&Test.Head[0], &Test.Entry[Index], &Test.Lock[0]);
    for (Index = 0; Index < MOVE_THREADS; Index++)
        Thread[Index] = KtestStartThread(MoveThread, &Test);
    for (Index = 0; Index < MOVE_THREADS; Index++)
        KtestJoinThread(Thread[Index]);
    for (Index = 0; Index < 2; Index++) {
        while (ExInterlockedRemoveHeadList(&Test.Head[Index], &Test.Lock[Index]) != NULL)
            Count++;
    }
    CHECK_EQ(Count, MOVE_ENTRIES);
}
