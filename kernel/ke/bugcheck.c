/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Stopping the machine. The first thread to bugcheck records what happened, has the report written,
 * marks the machine stopped, sends every other thread out of the kernel and leaves it itself: its
 * caller sees STATUS_HOST_DOWN. A thread that bugchecks while another is at it just leaves. A fault
 * of the first thread while it reports, over a stack or structures the driver may have ruined,
 * comes back here and goes on with what is left to do. The process goes on.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "ke/callback.h"
#include "ke/kep.h"

void (*KeBugCheckReporter)(const KE_BUGCHECK *Bugcheck);

ULONG_PTR KiBugCheckData[5]; /* code and parameters, where drivers look for them */

static KE_BUGCHECK KiBugcheck;
static _Atomic uint32_t KiBugcheckTaken;
static _Atomic uint32_t KiBugcheckReady;
static ULONG KiBugcheckWalks, KiBugcheckCalls; /* of the stack; of the reporter */

#define KI_REPORTER_CALLS 16u /* more faults than this have no end */

/* Of the thread that blamed last: two that do at once lose no more than these stacks. */
static KTHREAD *KiEarlierThread;
static ULONG KiEarlierCount;
static KE_EARLIER_STACK KiEarlier[KE_EARLIER_STACKS];

void KiResetBugCheck(void)
{
    KiBugcheckTaken = 0;
    KiBugcheckReady = 0;
    KiBugcheckWalks = KiBugcheckCalls = 0;
    memset(&KiBugcheck, 0, sizeof(KiBugcheck));
    memset(KiBugCheckData, 0, sizeof(KiBugCheckData));
    KiEarlierThread = NULL;
}

const KE_BUGCHECK *KeGetBugCheck(void)
{
    return KiBugcheckReady ? &KiBugcheck : NULL;
}

void KeWaitUntilStopped(void)
{
    while (KiStopped == 0)
        host_wait(&KiStopped, 0, HOST_FOREVER);
}

static _Thread_local ULONG_PTR KiBlamed;
static _Thread_local const EXCEPTION_RECORD *KiBlamedException;

void KeBlame(ULONG_PTR Address)
{
    KiBlamed = Address;
}

void KeBlameException(const EXCEPTION_RECORD *Record)
{
    KiBlamedException = Record;
}

void KeBlameStack(const char *Title, const ULONG_PTR *Frame, ULONG Count)
{
    KE_EARLIER_STACK *Stack;

    if (KiEarlierThread != KiHostThread) {
        KiEarlierThread = KiHostThread;
        KiEarlierCount = 0;
    }
    if (KiEarlierCount == KE_EARLIER_STACKS)
        return;
    Stack = &KiEarlier[KiEarlierCount++];
    Stack->Title = Title;
    Stack->FrameCount = Count < RTL_NUMBER_OF(Stack->Frame) ? Count : RTL_NUMBER_OF(Stack->Frame);
    memcpy(Stack->Frame, Frame, Stack->FrameCount * sizeof(Stack->Frame[0]));
}

static void KiRecordBugCheck(
    ULONG Code, const ULONG_PTR Parameter[4], const CONTEXT *Context, const char *Detail)
{
    KiBugcheck.Code = Code;
    memcpy(KiBugcheck.Parameter, Parameter, sizeof(KiBugcheck.Parameter));
    KiBugCheckData[0] = Code;
    memcpy(&KiBugCheckData[1], Parameter, sizeof(KiBugcheck.Parameter));
    KiBugcheck.Context = *Context;
    KiBugcheck.ThreadId = host_thread_id();
    KiBugcheck.Irql = KiGetIrql();
    KiBugcheck.Culprit = KiBlamed;
    KiBlamed = 0;
    if (KiBlamedException != NULL) {
        KiBugcheck.HasException = TRUE;
        KiBugcheck.Exception = *KiBlamedException;
        KiBlamedException = NULL;
    }
    if (KiEarlierThread == KiHostThread) {
        KiBugcheck.EarlierCount = KiEarlierCount;
        memcpy(KiBugcheck.Earlier, KiEarlier, sizeof(KiEarlier));
    }
    if (Detail != NULL)
        snprintf(KiBugcheck.Detail, sizeof(KiBugcheck.Detail), "%s", Detail);
    KiHostThread->Guard = NULL; /* faults from here on are for KeBugCheckAt */
}

/* Begins, or goes on. */
static void KiReportBugCheck(void)
{
    const ULONG Room = sizeof(KiBugcheck.Frame) / sizeof(KiBugcheck.Frame[0]);
    if (KiBugcheckWalks++ == 0)
        KiBugcheck.FrameCount = KiWalkStack(&KiBugcheck.Context, KiBugcheck.Frame, Room);
    while (KiBugcheck.FrameCount < Room && KiBugcheck.Frame[KiBugcheck.FrameCount] != 0)
        KiBugcheck.FrameCount++; /* a walk that was cut short */
    if (KeBugCheckReporter != NULL && KiBugcheckCalls++ < KI_REPORTER_CALLS)
        KeBugCheckReporter(&KiBugcheck);
}

void KeBugCheckAt(
    ULONG Code, const ULONG_PTR Parameter[4], const CONTEXT *Context, const char *Detail)
{
    const KTHREAD *Thread = KiHostThread;
    const BOOLEAN First = atomic_exchange(&KiBugcheckTaken, 1) == 0;
    if (First)
        KiRecordBugCheck(Code, Parameter, Context, Detail);
    if (First || (KiBugcheck.ThreadId == host_thread_id() && !KiBugcheckReady)) {
        KiReportBugCheck();
        KiBugcheckReady = 1;
        KiStopped = 1;
        host_wake(&KiStopped, UINT32_MAX);
        KeStopThreads();
        if (Thread->TrapFrame != NULL) {
            KiCallBugCheckCallbacks();
            KiCallReasonCallbacks();
        }
    }
    KeWaitUntilStopped(); /* another thread is at it */
    if (Thread->TrapFrame != NULL)
        KeLeaveKernel(STATUS_HOST_DOWN);
    host_complain("dotsys: bugcheck outside the kernel\n");
    __builtin_trap();
}

/*
 * KeBugCheckEx - stop the machine.
 * IRQL: any. Does not return. Source: DOC wdm/KeBugCheckEx.
 */
void NTAPI KeBugCheckEx(ULONG Code, ULONG_PTR P1, ULONG_PTR P2, ULONG_PTR P3, ULONG_PTR P4)
{
    CONTEXT Context;
    const ULONG_PTR Parameter[4] = {P1, P2, P3, P4};
    KiCaptureContext(&Context);
    KeBugCheckAt(Code, Parameter, &Context, NULL);
}

/* KeBugCheck - KeBugCheckEx without parameters. Source: DOC wdm/KeBugCheck. */
void NTAPI KeBugCheck(ULONG Code)
{
    KeBugCheckEx(Code, 0, 0, 0, 0);
}
