/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Timers and DPCs, set, queued, cancelled and removed from several threads: each comes as often as
 * it was not called back.
 */
#include "torture.h"

/* ---- a timer of one's own: it is cancelled, or its DPC comes --------------------------------- */

typedef struct ONE_TIMER {
    KTIMER Timer;
    KDPC Dpc;
    KEVENT Ran;
    volatile LONG Calls;
} ONE_TIMER;

static VOID NTAPI OneTimerDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    ONE_TIMER *One = Context;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    InterlockedIncrement(&One->Calls);
    KeSetEvent(&One->Ran, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI OneTimerThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    ONE_TIMER One;
    LONG Expected = 0;

    RtlZeroMemory(&One, sizeof(One));
    KeInitializeTimerEx(
        &One.Timer, Self->Index % 2 != 0 ? SynchronizationTimer : NotificationTimer);
    KeInitializeDpc(&One.Dpc, OneTimerDpc, &One);
    KeInitializeEvent(&One.Ran, SynchronizationEvent, FALSE);
    while (TortureGoesOn(Self)) {
        LARGE_INTEGER Due;
        ULONG Spin = TortureRandom(Self, 300);
        BOOLEAN Cancelled = FALSE;

        Due.QuadPart = -10 * (LONGLONG)TortureRandom(Self, 100);
        TORTURE_CHECK(Self->Torture, !KeSetTimer(&One.Timer, Due, &One.Dpc));
        while (Spin-- > 0)
            YieldProcessor();
        if (TortureRandom(Self, 2) == 0)
            Cancelled = KeCancelTimer(&One.Timer);
        else if (!TORTURE_WAIT(Self->Torture, &One.Timer))
            break;
        if (!Cancelled) {
            Expected++;
            if (!TORTURE_WAIT(Self->Torture, &One.Ran))
                break;
        }
        TORTURE_CHECK(Self->Torture, One.Calls == Expected);
    }
    KeCancelTimer(&One.Timer);
    KeFlushQueuedDpcs(); /* it is on this stack */
    TORTURE_CHECK(Self->Torture, One.Calls == Expected || Self->Torture->WrongLine != 0);
}

TEST(KeCancelTimer, CancelledOrItsDpcComes)
{
    TORTURE Torture;
    ULONG Index;

    TortureBegin(&Torture, 500);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, OneTimerThread, NULL);
    TortureJoin(&Torture);
}

/* ---- timers that all set, cancel and wait for ------------------------------------------------ */

#define SHARED_TIMERS 3

typedef struct SHARED_TIMER {
    KTIMER Timer;
    KDPC Dpc;
    volatile LONG Sets, Back, Calls; /* Back: replaced or cancelled before it was due */
} SHARED_TIMER;

static VOID NTAPI SharedTimerDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    InterlockedIncrement(&((SHARED_TIMER *)Context)->Calls);
}

static VOID NTAPI SharedTimerThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    SHARED_TIMER *Timers = Self->Context;

    while (TortureGoesOn(Self)) {
        SHARED_TIMER *Shared = &Timers[TortureRandom(Self, SHARED_TIMERS)];
        LARGE_INTEGER Due;

        switch (TortureRandom(Self, 4)) {
        case 0:
        case 1:
            Due.QuadPart = -10 * (LONGLONG)TortureRandom(Self, 200);
            if (KeSetTimer(&Shared->Timer, Due, &Shared->Dpc))
                InterlockedIncrement(&Shared->Back);
            InterlockedIncrement(&Shared->Sets);
            break;
        case 2:
            if (KeCancelTimer(&Shared->Timer))
                InterlockedIncrement(&Shared->Back);
            break;
        default:
            KeWaitForSingleObject(
                &Shared->Timer, Executive, KernelMode, FALSE, TortureTimeout(Self, &Due, 100));
            break;
        }
    }
}

TEST(KeSetTimer, SharedByAll)
{
    TORTURE Torture;
    SHARED_TIMER Timers[SHARED_TIMERS];
    ULONG Index;

    TortureBegin(&Torture, 2000);
    RtlZeroMemory(Timers, sizeof(Timers));
    for (Index = 0; Index < SHARED_TIMERS; Index++) {
        KeInitializeTimer(&Timers[Index].Timer);
        KeInitializeDpc(&Timers[Index].Dpc, SharedTimerDpc, &Timers[Index]);
        KeSetTargetProcessorDpc(&Timers[Index].Dpc, (CCHAR)(Index % (ULONG)KeNumberProcessors));
    }
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, SharedTimerThread, Timers);
    TortureJoin(&Torture);
    for (Index = 0; Index < SHARED_TIMERS; Index++) {
        LONG Expired;

        if (KeCancelTimer(&Timers[Index].Timer))
            Timers[Index].Back++;
        KeFlushQueuedDpcs();
        /* Due while its DPC was still in the queue: one call for both. */
        Expired = Timers[Index].Sets - Timers[Index].Back;
        CHECK(Expired >= 0);
        CHECK(Timers[Index].Calls <= Expired);
        CHECK((Timers[Index].Calls != 0) == (Expired != 0));
    }
}

