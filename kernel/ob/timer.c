/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Timer objects: ke's timer behind handles and names, which may also queue an APC to the thread
 * that set it. Busy keeps those who set and cancel a timer apart. With an APC it is armed: on
 * ObpArmedTimers, under ObpTimerLock, with a reference on the thread. A queued APC holds a
 * reference on the timer. Closing the last handle cancels it, as the end of the thread does.
 */
#include "ke/dpc.h"
#include "ke/timer.h"
#include "ke/zw.h"
#include "ob/obp.h"

#define OBP_TAG_TIMER 0x656D6954u /* 'Time' */

typedef struct OBP_TIMER {
    KTIMER Timer; /* first: drivers that reference the object use it as their own */
    KDPC Dpc;
    KAPC Apc;
    KTHREAD *Thread; /* referenced; NULL: not armed */
    LIST_ENTRY Link;
    KEVENT Busy; /* signalled while nobody is at it */
} OBP_TIMER;

#define OBP_SET_COALESCABLE_TIMER 0u /* TimerSetCoalescableTimer */

typedef struct OBP_COALESCABLE_TIMER { /* TIMER_SET_COALESCABLE_TIMER_INFO */
    LARGE_INTEGER DueTime;
    PTIMER_APC_ROUTINE ApcRoutine;
    void *ApcContext;
    void *WakeContext;
    ULONG Period, TolerableDelay;
    BOOLEAN *PreviousState;
} OBP_COALESCABLE_TIMER;

OBJECT_TYPE *ExTimerObjectType;

static KSPIN_LOCK ObpTimerLock;
static LIST_ENTRY ObpArmedTimers;

static void ObpLockTimer(OBP_TIMER *Timer)
{
    KeEnterCriticalRegion();
    KeWaitForSingleObject(&Timer->Busy, Executive, KernelMode, FALSE, NULL);
}

static void ObpUnlockTimer(OBP_TIMER *Timer)
{
    KeSetEvent(&Timer->Busy, IO_NO_INCREMENT, FALSE);
    KeLeaveCriticalRegion();
}

/* ---- the APC --------------------------------------------------------------------------------- */

static void NTAPI ObpTimerRundown(KAPC *Apc)
{
    ObfDereferenceObject(CONTAINING_RECORD(Apc, OBP_TIMER, Apc));
}

static void NTAPI ObpTimerApc(KAPC *Apc, PKNORMAL_ROUTINE *NormalRoutine, void **NormalContext,
    void **SystemArgument1, void **SystemArgument2)
{
    (void)NormalRoutine, (void)NormalContext, (void)SystemArgument1, (void)SystemArgument2;
    ObpTimerRundown(Apc);
}

static void NTAPI ObpTimerDpc(
    KDPC *Dpc, void *Context, void *SystemArgument1, void *SystemArgument2)
{
    OBP_TIMER *Timer = Context;
    (void)Dpc;
    ObiReference(Timer);
    if (!KeInsertQueueApc(&Timer->Apc, SystemArgument1, SystemArgument2, IO_NO_INCREMENT))
        ObfDereferenceObject(Timer); /* the one before has not been delivered yet */
}

/* Busy is the caller's, or nobody else has the object. TRUE: the timer was set. */
static BOOLEAN ObpCancelTimer(OBP_TIMER *Timer)
{
    BOOLEAN WasSet = KeCancelTimer(&Timer->Timer);
    if (Timer->Thread == NULL)
        return WasSet;
    KeRemoveQueueDpc(&Timer->Dpc);
    KeFlushQueuedDpcs();
    if (KeRemoveQueueApc(&Timer->Apc))
        ObfDereferenceObject(Timer);
    KTHREAD *Thread = Timer->Thread;
    KIRQL Old = KiAcquireLock(&ObpTimerLock);
    Timer->Thread = NULL;
    RemoveEntryList(&Timer->Link);
    KiReleaseLock(&ObpTimerLock, Old);
    ObfDereferenceObject(Thread);
    return WasSet;
}

