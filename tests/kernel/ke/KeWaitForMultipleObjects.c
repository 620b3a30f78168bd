/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeWaitForMultipleObjects - any and all, indexes, timeouts and wait blocks.
 */
#include "wait_test.h"

#define EVENTS 8

typedef struct MANY {
    KEVENT Event[EVENTS];
    PVOID Object[EVENTS];
    KWAIT_BLOCK Block[EVENTS];
} MANY;

/* Synchronization events, all clear: what a wait takes shows. */
static VOID Prepare(MANY *Many)
{
    ULONG Index;

    for (Index = 0; Index < EVENTS; Index++) {
        KeInitializeEvent(&Many->Event[Index], SynchronizationEvent, FALSE);
        Many->Object[Index] = &Many->Event[Index];
    }
}

static VOID Set(MANY *Many, ULONG Index)
{
    KeSetEvent(&Many->Event[Index], IO_NO_INCREMENT, FALSE);
}

static NTSTATUS Wait(MANY *Many, ULONG Count, WAIT_TYPE Type, LONGLONG Timeout100ns)
{
    LARGE_INTEGER Timeout;

    Timeout.QuadPart = Timeout100ns;
    return KeWaitForMultipleObjects(Count, Many->Object, Type, Executive, KernelMode, FALSE,
                                    &Timeout, Count > THREAD_WAIT_OBJECTS ? Many->Block : NULL);
}

/* How many of the events are signalled. */
static ULONG Signalled(MANY *Many)
{
    ULONG Index, Count = 0;

    for (Index = 0; Index < EVENTS; Index++)
        Count += KeReadStateEvent(&Many->Event[Index]) != 0;
    return Count;
}

TEST(KeWaitForMultipleObjects, AnyIsTheIndexOfTheObject)
{
    MANY Many;
    ULONG Index;

    Prepare(&Many);
    CHECK_STATUS(Wait(&Many, THREAD_WAIT_OBJECTS, WaitAny, 0), STATUS_TIMEOUT);
    for (Index = 0; Index < THREAD_WAIT_OBJECTS; Index++) {
        Set(&Many, Index);
        CHECK_STATUS(Wait(&Many, THREAD_WAIT_OBJECTS, WaitAny, 0), STATUS_WAIT_0 + Index);
        CHECK_EQ(Signalled(&Many), 0);
    }
}

TEST(KeWaitForMultipleObjects, AnyTakesOneOnly)
{
    MANY Many;
    NTSTATUS Status;

    Prepare(&Many);
    Set(&Many, 1);
    Set(&Many, 2);
    Status = Wait(&Many, 3, WaitAny, 0);
    CHECK(Status == STATUS_WAIT_1 || Status == STATUS_WAIT_2);
    CHECK_EQ(Signalled(&Many), 1);
    CHECK_STATUS(Wait(&Many, 3, WaitAny, 0),
                 Status == STATUS_WAIT_1 ? STATUS_WAIT_2 : STATUS_WAIT_1);
    CHECK_EQ(Signalled(&Many), 0);
}

TEST(KeWaitForMultipleObjects, WaitBlocksAllowMore)
{
    MANY Many;
    ULONG Index;

    Prepare(&Many);
    CHECK_STATUS(Wait(&Many, EVENTS, WaitAny, 0), STATUS_TIMEOUT);
    for (Index = 0; Index < EVENTS; Index++) {
        Set(&Many, Index);
        CHECK_STATUS(Wait(&Many, EVENTS, WaitAny, 0), STATUS_WAIT_0 + Index);
    }
    for (Index = 0; Index < EVENTS; Index++)
        Set(&Many, Index);
    CHECK_STATUS(Wait(&Many, EVENTS, WaitAll, 0), STATUS_SUCCESS);
    CHECK_EQ(Signalled(&Many), 0);
}

TEST(KeWaitForMultipleObjects, TheMostObjectsThereMayBe)
{
    KWAIT_BLOCK *Block;
    KEVENT *Event;
    PVOID *Object;
    LARGE_INTEGER Timeout;
    ULONG Index;

    Block = ExAllocatePoolWithTag(
        NonPagedPool, MAXIMUM_WAIT_OBJECTS * (sizeof(*Block) + sizeof(*Event) + sizeof(*Object)),
        'tseT');
    if (!CHECK(Block != NULL))
        return;
    Event = (KEVENT *)(Block + MAXIMUM_WAIT_OBJECTS);
    Object = (PVOID *)(Event + MAXIMUM_WAIT_OBJECTS);
    for (Index = 0; Index < MAXIMUM_WAIT_OBJECTS; Index++) {
        KeInitializeEvent(&Event[Index], NotificationEvent, FALSE);
        Object[Index] = &Event[Index];
    }
    Timeout.QuadPart = -1;
    CHECK_STATUS(KeWaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, Object, WaitAny, Executive,
                                          KernelMode, FALSE, &Timeout, Block),
                 STATUS_TIMEOUT);
    KeSetEvent(&Event[MAXIMUM_WAIT_OBJECTS - 1], IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KeWaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, Object, WaitAny, Executive,
                                          KernelMode, FALSE, &Timeout, Block),
                 STATUS_WAIT_63);
    ExFreePoolWithTag(Block, 'tseT');
}

