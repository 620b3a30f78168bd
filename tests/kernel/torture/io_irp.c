/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IRPs that pend in a cancel-safe queue, completed by whoever is first: a server, a work item, a
 * DPC, or who cancels them. Each is completed once, and each request has its queue left when it is.
 */
#include "../io/csq_test.h"
#include "torture.h"

const ULONG TortureTests = 4;

#define SENDERS 3

typedef struct IRP_RACE {
    CSQ_TEST Queue;     /* of requests that pend */
    KSEMAPHORE Waiting; /* a count for each that was put there */
    PDEVICE_OBJECT Device;
    volatile PIRP Victim[SENDERS];
    KEVENT Spared[SENDERS]; /* who cancels is done with the sender's IRP */
    volatile LONG Sent, AtOnce, Served, Cancelled, Wrong;
    volatile LONG Over;
} IRP_RACE;

/* What a request wants; in its stack location. */
typedef enum IRP_WISH { WishAtOnce, WishQueue, WishDpc, WishWork, WishCount } IRP_WISH;

typedef struct IRP_SENDER {
    PIRP Irp;
    KEVENT Done;
    volatile LONG Completions;
    KDPC Dpc;
    PIO_WORKITEM Work;
    IRP_RACE *Race;
} IRP_SENDER;

static IRP_RACE *IrpRace; /* the cancel-safe queue's, for its callback */

static VOID IrpFinish(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = NT_SUCCESS(Status) ? 7 : 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static VOID NTAPI IrpRaceCancelled(PIO_CSQ Csq, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Csq);
    InterlockedIncrement(&IrpRace->Cancelled);
    IrpFinish(Irp, STATUS_CANCELLED);
}

static VOID NTAPI IrpRaceDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    IRP_SENDER *Sender = Context;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    InterlockedIncrement(&Sender->Race->Served);
    IrpFinish(Sender->Irp, STATUS_SUCCESS);
}

