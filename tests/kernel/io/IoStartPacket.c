/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoStartPacket, IoStartNextPacket, IoStartNextPacketByKey, IoSetStartIoAttributes - one IRP at a
 * time, in order, cancelled in the queue, deferred. The IRPs are never sent or completed: StartIo
 * notes them.
 */
#include "io_test.h"

#define START_IRPS 4

typedef struct START_TEST {
    PDEVICE_OBJECT Device;
    PIRP Irp[START_IRPS];
} START_TEST;

static PIRP StartOrder[START_IRPS + 1];
static ULONG StartCount;
static ULONG StartDepth;
static ULONG StartDeepest;
static BOOLEAN StartTakesAll; /* StartIo asks for the next IRP at once */
static BOOLEAN StartHadCancel;
static KIRQL StartIrql;
static PIRP StartCancelled;

static VOID NTAPI StartIo(PDEVICE_OBJECT Device, PIRP Irp)
{
    StartDepth++;
    if (StartDepth > StartDeepest)
        StartDeepest = StartDepth;
    StartIrql = KeGetCurrentIrql();
    StartHadCancel = Irp->CancelRoutine != NULL;
    CHECK_PTR(Device->CurrentIrp, Irp);
    if (StartCount < RTL_NUMBER_OF(StartOrder))
        StartOrder[StartCount] = Irp;
    StartCount++;
    if (StartTakesAll)
        IoStartNextPacket(Device, FALSE);
    StartDepth--;
}

/* The current IRP, or one in the queue, which it takes out. */
static VOID NTAPI StartCancel(PDEVICE_OBJECT Device, PIRP Irp)
{
    if (Irp != Device->CurrentIrp)
        KeRemoveEntryDeviceQueue(&Device->DeviceQueue, &Irp->Tail.Overlay.DeviceQueueEntry);
    StartCancelled = Irp;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
}

static VOID StartEnd(START_TEST *Test)
{
    ULONG At;

    for (At = 0; At < START_IRPS; At++) {
        if (Test->Irp[At] != NULL)
            IoFreeIrp(Test->Irp[At]);
    }
    if (Test->Device != NULL)
        IoDeleteDevice(Test->Device);
    KtestDriverObject->DriverStartIo = NULL;
}

static BOOLEAN StartBegin(START_TEST *Test)
{
    ULONG At;

    RtlZeroMemory(Test, sizeof(*Test));
    RtlZeroMemory(StartOrder, sizeof(StartOrder));
    StartCount = StartDepth = StartDeepest = 0;
    StartTakesAll = FALSE;
    StartCancelled = NULL;
    KtestDriverObject->DriverStartIo = StartIo;
    Test->Device = IoTestCreate(NULL, 0, NULL);
    for (At = 0; At < START_IRPS && Test->Device != NULL; At++) {
        Test->Irp[At] = IoAllocateIrp(1, FALSE);
        if (!CHECK(Test->Irp[At] != NULL))
            break;
    }
    if (At == START_IRPS)
        return TRUE;
    StartEnd(Test);
    return FALSE;
}

static VOID StartNext(PDEVICE_OBJECT Device, BOOLEAN Cancelable)
{
    KIRQL OldIrql;

    KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
    IoStartNextPacket(Device, Cancelable);
    KeLowerIrql(OldIrql);
}

static VOID StartNextByKey(PDEVICE_OBJECT Device, ULONG Key)
{
    KIRQL OldIrql;

    KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
    IoStartNextPacketByKey(Device, FALSE, Key);
    KeLowerIrql(OldIrql);
}

