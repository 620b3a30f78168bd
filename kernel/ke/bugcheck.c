/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Stopping the machine. The first thread to bugcheck records what happened, has the report written, marks the machine
 * stopped, sends every other thread out of the kernel and leaves it itself: its caller sees STATUS_HOST_DOWN. A thread
 * that bugchecks while another is at it just leaves. The process goes on.
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

void KiResetBugCheck(void)
{
    KiBugcheckTaken = 0;
    KiBugcheckReady = 0;
    memset(&KiBugcheck, 0, sizeof(KiBugcheck));
    memset(KiBugCheckData, 0, sizeof(KiBugCheckData));
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

void KeBlame(ULONG_PTR Address)
{
    KiBlamed = Address;
}

void KeBugCheckAt(ULONG Code, const ULONG_PTR Parameter[4], const CONTEXT *Context, const char *Detail)
{
    KTHREAD *Thread = KiHostThread;
    if (atomic_exchange(&KiBugcheckTaken, 1) == 0) {
        KiBugcheck.Code = Code;
        memcpy(KiBugcheck.Parameter, Parameter, sizeof(KiBugcheck.Parameter));
        KiBugCheckData[0] = Code;
        memcpy(&KiBugCheckData[1], Parameter, sizeof(KiBugcheck.Parameter));
        KiBugcheck.Context = *Context;
        KiBugcheck.ThreadId = host_thread_id();
        KiBugcheck.Irql = KiGetIrql();
        KiBugcheck.Culprit = KiBlamed;
        KiBlamed = 0;
        if (Detail != NULL)
            snprintf(KiBugcheck.Detail, sizeof(KiBugcheck.Detail), "%s", Detail);
        /* Our own walk over a stack the driver may have ruined: a fault in it comes back here and ends the walk. */
        KiBugcheck.FrameCount = KiWalkStack(Context, KiBugcheck.Frame, sizeof(KiBugcheck.Frame) / sizeof(KiBugcheck.Frame[0]));
        if (KeBugCheckReporter != NULL)
            KeBugCheckReporter(&KiBugcheck);
        KiBugcheckReady = 1;
        KiStopped = 1;
        host_wake(&KiStopped, UINT32_MAX);
        KeStopThreads();
        if (Thread->TrapFrame != NULL) {
            KiCallBugCheckCallbacks();
            KiCallReasonCallbacks();
        }
    }
    /* A second one on the same thread is a fault while reporting: what was recorded has to do. */
    KiBugcheckReady = 1;
    KiStopped = 1;
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