static void ObpArmTimer(OBP_TIMER *Timer, PTIMER_APC_ROUTINE Routine, void *Context)
{
    KTHREAD *Thread = KiCurrentThread();
    KeInitializeApc(&Timer->Apc, Thread, CurrentApcEnvironment, ObpTimerApc, ObpTimerRundown,
        (PKNORMAL_ROUTINE)(void *)Routine, KiPreviousMode(), Context);
    ObiReference(Thread);
    KIRQL Old = KiAcquireLock(&ObpTimerLock);
    Timer->Thread = Thread;
    InsertTailList(&ObpArmedTimers, &Timer->Link);
    KiReleaseLock(&ObpTimerLock, Old);
}

static OBP_TIMER *ObpFindArmedTimer(const KTHREAD *Thread)
{
    OBP_TIMER *Found = NULL;
    KIRQL Old = KiAcquireLock(&ObpTimerLock);
    for (LIST_ENTRY *Entry = ObpArmedTimers.Flink; Entry != &ObpArmedTimers && Found == NULL;
         Entry = Entry->Flink) {
        OBP_TIMER *Timer = CONTAINING_RECORD(Entry, OBP_TIMER, Link);
        if (Timer->Thread == Thread && ObiReferenceSafe(Timer))
            Found = Timer;
    }
    KiReleaseLock(&ObpTimerLock, Old);
    return Found;
}

void ObiRundownTimers(KTHREAD *Thread)
{
    OBP_TIMER *Timer;
    while ((Timer = ObpFindArmedTimer(Thread)) != NULL) {
        ObpLockTimer(Timer);
        if (Timer->Thread == Thread)
            ObpCancelTimer(Timer);
        ObpUnlockTimer(Timer);
        ObfDereferenceObject(Timer);
    }
}

/* ---- the type -------------------------------------------------------------------------------- */

static void ObpCloseTimer(void *Object, ULONG HandlesBefore)
{
    if (HandlesBefore != 1)
        return;
    ObpLockTimer(Object);
    ObpCancelTimer(Object);
    ObpUnlockTimer(Object);
}

static void ObpDeleteTimer(void *Object)
{
    ObpCancelTimer(Object);
}

NTSTATUS ObpCreateTimerType(void)
{
    static const OBJECT_TYPE Timer = {
        .Procedures = {.Close = ObpCloseTimer, .Delete = ObpDeleteTimer},
        .GenericMapping = {STANDARD_RIGHTS_READ | TIMER_QUERY_STATE,
            STANDARD_RIGHTS_WRITE | TIMER_MODIFY_STATE, STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE,
            TIMER_ALL_ACCESS},
        .ValidAccess = TIMER_ALL_ACCESS,
        .PoolTag = OBP_TAG_TIMER,
        .Waitable = TRUE,
    };
    ObpTimerLock = 0;
    InitializeListHead(&ObpArmedTimers);
    return ObiCreateType("Timer", &Timer, &ExTimerObjectType);
}

/* ---- services -------------------------------------------------------------------------------- */

