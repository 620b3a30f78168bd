/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInsertQueueApc - when kernel APCs run, in which order, and what holds them off.
 */
#include "apc_test.h"

static APC_TEST Test;
static APC_TEST_ONE One[4];

static VOID Prepare(ULONG Index, CHAR Letter, BOOLEAN Normal)
{
    ApcTestPrepare(&Test, &One[Index], KeGetCurrentThread(), Letter, Normal);
}

TEST(KeInsertQueueApc, OfTheCurrentThreadRunsAtOnce)
{
    ApcTestInitialize(&Test);
    Prepare(0, 'A', TRUE);
    CHECK_EQ(KeInsertQueueApc(&One[0].Apc, &One[1], &One[2], 0), TRUE);
    CHECK_LOG(&Test, "Aa");
    CHECK_EQ(Test.KernelIrql, APC_LEVEL);
    CHECK_EQ(Test.NormalIrql, PASSIVE_LEVEL);
    CHECK_PTR(Test.Context, &One[0]);
    CHECK_PTR(Test.First, &One[1]);
    CHECK_PTR(Test.Second, &One[2]);
    CHECK_EQ(One[0].Apc.Inserted, FALSE);
}

TEST(KeInsertQueueApc, WaitsUntilTheIrqlIsLowered)
{
    KIRQL Old;
    BOOLEAN First, Again;
    LONG Held;

    ApcTestInitialize(&Test);
    Prepare(0, 'A', FALSE);
    KeRaiseIrql(APC_LEVEL, &Old);
    First = KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0);
    Again = KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0);
    Held = Test.Count;
    KeLowerIrql(Old);
    CHECK_EQ(First, TRUE);
    CHECK_EQ(Again, FALSE);
    CHECK_EQ(Held, 0);
    CHECK_LOG(&Test, "A");
}

TEST(KeInsertQueueApc, CriticalRegionsHoldNormalOnesOff)
{
    ApcTestInitialize(&Test);
    Prepare(0, 'A', TRUE);
    Prepare(1, 'B', FALSE);
    KeEnterCriticalRegion();
    KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0);
    KeInsertQueueApc(&One[1].Apc, NULL, NULL, 0);
    CHECK_LOG(&Test, "B");
    KeLeaveCriticalRegion();
    CHECK_LOG(&Test, "BAa");
}

TEST(KeInsertQueueApc, GuardedRegionsHoldAllOff)
{
    ApcTestInitialize(&Test);
    Prepare(0, 'A', TRUE);
    Prepare(1, 'B', FALSE);
    Prepare(2, 'C', TRUE);
    Prepare(3, 'D', FALSE);
    KeEnterGuardedRegion();
    KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0);
    KeInsertQueueApc(&One[1].Apc, NULL, NULL, 0);
    KeInsertQueueApc(&One[2].Apc, NULL, NULL, 0);
    KeInsertQueueApc(&One[3].Apc, NULL, NULL, 0);
    CHECK_EQ(Test.Count, 0);
    KeLeaveGuardedRegion();
    CHECK_LOG(&Test, "BDAaCc");
}

static VOID NTAPI InsertMore(PVOID Context, PVOID First, PVOID Second)
{
    ApcTestNormal(Context, First, Second);
    KeInsertQueueApc(&One[1].Apc, NULL, NULL, 0); /* normal: waits for this one to end */
    KeInsertQueueApc(&One[2].Apc, NULL, NULL, 0); /* special: interrupts it */
    Test.Log[Test.Count++] = '.';
}

TEST(KeInsertQueueApc, OneNormalApcAtATime)
{
    ApcTestInitialize(&Test);
    Prepare(1, 'B', TRUE);
    Prepare(2, 'C', FALSE);
    One[0].Test = &Test;
    One[0].Letter = 'A';
    KeInitializeApc(&One[0].Apc, KeGetCurrentThread(), ApcOriginal, ApcTestKernel, NULL, InsertMore,
                    KernelMode, &One[0]);
    KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0);
    CHECK_LOG(&Test, "AaC.Bb");
}

static VOID NTAPI Cancel(
    PKAPC Apc, APC_NORMAL **Normal, PVOID *Context, PVOID *First, PVOID *Second)
{
    ApcTestKernel(Apc, Normal, Context, First, Second);
    *Normal = NULL;
}

TEST(KeInsertQueueApc, TheKernelRoutineMayCancelTheNormalOne)
{
    ApcTestInitialize(&Test);
    One[0].Test = &Test;
    One[0].Letter = 'A';
    KeInitializeApc(&One[0].Apc, KeGetCurrentThread(), ApcOriginal, Cancel, NULL, ApcTestNormal,
                    KernelMode, &One[0]);
    KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0);
    CHECK_LOG(&Test, "A");
}

