/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoAllocateWorkItem, IoQueueWorkItem, IoFreeWorkItem - the routine runs on another thread, at
 * PASSIVE_LEVEL, and may free or queue its item.
 */
#include "io_test.h"

typedef struct WORK_TEST {
    PIO_WORKITEM Item;
    KEVENT Done;
    PKEVENT WaitFor; /* before anything else */
    PDEVICE_OBJECT Device;
    PVOID Thread;
    KIRQL Irql;
    LONG Rounds; /* left */
} WORK_TEST;

static VOID NTAPI WorkRoutine(PDEVICE_OBJECT Device, PVOID Context)
{
    WORK_TEST *Test = Context;

    if (Test->WaitFor != NULL)
        KeWaitForSingleObject(Test->WaitFor, Executive, KernelMode, FALSE, NULL);
    Test->Device = Device;
    Test->Thread = KeGetCurrentThread();
    Test->Irql = KeGetCurrentIrql();
    if (--Test->Rounds > 0)
        IoQueueWorkItem(Test->Item, WorkRoutine, DelayedWorkQueue, Test);
    else
        KeSetEvent(&Test->Done, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI WorkThatFrees(PDEVICE_OBJECT Device, PVOID Context)
{
    WORK_TEST *Test = Context;

    UNREFERENCED_PARAMETER(Device);
    IoFreeWorkItem(Test->Item);
    KeSetEvent(&Test->Done, IO_NO_INCREMENT, FALSE);
}

static BOOLEAN WorkBegin(WORK_TEST *Test, PDEVICE_OBJECT Device, LONG Rounds)
{
    RtlZeroMemory(Test, sizeof(*Test));
    KeInitializeEvent(&Test->Done, NotificationEvent, FALSE);
    Test->Rounds = Rounds;
    Test->Item = IoAllocateWorkItem(Device);
    return CHECK(Test->Item != NULL);
}

static VOID WorkWait(WORK_TEST *Test)
{
    KeWaitForSingleObject(&Test->Done, Executive, KernelMode, FALSE, NULL);
}

TEST(IoQueueWorkItem, RunsOnAnotherThread)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    WORK_TEST Test;

    if (Device == NULL)
        return;
    if (WorkBegin(&Test, Device, 1)) {
        IoQueueWorkItem(Test.Item, WorkRoutine, DelayedWorkQueue, &Test);
        WorkWait(&Test);
        CHECK_PTR(Test.Device, Device);
        CHECK(Test.Thread != (PVOID)KeGetCurrentThread());
        CHECK_EQ(Test.Irql, PASSIVE_LEVEL);
        IoFreeWorkItem(Test.Item);
    }
    IoDeleteDevice(Device);
}

TEST(IoQueueWorkItem, AgainFromItsRoutine)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    WORK_TEST Test;

    if (Device == NULL)
        return;
    if (WorkBegin(&Test, Device, 100)) {
        IoQueueWorkItem(Test.Item, WorkRoutine, CriticalWorkQueue, &Test);
        WorkWait(&Test);
        CHECK_EQ(Test.Rounds, 0);
        IoFreeWorkItem(Test.Item);
    }
    IoDeleteDevice(Device);
}

/* Items that wait for one another: each needs a thread of its own. */
TEST(IoQueueWorkItem, ItemsMayWaitForLaterOnes)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    WORK_TEST Test[3];
    ULONG Begun;
    ULONG At;

    if (Device == NULL)
        return;
    for (Begun = 0; Begun < RTL_NUMBER_OF(Test); Begun++) {
        if (!WorkBegin(&Test[Begun], Device, 1))
            break;
        if (Begun + 1 < RTL_NUMBER_OF(Test))
            Test[Begun].WaitFor = &Test[Begun + 1].Done;
    }
    if (Begun == RTL_NUMBER_OF(Test)) {
        for (At = 0; At < Begun; At++)
            IoQueueWorkItem(Test[At].Item, WorkRoutine, DelayedWorkQueue, &Test[At]);
        WorkWait(&Test[0]);
    }
    for (At = 0; At < Begun; At++)
        IoFreeWorkItem(Test[At].Item);
    IoDeleteDevice(Device);
}

TEST(IoFreeWorkItem, InItsRoutine)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    WORK_TEST Test;

    if (Device == NULL)
        return;
    if (WorkBegin(&Test, Device, 1)) {
        IoQueueWorkItem(Test.Item, WorkThatFrees, DelayedWorkQueue, &Test);
        WorkWait(&Test);
    }
    IoDeleteDevice(Device);
}

TEST(IoAllocateWorkItem, AtDispatchLevel)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    WORK_TEST Test;
    KIRQL OldIrql;
    BOOLEAN Begun;

    if (Device == NULL)
        return;
    KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
    Begun = WorkBegin(&Test, Device, 1);
    if (Begun)
        IoQueueWorkItem(Test.Item, WorkRoutine, DelayedWorkQueue, &Test);
    KeLowerIrql(OldIrql);
    if (Begun) {
        WorkWait(&Test);
        IoFreeWorkItem(Test.Item);
    }
    IoDeleteDevice(Device);
}

/* The device may be deleted while its item is queued: it stays until the routine has returned. */
TEST(IoAllocateWorkItem, KeepsTheDevice)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    WORK_TEST Test;
    KEVENT Go;

    if (Device == NULL)
        return;
    if (!WorkBegin(&Test, Device, 1)) {
        IoDeleteDevice(Device);
        return;
    }
    KeInitializeEvent(&Go, NotificationEvent, FALSE);
    Test.WaitFor = &Go;
    IoQueueWorkItem(Test.Item, WorkRoutine, DelayedWorkQueue, &Test);
    IoDeleteDevice(Device);
    KeSetEvent(&Go, IO_NO_INCREMENT, FALSE);
    WorkWait(&Test);
    CHECK_PTR(Test.Device, Device);
    IoFreeWorkItem(Test.Item);
}
