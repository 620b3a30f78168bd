/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Small questions and settings of threads and processors. */
#include "ke/misc.h"

#define KI_BASE_PRIORITY (LOW_REALTIME_PRIORITY / 2) /* of the system's process and of clients' */
/* MAXIMUM_EXPANSION_SIZE */
#define KI_LONGEST_EXPANSION \
    (sizeof(void *) == 8 ? 0x12000u - PAGE_SIZE / 2 : 0xF000u - PAGE_SIZE / 2)
/* but for the two that mean the ends of a class */
#define KI_MOST_INCREMENT 2

/* KeGetEffectiveIrql - the IRQL. IRQL: any. Source: INF, undocumented; OBS
 * tests/kernel/ke/KeGetEffectiveIrql.c */
KIRQL NTAPI KeGetEffectiveIrql(void)
{
    return KiGetIrql();
}

/* KeQueryUnbiasedInterruptTime - without time asleep: a machine never sleeps. IRQL: any. Source:
 * DOC wdm; OBS as above. */
ULONGLONG NTAPI KeQueryUnbiasedInterruptTime(void)
{
    return KeQueryInterruptTime();
}

/* KeShouldYieldProcessor - FALSE: others have their own threads. IRQL: DISPATCH_LEVEL. Source: DOC
 * wdm; OBS as above. */
LOGICAL NTAPI KeShouldYieldProcessor(void)
{
    return FALSE;
}

/*
 * KeQueryDpcWatchdogInformation - limits to DPC routines: zeros, there are none.
 * IRQL: DISPATCH_LEVEL. Returns: SUCCESS; UNSUCCESSFUL: below that, in a threaded DPC too. Source:
 * DOC wdm; OBS as above.
 */
NTSTATUS NTAPI KeQueryDpcWatchdogInformation(KDPC_WATCHDOG_INFORMATION *WatchdogInformation)
{
    if (KiGetIrql() < DISPATCH_LEVEL)
        return STATUS_UNSUCCESSFUL;
    *WatchdogInformation = (KDPC_WATCHDOG_INFORMATION){0};
    return STATUS_SUCCESS;
}

/*
 * KeSetBasePriorityThread - a thread's priority, relative to its process. Beyond two either way:
 * the ends of its class.
 * IRQL: PASSIVE_LEVEL. Returns: the increment before. Source: DOC ntifs/KeSetBasePriorityThread;
 * OBS as above.
 */
LONG NTAPI KeSetBasePriorityThread(KTHREAD *Thread, LONG Increment)
{
    const LONG Priority = Increment > KI_MOST_INCREMENT ? LOW_REALTIME_PRIORITY - 1
        : Increment < -KI_MOST_INCREMENT                ? LOW_PRIORITY + 1
                                                        : KI_BASE_PRIORITY + Increment;
    return KeSetPriorityThread(Thread, Priority) - KI_BASE_PRIORITY;
}

/* KeSetKernelStackSwapEnable - returns what it was; no stack leaves memory. IRQL: up to APC_LEVEL.
 * Source: DOC ntddk; OBS. */
BOOLEAN NTAPI KeSetKernelStackSwapEnable(BOOLEAN Enable)
{
    const BOOLEAN Before = !KiHostThread->StackStays;
    KiHostThread->StackStays = !Enable;
    return Before;
}

/* KeWaitForMutexObject - KeWaitForSingleObject, under an older name. Source: DOC wdm: the header
 * says so; OBS as above. */
NTSTATUS NTAPI KeWaitForMutexObject(void *Mutex, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
    BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    return KeWaitForSingleObject(Mutex, WaitReason, WaitMode, Alertable, Timeout);
}

/*
 * KeExpandKernelStackAndCalloutEx - call a routine with so much stack. Stacks here are long and do
 * not grow: there is as much, or there is not.
 *
 * Size:    bytes, at most KI_LONGEST_EXPANSION. Wait: whether to wait for memory, which nobody
 *          does. Context: NULL.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: SUCCESS: it was called; INVALID_PARAMETER_3: more than there is ever; NO_MEMORY: there
 * is not so much left.
 * Source:  DOC ntddk/KeExpandKernelStackAndCalloutEx; OBS
 *          tests/kernel/ke/KeExpandKernelStackAndCallout.c
 */
NTSTATUS NTAPI KeExpandKernelStackAndCalloutEx(
    PEXPAND_STACK_CALLOUT Callout, void *Parameter, SIZE_T Size, BOOLEAN Wait, void *Context)
{
    const ULONG_PTR Here = (ULONG_PTR)__builtin_frame_address(0),
                    Limit = (ULONG_PTR)KiCurrentThread()->StackLimit;
    (void)Wait;
    (void)Context;
    if (Size > KI_LONGEST_EXPANSION)
        return STATUS_INVALID_PARAMETER_3;
    if (Here < Limit || Here - Limit < Size)
        return STATUS_NO_MEMORY;
    Callout(Parameter);
    return STATUS_SUCCESS;
}

/* KeExpandKernelStackAndCallout - the same. IRQL: up to APC_LEVEL. Source: DOC ntddk; OBS as
 * above. */
NTSTATUS NTAPI KeExpandKernelStackAndCallout(
    PEXPAND_STACK_CALLOUT Callout, void *Parameter, SIZE_T Size)
{
    return KeExpandKernelStackAndCalloutEx(Callout, Parameter, Size, FALSE, NULL);
}