TEST(IoStartPacket, OneAtATime)
{
    START_TEST Test;

    if (!StartBegin(&Test))
        return;
    IoStartPacket(Test.Device, Test.Irp[0], NULL, NULL);
    CHECK_EQ(StartCount, 1);
    CHECK_EQ(StartIrql, DISPATCH_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    IoStartPacket(Test.Device, Test.Irp[1], NULL, NULL);
    IoStartPacket(Test.Device, Test.Irp[2], NULL, NULL);
    CHECK_EQ(StartCount, 1);
    StartNext(Test.Device, FALSE);
    StartNext(Test.Device, FALSE);
    CHECK_EQ(StartCount, 3);
    CHECK_PTR(StartOrder[1], Test.Irp[1]);
    CHECK_PTR(StartOrder[2], Test.Irp[2]);
    StartNext(Test.Device, FALSE);
    CHECK_EQ(StartCount, 3);
    CHECK_PTR(Test.Device->CurrentIrp, NULL);
    IoStartPacket(Test.Device, Test.Irp[3], NULL, NULL);
    CHECK_EQ(StartCount, 4);
    StartNext(Test.Device, FALSE);
    StartEnd(&Test);
}

TEST(IoStartNextPacketByKey, TakesTheNextKey)
{
    static ULONG Keys[START_IRPS] = {0, 30, 10, 20};
    START_TEST Test;
    ULONG At;

    if (!StartBegin(&Test))
        return;
    for (At = 0; At < START_IRPS; At++)
        IoStartPacket(Test.Device, Test.Irp[At], &Keys[At], NULL);
    StartNextByKey(Test.Device, 15);
    CHECK_PTR(StartOrder[1], Test.Irp[3]);
    StartNextByKey(Test.Device, 20);
    CHECK_PTR(StartOrder[2], Test.Irp[1]);
    StartNextByKey(Test.Device, 40);
    CHECK_PTR(StartOrder[3], Test.Irp[2]);
    StartNextByKey(Test.Device, 0);
    CHECK_EQ(StartCount, START_IRPS);
    StartEnd(&Test);
}

TEST(IoStartPacket, CancelledInTheQueue)
{
    START_TEST Test;

    if (!StartBegin(&Test))
        return;
    IoStartPacket(Test.Device, Test.Irp[0], NULL, StartCancel);
    CHECK(StartHadCancel);
    IoStartPacket(Test.Device, Test.Irp[1], NULL, StartCancel);
    IoStartPacket(Test.Device, Test.Irp[2], NULL, StartCancel);
    /* The routine gets the device from the stack location a sent IRP would have. */
    IoSetNextIrpStackLocation(Test.Irp[1]);
    IoGetCurrentIrpStackLocation(Test.Irp[1])->DeviceObject = Test.Device;
    CHECK(IoCancelIrp(Test.Irp[1]));
    CHECK_PTR(StartCancelled, Test.Irp[1]);
    IoSkipCurrentIrpStackLocation(Test.Irp[1]);
    StartNext(Test.Device, TRUE);
    CHECK_EQ(StartCount, 2);
    CHECK_PTR(StartOrder[1], Test.Irp[2]);
    StartNext(Test.Device, TRUE);
    Test.Irp[0]->CancelRoutine = NULL;
    Test.Irp[2]->CancelRoutine = NULL;
    StartEnd(&Test);
}

/* An IRP that was cancelled before it is queued does not stay there. */
TEST(IoStartPacket, CancelledBefore)
{
    START_TEST Test;

    if (!StartBegin(&Test))
        return;
    IoStartPacket(Test.Device, Test.Irp[0], NULL, NULL);
    CHECK(!IoCancelIrp(Test.Irp[1]));
    IoStartPacket(Test.Device, Test.Irp[1], NULL, StartCancel);
    CHECK_PTR(StartCancelled, Test.Irp[1]);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    StartNext(Test.Device, FALSE);
    CHECK_EQ(StartCount, 1);
    StartEnd(&Test);
}

TEST(IoSetStartIoAttributes, NonCancelableLosesTheRoutine)
{
    START_TEST Test;

    if (!StartBegin(&Test))
        return;
    IoSetStartIoAttributes(Test.Device, FALSE, TRUE);
    IoStartPacket(Test.Device, Test.Irp[0], NULL, StartCancel);
    CHECK(!StartHadCancel);
    IoStartPacket(Test.Device, Test.Irp[1], NULL, StartCancel);
    StartNext(Test.Device, TRUE);
    CHECK_EQ(StartCount, 2);
    CHECK(!StartHadCancel);
    StartNext(Test.Device, TRUE);
    StartEnd(&Test);
}

/* StartIo, which asks for the next IRP itself, is inside itself unless it is deferred. */
static ULONG StartDeepestOf(BOOLEAN Deferred)
{
    START_TEST Test;
    ULONG At;

    if (!StartBegin(&Test))
        return 0;
    IoSetStartIoAttributes(Test.Device, Deferred, FALSE);
    for (At = 0; At < START_IRPS; At++)
        IoStartPacket(Test.Device, Test.Irp[At], NULL, NULL);
    CHECK_EQ(StartCount, 1);
    StartTakesAll = TRUE;
    StartNext(Test.Device, FALSE);
    CHECK_EQ(StartCount, START_IRPS);
    for (At = 0; At < START_IRPS; At++)
        CHECK_PTR(StartOrder[At], Test.Irp[At]);
    CHECK_PTR(Test.Device->CurrentIrp, NULL);
    StartEnd(&Test);
    return StartDeepest;
}

TEST(IoStartNextPacket, FromStartIo)
{
    CHECK_EQ(StartDeepestOf(FALSE), START_IRPS - 1);
}

TEST(IoSetStartIoAttributes, DeferredIsNotNested)
{
    CHECK_EQ(StartDeepestOf(TRUE), 1);
}