TEST(KeWaitForMultipleObjects, AllWaitsForTheLastAndTakesNothingBefore)
{
    MANY Many;

    Prepare(&Many);
    Set(&Many, 0);
    Set(&Many, 2);
    CHECK_STATUS(Wait(&Many, 3, WaitAll, 0), STATUS_TIMEOUT);
    CHECK_STATUS(Wait(&Many, 3, WaitAll, -10000), STATUS_TIMEOUT);
    CHECK_EQ(Signalled(&Many), 2);
    Set(&Many, 1);
    CHECK_STATUS(Wait(&Many, 3, WaitAll, 0), STATUS_SUCCESS);
    CHECK_EQ(Signalled(&Many), 0);
}

TEST(KeWaitForMultipleObjects, EndsByTime)
{
    MANY Many;

    Prepare(&Many);
    CHECK_STATUS(Wait(&Many, 2, WaitAny, -10000), STATUS_TIMEOUT);
    CHECK_STATUS(Wait(&Many, 2, WaitAll, -10000), STATUS_TIMEOUT);
    CHECK_STATUS(Wait(&Many, 2, WaitAny, 1), STATUS_TIMEOUT); /* 1601 */
    CHECK_EQ(Signalled(&Many), 0);
}

TEST(KeWaitForMultipleObjects, MixesObjects)
{
    KEVENT Event;
    KSEMAPHORE Semaphore;
    KMUTEX Mutex;
    PVOID Object[3] = {&Event, &Semaphore, &Mutex};
    LARGE_INTEGER Timeout;

    Timeout.QuadPart = 0;
    KeInitializeEvent(&Event, SynchronizationEvent, TRUE);
    KeInitializeSemaphore(&Semaphore, 1, 1);
    KeInitializeMutex(&Mutex, 0);
    CHECK_STATUS(
        KeWaitForMultipleObjects(3, Object, WaitAll, Executive, KernelMode, FALSE, &Timeout, NULL),
        STATUS_SUCCESS);
    CHECK_EQ(KeReadStateEvent(&Event), 0);
    CHECK_EQ(KeReadStateSemaphore(&Semaphore), 0);
    CHECK(KeReadStateMutex(&Mutex) != 1);
    CHECK_STATUS(
        KeWaitForMultipleObjects(3, Object, WaitAny, Executive, KernelMode, FALSE, &Timeout, NULL),
        STATUS_WAIT_2);
    CHECK(KeReleaseMutex(&Mutex, FALSE) != 0);
    CHECK_EQ(KeReleaseMutex(&Mutex, FALSE), 0);
}

typedef struct WAITER {
    MANY *Many;
    ULONG Count;
    WAIT_TYPE Type;
    NTSTATUS Status;
} WAITER;

static VOID NTAPI WaiterThread(PVOID Context)
{
    WAITER *Waiter = Context;

    Waiter->Status = Wait(Waiter->Many, Waiter->Count, Waiter->Type, KTEST_PATIENCE);
}

TEST(KeWaitForMultipleObjects, AnySleepsUntilOneIsSet)
{
    MANY Many;
    WAITER Waiter = {&Many, EVENTS, WaitAny, STATUS_UNSUCCESSFUL};
    PVOID Thread;

    Prepare(&Many);
    Thread = KtestStartThread(WaiterThread, &Waiter);
    Set(&Many, 5);
    KtestJoinThread(Thread);
    CHECK_STATUS(Waiter.Status, STATUS_WAIT_0 + 5);
    CHECK_EQ(Signalled(&Many), 0);
}

TEST(KeWaitForMultipleObjects, AllSleepsUntilTheLastIsSet)
{
    MANY Many;
    WAITER Waiter = {&Many, 3, WaitAll, STATUS_UNSUCCESSFUL};
    PVOID Thread;

    Prepare(&Many);
    Thread = KtestStartThread(WaiterThread, &Waiter);
    Set(&Many, 2);
    Set(&Many, 0);
    CHECK_EQ(Signalled(&Many), 2);
    Set(&Many, 1);
    KtestJoinThread(Thread);
    CHECK_STATUS(Waiter.Status, STATUS_SUCCESS);
    CHECK_EQ(Signalled(&Many), 0);
}

/* One thread wants both, the other only the first: whoever gets it, nobody keeps half. */
TEST(KeWaitForMultipleObjects, AllLeavesToOthersWhatItCannotUse)
{
    MANY Many;
    WAITER Both = {&Many, 2, WaitAll, STATUS_UNSUCCESSFUL};
    WAITER One = {&Many, 1, WaitAll, STATUS_UNSUCCESSFUL};
    PVOID First, Second;

    Prepare(&Many);
    First = KtestStartThread(WaiterThread, &Both);
    Second = KtestStartThread(WaiterThread, &One);
    if (Second != NULL) {
        Set(&Many, 0);
        KtestJoinThread(Second);
        CHECK_STATUS(One.Status, STATUS_SUCCESS);
    }
    Set(&Many, 1);
    if (First != NULL)
        CHECK_STATUS(KtestPoll(First), STATUS_TIMEOUT);
    Set(&Many, 0);
    KtestJoinThread(First);
    if (First == NULL)
        return;
    CHECK_STATUS(Both.Status, STATUS_SUCCESS);
    CHECK_EQ(Signalled(&Many), 0);
}
