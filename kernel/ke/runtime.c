/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* How long threads have run. A thread's numbers are under KiThreadListLock, in which it leaves. */
#include "ke/kep.h"
#include "ke/runtime.h"

#define KI_SECOND_100NS 10000000u

void KiStartRunTime(KTHREAD *Thread)
{
    Thread->RunBefore100ns = host_thread_time(Thread->Host);
    Thread->Runs = TRUE;
}

void KiStopRunTime(KTHREAD *Thread)
{
    Thread->RunTime100ns = host_thread_time(Thread->Host) - Thread->RunBefore100ns;
    Thread->Runs = FALSE;
}

ULONG64 KiRunTime(KTHREAD *Thread)
{
    KIRQL Old = KiAcquireLock(&KiThreadListLock);
    const ULONG64 Time = Thread->Runs ? host_thread_time(Thread->Host) - Thread->RunBefore100ns
                                      : Thread->RunTime100ns;
    KiReleaseLock(&KiThreadListLock, Old);
    return Time;
}

ULONG64 KiCyclesOf(ULONG64 Time100ns)
{
    const ULONG64 Rate = host_counter_frequency(), Part100ns = Time100ns % KI_SECOND_100NS;
    return Time100ns / KI_SECOND_100NS * Rate + Part100ns * Rate / KI_SECOND_100NS;
}

/*
 * KeQueryRuntimeThread - how long a thread has run in the kernel, and in user mode, in clock ticks.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm/KeQueryRuntimeThread; OBS tests of that name
 */
ULONG NTAPI KeQueryRuntimeThread(KTHREAD *Thread, ULONG *UserTime)
{
    *UserTime = 0;
    return (ULONG)(KiRunTime(Thread) / KeQueryTimeIncrement());
}

/*
 * KeQueryTotalCycleTimeThread - the cycles a thread has run for, in both modes, and the cycle
 * counter at the time of the answer. Cycles are those of the performance counter.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/KeQueryTotalCycleTimeThread; OBS
 * tests/kernel/ke/KeQueryRuntimeThread.c
 */
ULONG64 NTAPI KeQueryTotalCycleTimeThread(KTHREAD *Thread, ULONG64 *CycleTimeStamp)
{
    const ULONG64 Cycles = KiCyclesOf(KiRunTime(Thread));
    *CycleTimeStamp = host_counter();
    return Cycles;
}
