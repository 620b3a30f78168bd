/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Timers: dispatcher objects that are signalled, and queue a DPC, when their time has come. Nothing
 * ticks: one thread sleeps until then. */
#pragma once

#include "ke/server.h"

#define KI_NEVER (~(ULONG64)0)

extern KI_SERVER KiTimerServer;
void KiInitializeTimers(void);

/*
 * Takes a timer out of the queue of those that are set: one that lies in that memory, or whose DPC
 * or DPC routine does. FALSE: there is none.
 */
BOOLEAN KeTakeTimer(ULONG_PTR Start, SIZE_T SizeBytes, KTIMER **Timer, ULONG_PTR *Routine);

/* How many timers are set; who frees memory looks at it first. */
extern _Atomic uint32_t KeTimersSet;
/* The timer that is set and lies in that memory; NULL: none. */
KTIMER *KeFindTimer(ULONG_PTR Start, SIZE_T SizeBytes);

/* ---- Exports --------------------------------------------------------------------------------- */

void NTAPI KeInitializeTimer(KTIMER *Timer);
void NTAPI KeInitializeTimerEx(KTIMER *Timer, TIMER_TYPE Type);
BOOLEAN NTAPI KeSetTimer(KTIMER *Timer, LARGE_INTEGER DueTime, KDPC *Dpc);
BOOLEAN NTAPI KeSetTimerEx(KTIMER *Timer, LARGE_INTEGER DueTime, LONG Period, KDPC *Dpc);
BOOLEAN NTAPI KeSetCoalescableTimer(
    KTIMER *Timer, LARGE_INTEGER DueTime, ULONG Period, ULONG TolerableDelay, KDPC *Dpc);
BOOLEAN NTAPI KeCancelTimer(KTIMER *Timer);
BOOLEAN NTAPI KeReadStateTimer(KTIMER *Timer);
