/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The queue of timers that are set, in the order they are due, and the server that sleeps until the
 * first one is. Due times are interrupt time. The dispatcher lock guards queue and timers; a
 * timer's DPC is queued under it, so that after KeCancelTimer and KeFlushQueuedDpcs none of its
 * calls is outstanding.
 */
#include "ke/timer.h"

#include "ke/dpc.h"
#include "ke/kep.h"
#include "ke/turns.h"

#define KI_TICKS_PER_MS 10000u
#define KI_INVALID_TIMER 0 /* TIMER_OR_DPC_INVALID: what was found */

static ULONG64 KiServeTimers(KI_SERVER *Server);

KI_SERVER KiTimerServer;
_Atomic uint32_t KeTimersSet;
static LIST_ENTRY KiTimerList;

void KiInitializeTimers(void)
{
    KiTimerServer = (KI_SERVER){.Serve = KiServeTimers};
    InitializeListHead(&KiTimerList);
    KeTimersSet = 0;
}

/* ---- under the dispatcher lock --------------------------------------------------------------- */

/* Behind all that are due at the same time or earlier. Sought from the end: a new timer is seldom
 * the first. */
static void KiEnterTimerLocked(KTIMER *Timer, ULONG64 DueTime)
{
    LIST_ENTRY *Place = KiTimerList.Blink;
    while (Place != &KiTimerList &&
        CONTAINING_RECORD(Place, KTIMER, TimerListEntry)->DueTime.QuadPart > DueTime)
        Place = Place->Blink;
    Timer->DueTime.QuadPart = DueTime;
    InsertHeadList(Place, &Timer->TimerListEntry);
    Timer->Header.Inserted = TRUE;
    KeTimersSet++;
}

static void KiRemoveTimerLocked(KTIMER *Timer)
{
    RemoveEntryList(&Timer->TimerListEntry);
    Timer->Header.Inserted = FALSE;
    KeTimersSet--;
}

/* Its time has come, and it is in no queue. *Queue: as KiInsertDpc sets it, or untouched. */
static void KiExpireTimerLocked(
    KTIMER *Timer, ULONG64 DueTime, ULONG64 Now, struct KI_DPC_QUEUE **Queue)
{
    KDPC *Dpc = Timer->Dpc;
    if (Timer->Period != 0) {
        ULONG64 Period = (ULONG64)Timer->Period * KI_TICKS_PER_MS;
        Timer->Header.Absolute = FALSE; /* the clock has no say any more */
        /* On the beat, unless that has passed, too: what was missed is not made up for. */
        KiEnterTimerLocked(Timer, DueTime + Period > Now ? DueTime + Period : Now + Period);
    }
    KiOrderAfter(Timer, NULL);
    Timer->Header.SignalState = 1;
    KiSignalObjectLocked(&Timer->Header);
    if (Dpc != NULL) {
        ULONG64 Time = KiSystemTime();
        KiInsertDpc(
            Dpc, (void *)(ULONG_PTR)(ULONG)Time, (void *)(ULONG_PTR)(ULONG)(Time >> 32), Queue);
    }
}

static ULONG64 KiDueTime(LARGE_INTEGER DueTime, ULONG64 Now)
{
    if (DueTime.QuadPart < 0) {
        ULONG64 Interval = (ULONG64)0 - (ULONG64)DueTime.QuadPart;
        return Interval >= KI_NEVER - Now ? KI_NEVER - 1 : Now + Interval;
    }
    ULONG64 Utc = KiSystemTime();
    return (ULONG64)DueTime.QuadPart <= Utc ? Now : Now + ((ULONG64)DueTime.QuadPart - Utc);
}

void KiShiftTimersLocked(LONG64 Difference)
{
    LIST_ENTRY Moved;
    InitializeListHead(&Moved);
    for (LIST_ENTRY *Entry = KiTimerList.Flink, *Next; Entry != &KiTimerList; Entry = Next) {
        KTIMER *Timer = CONTAINING_RECORD(Entry, KTIMER, TimerListEntry);
        Next = Entry->Flink;
        if (!Timer->Header.Absolute)
            continue;
        KiRemoveTimerLocked(Timer);
        InsertTailList(&Moved, Entry);
    }
    while (!IsListEmpty(&Moved)) {
        KTIMER *Timer = CONTAINING_RECORD(RemoveHeadList(&Moved), KTIMER, TimerListEntry);
        const LONG64 Due = (LONG64)Timer->DueTime.QuadPart - Difference;
        KiEnterTimerLocked(Timer, Due > 0 ? (ULONG64)Due : 0);
    }
}

