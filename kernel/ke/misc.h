/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Small questions and settings of threads and processors (misc.c). */
#pragma once

#include "ke/ke.h"

KIRQL NTAPI KeGetEffectiveIrql(void);
ULONGLONG NTAPI KeQueryUnbiasedInterruptTime(void);
LOGICAL NTAPI KeShouldYieldProcessor(void);
NTSTATUS NTAPI KeQueryDpcWatchdogInformation(KDPC_WATCHDOG_INFORMATION *WatchdogInformation);
LONG NTAPI KeSetBasePriorityThread(KTHREAD *Thread, LONG Increment);
BOOLEAN NTAPI KeSetKernelStackSwapEnable(BOOLEAN Enable);
NTSTATUS NTAPI KeWaitForMutexObject(void *Mutex, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
    BOOLEAN Alertable, LARGE_INTEGER *Timeout);
NTSTATUS NTAPI KeExpandKernelStackAndCallout(
    PEXPAND_STACK_CALLOUT Callout, void *Parameter, SIZE_T Size);
NTSTATUS NTAPI KeExpandKernelStackAndCalloutEx(
    PEXPAND_STACK_CALLOUT Callout, void *Parameter, SIZE_T Size, BOOLEAN Wait, void *Context);
