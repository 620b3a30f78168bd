/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A machine whose threads take turns (host/turns.c): where another one's turn may come. */
#pragma once

#include "ke/ke.h"

extern BOOLEAN KeTakesTurns; /* set before KeInitialize */

extern void (*KeAtPoint)(void); /* the verifier's: called at each point first; NULL: nobody asks */

/* A call of a driver, or an entry into the kernel: somebody else's turn may come here. Leaves the
 * kernel when the machine has stopped. */
void NTAPI KePoint(void);

static inline void KiPoint(void)
{
    if (__builtin_expect(KeTakesTurns, 0))
        KePoint();
}

/* Called on each thread that a stopped machine sends out of the kernel, before it goes. NULL:
 * nobody asks. */
extern void (*KeLeavesStopped)(void);

/* ---- What drivers' code does, instruction by instruction ------------------------------------- */

/*
 * Who follows it. What the kernel does that puts one thread's past before another's future tells
 * Before and After of an object; memory that becomes somebody's, or is given back, Renewed and
 * Freed. NTAPI: on the way of exports. All but Before are for any thread that runs: the current
 * one's number, or Thread's, is After's.
 */
typedef struct KE_TRACKER {
    void (NTAPI *Before)(const volatile void *Object);
    /* NULL: the current one */
    void (NTAPI *After)(const volatile void *Object, const KTHREAD *Thread);
    void (NTAPI *Renewed)(const void *Memory, SIZE_T SizeBytes);
    void (NTAPI *Freed)(const void *Memory, SIZE_T SizeBytes);
    /* In fault handling. TRUE: it was for the tracker, go on. */
    BOOLEAN (*Fault)(struct host_fault *Fault);
    void (*Next)(CONTEXT *Context); /* an instruction has been carried out in the thread's stead */
    void (*Leave)(CONTEXT *Context); /* the thread goes on elsewhere */
    void (*Tell)(void);             /* at a point: what there is to say */
} KE_TRACKER;

extern const KE_TRACKER *KeTracker; /* NULL: nobody */

static inline void KiOrderBefore(const volatile void *Object)
{
    if (__builtin_expect(KeTracker != NULL, 0))
        KeTracker->Before(Object);
}

static inline void KiOrderAfter(const volatile void *Object, const KTHREAD *Thread)
{
    if (__builtin_expect(KeTracker != NULL, 0))
        KeTracker->After(Object, Thread);
}

/* On the signal stack, in a driver's code: somebody else's turn may come before the instruction.
 * FALSE: not here. */
BOOLEAN KiRedirectToPoint(CONTEXT *Context);