typedef struct WAITING {
    KEVENT Begun, Event;
    volatile NTSTATUS Status;
} WAITING;

static VOID NTAPI WaitingThread(PVOID Context)
{
    WAITING *Waiting = Context;

    KeSetEvent(&Waiting->Begun, IO_NO_INCREMENT, FALSE);
    Waiting->Status = KeWaitForSingleObject(&Waiting->Event, Executive, KernelMode, TRUE, NULL);
}

/* The APC runs while the thread waits, and the wait goes on. */
TEST(KeInsertQueueApc, InterruptsAWaitWithoutEndingIt)
{
    WAITING Waiting;
    PVOID Thread;
    ULONG Round;

    ApcTestInitialize(&Test);
    KeInitializeEvent(&Waiting.Begun, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Waiting.Event, NotificationEvent, FALSE);
    Waiting.Status = STATUS_PENDING;
    Thread = KtestStartThread(WaitingThread, &Waiting);
    if (Thread == NULL)
        return;
    KtestWait(&Waiting.Begun);
    for (Round = 0; Round < 10; Round++) {
        Test.Count = 0;
        ApcTestPrepare(&Test, &One[0], Thread, 'A', (Round & 1) != 0);
        CHECK_EQ(KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0), TRUE);
        CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS);
    }
    CHECK_STATUS(Waiting.Status, STATUS_PENDING);
    KeSetEvent(&Waiting.Event, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KtestWait(Thread), STATUS_SUCCESS);
    CHECK_STATUS(Waiting.Status, STATUS_SUCCESS);
    ApcTestPrepare(&Test, &One[0], Thread, 'A', FALSE);
    CHECK_EQ(KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0), FALSE); /* it has ended */
    ObDereferenceObject(Thread);
}

static KEVENT Inner;

static VOID NTAPI WaitWithin(PVOID Context, PVOID First, PVOID Second)
{
    ApcTestNormal(Context, First, Second);
    KeWaitForSingleObject(&Inner, Executive, KernelMode, FALSE, NULL);
    KeSetEvent(&Test.Ran, IO_NO_INCREMENT, FALSE);
}

/* The wait it interrupted goes on for its own object. */
TEST(KeInsertQueueApc, TheNormalRoutineMayWait)
{
    WAITING Waiting;
    PVOID Thread;

    ApcTestInitialize(&Test);
    KeInitializeEvent(&Inner, NotificationEvent, FALSE);
    KeInitializeEvent(&Waiting.Begun, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Waiting.Event, SynchronizationEvent, FALSE);
    Waiting.Status = STATUS_PENDING;
    Thread = KtestStartThread(WaitingThread, &Waiting);
    if (Thread == NULL)
        return;
    KtestWait(&Waiting.Begun);
    One[0].Test = &Test;
    One[0].Letter = 'A';
    KeInitializeApc(&One[0].Apc, Thread, ApcOriginal, ApcTestKernel, NULL, WaitWithin, KernelMode,
                    &One[0]);
    KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0);
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS); /* its KernelRoutine */
    KeSetEvent(&Inner, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KtestWait(&Test.Ran), STATUS_SUCCESS); /* its NormalRoutine */
    CHECK_STATUS(Waiting.Status, STATUS_PENDING);
    KeSetEvent(&Waiting.Event, IO_NO_INCREMENT, FALSE);
    KtestJoinThread(Thread);
    CHECK_STATUS(Waiting.Status, STATUS_SUCCESS);
    CHECK_EQ(KeReadStateEvent(&Waiting.Event), 0); /* taken by the wait */
}

/* A mutex is a critical region of its own. */
TEST(KeInsertQueueApc, AMutexHoldsNormalOnesOff)
{
    KMUTEX Mutex;

    ApcTestInitialize(&Test);
    Prepare(0, 'A', TRUE);
    KeInitializeMutex(&Mutex, 0);
    KeWaitForSingleObject(&Mutex, Executive, KernelMode, FALSE, NULL);
    KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0);
    CHECK_EQ(Test.Count, 0);
    KeReleaseMutex(&Mutex, FALSE);
    CHECK_LOG(&Test, "Aa");
}

NTKERNELAPI VOID NTAPI KiCheckForKernelApcDelivery(VOID);

TEST(KiCheckForKernelApcDelivery, RegionsStillHoldThemOff)
{
    ApcTestInitialize(&Test);
    Prepare(0, 'A', FALSE);
    KeEnterGuardedRegion();
    KeInsertQueueApc(&One[0].Apc, NULL, NULL, 0);
    CHECK_EQ(Test.Count, 0);
    KeLeaveGuardedRegion();
    KiCheckForKernelApcDelivery();
    CHECK_LOG(&Test, "A");
}
