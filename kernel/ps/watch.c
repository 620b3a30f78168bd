/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Watching the host's processes: a thread that waits outside the kernel for what the host reports
 * and enters it to tell drivers. There is one while a process notify routine is set or there is an
 * object of a process of the host, and none otherwise. Nobody waits for its end but the machine's:
 * a driver that goes has taken its routines out before.
 */
#include <errno.h>

#include "kd/kd.h"
#include "ke/ordered.h"
#include "ps/psp.h"

enum host_process_source PsiWatchSource;
SIZE_T PsiWatchBytes;

EPROCESS *PspDelivering;

static KMUTEX PspWatchMutex;                /* starting one, and deciding that none is needed */
static struct host_process_watch *PspWatch; /* owned by its thread; NULL: none, or its thread is
                                               leaving */
static uint32_t PspWatchLock; /* PspWatch; a word of its own, as who takes it may have no KPCR */
static _Atomic BOOLEAN PspUnneeded; /* nobody wants it, but an object was still in use when that was
                                       found */
static BOOLEAN PspWatchRefused;             /* and that has been said */

#define PSP_ANNOUNCEMENTS 64u

static struct {
    HANDLE Parent; /* NULL: Child was refused */
    HANDLE Child;  /* NULL: not known yet */
} PspAnnounced[PSP_ANNOUNCEMENTS];
static ULONG PspAnnouncedNext;
static KSPIN_LOCK PspAnnouncedLock;

