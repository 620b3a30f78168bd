/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeRemoveQueue - threads that wait for entries, and how many may be active.
 */
#include "queue_test.h"

#define QUEUE_THREADS 3
#define QUEUE_ENTRIES 300

typedef struct SHARE {
    KQUEUE Queue;
    LIST_ENTRY Entry[QUEUE_ENTRIES];
    LIST_ENTRY End[QUEUE_THREADS];
    volatile LONG Seen[QUEUE_ENTRIES];
    volatile LONG Active, Most;
} SHARE;

static SHARE Share;

static VOID NTAPI ShareThread(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        PLIST_ENTRY Entry = KeRemoveQueue(&Share.Queue, KernelMode, NULL);
        if (Entry < Share.Entry || Entry >= Share.Entry + QUEUE_ENTRIES)
            return;
        LONG Active = InterlockedIncrement(&Share.Active);
        if (Active > Share.Most)
            Share.Most = Active;
        InterlockedIncrement(&Share.Seen[Entry - Share.Entry]);
        InterlockedDecrement(&Share.Active);
    }
}

/* Every entry goes to one thread, and never are more active than may be. */
TEST(KeRemoveQueue, ThreadsShareTheEntries)
{
    PVOID Thread[QUEUE_THREADS];
    ULONG Index, Once = 0;

    RtlZeroMemory(&Share, sizeof(Share));
    KeInitializeQueue(&Share.Queue, 1);
    for (Index = 0; Index < QUEUE_THREADS; Index++)
        Thread[Index] = KtestStartThread(ShareThread, NULL);
    for (Index = 0; Index < QUEUE_ENTRIES; Index++)
        KeInsertQueue(&Share.Queue, &Share.Entry[Index]);
    for (Index = 0; Index < QUEUE_THREADS; Index++)
        KeInsertQueue(&Share.Queue, &Share.End[Index]);
    for (Index = 0; Index < QUEUE_THREADS; Index++)
        KtestJoinThread(Thread[Index]);
    for (Index = 0; Index < QUEUE_ENTRIES; Index++)
        Once += Share.Seen[Index] == 1;
    CHECK_EQ(Once, QUEUE_ENTRIES);
    CHECK_EQ(Share.Most, 1);
    while (QueueTestPoll(&Share.Queue) != QUEUE_TEST_NOTHING)
        continue;
    CHECK_PTR(KeRundownQueue(&Share.Queue), NULL);
}

typedef struct BLOCKER {
    KQUEUE Queue;
    LIST_ENTRY Entry[2];
    KEVENT Through, Go;
    volatile LONG Taken;
} BLOCKER;

static VOID NTAPI BlockerThread(PVOID Context)
{
    BLOCKER *Test = Context;

    KeRemoveQueue(&Test->Queue, KernelMode, NULL);
    if (InterlockedIncrement(&Test->Taken) == 2)
        KeSetEvent(&Test->Through, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(&Test->Go, Executive, KernelMode, FALSE, NULL);
}

/* A thread that waits for something else makes room for another. */
TEST(KeRemoveQueue, AThreadThatWaitsIsNotActive)
{
    BLOCKER Test;
    PVOID First, Second;

    RtlZeroMemory(&Test, sizeof(Test));
    KeInitializeQueue(&Test.Queue, 1);
    KeInitializeEvent(&Test.Through, NotificationEvent, FALSE);
    KeInitializeEvent(&Test.Go, NotificationEvent, FALSE);
    First = KtestStartThread(BlockerThread, &Test);
    Second = KtestStartThread(BlockerThread, &Test);
    KeInsertQueue(&Test.Queue, &Test.Entry[0]);
    KeInsertQueue(&Test.Queue, &Test.Entry[1]);
    CHECK_STATUS(KtestWait(&Test.Through), STATUS_SUCCESS);
    KeSetEvent(&Test.Go, IO_NO_INCREMENT, FALSE);
    KtestJoinThread(First);
    KtestJoinThread(Second);
    CHECK_EQ(Test.Queue.CurrentCount, 0);
    CHECK_PTR(KeRundownQueue(&Test.Queue), NULL);
}

TEST(KeRundownQueue, GivesBackTheEntries)
{
    KQUEUE Queue;
    LIST_ENTRY Entry[2];
    PLIST_ENTRY First;

    KeInitializeQueue(&Queue, 1);
    KeInsertQueue(&Queue, &Entry[0]);
    KeInsertQueue(&Queue, &Entry[1]);
    First = KeRundownQueue(&Queue);
    if (!CHECK_PTR(First, &Entry[0]))
        return;
    CHECK_PTR(First->Flink, &Entry[1]);
    CHECK_PTR(First->Flink->Flink, First);
}

typedef ULONG NTAPI REMOVE_QUEUE_EX(PKQUEUE Queue, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                    PLARGE_INTEGER Timeout, PLIST_ENTRY *EntryArray, ULONG Count);

TEST(KeRemoveQueueEx, TakesSeveral)
{
    REMOVE_QUEUE_EX *Remove = (REMOVE_QUEUE_EX *)KtestExport(L"KeRemoveQueueEx");
    KQUEUE Queue;
    LIST_ENTRY Entry[3];
    PLIST_ENTRY Taken[2];
    LARGE_INTEGER Timeout;

    if (Remove == NULL) {
        skip("newer than this Windows");
        return;
    }
    Timeout.QuadPart = 0;
    KeInitializeQueue(&Queue, 1);
    KeInsertQueue(&Queue, &Entry[0]);
    KeInsertQueue(&Queue, &Entry[1]);
    KeInsertQueue(&Queue, &Entry[2]);
    CHECK_EQ(Remove(&Queue, KernelMode, FALSE, &Timeout, Taken, 2), 2);
    CHECK_PTR(Taken[0], &Entry[0]);
    CHECK_PTR(Taken[1], &Entry[1]);
    CHECK_EQ(Remove(&Queue, KernelMode, FALSE, &Timeout, Taken, 2), 1);
    CHECK_PTR(Taken[0], &Entry[2]);
    CHECK_EQ(Remove(&Queue, KernelMode, FALSE, &Timeout, Taken, 2), (ULONG)STATUS_TIMEOUT);
    CHECK_PTR(KeRundownQueue(&Queue), NULL);
}
