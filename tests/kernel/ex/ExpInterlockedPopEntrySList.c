/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExpInterlockedPushEntrySList, ExpInterlockedPopEntrySList, ExpInterlockedFlushSList,
 * ExQueryDepthSList, InitializeSListHead, FirstEntrySList - sequenced lists.
 */
#include "kthread.h"

#define SLIST_TEST_TAG 'tLSt'

typedef struct DECLSPEC_ALIGN(16) SLIST_TEST_ENTRY {
    SLIST_ENTRY Link;
    volatile LONG Users;
} SLIST_TEST_ENTRY;

TEST(InitializeSListHead, IsEmpty)
{
    DECLSPEC_ALIGN(16) SLIST_HEADER Head;

    RtlFillMemory(&Head, sizeof(Head), 0xAA);
    InitializeSListHead(&Head);
    CHECK_EQ(ExQueryDepthSList(&Head), 0);
    CHECK_PTR(ExpInterlockedPopEntrySList(&Head), NULL);
    CHECK_PTR(ExpInterlockedFlushSList(&Head), NULL);
}

TEST(ExpInterlockedPushEntrySList, ReturnsWhatWasFirst)
{
    DECLSPEC_ALIGN(16) SLIST_HEADER Head;
    SLIST_TEST_ENTRY Entry[2];

    InitializeSListHead(&Head);
    CHECK_PTR(ExpInterlockedPushEntrySList(&Head, &Entry[0].Link), NULL);
    CHECK_PTR(ExpInterlockedPushEntrySList(&Head, &Entry[1].Link), &Entry[0].Link);
    CHECK_EQ(ExQueryDepthSList(&Head), 2);
    CHECK_PTR(Entry[1].Link.Next, &Entry[0].Link);
}

TEST(ExpInterlockedPopEntrySList, TakesTheLastPushed)
{
    DECLSPEC_ALIGN(16) SLIST_HEADER Head;
    SLIST_TEST_ENTRY Entry[3];
    ULONG Index;

    InitializeSListHead(&Head);
    for (Index = 0; Index < 3; Index++)
        ExpInterlockedPushEntrySList(&Head, &Entry[Index].Link);
    for (Index = 3; Index-- > 0;) {
        CHECK_PTR(ExpInterlockedPopEntrySList(&Head), &Entry[Index].Link);
        CHECK_EQ(ExQueryDepthSList(&Head), Index);
    }
    CHECK_PTR(ExpInterlockedPopEntrySList(&Head), NULL);
}

TEST(ExpInterlockedFlushSList, GivesTheWholeList)
{
    DECLSPEC_ALIGN(16) SLIST_HEADER Head;
    SLIST_TEST_ENTRY Entry[3];
    ULONG Index;

    InitializeSListHead(&Head);
    for (Index = 0; Index < 3; Index++)
        ExpInterlockedPushEntrySList(&Head, &Entry[Index].Link);
    CHECK_PTR(ExpInterlockedFlushSList(&Head), &Entry[2].Link);
    CHECK_PTR(Entry[2].Link.Next, &Entry[1].Link);
    CHECK_PTR(Entry[1].Link.Next, &Entry[0].Link);
    CHECK_PTR(Entry[0].Link.Next, NULL);
    CHECK_EQ(ExQueryDepthSList(&Head), 0);
    CHECK_PTR(ExpInterlockedPopEntrySList(&Head), NULL);
}

TEST(ExQueryDepthSList, CountsManyEntries)
{
    static DECLSPEC_ALIGN(16) SLIST_HEADER Head;
    static SLIST_TEST_ENTRY Entry[300];
    ULONG Index;

    InitializeSListHead(&Head);
    for (Index = 0; Index < 300; Index++)
        ExpInterlockedPushEntrySList(&Head, &Entry[Index].Link);
    CHECK_EQ(ExQueryDepthSList(&Head), 300);
}

TEST(FirstEntrySList, LeavesIt)
{
    PSLIST_ENTRY(NTAPI *First)(const SLIST_HEADER *Head) =
        (PSLIST_ENTRY(NTAPI *)(const SLIST_HEADER *))(ULONG_PTR)KtestExport(L"FirstEntrySList");
    DECLSPEC_ALIGN(16) SLIST_HEADER Head;
    SLIST_TEST_ENTRY Entry;

    if (First == NULL) {
        skip("not exported here");
        return;
    }
    InitializeSListHead(&Head);
    CHECK_PTR(First(&Head), NULL);
    ExpInterlockedPushEntrySList(&Head, &Entry.Link);
    CHECK_PTR(First(&Head), &Entry.Link);
    CHECK_EQ(ExQueryDepthSList(&Head), 1);
}

