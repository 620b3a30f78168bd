/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Timers the system allocates: a KTIMER, which can be waited for, and a DPC that calls the driver.
 * A deleted one is freed when its DPC cannot run any more, by whoever waits for that, or by a
 * worker.
 */
#include "io/extimer.h"

#include "io/iop.h"
#include "ke/dpc.h"
#include "ke/timer.h"

#define IOP_TAG_EX_TIMER 0x6D547845u /* 'ExTm' */
#define IOP_MS_100NS 10000

struct _EX_TIMER {
    KTIMER Timer; /* first: it is what is waited for */
    KDPC Dpc;
    PEXT_CALLBACK Callback; /* NULL: none */
    void *Context;
    BOOLEAN Deleted;
    PEXT_DELETE_CALLBACK DeleteCallback;
    void *DeleteContext;
    WORK_QUEUE_ITEM Work;
};

static void NTAPI IopExTimerExpired(KDPC *Dpc, void *Context, void *Argument1, void *Argument2)
{
    EX_TIMER *Timer = Context;
    (void)Dpc;
    (void)Argument1;
    (void)Argument2;
    if (Timer->Callback != NULL && !__atomic_load_n(&Timer->Deleted, __ATOMIC_ACQUIRE))
        Timer->Callback(Timer, Timer->Context);
}

/*
 * ExAllocateTimer - a timer, not set.
 *
 * Callback: optional; called at DISPATCH_LEVEL each time it expires. Attributes:
 *           EX_TIMER_HIGH_RESOLUTION, EX_TIMER_NO_WAKE (not both), EX_TIMER_NOTIFICATION: who waits
 *           for it is let through until it is set again; else one waiter each time. The first two
 *           change nothing: the timer is as precise as the host's.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: NULL: out of memory, or other attributes.
 * Owner:   driver; ExDeleteTimer.
 * Source:  DOC wdm/ExAllocateTimer; OBS tests/kernel/io/ExAllocateTimer.c
 */
EX_TIMER *NTAPI ExAllocateTimer(PEXT_CALLBACK Callback, void *CallbackContext, ULONG Attributes)
{
    const ULONG Both = EX_TIMER_HIGH_RESOLUTION | EX_TIMER_NO_WAKE;
    if ((Attributes & ~(Both | EX_TIMER_NOTIFICATION)) != 0 || (Attributes & Both) == Both)
        return NULL;
    EX_TIMER *Timer = ExiAllocateZero(NonPagedPoolNx, sizeof(*Timer), IOP_TAG_EX_TIMER, EX_CALLER);
    if (Timer == NULL)
        return NULL;
    Timer->Callback = Callback;
    Timer->Context = CallbackContext;
    KeInitializeTimerEx(&Timer->Timer,
        Attributes & EX_TIMER_NOTIFICATION ? NotificationTimer : SynchronizationTimer);
    KeInitializeDpc(&Timer->Dpc, IopExTimerExpired, Timer);
    return Timer;
}

/*
 * ExSetTimer - have it expire, for the first time at DueTime (100 ns; negative: from now on), then
 * every Period (100 ns; 0: no more).
 * Parameters: optional; how much later would do, which is not made use of. IRQL: up to
 * DISPATCH_LEVEL. Returns TRUE: it was set.
 * Source: DOC wdm/ExSetTimer; tests as above.
 */
BOOLEAN NTAPI ExSetTimer(
    EX_TIMER *Timer, LONGLONG DueTime, LONGLONG Period, EXT_SET_PARAMETERS *Parameters)
{
    const LARGE_INTEGER Due = {.QuadPart = DueTime};
    const LONGLONG Milliseconds = (Period + IOP_MS_100NS - 1) / IOP_MS_100NS;
    (void)Parameters;
    return KeSetTimerEx(
        &Timer->Timer, Due, Milliseconds > MAXLONG ? MAXLONG : (LONG)Milliseconds, &Timer->Dpc);
}

/* ExCancelTimer - it does not expire. IRQL: up to DISPATCH_LEVEL. Returns TRUE: it was set. Source:
 * DOC wdm; tests as above. */
BOOLEAN NTAPI ExCancelTimer(EX_TIMER *Timer, void *Parameters)
{
    (void)Parameters;
    return KeCancelTimer(&Timer->Timer);
}

static void NTAPI IopEndExTimer(void *Parameter)
{
    EX_TIMER *Timer = Parameter;
    PEXT_DELETE_CALLBACK Callback = Timer->DeleteCallback;
    void *Context = Timer->DeleteContext;
    /* Once told, the driver may unload: its code stays until it has returned. */
    DRIVER_OBJECT *Driver = IoiFindDriverOfCode((ULONG_PTR)Callback);
    KeFlushQueuedDpcs();
    ExiFree(Timer);
    if (Callback != NULL)
        Callback(Context);
    if (Driver != NULL)
        ObfDereferenceObject(Driver);
}

/*
 * ExDeleteTimer - delete a timer.
 *
 * Cancel: it does not expire any more; must be set when Wait is. Wait: until its callback cannot be
 *         called any more. Parameters: optional; a routine that is told when the timer is gone.
 * IRQL:    up to DISPATCH_LEVEL; with Wait up to APC_LEVEL, and not from the callback.
 * Returns: TRUE: it was set and has been cancelled.
 * Source:  DOC wdm/ExDeleteTimer; tests as above
 */
BOOLEAN NTAPI ExDeleteTimer(
    EX_TIMER *Timer, BOOLEAN Cancel, BOOLEAN Wait, EXT_DELETE_PARAMETERS *Parameters)
{
    const BOOLEAN Cancelled = KeCancelTimer(&Timer->Timer) && Cancel;
    if (Parameters != NULL) {
        Timer->DeleteCallback = Parameters->DeleteCallback;
        Timer->DeleteContext = Parameters->DeleteContext;
    }
    if (Cancel)
        __atomic_store_n(&Timer->Deleted, TRUE, __ATOMIC_RELEASE);
    if (Wait) {
        IopEndExTimer(Timer);
        return Cancelled;
    }
    ExInitializeWorkItem(&Timer->Work, IopEndExTimer, Timer);
    ExQueueWorkItem(&Timer->Work, DelayedWorkQueue);
    return Cancelled;
}