static VOID NTAPI IrpRaceWork(PDEVICE_OBJECT Device, PVOID Context)
{
    IRP_SENDER *Sender = Context;

    UNREFERENCED_PARAMETER(Device);
    InterlockedIncrement(&Sender->Race->Served);
    IrpFinish(Sender->Irp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI IrpRaceDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    IRP_SENDER *Sender = Stack->Parameters.Others.Argument2;
    IRP_RACE *Race = Sender->Race;

    UNREFERENCED_PARAMETER(Device);
    switch ((IRP_WISH)(ULONG_PTR)Stack->Parameters.Others.Argument1) {
    case WishQueue:
        IoCsqInsertIrp(&Race->Queue.Csq, Irp, NULL);
        KeReleaseSemaphore(&Race->Waiting, IO_NO_INCREMENT, 1, FALSE);
        return STATUS_PENDING;
    case WishDpc:
        IoMarkIrpPending(Irp);
        KeInsertQueueDpc(&Sender->Dpc, NULL, NULL);
        return STATUS_PENDING;
    case WishWork:
        IoMarkIrpPending(Irp);
        IoQueueWorkItem(Sender->Work, IrpRaceWork, DelayedWorkQueue, Sender);
        return STATUS_PENDING;
    default:
        InterlockedIncrement(&Race->AtOnce);
        IrpFinish(Irp, STATUS_SUCCESS);
        return STATUS_SUCCESS;
    }
}

static NTSTATUS NTAPI IrpRaceDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    IRP_SENDER *Sender = Context;

    UNREFERENCED_PARAMETER(Device);
    if (Irp != Sender->Irp)
        InterlockedIncrement(&Sender->Race->Wrong);
    InterlockedIncrement(&Sender->Completions);
    KeSetEvent(&Sender->Done, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* One request, until it is over and nobody else knows its IRP. FALSE: patience ran out. */
static BOOLEAN IrpRaceSend(TORTURE_THREAD *Self, IRP_RACE *Race, IRP_SENDER *Sender)
{
    PIO_STACK_LOCATION Stack;
    NTSTATUS Status;
    ULONG Wish = TortureRandom(Self, WishCount), Spin = TortureRandom(Self, 200);
    BOOLEAN Shown = TortureRandom(Self, 2) != 0;

    IoReuseIrp(Sender->Irp, STATUS_SUCCESS);
    Stack = IoGetNextIrpStackLocation(Sender->Irp);
    Stack->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    Stack->Parameters.Others.Argument1 = (PVOID)(ULONG_PTR)Wish;
    Stack->Parameters.Others.Argument2 = Sender;
    IoSetCompletionRoutine(Sender->Irp, IrpRaceDone, Sender, TRUE, TRUE, TRUE);
    Sender->Completions = 0;
    InterlockedIncrement(&Race->Sent);
    if (Shown)
        TortureExchange(&Race->Victim[Self->Index], Sender->Irp);
    Status = IoCallDriver(Race->Device, Sender->Irp);
    TORTURE_CHECK(Self->Torture, Status == (Wish == WishAtOnce ? STATUS_SUCCESS : STATUS_PENDING));
    while (Spin-- > 0)
        YieldProcessor();
    if (!Shown && TortureRandom(Self, 2) != 0)
        IoCancelIrp(Sender->Irp);
    if (!TORTURE_WAIT(Self->Torture, &Sender->Done))
        return FALSE;
    /* Who has taken the IRP to cancel it says when it is done with it. */
    if (Shown && TortureExchange(&Race->Victim[Self->Index], NULL) == NULL &&
        !TORTURE_WAIT(Self->Torture, &Race->Spared[Self->Index]))
        return FALSE;
    Status = Sender->Irp->IoStatus.Status;
    TORTURE_CHECK(Self->Torture, Sender->Completions == 1);
    TORTURE_CHECK(Self->Torture,
        Status == STATUS_SUCCESS || (Status == STATUS_CANCELLED && Wish == WishQueue));
    return TORTURE_CHECK(Self->Torture,
        Sender->Irp->IoStatus.Information == (ULONG_PTR)(NT_SUCCESS(Status) ? 7 : 0));
}

static VOID NTAPI IrpRaceSender(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    IRP_RACE *Race = Self->Context;
    IRP_SENDER Sender;

    RtlZeroMemory(&Sender, sizeof(Sender));
    Sender.Race = Race;
    KeInitializeEvent(&Sender.Done, SynchronizationEvent, FALSE);
    KeInitializeDpc(&Sender.Dpc, IrpRaceDpc, &Sender);
    Sender.Irp = IoAllocateIrp(1, FALSE);
    Sender.Work = IoAllocateWorkItem(Race->Device);
    if (TORTURE_CHECK(Self->Torture, Sender.Irp != NULL && Sender.Work != NULL)) {
        while (TortureGoesOn(Self) && IrpRaceSend(Self, Race, &Sender))
            continue;
        KeFlushQueuedDpcs(); /* the routine may be on its way out */
    }
    if (Sender.Work != NULL)
        IoFreeWorkItem(Sender.Work);
    if (Sender.Irp != NULL)
        IoFreeIrp(Sender.Irp);
}

static VOID NTAPI IrpRaceServer(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    IRP_RACE *Race = Self->Context;

    for (;;) {
        PIRP Irp;

        KeWaitForSingleObject(&Race->Waiting, Executive, KernelMode, FALSE, NULL);
        if (Race->Over != 0)
            return;
        Irp = IoCsqRemoveNextIrp(&Race->Queue.Csq, NULL);
        if (Irp == NULL)
            continue; /* it was cancelled */
        InterlockedIncrement(&Race->Served);
        IrpFinish(Irp, STATUS_SUCCESS);
    }
}

static VOID NTAPI IrpRaceCanceller(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    IRP_RACE *Race = Self->Context;

    while (Race->Over == 0) {
        ULONG Index = TortureRandom(Self, SENDERS);
        PIRP Irp = TortureExchange(&Race->Victim[Index], NULL);

        if (Irp == NULL) {
            TortureYield();
            continue;
        }
        IoCancelIrp(Irp);
        KeSetEvent(&Race->Spared[Index], IO_NO_INCREMENT, FALSE);
    }
}

TEST(IoCancelIrp, CompletedOnceByWhoeverIsFirst)
{
    TORTURE Torture;
    static IRP_RACE Race;
    ULONG Index;

    TortureBegin(&Torture, 2000);
    RtlZeroMemory(&Race, sizeof(Race));
    IrpRace = &Race;
    CsqTestPrepare(&Race.Queue);
    CHECK_STATUS(IoCsqInitialize(&Race.Queue.Csq, CsqTestInsert, CsqTestRemove, CsqTestPeek,
                     CsqTestAcquire, CsqTestRelease, IrpRaceCancelled),
        STATUS_SUCCESS);
    KeInitializeSemaphore(&Race.Waiting, 0, MAXLONG);
    Race.Device = IoTestCreate(NULL, 0, IrpRaceDispatch);
    if (Race.Device == NULL)
        return;
    for (Index = 0; Index < SENDERS; Index++)
        KeInitializeEvent(&Race.Spared[Index], SynchronizationEvent, FALSE);
    for (Index = 0; Index < SENDERS; Index++)
        TortureStart(&Torture, IrpRaceSender, &Race);
    TortureStart(&Torture, IrpRaceServer, &Race);
    TortureStart(&Torture, IrpRaceServer, &Race);
    TortureStart(&Torture, IrpRaceCanceller, &Race);
    for (Index = 0; Index < SENDERS; Index++) {
        if (Torture.Thread[Index].Object != NULL)
            KeWaitForSingleObject(Torture.Thread[Index].Object, Executive, KernelMode, FALSE, NULL);
    }
    InterlockedExchange(&Race.Over, 1);
    KeReleaseSemaphore(&Race.Waiting, IO_NO_INCREMENT, 2, FALSE);
    TortureJoin(&Torture);
    CHECK_EQ(Race.Queue.Length, 0);
    CHECK_EQ(Race.AtOnce + Race.Served + Race.Cancelled, Race.Sent);
    CHECK_EQ(Race.Wrong, 0);
    IoDeleteDevice(Race.Device);
}
