/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * How long threads have run (runtime.c): what Linux has counted for the host thread since it became
 * a kernel thread. All of it counts as time in the kernel: a client in another process runs its own
 * code on a thread of its own, and of one in this process nobody knows which part was its own.
 */
#pragma once

#include "ke/ke.h"

void KiStartRunTime(KTHREAD *Thread);   /* by the thread itself, before others can find it */
void KiStopRunTime(KTHREAD *Thread);    /* and before it ends; under KiThreadListLock */
ULONG64 KiRunTime(KTHREAD *Thread);     /* in 100 ns; IRQL: up to DISPATCH_LEVEL */
ULONG64 KiCyclesOf(ULONG64 Time100ns);  /* in the unit of the performance counter */

ULONG NTAPI KeQueryRuntimeThread(KTHREAD *Thread, ULONG *UserTime);
ULONG64 NTAPI KeQueryTotalCycleTimeThread(KTHREAD *Thread, ULONG64 *CycleTimeStamp);