#define STACK_THREADS 4
#define STACK_ENTRIES 8
#define STACK_ROUNDS 20000

typedef struct STACK_TEST {
    DECLSPEC_ALIGN(16) SLIST_HEADER Head;
    SLIST_TEST_ENTRY Entry[STACK_ENTRIES];
    volatile LONG Wrong;
} STACK_TEST;

static VOID NTAPI StackThread(PVOID Context)
{
    STACK_TEST *Test = Context;
    ULONG Round;

    for (Round = 0; Round < STACK_ROUNDS; Round++) {
        PSLIST_ENTRY Link = ExpInterlockedPopEntrySList(&Test->Head);
        SLIST_TEST_ENTRY *Entry = CONTAINING_RECORD(Link, SLIST_TEST_ENTRY, Link);

        if (Link == NULL)
            continue;
        if (InterlockedIncrement(&Entry->Users) != 1)
            InterlockedIncrement(&Test->Wrong);
        InterlockedDecrement(&Entry->Users);
        ExpInterlockedPushEntrySList(&Test->Head, Link);
    }
}

/* Few entries that come and go all the time: none is handed out twice, none is lost. */
TEST(ExpInterlockedPopEntrySList, ByManyThreads)
{
    static STACK_TEST Test;
    PVOID Thread[STACK_THREADS];
    ULONG Index, Count = 0;

    InitializeSListHead(&Test.Head);
    for (Index = 0; Index < STACK_ENTRIES; Index++)
        ExpInterlockedPushEntrySList(&Test.Head, &Test.Entry[Index].Link);
    for (Index = 0; Index < STACK_THREADS; Index++)
        Thread[Index] = KtestStartThread(StackThread, &Test);
    for (Index = 0; Index < STACK_THREADS; Index++)
        KtestJoinThread(Thread[Index]);
    CHECK_EQ(Test.Wrong, 0);
    CHECK_EQ(ExQueryDepthSList(&Test.Head), STACK_ENTRIES);
    while (ExpInterlockedPopEntrySList(&Test.Head) != NULL)
        Count++;
    CHECK_EQ(Count, STACK_ENTRIES);
}

#define FREE_ROUNDS 3000
#define FREE_BYTES (PAGE_SIZE * 4)

typedef struct FREE_TEST {
    DECLSPEC_ALIGN(16) SLIST_HEADER Head;
    volatile LONG Alive;
} FREE_TEST;

static VOID NTAPI FreeThread(PVOID Context)
{
    FREE_TEST *Test = Context;
    ULONG Round;

    for (Round = 0; Round < FREE_ROUNDS; Round++) {
        PSLIST_ENTRY Entry;

        if (Round & 1) {
            Entry = ExAllocatePoolWithTag(NonPagedPool, FREE_BYTES, SLIST_TEST_TAG);
            if (Entry == NULL)
                continue;
            InterlockedIncrement(&Test->Alive);
            ExpInterlockedPushEntrySList(&Test->Head, Entry);
        } else {
            Entry = ExpInterlockedPopEntrySList(&Test->Head);
            if (Entry == NULL)
                continue;
            InterlockedDecrement(&Test->Alive);
            ExFreePoolWithTag(Entry, SLIST_TEST_TAG);
        }
    }
}

/* What was popped may be freed at once, although another processor may just be looking at it. */
TEST(ExpInterlockedPopEntrySList, OfWhatIsFreedMeanwhile)
{
    static FREE_TEST Test;
    PVOID Thread[STACK_THREADS];
    PSLIST_ENTRY Entry;
    ULONG Index;

    InitializeSListHead(&Test.Head);
    for (Index = 0; Index < STACK_THREADS; Index++)
        Thread[Index] = KtestStartThread(FreeThread, &Test);
    for (Index = 0; Index < STACK_THREADS; Index++)
        KtestJoinThread(Thread[Index]);
    while ((Entry = ExpInterlockedPopEntrySList(&Test.Head)) != NULL) {
        Test.Alive--;
        ExFreePoolWithTag(Entry, SLIST_TEST_TAG);
    }
    CHECK_EQ(Test.Alive, 0);
}