static NTSTATUS ObpCreateTimer(HANDLE *TimerHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, TIMER_TYPE TimerType, ULONG_PTR Site)
{
    OB_NAME Name;
    void *Object;

    if (TimerType != NotificationTimer && TimerType != SynchronizationTimer)
        return STATUS_INVALID_PARAMETER_4;
    NTSTATUS Status = ObpBeginCreate(
        TimerHandle, ObjectAttributes, ExTimerObjectType, sizeof(OBP_TIMER), Site, &Name, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    OBP_TIMER *Timer = Object;
    KeInitializeTimerEx(&Timer->Timer, TimerType);
    KeInitializeDpc(&Timer->Dpc, ObpTimerDpc, Timer);
    KeInitializeEvent(&Timer->Busy, SynchronizationEvent, TRUE);
    return ObpEndCreate(TimerHandle, DesiredAccess, &Name, Object);
}

/*
 * NtCreateTimer - creates a timer, not set, or opens one of that name with OBJ_OPENIF.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: opened; INVALID_PARAMETER_4: TimerType;
 *          OBJECT_NAME_COLLISION and the statuses of a bad path; ACCESS_DENIED.
 * Owner:   caller; NtClose.
 * Source:  DOC wdm/ZwCreateTimer
 */
NTSTATUS NTAPI NtCreateTimer(HANDLE *TimerHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, TIMER_TYPE TimerType)
{
    return ObpCreateTimer(TimerHandle, DesiredAccess, ObjectAttributes, TimerType, EX_CALLER);
}

NTSTATUS NTAPI ZwCreateTimer(HANDLE *TimerHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, TIMER_TYPE TimerType)
{
    ULONG_PTR Site = EX_CALLER;
    return ZW_RUN(ObpCreateTimer(TimerHandle, DesiredAccess, ObjectAttributes, TimerType, Site));
}

/* NtOpenTimer - opens a timer by name. IRQL, Returns, Owner: as NtOpenEvent. Source: DOC
 * wdm/ZwOpenTimer. */
NTSTATUS NTAPI NtOpenTimer(
    HANDLE *TimerHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ObpOpen(TimerHandle, DesiredAccess, ObjectAttributes, ExTimerObjectType);
}

NTSTATUS NTAPI ZwOpenTimer(
    HANDLE *TimerHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ZW_CALL(OpenTimer, (TimerHandle, DesiredAccess, ObjectAttributes));
}

static NTSTATUS ObpReturnState(BOOLEAN *To, BOOLEAN State)
{
    return To != NULL ? ObiWriteCaller(To, &State, sizeof(State), KiPreviousMode())
                      : STATUS_SUCCESS;
}

typedef struct OBP_TIMER_SETTING {
    LARGE_INTEGER DueTime;
    PTIMER_APC_ROUTINE ApcRoutine;
    void *ApcContext;
    LONG Period;
    BOOLEAN *PreviousState;
} OBP_TIMER_SETTING;

static NTSTATUS ObpSetTimer(HANDLE TimerHandle, const OBP_TIMER_SETTING *Setting)
{
    void *Object;
    NTSTATUS Status = Setting->PreviousState != NULL
        ? ObiProbeOutput(Setting->PreviousState, sizeof(BOOLEAN), 1, KiPreviousMode())
        : STATUS_SUCCESS;
    if (NT_SUCCESS(Status))
        Status = ObpReferenceFor(TimerHandle, TIMER_MODIFY_STATE, ExTimerObjectType, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    OBP_TIMER *Timer = Object;
    ObpLockTimer(Timer);
    ObpCancelTimer(Timer);
    BOOLEAN State = KeReadStateTimer(&Timer->Timer);
    if (Setting->ApcRoutine != NULL)
        ObpArmTimer(Timer, Setting->ApcRoutine, Setting->ApcContext);
    KeSetTimerEx(&Timer->Timer, Setting->DueTime, Setting->Period,
        Setting->ApcRoutine != NULL ? &Timer->Dpc : NULL);
    ObpUnlockTimer(Timer);
    ObfDereferenceObject(Timer);
    return ObpReturnState(Setting->PreviousState, State);
}

/*
 * NtSetTimer - has a timer signalled at DueTime and then every Period milliseconds (0: once). What
 * it was set to is cancelled.
 *
 * DueTime: as KeSetTimer's. TimerApcRoutine: optional; an APC to the calling thread each time, with
 *          TimerContext and the system time in two halves. ResumeTimer: nothing here sleeps.
 *          PreviousState: optional; whether it was signalled.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; TIMER_RESUME_IGNORED: ResumeTimer, and set all the same; INVALID_PARAMETER_6: a
 *          negative Period; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no
 *          TIMER_MODIFY_STATE; ACCESS_VIOLATION.
 * Source:  DOC wdm/ZwSetTimer
 */
NTSTATUS NTAPI NtSetTimer(HANDLE TimerHandle, LARGE_INTEGER *DueTime,
    PTIMER_APC_ROUTINE TimerApcRoutine, void *TimerContext, BOOLEAN ResumeTimer, LONG Period,
    BOOLEAN *PreviousState)
{
    OBP_TIMER_SETTING Setting = {.ApcRoutine = TimerApcRoutine,
        .ApcContext = TimerContext,
        .Period = Period,
        .PreviousState = PreviousState};

    if (Period < 0)
        return STATUS_INVALID_PARAMETER_6;
    NTSTATUS Status = ObiReadCaller(
        &Setting.DueTime, DueTime, sizeof(Setting.DueTime), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = ObpSetTimer(TimerHandle, &Setting);
    return NT_SUCCESS(Status) && ResumeTimer ? STATUS_TIMER_RESUME_IGNORED : Status;
}

NTSTATUS NTAPI ZwSetTimer(HANDLE TimerHandle, LARGE_INTEGER *DueTime,
    PTIMER_APC_ROUTINE TimerApcRoutine, void *TimerContext, BOOLEAN ResumeTimer, LONG Period,
    BOOLEAN *PreviousState)
{
    return ZW_CALL(SetTimer,
        (TimerHandle, DueTime, TimerApcRoutine, TimerContext, ResumeTimer, Period, PreviousState));
}

/*
 * ZwSetTimerEx - the same, by what a class says: TimerSetCoalescableTimer, which is all there is.
 *
 * TimerSetInformation: TIMER_SET_COALESCABLE_TIMER_INFO. TolerableDelay: how many milliseconds
 *          later it may come to do so with others; here it comes when it is due. WakeContext: wakes
 *          nothing, as nothing sleeps.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as ZwSetTimer; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH; INVALID_PARAMETER: a period or
 *          a delay of 2^31 or more.
 * Source:  DOC wdm/ZwSetTimerEx; INF INVALID_PARAMETER
 */
NTSTATUS NTAPI ZwSetTimerEx(HANDLE TimerHandle, ULONG TimerSetInformationClass,
    void *TimerSetInformation, ULONG TimerSetInformationLength)
{
    const OBP_COALESCABLE_TIMER *Given = TimerSetInformation;

    if (TimerSetInformationClass != OBP_SET_COALESCABLE_TIMER)
        return STATUS_INVALID_INFO_CLASS;
    if (TimerSetInformationLength != sizeof(*Given))
        return STATUS_INFO_LENGTH_MISMATCH;
    if (Given->Period > MAXLONG || Given->TolerableDelay > MAXLONG)
        return STATUS_INVALID_PARAMETER;
    const OBP_TIMER_SETTING Setting = {.DueTime = Given->DueTime,
        .ApcRoutine = Given->ApcRoutine,
        .ApcContext = Given->ApcContext,
        .Period = (LONG)Given->Period,
        .PreviousState = Given->PreviousState};
    return ZW_RUN(ObpSetTimer(TimerHandle, &Setting));
}

/*
 * NtCancelTimer - has a timer not come, nor its APC. Whether it is signalled stays as it is.
 *
 * CurrentState: optional; that.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, also when it was not set; as NtSetTimer.
 * Source:  DOC wdm/ZwCancelTimer
 */
NTSTATUS NTAPI NtCancelTimer(HANDLE TimerHandle, BOOLEAN *CurrentState)
{
    void *Object;
    NTSTATUS Status = CurrentState != NULL
        ? ObiProbeOutput(CurrentState, sizeof(*CurrentState), 1, KiPreviousMode())
        : STATUS_SUCCESS;
    if (NT_SUCCESS(Status))
        Status = ObpReferenceFor(TimerHandle, TIMER_MODIFY_STATE, ExTimerObjectType, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    OBP_TIMER *Timer = Object;
    ObpLockTimer(Timer);
    ObpCancelTimer(Timer);
    BOOLEAN State = KeReadStateTimer(&Timer->Timer);
    ObpUnlockTimer(Timer);
    ObfDereferenceObject(Timer);
    return ObpReturnState(CurrentState, State);
}

NTSTATUS NTAPI ZwCancelTimer(HANDLE TimerHandle, BOOLEAN *CurrentState)
{
    return ZW_CALL(CancelTimer, (TimerHandle, CurrentState));
}

/*
 * NtQueryTimer - how long a timer still has, in 100 ns, and whether it is signalled (class 0,
 * TimerBasicInformation).
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtQuerySemaphore. The time is negative or zero once it has come.
 * Source:  INF: undocumented
 */
NTSTATUS NTAPI NtQueryTimer(
    HANDLE TimerHandle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    struct {
        LARGE_INTEGER RemainingTime;
        BOOLEAN TimerState;
    } Answer = {0};
    void *Object;

    NTSTATUS Status = ObpBeginQuery(
        TimerHandle, Class, Length, sizeof(Answer), TIMER_QUERY_STATE, ExTimerObjectType, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    KTIMER *Timer = Object;
    Answer.TimerState = KeReadStateTimer(Timer);
    Answer.RemainingTime.QuadPart = (LONGLONG)(Timer->DueTime.QuadPart - KeQueryInterruptTime());
    return ObpEndQuery(Object, Information, &Answer, sizeof(Answer), ReturnLength);
}
