/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Power requests that a filter holds back and passes down from DPCs, timers and work items: each is
 * answered once, with what was asked for. Waits for a wake-up that are cancelled while somebody
 * else completes them.
 */
#include "../io/csq_test.h"
#include "../pnp/pnp_test.h"
#include "torture.h"

typedef struct POWER_RACE {
    PDEVICE_OBJECT Pdo, Filter, Below;
    PDRIVER_DISPATCH Before;
    volatile LONG Sent, Passed, Cancelled, Woken, Wrong;

    /* Waiting for a wake-up: one request at a time. */
    CSQ_TEST Waits;      /* where it is held back */
    volatile LONG Owner; /* enum WAKE_OWNER */
    PIRP Irp;            /* to be cancelled, while WakeNobodys */
    KEVENT Spared;       /* who cancels is done with it */
    volatile LONG Over;
} POWER_RACE;

enum WAKE_OWNER {
    WakeNobodys,
    WakeCancellers,
    WakeServers
};

static POWER_RACE PowerRace;

/* ---- the filter ------------------------------------------------------------------------------ */

typedef struct POWER_HELD { /* a request that is passed down later */
    PIRP Irp;
    KDPC Dpc;
    KTIMER Timer;
    PIO_WORKITEM Work;
} POWER_HELD;

/* Before Windows Vista the next power request comes only when this is called. */
static NTSTATUS PowerPass(PIRP Irp)
{
    InterlockedIncrement(&PowerRace.Passed);
    PoStartNextPowerIrp(Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    return PoCallDriver(PowerRace.Below, Irp);
}

static VOID NTAPI PowerWork(PDEVICE_OBJECT Device, PVOID Context)
{
    POWER_HELD *Held = Context;
    PIRP Irp = Held->Irp;

    UNREFERENCED_PARAMETER(Device);
    IoFreeWorkItem(Held->Work);
    ExFreePoolWithTag(Held, TORTURE_TAG);
    PowerPass(Irp);
}

/* Of the DPC or the timer. The device may be asked at DISPATCH_LEVEL: DO_POWER_PAGABLE is not set.
 */
static VOID NTAPI PowerDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    POWER_HELD *Held = Context;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    IoQueueWorkItem(Held->Work, PowerWork, DelayedWorkQueue, Held);
}

/* FALSE: nothing to hold it with. */
static BOOLEAN PowerHold(PIRP Irp, LONG Way)
{
    POWER_HELD *Held = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Held), TORTURE_TAG);
    LARGE_INTEGER Soon = {.QuadPart = -1000};

    if (Held == NULL)
        return FALSE;
    Held->Irp = Irp;
    Held->Work = IoAllocateWorkItem(PowerRace.Filter);
    if (Held->Work == NULL) {
        ExFreePoolWithTag(Held, TORTURE_TAG);
        return FALSE;
    }
    KeInitializeDpc(&Held->Dpc, PowerDpc, Held);
    KeInitializeTimer(&Held->Timer);
    IoMarkIrpPending(Irp);
    if (Way == 0)
        IoQueueWorkItem(Held->Work, PowerWork, DelayedWorkQueue, Held);
    else if (Way == 1)
        KeInsertQueueDpc(&Held->Dpc, NULL, NULL);
    else
        KeSetTimer(&Held->Timer, Soon, &Held->Dpc);
    return TRUE;
}

static NTSTATUS NTAPI PowerDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    LONG Way = InterlockedIncrement(&PowerRace.Sent) & 3;

    if (Device != PowerRace.Filter || KeGetCurrentIrql() > DISPATCH_LEVEL)
        InterlockedIncrement(&PowerRace.Wrong);
    if (Stack->MinorFunction == IRP_MN_WAIT_WAKE) {
        PoStartNextPowerIrp(Irp);
        PowerRace.Irp = Irp;
        InterlockedExchange(&PowerRace.Owner, WakeNobodys);
        IoCsqInsertIrp(&PowerRace.Waits.Csq, Irp, NULL);
        return STATUS_PENDING;
    }
    if (Way < 3 && PowerHold(Irp, Way))
        return STATUS_PENDING;
    return PowerPass(Irp);
}

static VOID PowerFinish(PIRP Irp, NTSTATUS Status, volatile LONG *Count)
{
    InterlockedIncrement(Count);
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static VOID NTAPI PowerCancelled(PIO_CSQ Csq, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Csq);
    PowerFinish(Irp, STATUS_CANCELLED, &PowerRace.Cancelled);
}