static void PspLockWatch(void)
{
    uint32_t Free = 0;
    while (!__atomic_compare_exchange_n(
        &PspWatchLock, &Free, 1, FALSE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        Free = 0;
        host_yield();
    }
}

static void PspUnlockWatch(void)
{
    __atomic_store_n(&PspWatchLock, 0, __ATOMIC_RELEASE);
}

void PspInitializeWatch(void)
{
    KeInitializeMutex(&PspWatchMutex, 0);
    PspWatch = NULL;
    PspDelivering = NULL;
    PspUnneeded = FALSE;
    PspWatchLock = 0;
    PspWatchRefused = FALSE;
    PspAnnouncedLock = 0;
    __builtin_memset(PspAnnounced, 0, sizeof(PspAnnounced));
}

/* ---- processes that are announced ------------------------------------------------------------ */

/*
 * Who starts programs for the machine says so before it forks: what the host reports of its child
 * before drivers have been asked, or after they refused, is not for them.
 */
void PsiExpectCreation(HANDLE ParentId, BOOLEAN Expect)
{
    KIRQL Old = KiAcquireLock(&PspAnnouncedLock);
    for (ULONG Index = 0; Index < PSP_ANNOUNCEMENTS; Index++) {
        if (PspAnnounced[Index].Parent == ParentId)
            PspAnnounced[Index].Parent = PspAnnounced[Index].Child = NULL;
    }
    if (Expect)
        PspAnnounced[PspAnnouncedNext++ % PSP_ANNOUNCEMENTS].Parent = ParentId;
    KiReleaseLock(&PspAnnouncedLock, Old);
}

void PspRefuseCreation(HANDLE Id, HANDLE ParentId)
{
    KIRQL Old = KiAcquireLock(&PspAnnouncedLock);
    for (ULONG Index = 0; Index < PSP_ANNOUNCEMENTS; Index++) {
        if (PspAnnounced[Index].Parent == ParentId) {
            PspAnnounced[Index].Parent = NULL;
            PspAnnounced[Index].Child = Id;
        }
    }
    KiReleaseLock(&PspAnnouncedLock, Old);
}

/* TRUE: drivers are not to hear of it. */
static BOOLEAN PspIsWithheld(const struct host_process_event *Event)
{
    HANDLE Id = (HANDLE)(ULONG_PTR)Event->process.id,
           Parent = (HANDLE)(ULONG_PTR)Event->process.parent;
    BOOLEAN Withheld = FALSE;
    EPROCESS *Known = PspFindProcess(Id, TRUE);
    if (Known != NULL) {
        ObfDereferenceObject(Known); /* asked for, and allowed */
        return FALSE;
    }
    KIRQL Old = KiAcquireLock(&PspAnnouncedLock);
    for (ULONG Index = 0; Index < PSP_ANNOUNCEMENTS; Index++) {
        BOOLEAN Refused = PspAnnounced[Index].Child == Id;
        if (Refused && Event->kind == HOST_PROCESS_ENDED)
            PspAnnounced[Index].Child = NULL;
        Withheld |= Refused || (PspAnnounced[Index].Parent == Parent && Parent != NULL);
    }
    KiReleaseLock(&PspAnnouncedLock, Old);
    return Withheld;
}

/* ---- what the host reports ------------------------------------------------------------------- */

static NTSTATUS PspExitStatusOf(const struct host_process_event *Event)
{
    switch (Event->end) {
    case HOST_END_EXITED:
        return (NTSTATUS)Event->code;
    case HOST_END_KILLED:
        return 1; /* what Windows' own tools end processes with */
    case HOST_END_INTERRUPTED:
        return STATUS_CONTROL_C_EXIT;
    case HOST_END_ABORTED:
        return STATUS_STACK_BUFFER_OVERRUN; /* of a process that ends itself in a hurry */
    case HOST_END_PAGE_FAULT:
        return STATUS_ACCESS_VIOLATION;
    case HOST_END_ILLEGAL_INSTRUCTION:
        return STATUS_ILLEGAL_INSTRUCTION;
    case HOST_END_ARITHMETIC:
        return STATUS_INTEGER_DIVIDE_BY_ZERO;
    default:
        return STATUS_SUCCESS;
    }
}

static NTSTATUS PspStarted(const struct host_process_event *Event)
{
    EPROCESS *Process;
    NTSTATUS Status = PspObtainProcess(&Event->process, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    const CLIENT_ID Creator = {Process->ParentId, Process->ParentId};
    PspDelivering = Process;
    PspReportCreation(Process, &Creator);
    PspDelivering = NULL;
    ObfDereferenceObject(Process);
    return STATUS_SUCCESS;
}

static void PspRenamed(const struct host_process_event *Event)
{
    EPROCESS *Process = PspFindProcess((HANDLE)(ULONG_PTR)Event->process.id, TRUE);
    if (Process == NULL)
        return;
    if (Process->Flags & PSI_PROCESS_HOST)
        __builtin_memcpy(Process->ImageName, Event->process.name, sizeof(Event->process.name));
    ObfDereferenceObject(Process);
}

static NTSTATUS PspEnded(const struct host_process_event *Event)
{
    EPROCESS *Process;
    /* Nobody asked for it so far: drivers do when they are told. */
    NTSTATUS Status = PspObtainProcess(&Event->process, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    PspDelivering = Process;
    PspReportExit(Process, PspExitStatusOf(Event), (LONG64)Event->time);
    PspDelivering = NULL;
    ObfDereferenceObject(Process);
    return STATUS_SUCCESS;
}

typedef struct PSP_DELIVERY {
    struct host_process_watch *Watch;
    struct host_process_event Event;
} PSP_DELIVERY;

static NTSTATUS PspDeliver(void *Context)
{
    const PSP_DELIVERY *Delivery = Context;
    NTSTATUS Status = STATUS_SUCCESS;
    PspLockWatch();
    BOOLEAN Current = PspWatch == Delivery->Watch;
    PspUnlockWatch();
    if (!Current)
        return STATUS_SUCCESS;
    if (PspIsWithheld(&Delivery->Event))
        return STATUS_SUCCESS;
    host_faults_renew();
    switch (Delivery->Event.kind) {
    case HOST_PROCESS_STARTED:
        Status = PspStarted(&Delivery->Event);
        break;
    case HOST_PROCESS_RENAMED:
        PspRenamed(&Delivery->Event);
        break;
    case HOST_PROCESS_ENDED:
        Status = PspEnded(&Delivery->Event);
        break;
    }
    ObDrainDeletions();
    /* The object in use may have been that of this event. */
    if (PspUnneeded)
        PspReviewWatch();
    return Status;
}

/* ---- the thread ------------------------------------------------------------------------------ */

#define PSP_TRIES 100u
#define PSP_PAUSE_100NS 100000u

static void PspWatchHost(void *Context)
{
    PSP_DELIVERY Delivery = {.Watch = Context};
    _Atomic uint32_t Never = 0;
    NTSTATUS Status = STATUS_SUCCESS;
    host_thread_set_name("dotsys watch");
    while (Status != STATUS_HOST_DOWN &&
        host_process_watch_next(Delivery.Watch, &Delivery.Event) == 0) {
        /* An event there is no memory for waits a while for some; then it is lost. */
        for (unsigned Try = 0; Try < PSP_TRIES; Try++) {
            Status = KeEnterKernel(PspDeliver, &Delivery, KernelMode);
            if (Status != STATUS_INSUFFICIENT_RESOURCES)
                break;
            host_wait(&Never, 0, host_clock_monotonic() + PSP_PAUSE_100NS);
        }
    }
    PspLockWatch();
    if (PspWatch == Delivery.Watch)
        PspWatch = NULL;
    PspUnlockWatch();
    host_process_watch_close(Delivery.Watch);
}

void PsStopWatching(void)
{
    PspLockWatch();
    if (PspWatch != NULL)
        host_process_watch_stop(PspWatch);
    PspWatch = NULL;
    PspUnlockWatch();
}

const char *PsWatchSource(void)
{
    PspLockWatch();
    const char *Source = PspWatch != NULL ? host_process_watch_source(PspWatch) : NULL;
    PspUnlockWatch();
    return Source;
}

/* In the mutex. */
static NTSTATUS PspOpenWatch(void)
{
    struct host_process_watch *Watch;
    int Error = host_process_watch_open(PsiWatchSource, PsiWatchBytes, &Watch);
    if (Error == ENOMEM || Error == EMFILE || Error == ENFILE)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Error != 0) {
        if (!PspWatchRefused)
            KdLog("dotsys",
                "processes of the host cannot be watched (error %d): only the machine's own are "
                "reported",
                Error);
        PspWatchRefused = TRUE;
        return STATUS_SUCCESS;
    }
    PspLockWatch();
    PspWatch = Watch;
    PspUnlockWatch();
    NTSTATUS Status = PspStartHostRoutine(PspWatchHost, Watch);
    if (!NT_SUCCESS(Status)) {
        PspLockWatch();
        PspWatch = NULL;
        PspUnlockWatch();
        host_process_watch_close(Watch);
    }
    return Status;
}

NTSTATUS PspStartWatch(void)
{
    NTSTATUS Status = KiAcquireMutex(&PspWatchMutex);
    if (!NT_SUCCESS(Status))
        return Status;
    if (PspWatch == NULL)
        Status = PspOpenWatch();
    KiReleaseMutex(&PspWatchMutex);
    return Status;
}

void PspReviewWatch(void)
{
    if (!NT_SUCCESS(KiAcquireMutex(&PspWatchMutex)))
        return;
    PspUnneeded = PspProcessRoutines == 0; /* before the objects are looked at: who lets one go
                                              looks here afterwards */
    if (PspUnneeded && PspReleaseUnused()) {
        PspUnneeded = FALSE;
        PsStopWatching();
    }
    KiReleaseMutex(&PspWatchMutex);
}
