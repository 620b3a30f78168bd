/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoInitializeTimer, IoStartTimer, IoStopTimer - a routine of the device, once a second.
 */
#include "io_test.h"
#include "kthread.h"

typedef struct IO_TIMER_TEST {
    PDEVICE_OBJECT Seen;
    KIRQL Irql;
    volatile LONG Calls;
    KEVENT Called;
} IO_TIMER_TEST;

static VOID NTAPI Tick(PDEVICE_OBJECT Device, PVOID Context)
{
    IO_TIMER_TEST *Test = Context;

    Test->Seen = Device;
    Test->Irql = KeGetCurrentIrql();
    InterlockedIncrement(&Test->Calls);
    KeSetEvent(&Test->Called, IO_NO_INCREMENT, FALSE);
}

TEST(IoInitializeTimer, NothingIsCalledBeforeItIsStarted)
{
    IO_TIMER_TEST Test = {0};
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);

    if (Device == NULL)
        return;
    KeInitializeEvent(&Test.Called, SynchronizationEvent, FALSE);
    CHECK(Device->Timer == NULL);
    CHECK_STATUS(IoInitializeTimer(Device, Tick, &Test), STATUS_SUCCESS);
    CHECK(Device->Timer != NULL);
    IoDeleteDevice(Device);
    CHECK_EQ(Test.Calls, 0);
}

TEST(IoStartTimer, CallsAgainAndAgain)
{
    IO_TIMER_TEST Test = {0};
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);

    if (Device == NULL)
        return;
    KeInitializeEvent(&Test.Called, SynchronizationEvent, FALSE);
    if (CHECK_STATUS(IoInitializeTimer(Device, Tick, &Test), STATUS_SUCCESS)) {
        IoStartTimer(Device);
        IoStartTimer(Device); /* once more changes nothing */
        CHECK_STATUS(KtestWait(&Test.Called), STATUS_SUCCESS);
        CHECK_STATUS(KtestWait(&Test.Called), STATUS_SUCCESS);
        IoStopTimer(Device);
        IoStopTimer(Device);
        CHECK(Test.Seen == Device);
        CHECK_EQ(Test.Irql, DISPATCH_LEVEL);
    }
    IoDeleteDevice(Device);
}

TEST(IoStopTimer, StopsOneOfTwo)
{
    IO_TIMER_TEST First = {0}, Second = {0};
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL), Other = IoTestCreate(NULL, 0, NULL);
    LONG Calls;

    KeInitializeEvent(&First.Called, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Second.Called, SynchronizationEvent, FALSE);
    if (Device != NULL && Other != NULL &&
        CHECK_STATUS(IoInitializeTimer(Device, Tick, &First), STATUS_SUCCESS) &&
        CHECK_STATUS(IoInitializeTimer(Other, Tick, &Second), STATUS_SUCCESS)) {
        IoStartTimer(Device);
        IoStartTimer(Other);
        CHECK_STATUS(KtestWait(&First.Called), STATUS_SUCCESS);
        IoStopTimer(Device);
        KeFlushQueuedDpcs();
        Calls = First.Calls;
        KeClearEvent(&Second.Called);
        CHECK_STATUS(KtestWait(&Second.Called), STATUS_SUCCESS);
        KeFlushQueuedDpcs();
        CHECK_EQ(First.Calls, Calls);
        IoStopTimer(Other);
    }
    if (Device != NULL)
        IoDeleteDevice(Device);
    if (Other != NULL)
        IoDeleteDevice(Other);
}