static BOOLEAN PowerBegin(VOID)
{
    RtlZeroMemory(&PowerRace, sizeof(PowerRace));
    CsqTestPrepare(&PowerRace.Waits);
    CHECK_STATUS(IoCsqInitialize(&PowerRace.Waits.Csq, CsqTestInsert, CsqTestRemove, CsqTestPeek,
                                 CsqTestAcquire, CsqTestRelease, PowerCancelled),
                 STATUS_SUCCESS);
    PowerRace.Owner = WakeServers;
    KeInitializeEvent(&PowerRace.Spared, NotificationEvent, FALSE);
    PowerRace.Pdo = PnpTestPdo();
    PowerRace.Filter = PowerRace.Pdo != NULL ? PnpTestPlain() : NULL;
    if (PowerRace.Filter == NULL)
        return FALSE;
    PowerRace.Before = KtestDriverObject->MajorFunction[IRP_MJ_POWER];
    KtestDriverObject->MajorFunction[IRP_MJ_POWER] = PowerDispatch;
    PowerRace.Below = IoAttachDeviceToDeviceStack(PowerRace.Filter, PowerRace.Pdo);
    if (CHECK(PowerRace.Below != NULL)) {
        PowerRace.Filter->Flags |= PowerRace.Below->Flags & DO_POWER_PAGABLE;
        PowerRace.Filter->Flags &= ~DO_DEVICE_INITIALIZING;
        return TRUE;
    }
    KtestDriverObject->MajorFunction[IRP_MJ_POWER] = PowerRace.Before;
    IoDeleteDevice(PowerRace.Filter);
    return FALSE;
}

static VOID PowerEnd(VOID)
{
    CHECK_EQ(PowerRace.Wrong, 0);
    IoDetachDevice(PowerRace.Below);
    KtestDriverObject->MajorFunction[IRP_MJ_POWER] = PowerRace.Before;
    IoDeleteDevice(PowerRace.Filter);
}

/* ---- states ---------------------------------------------------------------------------------- */

typedef struct POWER_ANSWER {
    KEVENT Done;
    volatile LONG Calls;
    NTSTATUS Status;
    UCHAR Minor;
    POWER_STATE State;
} POWER_ANSWER;

static VOID NTAPI PowerAnswered(PDEVICE_OBJECT Device, UCHAR Minor, POWER_STATE State,
                                PVOID Context, PIO_STATUS_BLOCK Io)
{
    POWER_ANSWER *Answer = Context;

    if (Device != PowerRace.Pdo)
        InterlockedIncrement(&PowerRace.Wrong);
    InterlockedIncrement(&Answer->Calls);
    Answer->Status = Io->Status;
    Answer->Minor = Minor;
    Answer->State = State;
    KeSetEvent(&Answer->Done, IO_NO_INCREMENT, FALSE);
}

static POWER_ANSWER *PowerNewAnswer(TORTURE_THREAD *Self)
{
    POWER_ANSWER *Answer = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Answer), TORTURE_TAG);

    if (TORTURE_CHECK(Self->Torture, Answer != NULL)) {
        RtlZeroMemory(Answer, sizeof(*Answer));
        KeInitializeEvent(&Answer->Done, SynchronizationEvent, FALSE);
    }
    return Answer;
}

static VOID NTAPI PowerRequester(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    POWER_ANSWER *Answer = PowerNewAnswer(Self);
    BOOLEAN Answered = TRUE;

    while (Answer != NULL && Answered && TortureGoesOn(Self)) {
        UCHAR Minor = TortureRandom(Self, 2) != 0 ? IRP_MN_SET_POWER : IRP_MN_QUERY_POWER;
        LONG Calls = Answer->Calls;
        POWER_STATE State;

        State.DeviceState = TortureRandom(Self, 2) != 0 ? PowerDeviceD0 : PowerDeviceD3;
        if (!TORTURE_CHECK(Self->Torture,
                           PoRequestPowerIrp(PowerRace.Pdo, Minor, State, PowerAnswered, Answer,
                                             NULL) == STATUS_PENDING))
            break;
        Answered = TORTURE_WAIT(Self->Torture, &Answer->Done);
        TORTURE_CHECK(Self->Torture, Answer->Calls == Calls + 1 && NT_SUCCESS(Answer->Status));
        TORTURE_CHECK(Self->Torture,
                      Answer->Minor == Minor && Answer->State.DeviceState == State.DeviceState);
    }
    if (Answer != NULL && Answered) /* else it may be written to yet */
        ExFreePoolWithTag(Answer, TORTURE_TAG);
}

