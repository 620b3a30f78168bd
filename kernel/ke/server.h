/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Threads ke makes for itself: one for the timers, one for the DPCs of each virtual processor. None
 * is there before it is needed. A server sleeps until it is told that there is something to do, or
 * until the time its routine asked for.
 */
#pragma once

#include "ke/ke.h"

/* enum KI_SERVER_STATE */
enum { KI_SERVER_NONE, KI_SERVER_STARTING, KI_SERVER_RUNS, KI_SERVER_ENDED, KI_SERVER_HOPELESS };

typedef struct KI_SERVER {
    ULONG64 (*Serve)
    (struct KI_SERVER *Server); /* does all there is to do; when to call again, in interrupt time */
    KTHREAD *Reserve;           /* prepared while there was memory; NULL: made when needed */
    _Atomic uint32_t Wake;      /* goes up with everything there is to do */
    _Atomic uint32_t Asleep;
    _Atomic uint32_t State;
} KI_SERVER;

/*
 * Says that there is something to do: wakes the server, makes its thread the first time. FALSE:
 * there is no thread and no memory for one. IRQL: any; no lock of ke may be held.
 */
BOOLEAN KiCallServer(KI_SERVER *Server);

/* ps: a system thread that has all it needs but does not run; NULL: no memory. Then: runs it, and
 * owns it. */
extern KTHREAD *(*KePrepareThread)(void);
extern NTSTATUS (*KeStartThread)(KTHREAD *Thread, PKSTART_ROUTINE Routine, void *Context);

void KiResetServers(void);
void KiWakeServers(void); /* the machine has stopped: those that sleep leave */
/* Puts by what timers need, so that setting one cannot fail for lack of memory. */
NTSTATUS KeReserveServers(void);
/* Drivers are gone: ends all server threads and waits until they have left, for a second or two at
 * most. */
void KeStopServers(void);