/* ---- the server ------------------------------------------------------------------------------ */

/* One timer at a time, so that the lock is not held for long. Returns when the next one is due. */
static ULONG64 KiServeTimers(KI_SERVER *Server)
{
    (void)Server;
    for (;;) {
        struct KI_DPC_QUEUE *Queue = NULL;
        KiServeOrphans();
        KIRQL Old = KiLockDispatcher();
        ULONG64 Now = KiInterruptTime(), Due = KI_NEVER;
        if (!IsListEmpty(&KiTimerList)) {
            KTIMER *Timer = CONTAINING_RECORD(KiTimerList.Flink, KTIMER, TimerListEntry);
            Due = Timer->DueTime.QuadPart;
            if (Due <= Now) {
                KiRemoveTimerLocked(Timer);
                KiExpireTimerLocked(Timer, Due, Now, &Queue);
            }
        }
        KiUnlockDispatcher(Old);
        if (Queue != NULL)
            KiCallDpcServer(Queue);
        if (Due > Now)
            return Due;
        if (KiStopped)
            KeLeaveKernel(STATUS_HOST_DOWN);
    }
}

static BOOLEAN KiSetTimer(KTIMER *Timer, LARGE_INTEGER DueTime, ULONG Period, KDPC *Dpc)
{
    struct KI_DPC_QUEUE *Queue = NULL;
    KIRQL Old = KiLockDispatcher();
    BOOLEAN WasSet = Timer->Header.Inserted;
    if (WasSet)
        KiRemoveTimerLocked(Timer);
    ULONG64 Now = KiInterruptTime(), Due = KiDueTime(DueTime, Now);
    Timer->Header.Absolute = DueTime.QuadPart >= 0;
    Timer->Header.SignalState = 0;
    KiOrderBefore(Timer);
    Timer->Dpc = Dpc;
    Timer->Period = Period;
    if (Due <= Now)
        KiExpireTimerLocked(Timer, Due, Now, &Queue);
    else
        KiEnterTimerLocked(Timer, Due);
    BOOLEAN First = Timer->Header.Inserted && KiTimerList.Flink == &Timer->TimerListEntry;
    KiUnlockDispatcher(Old);
    if (Queue != NULL)
        KiCallDpcServer(Queue);
    if (First)
        KiCallServer(&KiTimerServer);
    return WasSet;
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * KeInitializeTimerEx - prepare a timer in the caller's non-paged memory, not set and not
 * signalled. A NotificationTimer stays signalled until it is set again; a SynchronizationTimer
 * until one wait was satisfied.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Bugcheck TIMER_OR_DPC_INVALID (0xC7): the timer is set.
 * Source:  DOC wdm/KeInitializeTimerEx; OBS tests/kernel/ke/KeInitializeTimerEx.c; INF the bugcheck
 */
void NTAPI KeInitializeTimerEx(KTIMER *Timer, TIMER_TYPE Type)
{
    if (KeTimersSet != 0 && KeFindTimer((ULONG_PTR)Timer, sizeof(*Timer)) != NULL)
        KeBugCheckEx(TIMER_OR_DPC_INVALID, KI_INVALID_TIMER, (ULONG_PTR)Timer, (ULONG_PTR)Timer,
            (ULONG_PTR)(Timer + 1));
    *Timer = (KTIMER){.Header.Type = Type == NotificationTimer ? TimerNotificationObject
                                                               : TimerSynchronizationObject};
    Timer->Header.Size = sizeof(KTIMER) / sizeof(LONG);
    InitializeListHead(&Timer->Header.WaitListHead);
}

/* KeInitializeTimer - a NotificationTimer. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * wdm/KeInitializeTimer; OBS tests. */
void NTAPI KeInitializeTimer(KTIMER *Timer)
{
    KeInitializeTimerEx(Timer, NotificationTimer);
}

/*
 * KeSetTimer - have the timer signalled, and Dpc queued, once at DueTime. A timer that is set
 * already is cancelled first.
 *
 * DueTime: 100 ns units; negative: from now, and no matter how the system time is changed; else
 *          absolute system time. What has passed is due at once. Dpc: optional; its system
 *          arguments mean nothing.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: TRUE: it was set already.
 * Source:  DOC wdm/KeSetTimer; OBS tests/kernel/ke/KeSetTimer.c
 */
BOOLEAN NTAPI KeSetTimer(KTIMER *Timer, LARGE_INTEGER DueTime, KDPC *Dpc)
{
    return KiSetTimer(Timer, DueTime, 0, Dpc);
}

/*
 * KeSetTimerEx - the same, and again every Period milliseconds until it is cancelled; 0: once.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/KeSetTimerEx; OBS tests/kernel/ke/KeSetTimerEx.c; INF
 * negative: once
 */
BOOLEAN NTAPI KeSetTimerEx(KTIMER *Timer, LARGE_INTEGER DueTime, LONG Period, KDPC *Dpc)
{
    return KiSetTimer(Timer, DueTime, Period > 0 ? (ULONG)Period : 0, Dpc);
}

/*
 * KeSetCoalescableTimer - the same. TolerableDelay, in milliseconds, is leave to be late, which is
 * not made use of.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/KeSetCoalescableTimer; OBS
 * tests/kernel/ke/KeSetCoalescableTimer.c
 */
BOOLEAN NTAPI KeSetCoalescableTimer(
    KTIMER *Timer, LARGE_INTEGER DueTime, ULONG Period, ULONG TolerableDelay, KDPC *Dpc)
{
    (void)TolerableDelay;
    return KiSetTimer(Timer, DueTime, Period, Dpc);
}

/*
 * KeCancelTimer - have the timer not come. Its state stays as it is; a DPC that is queued already,
 * too: KeRemoveQueueDpc and KeFlushQueuedDpcs are for those.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: FALSE: it was not set. A periodic timer is set until it is cancelled.
 * Source:  DOC wdm/KeCancelTimer; OBS tests/kernel/ke/KeCancelTimer.c
 */
BOOLEAN NTAPI KeCancelTimer(KTIMER *Timer)
{
    KIRQL Old = KiLockDispatcher();
    BOOLEAN WasSet = Timer->Header.Inserted;
    if (WasSet)
        KiRemoveTimerLocked(Timer);
    KiUnlockDispatcher(Old);
    return WasSet;
}

/*
 * KeReadStateTimer - TRUE when it is signalled.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/KeReadStateTimer; OBS
 * tests/kernel/ke/KeReadStateTimer.c
 */
BOOLEAN NTAPI KeReadStateTimer(KTIMER *Timer)
{
    return __atomic_load_n(&Timer->Header.SignalState, __ATOMIC_SEQ_CST) != 0;
}

/* ---- timers nobody cancelled ----------------------------------------------------------------- */

typedef struct KI_RANGE {
    ULONG_PTR Start;
    SIZE_T SizeBytes;
} KI_RANGE;

static inline BOOLEAN KiInRange(const KI_RANGE *Range, const void *Address)
{
    return (ULONG_PTR)Address - Range->Start < Range->SizeBytes;
}

KTIMER *KeFindTimer(ULONG_PTR Start, SIZE_T SizeBytes)
{
    const KI_RANGE Range = {Start, SizeBytes};
    KTIMER *Found = NULL;
    KIRQL Old = KiLockDispatcher();
    for (LIST_ENTRY *Entry = KiTimerList.Flink; Entry != &KiTimerList && Found == NULL;
         Entry = Entry->Flink) {
        if (KiInRange(&Range, Entry))
            Found = CONTAINING_RECORD(Entry, KTIMER, TimerListEntry);
    }
    KiUnlockDispatcher(Old);
    return Found;
}

BOOLEAN KeTakeTimer(ULONG_PTR Start, SIZE_T SizeBytes, KTIMER **Timer, ULONG_PTR *Routine)
{
    const KI_RANGE Range = {Start, SizeBytes};
    BOOLEAN Found = FALSE;
    KIRQL Old = KiLockDispatcher();
    for (LIST_ENTRY *Entry = KiTimerList.Flink; Entry != &KiTimerList && !Found;
         Entry = Entry->Flink) {
        KTIMER *Set = CONTAINING_RECORD(Entry, KTIMER, TimerListEntry);
        const KDPC *Dpc = Set->Dpc;
        Found = KiInRange(&Range, Set) || KiInRange(&Range, Dpc) ||
                (Dpc != NULL && KiInRange(&Range, (const void *)(ULONG_PTR)Dpc->DeferredRoutine));
        if (Found) {
            *Timer = Set;
            *Routine = Dpc != NULL ? (ULONG_PTR)Dpc->DeferredRoutine : 0;
            KiRemoveTimerLocked(Set);
            break;
        }
    }
    KiUnlockDispatcher(Old);
    return Found;
}
