/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Threads that a driver does not let go: where they are, by interrupting them and looking at their
 * registers, and whether one has been at a raised IRQL, or in one DPC routine, for too long. A
 * thread is not moved: who asked stops the machine for it.
 *
 * One sample is taken at a time, under the list's lock, so that the thread stays.
 */
#include <stdatomic.h>
#include <stdio.h>

#include "ke/kep.h"
#include "ke/seh.h"

#define KI_SAMPLE_100NS 500000u /* what a thread may take to be interrupted */
#define KI_SAMPLE_FRAMES 64

static KTHREAD *_Atomic KiSampledThread; /* it is to be looked at; by itself then NULL */
static _Atomic uint32_t KiSampleTaken;
static KE_STUCK KiSample;

void KiTakeSample(const CONTEXT *Context)
{
    ULONG_PTR Frame[KI_SAMPLE_FRAMES];
    KTHREAD *Self = KiHostThread;

    if (Self == NULL || !atomic_compare_exchange_strong(&KiSampledThread, &Self, NULL))
        return;
    KiSample = (KE_STUCK){.ThreadId = host_thread_id(),
        .Irql = KiGetIrql(),
        .InDpc = Self->ExecutingDpc,
        .Context = *Context};
    const ULONG Count = KiWalkStack(Context, Frame, KI_SAMPLE_FRAMES);
    for (ULONG Index = 0; Index < Count && KiSample.Place == 0; Index++)
        KiSample.Place = KiInDriver(Frame[Index]) ? Frame[Index] : 0;
    KiSampleTaken = 1;
    host_wake(&KiSampleTaken, 1);
}

/* With the list's lock held. FALSE: it is in no driver, or cannot be interrupted. */
static BOOLEAN KiSampleLocked(KTHREAD *Thread, KE_STUCK *Stuck)
{
    const uint64_t Deadline = host_clock_monotonic() + KI_SAMPLE_100NS;

    KiSampleTaken = 0;
    KiSampledThread = Thread;
    host_thread_interrupt(Thread->Host);
    while (KiSampleTaken == 0 && host_wait(&KiSampleTaken, 0, Deadline) == 0)
        ;
    if (KiSampleTaken == 0 && atomic_compare_exchange_strong(&KiSampledThread, &Thread, NULL))
        return FALSE;
    while (KiSampleTaken == 0)
        host_yield(); /* it is at it */
    *Stuck = KiSample;
    return Stuck->Place != 0;
}

static BOOLEAN KiIsInKernel(const KTHREAD *Thread)
{
    return Thread != KiHostThread && __atomic_load_n(&Thread->TrapFrame, __ATOMIC_RELAXED) != NULL;
}

BOOLEAN KeFindStuck(KE_STUCK *Stuck)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&KiThreadListLock);

    for (LIST_ENTRY *Entry = KiThreadList.Flink; Entry != &KiThreadList && !Found;
         Entry = Entry->Flink) {
        KTHREAD *Thread = CONTAINING_RECORD(Entry, KTHREAD, Link);
        Found = KiIsInKernel(Thread) && KiSampleLocked(Thread, Stuck);
    }
    KiReleaseLock(&KiThreadListLock, Old);
    return Found;
}

/* One look more at a thread; how many in a row have found it at it. */
static ULONG KiCountOverdue(KTHREAD *Thread)
{
    const BOOLEAN Raised = KiIsInKernel(Thread) &&
        __atomic_load_n(&Thread->Pcr->Public.Irql, __ATOMIC_RELAXED) >= DISPATCH_LEVEL;

    if (!Raised || Thread->OverdueCall != Thread->DpcCalls)
        Thread->OverdueLooks = 0;
    Thread->OverdueCall = Thread->DpcCalls;
    return Raised ? ++Thread->OverdueLooks : 0;
}

BOOLEAN KeFindOverdue(ULONG Looks, KE_STUCK *Stuck)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&KiThreadListLock);

    for (LIST_ENTRY *Entry = KiThreadList.Flink; Entry != &KiThreadList && !Found;
         Entry = Entry->Flink) {
        KTHREAD *Thread = CONTAINING_RECORD(Entry, KTHREAD, Link);
        Found = KiCountOverdue(Thread) > Looks && KiSampleLocked(Thread, Stuck);
    }
    KiReleaseLock(&KiThreadListLock, Old);
    return Found;
}

void KeStopForStuck(ULONG Code, ULONG TimeMs, const KE_STUCK *Stuck)
{
    const ULONG_PTR Parameter[4] = {
        Code == DPC_WATCHDOG_VIOLATION ? !Stuck->InDpc : Stuck->ThreadId, TimeMs, TimeMs, 0};
    char Detail[128];

    snprintf(Detail, sizeof(Detail),
        "%s of thread %u, at IRQL %u, has not returned for %u ms: below is where it is",
        Stuck->InDpc ? "a DPC routine" : "a routine", Stuck->ThreadId, Stuck->Irql, TimeMs);
    KeBugCheckAt(Code, Parameter, &Stuck->Context, Detail);
}
