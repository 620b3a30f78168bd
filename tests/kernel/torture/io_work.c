/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Work items, remove locks and StartIo from several threads.
 */
#include "../io/io_test.h"
#include "torture.h"

/* ---- work items: each queued one is called once ---------------------------------------------- */

typedef struct WORK_RACE {
    PDEVICE_OBJECT Device;
    volatile LONG Queued, Called;
} WORK_RACE;

typedef struct WORK_RACE_ONE {
    PIO_WORKITEM Item;
    WORK_QUEUE_ITEM Plain;
    WORK_RACE *Race;
    KSEMAPHORE Done;
} WORK_RACE_ONE;

static VOID NTAPI WorkRaceItem(PDEVICE_OBJECT Device, PVOID Context)
{
    WORK_RACE_ONE *One = Context;

    if (Device == One->Race->Device)
        InterlockedIncrement(&One->Race->Called);
    KeReleaseSemaphore(&One->Done, IO_NO_INCREMENT, 1, FALSE);
}

static VOID NTAPI WorkRacePlain(PVOID Context)
{
    WORK_RACE_ONE *One = Context;

    InterlockedIncrement(&One->Race->Called);
    KeReleaseSemaphore(&One->Done, IO_NO_INCREMENT, 1, FALSE);
}

static VOID NTAPI WorkRaceThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    WORK_RACE_ONE One;

    RtlZeroMemory(&One, sizeof(One));
    One.Race = Self->Context;
    KeInitializeSemaphore(&One.Done, 0, MAXLONG);
    while (TortureGoesOn(Self)) {
        WORK_QUEUE_TYPE Queue = TortureRandom(Self, 2) != 0 ? DelayedWorkQueue : CriticalWorkQueue;

        One.Item = IoAllocateWorkItem(One.Race->Device);
        if (!TORTURE_CHECK(Self->Torture, One.Item != NULL))
            return;
        ExInitializeWorkItem(&One.Plain, WorkRacePlain, &One);
        InterlockedExchangeAdd(&One.Race->Queued, 2);
        IoQueueWorkItem(One.Item, WorkRaceItem, Queue, &One);
        ExQueueWorkItem(&One.Plain, Queue);
        if (!TORTURE_WAIT(Self->Torture, &One.Done) || !TORTURE_WAIT(Self->Torture, &One.Done)) {
            /* it is on this stack */
            KeWaitForSingleObject(&One.Done, Executive, KernelMode, FALSE, NULL);
            return;
        }
        IoFreeWorkItem(One.Item);
    }
}

TEST(IoQueueWorkItem, EachIsCalledOnce)
{
    TORTURE Torture;
    WORK_RACE Race = {0};
    ULONG Index;

    TortureBegin(&Torture, 1000);
    Race.Device = IoTestCreate(NULL, 0, NULL);
    if (Race.Device == NULL)
        return;
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, WorkRaceThread, &Race);
    TortureJoin(&Torture);
    CHECK_EQ(Race.Called, Race.Queued);
    IoDeleteDevice(Race.Device);
}

/* ---- remove locks: after the removal nobody is inside ---------------------------------------- */

typedef struct REMOVE_RACE {
    struct {
        IO_REMOVE_LOCK_COMMON_BLOCK Common; /* as a free driver's, which may be initialised again */
    } Lock;
    volatile LONG Inside, Entered, Removed;
} REMOVE_RACE;

#define REMOVE_LOCK(Race) ((PIO_REMOVE_LOCK)&(Race)->Lock)
#define REMOVE_BYTES      sizeof(((REMOVE_RACE *)0)->Lock)

static VOID NTAPI RemoveRaceUser(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    REMOVE_RACE *Race = Self->Context;
    LARGE_INTEGER Timeout;

    while (NT_SUCCESS(
        IoAcquireRemoveLockEx(REMOVE_LOCK(Race), Self, __FILE__, __LINE__, REMOVE_BYTES))) {
        InterlockedIncrement(&Race->Inside);
        InterlockedIncrement(&Race->Entered);
        TORTURE_CHECK(Self->Torture, Race->Removed == 0);
        if (TortureRandom(Self, 16) == 0) {
            Timeout.QuadPart = -10;
            KeDelayExecutionThread(KernelMode, FALSE, &Timeout);
        }
        TORTURE_CHECK(Self->Torture, Race->Removed == 0);
        InterlockedDecrement(&Race->Inside);
        IoReleaseRemoveLockEx(REMOVE_LOCK(Race), Self, REMOVE_BYTES);
    }
}

