/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * APCs to threads that wait, work in critical regions and take mutexes, and queues (KQUEUE) with
 * more workers than may run: each APC that got in runs once, and each entry is taken once.
 */
#include "../ke/apc_test.h"
#include "../ke/queue_test.h"
#include "torture.h"

/* ---- APCs ------------------------------------------------------------------------------------ */

#define APC_TARGETS 2

typedef struct APC_RACE {
    volatile LONG Ready;
    KEVENT AllReady, Over;
    KSEMAPHORE Work;
    KMUTEX Mutex;
    PVOID Target[APC_TARGETS];
    volatile LONG Queued, Special, Normal, WrongThread;
} APC_RACE;

typedef struct APC_RACE_ONE {
    KAPC Apc;
    APC_RACE *Race;
    PVOID Target;
    KEVENT Ran;
} APC_RACE_ONE;

static VOID NTAPI RaceNormal(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    APC_RACE_ONE *One = Context;

    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    InterlockedIncrement(&One->Race->Normal);
    KeSetEvent(&One->Ran, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI RaceKernel(
    PKAPC Apc, APC_NORMAL **Normal, PVOID *Context, PVOID *Argument1, PVOID *Argument2)
{
    APC_RACE_ONE *One = CONTAINING_RECORD(Apc, APC_RACE_ONE, Apc);

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    InterlockedIncrement(&One->Race->Special);
    if ((PVOID)KeGetCurrentThread() != One->Target)
        InterlockedIncrement(&One->Race->WrongThread);
    if (*Normal == NULL)
        KeSetEvent(&One->Ran, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI ApcTarget(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    APC_RACE *Race = Self->Context;
    LARGE_INTEGER Timeout;
    NTSTATUS Status;

    Race->Target[Self->Index] = KeGetCurrentThread();
    if (InterlockedIncrement(&Race->Ready) == APC_TARGETS)
        KeSetEvent(&Race->AllReady, IO_NO_INCREMENT, FALSE);
    while (KtestPoll(&Race->Over) != STATUS_SUCCESS) {
        switch (TortureRandom(Self, 4)) {
        case 0:
            KeEnterCriticalRegion();
            KeWaitForSingleObject(
                &Race->Work, Executive, KernelMode, FALSE, TortureTimeout(Self, &Timeout, 50));
            KeLeaveCriticalRegion();
            break;
        case 1:
            Status = KtestWait(&Race->Mutex);
            if (TORTURE_CHECK(Self->Torture, Status == STATUS_SUCCESS))
                KeReleaseMutex(&Race->Mutex, FALSE);
            break;
        case 2:
            KeEnterGuardedRegion();
            KtestPoll(&Race->Work);
            KeLeaveGuardedRegion();
            break;
        default:
            Status = KeWaitForSingleObject(
                &Race->Work, Executive, KernelMode, FALSE, TortureTimeout(Self, &Timeout, 100));
            TORTURE_CHECK(Self->Torture, Status == STATUS_SUCCESS || Status == STATUS_TIMEOUT);
            break;
        }
    }
}

static VOID NTAPI ApcSender(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    APC_RACE *Race = Self->Context;
    APC_RACE_ONE One;

    One.Race = Race;
    KeInitializeEvent(&One.Ran, SynchronizationEvent, FALSE);
    while (TortureGoesOn(Self)) {
        One.Target = Race->Target[TortureRandom(Self, APC_TARGETS)];
        KeInitializeApc(&One.Apc, One.Target, ApcOriginal, RaceKernel, NULL,
            TortureRandom(Self, 2) != 0 ? RaceNormal : NULL, KernelMode, &One);
        if (!TORTURE_CHECK(Self->Torture, KeInsertQueueApc(&One.Apc, NULL, NULL, IO_NO_INCREMENT)))
            return;
        InterlockedIncrement(&Race->Queued);
        if (TortureRandom(Self, 4) == 0)
            KeReleaseSemaphore(&Race->Work, IO_NO_INCREMENT, 1, FALSE);
        /* Without end: it is on this stack. */
        if (!TORTURE_WAIT(Self->Torture, &One.Ran))
            KeWaitForSingleObject(&One.Ran, Executive, KernelMode, FALSE, NULL);
    }
}

TEST(KeInsertQueueApc, EachRunsOnceOnItsThread)
{
    TORTURE Torture;
    APC_RACE Race;
    ULONG Index;

    TortureBegin(&Torture, 1000);
    RtlZeroMemory(&Race, sizeof(Race));
    KeInitializeEvent(&Race.AllReady, NotificationEvent, FALSE);
    KeInitializeEvent(&Race.Over, NotificationEvent, FALSE);
    KeInitializeSemaphore(&Race.Work, 0, MAXLONG);
    KeInitializeMutex(&Race.Mutex, 0);
    for (Index = 0; Index < APC_TARGETS; Index++)
        TortureStart(&Torture, ApcTarget, &Race);
    if (Torture.Stop == 0 && CHECK_STATUS(KtestWait(&Race.AllReady), STATUS_SUCCESS)) {
        for (Index = 0; Index < 3; Index++)
            TortureStart(&Torture, ApcSender, &Race);
    }
    TortureJoinFrom(&Torture, APC_TARGETS);
    KeSetEvent(&Race.Over, IO_NO_INCREMENT, FALSE);
    TortureJoin(&Torture);
    CHECK_EQ(Race.Special, Race.Queued);
    CHECK(Race.Normal <= Race.Special);
    CHECK_EQ(Race.WrongThread, 0);
}

/* ---- queues ---------------------------------------------------------------------------------- */

#define QUEUE_ENTRIES 64
#define QUEUE_WORKERS 4

typedef struct QUEUE_RACE_ENTRY {
    LIST_ENTRY Link;
    volatile LONG InQueue;
} QUEUE_RACE_ENTRY;

typedef struct QUEUE_RACE {
    KQUEUE Queue;
    KEVENT Pause;
    volatile LONG Inserted, Taken, Twice;
    QUEUE_RACE_ENTRY Entry[2][QUEUE_ENTRIES]; /* by feeder */
} QUEUE_RACE;

static VOID NTAPI QueueWorker(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    QUEUE_RACE *Race = Self->Context;
    LARGE_INTEGER Timeout;

    for (;;) {
        BOOLEAN Patient = TortureRandom(Self, 2) != 0;
        PLIST_ENTRY Link;
        QUEUE_RACE_ENTRY *Entry;

        TortureTimeout(Self, &Timeout, 50);
        if (Patient)
            Timeout.QuadPart = KTEST_PATIENCE;
        Link = KeRemoveQueue(&Race->Queue, KernelMode, &Timeout);
        if (Link == (PLIST_ENTRY)(LONG_PTR)STATUS_ABANDONED)
            return;
        if (Link == QUEUE_TEST_NOTHING) {
            if (!TORTURE_CHECK(Self->Torture, !Patient))
                return;
            continue;
        }
        Entry = CONTAINING_RECORD(Link, QUEUE_RACE_ENTRY, Link);
        if (InterlockedExchange(&Entry->InQueue, 0) != 1)
            InterlockedIncrement(&Race->Twice);
        InterlockedIncrement(&Race->Taken);
        /* A wait in the middle of the work lets another worker run. */
        if (TortureRandom(Self, 4) == 0)
            KeWaitForSingleObject(
                &Race->Pause, Executive, KernelMode, FALSE, TortureTimeout(Self, &Timeout, 20));
    }
}

static VOID NTAPI QueueFeeder(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    QUEUE_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        QUEUE_RACE_ENTRY *Entry =
            &Race->Entry[Self->Index - QUEUE_WORKERS][TortureRandom(Self, QUEUE_ENTRIES)];

        if (InterlockedCompareExchange(&Entry->InQueue, 1, 0) != 0) {
            TortureYield();
            continue;
        }
        InterlockedIncrement(&Race->Inserted);
        if (TortureRandom(Self, 2) != 0)
            KeInsertQueue(&Race->Queue, &Entry->Link);
        else
            KeInsertHeadQueue(&Race->Queue, &Entry->Link);
    }
}

TEST(KeRemoveQueue, EachEntryIsTakenOnce)
{
    static QUEUE_RACE Race;
    TORTURE Torture;
    PLIST_ENTRY First, Link;
    LONG Left = 0;
    ULONG Index;

    TortureBegin(&Torture, 3000);
    RtlZeroMemory(&Race, sizeof(Race));
    KeInitializeQueue(&Race.Queue, 2);
    KeInitializeEvent(&Race.Pause, NotificationEvent, FALSE);
    for (Index = 0; Index < QUEUE_WORKERS; Index++)
        TortureStart(&Torture, QueueWorker, &Race);
    for (Index = 0; Index < 2; Index++)
        TortureStart(&Torture, QueueFeeder, &Race);
    TortureJoinFrom(&Torture, QUEUE_WORKERS);
    First = Link = KeRundownQueue(&Race.Queue);
    while (Link != NULL) {
        Left++;
        Link = Link->Flink == First ? NULL : Link->Flink;
    }
    TortureJoin(&Torture);
    CHECK_EQ(Race.Taken + Left, Race.Inserted);
    CHECK_EQ(Race.Twice, 0);
}