TEST(PoRequestPowerIrp, EachIsAnsweredOnce)
{
    TORTURE Torture;
    ULONG Index;

    if (!PowerBegin())
        return;
    TortureBegin(&Torture, 500);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, PowerRequester, NULL);
    TortureJoin(&Torture);
    CHECK_EQ(PowerRace.Passed, PowerRace.Sent);
    PowerEnd();
}

/* ---- waiting for a wake-up, which may be cancelled ------------------------------------------- */

static VOID NTAPI WakeRequester(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    POWER_ANSWER *Answer = PowerNewAnswer(Self);
    BOOLEAN Answered = TRUE;

    while (Answer != NULL && Answered && TortureGoesOn(Self)) {
        LONG Calls = Answer->Calls;
        POWER_STATE State;

        State.SystemState = PowerSystemWorking;
        KeClearEvent(&PowerRace.Spared);
        if (!TORTURE_CHECK(Self->Torture,
                           PoRequestPowerIrp(PowerRace.Pdo, IRP_MN_WAIT_WAKE, State, PowerAnswered,
                                             Answer, NULL) == STATUS_PENDING))
            break;
        Answered = TORTURE_WAIT(Self->Torture, &Answer->Done);
        if (InterlockedCompareExchange(&PowerRace.Owner, WakeServers, WakeNobodys) ==
            WakeCancellers)
            TORTURE_WAIT(Self->Torture, &PowerRace.Spared);
        TORTURE_CHECK(Self->Torture, Answer->Calls == Calls + 1);
        TORTURE_CHECK(Self->Torture,
                      Answer->Status == STATUS_SUCCESS || Answer->Status == STATUS_CANCELLED);
        TORTURE_CHECK(Self->Torture, Answer->Minor == IRP_MN_WAIT_WAKE);
    }
    if (Answer != NULL && Answered) /* else it may be written to yet */
        ExFreePoolWithTag(Answer, TORTURE_TAG);
}

/* Completes what it finds, when nobody has the request in his hands any more. */
static VOID NTAPI WakeServer(PVOID Context)
{
    TORTURE_THREAD *Self = Context;

    while (PowerRace.Over == 0) {
        PIRP Irp = TortureRandom(Self, 3) != 0 ? IoCsqRemoveNextIrp(&PowerRace.Waits.Csq, NULL)
                                               : NULL;

        if (Irp == NULL) {
            TortureYield();
            continue;
        }
        if (InterlockedCompareExchange(&PowerRace.Owner, WakeServers, WakeNobodys) ==
            WakeCancellers)
            TORTURE_WAIT(Self->Torture, &PowerRace.Spared);
        PowerFinish(Irp, STATUS_SUCCESS, &PowerRace.Woken);
    }
}

static VOID NTAPI WakeCanceller(PVOID Context)
{
    TORTURE_THREAD *Self = Context;

    while (PowerRace.Over == 0) {
        if (TortureRandom(Self, 3) == 0 ||
            InterlockedCompareExchange(&PowerRace.Owner, WakeCancellers, WakeNobodys) !=
                WakeNobodys) {
            TortureYield();
            continue;
        }
        IoCancelIrp(PowerRace.Irp);
        KeSetEvent(&PowerRace.Spared, IO_NO_INCREMENT, FALSE);
    }
}

TEST(PoRequestPowerIrp, WaitsAreCancelledOrEnd)
{
    TORTURE Torture;

    if (!PowerBegin())
        return;
    TortureBegin(&Torture, 1000);
    TortureStart(&Torture, WakeRequester, NULL);
    TortureStart(&Torture, WakeServer, NULL);
    TortureStart(&Torture, WakeCanceller, NULL);
    if (Torture.Thread[0].Object != NULL)
        KeWaitForSingleObject(Torture.Thread[0].Object, Executive, KernelMode, FALSE, NULL);
    InterlockedExchange(&PowerRace.Over, 1);
    TortureJoin(&Torture);
    CHECK_EQ(PowerRace.Woken + PowerRace.Cancelled, PowerRace.Sent);
    PowerEnd();
}