TEST(IoReleaseRemoveLockAndWaitEx, NobodyIsInsideAfterwards)
{
    TORTURE Torture, All;
    REMOVE_RACE Race;
    TORTURE_THREAD Main = {0};
    ULONG Index;
    LONG Tag;

    TortureBegin(&All, 60);
    Main.Torture = &All;
    while (TortureGoesOn(&Main)) {
        TortureBegin(&Torture, 1);
        Torture.End = 0;
        RtlZeroMemory(&Race, sizeof(Race));
        IoInitializeRemoveLockEx(REMOVE_LOCK(&Race), TORTURE_TAG, 0, 0, REMOVE_BYTES);
        if (!CHECK_STATUS(
                IoAcquireRemoveLockEx(REMOVE_LOCK(&Race), &Tag, __FILE__, __LINE__, REMOVE_BYTES),
                STATUS_SUCCESS))
            return;
        for (Index = 0; Index < 3; Index++)
            TortureStart(&Torture, RemoveRaceUser, &Race);
        while (Race.Entered < 20 && Torture.Stop == 0)
            TortureYield();
        IoReleaseRemoveLockAndWaitEx(REMOVE_LOCK(&Race), &Tag, REMOVE_BYTES);
        CHECK_EQ(Race.Inside, 0);
        InterlockedExchange(&Race.Removed, 1);
        TortureJoin(&Torture);
        CHECK_STATUS(
            IoAcquireRemoveLockEx(REMOVE_LOCK(&Race), &Tag, __FILE__, __LINE__, REMOVE_BYTES),
            STATUS_DELETE_PENDING);
        if (Torture.WrongLine != 0)
            return;
    }
}

/* ---- StartIo: one at a time, and all of them ------------------------------------------------- */

typedef struct START_RACE {
    PDEVICE_OBJECT Device;
    KDPC Dpc;
    volatile LONG Inside, Started, Cancelled, Sent, Wrong;
} START_RACE;

static START_RACE StartRace;

static VOID NTAPI StartRaceStartIo(PDEVICE_OBJECT Device, PIRP Irp)
{
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Device);
    if (InterlockedIncrement(&StartRace.Inside) != 1)
        InterlockedIncrement(&StartRace.Wrong);
    /* From here on it is finished, not cancelled. */
    IoAcquireCancelSpinLock(&Irql);
    if (Irp->Cancel && Irp->CancelRoutine == NULL) {
        /* The cancel routine has it, found it current, and lets us go on. */
        IoReleaseCancelSpinLock(Irql);
    } else {
        TortureExchange(&Irp->CancelRoutine, NULL);
        IoReleaseCancelSpinLock(Irql);
    }
    InterlockedIncrement(&StartRace.Started);
    KeInsertQueueDpc(&StartRace.Dpc, Irp, NULL);
}

static VOID NTAPI StartRaceDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    PIRP Irp = Argument1;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument2);
    InterlockedDecrement(&StartRace.Inside);
    IoStartNextPacket(StartRace.Device, TRUE);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static VOID NTAPI StartRaceCancel(PDEVICE_OBJECT Device, PIRP Irp)
{
    BOOLEAN Mine = Irp != Device->CurrentIrp &&
        KeRemoveEntryDeviceQueue(&Device->DeviceQueue, &Irp->Tail.Overlay.DeviceQueueEntry);

    IoReleaseCancelSpinLock(Irp->CancelIrql);
    if (!Mine)
        return; /* StartIo has it, or is about to */
    InterlockedIncrement(&StartRace.Cancelled);
    Irp->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static NTSTATUS NTAPI StartRaceDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    IoMarkIrpPending(Irp);
    IoStartPacket(Device, Irp, NULL, StartRaceCancel);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI StartRaceDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID NTAPI StartRaceSender(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    PIRP Irp = IoAllocateIrp(1, FALSE);
    KEVENT Done;

    KeInitializeEvent(&Done, SynchronizationEvent, FALSE);
    if (!TORTURE_CHECK(Self->Torture, Irp != NULL))
        return;
    while (TortureGoesOn(Self)) {
        ULONG Spin = TortureRandom(Self, 200);

        IoReuseIrp(Irp, STATUS_SUCCESS);
        IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
        IoSetCompletionRoutine(Irp, StartRaceDone, &Done, TRUE, TRUE, TRUE);
        InterlockedIncrement(&StartRace.Sent);
        TORTURE_CHECK(Self->Torture, IoCallDriver(StartRace.Device, Irp) == STATUS_PENDING);
        while (Spin-- > 0)
            YieldProcessor();
        if (TortureRandom(Self, 2) != 0)
            IoCancelIrp(Irp);
        if (!TORTURE_WAIT(Self->Torture, &Done))
            /* it is on this stack */
            KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    }
    IoFreeIrp(Irp);
}

TEST(IoStartPacket, OneAtATime)
{
    TORTURE Torture;
    ULONG Index;

    TortureBegin(&Torture, 2000);
    RtlZeroMemory(&StartRace, sizeof(StartRace));
    KeInitializeDpc(&StartRace.Dpc, StartRaceDpc, NULL);
    KtestDriverObject->DriverStartIo = StartRaceStartIo;
    StartRace.Device = IoTestCreate(NULL, 0, StartRaceDispatch);
    if (StartRace.Device == NULL)
        return;
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, StartRaceSender, NULL);
    TortureJoin(&Torture);
    KeFlushQueuedDpcs();
    CHECK_EQ(StartRace.Started + StartRace.Cancelled, StartRace.Sent);
    CHECK_EQ(StartRace.Wrong, 0);
    CHECK_EQ(StartRace.Inside, 0);
    IoDeleteDevice(StartRace.Device);
    KtestDriverObject->DriverStartIo = NULL;
}