/* ---- periodic timers: when cancelled and flushed, no call comes ------------------------------ */

static VOID NTAPI PeriodicThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    ONE_TIMER One;

    RtlZeroMemory(&One, sizeof(One));
    KeInitializeTimerEx(&One.Timer, SynchronizationTimer);
    KeInitializeDpc(&One.Dpc, OneTimerDpc, &One);
    KeInitializeEvent(&One.Ran, SynchronizationEvent, FALSE);
    while (TortureGoesOn(Self)) {
        LARGE_INTEGER Due;
        ULONG Beats = 1 + TortureRandom(Self, 4);
        LONG Calls;

        Due.QuadPart = -10;
        KeSetTimerEx(&One.Timer, Due, 1, &One.Dpc);
        while (Beats-- > 0) {
            if (!TORTURE_WAIT(Self->Torture,
                    TortureRandom(Self, 2) != 0 ? (PVOID)&One.Ran : (PVOID)&One.Timer))
                break;
        }
        KeCancelTimer(&One.Timer);
        KeFlushQueuedDpcs();
        Calls = One.Calls;
        TORTURE_CHECK(Self->Torture,
            KeReadStateTimer(&One.Timer) == FALSE || KtestPoll(&One.Timer) == STATUS_SUCCESS);
        TortureYield();
        TORTURE_CHECK(Self->Torture, One.Calls == Calls);
    }
}

TEST(KeSetTimerEx, PeriodicUntilCancelled)
{
    TORTURE Torture;
    ULONG Index;

    TortureBegin(&Torture, 30);
    for (Index = 0; Index < 3; Index++)
        TortureStart(&Torture, PeriodicThread, NULL);
    TortureJoin(&Torture);
}

/* ---- DPCs: one call for each time one got into a queue and was not removed ------------------- */

#define SHARED_DPCS 4

typedef struct SHARED_DPC {
    KDPC Dpc;
    volatile LONG Inserted, Removed, Calls;
} SHARED_DPC;

static VOID NTAPI SharedDpcRoutine(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    SHARED_DPC *Shared = Context;

    InterlockedIncrement(&Shared->Calls);
    if (Argument1 != (PVOID)Shared || Argument2 != (PVOID)Dpc)
        InterlockedExchangeAdd(&Shared->Calls, 1000000);
}

static VOID NTAPI SharedDpcThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    SHARED_DPC *Dpcs = Self->Context;

    while (TortureGoesOn(Self)) {
        SHARED_DPC *Shared = &Dpcs[TortureRandom(Self, SHARED_DPCS)];

        if (TortureRandom(Self, 3) != 0) {
            if (KeInsertQueueDpc(&Shared->Dpc, Shared, &Shared->Dpc))
                InterlockedIncrement(&Shared->Inserted);
        } else if (KeRemoveQueueDpc(&Shared->Dpc)) {
            InterlockedIncrement(&Shared->Removed);
        }
        if (TortureRandom(Self, 100) == 0)
            KeFlushQueuedDpcs();
    }
}

TEST(KeInsertQueueDpc, CalledOrRemoved)
{
    TORTURE Torture;
    SHARED_DPC Dpcs[SHARED_DPCS];
    ULONG Index;

    TortureBegin(&Torture, 3000);
    RtlZeroMemory(Dpcs, sizeof(Dpcs));
    for (Index = 0; Index < SHARED_DPCS; Index++) {
        KeInitializeDpc(&Dpcs[Index].Dpc, SharedDpcRoutine, &Dpcs[Index]);
        if (Index != 0)
            KeSetTargetProcessorDpc(&Dpcs[Index].Dpc, (CCHAR)(Index % (ULONG)KeNumberProcessors));
    }
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, SharedDpcThread, Dpcs);
    TortureJoin(&Torture);
    KeFlushQueuedDpcs();
    for (Index = 0; Index < SHARED_DPCS; Index++)
        CHECK_EQ(Dpcs[Index].Calls, Dpcs[Index].Inserted - Dpcs[Index].Removed);
}
