/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Notify routines of drivers, for processes, threads and images: 64 of each (8 on older Windows),
 * called in the order they were set, at PASSIVE_LEVEL in a critical region. PspRoutineLock guards
 * the lists; a routine is called without it, and taking it out waits until it has returned. As on
 * Windows a routine that takes itself out would wait for itself: here that is a finding, and it
 * goes when it returns.
 *
 * A process of the host is reported by the thread that watches the host, in the System process,
 * when it is there already: what a routine makes of CreationStatus has no effect on it.
 * PsiAskProcessCreation reports on the thread that asks.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "dotsys/dotsys.h"
#include "kd/kd.h"
#include "ke/turns.h"
#include "ps/psp.h"
#include "rtl/rtl.h"

#define PSP_ROUTINES 64u
#define PSP_ROUTINES_OLD 8u /* before Vista; of images, before the update of Windows 8.1 */

enum PSP_KIND {
    PSP_PROCESS,
    PSP_PROCESS_EX,
    PSP_PROCESS_EX2,
    PSP_THREAD,
    PSP_THREAD_ITSELF,
    PSP_IMAGE
};

typedef struct PSP_ROUTINE {
    LIST_ENTRY Link;
    ULONG_PTR Routine;
    enum PSP_KIND Kind;
    ULONG Busy;    /* calls under way */
    BOOLEAN Gone;  /* no more calls */
    KEVENT *Leave; /* set when Busy has come down to 0 */
} PSP_ROUTINE;

typedef struct PSP_ROUTINES_OF {
    LIST_ENTRY Used, Free;
    PSP_ROUTINE Slot[PSP_ROUTINES];
    _Atomic LONG *Count;
} PSP_ROUTINES_OF;

/* On the stack of a thread that is in a routine. */
typedef struct PSP_CALL {
    struct PSP_CALL *Previous;
    const PSP_ROUTINE *Routine;
} PSP_CALL;

_Atomic LONG PspProcessRoutines, PspThreadRoutines, PspImageRoutines;
BOOLEAN (*PsImageHasIntegrity)(ULONG_PTR Address);

static KSPIN_LOCK PspRoutineLock;
static PSP_ROUTINES_OF PspProcesses, PspThreads, PspImages;

static void PspInitializeRoutines(PSP_ROUTINES_OF *Routines, ULONG Room, _Atomic LONG *Count)
{
    memset(Routines, 0, sizeof(*Routines));
    InitializeListHead(&Routines->Used);
    InitializeListHead(&Routines->Free);
    for (ULONG Index = 0; Index < Room; Index++)
        InsertTailList(&Routines->Free, &Routines->Slot[Index].Link);
    Routines->Count = Count;
    *Count = 0;
}

void PspInitializeNotify(void)
{
    const ULONG Room = RtlpIsSince(6, 0) ? PSP_ROUTINES : PSP_ROUTINES_OLD;
    PspRoutineLock = 0;
    PsImageHasIntegrity = NULL;
    PspInitializeRoutines(&PspProcesses, Room, &PspProcessRoutines);
    PspInitializeRoutines(&PspThreads, Room, &PspThreadRoutines);
    PspInitializeRoutines(
        &PspImages, RtlpIsSince(6, 3) ? PSP_ROUTINES : PSP_ROUTINES_OLD, &PspImageRoutines);
}

/* ---- setting and removing -------------------------------------------------------------------- */

static PSP_ROUTINE *PspFindRoutineLocked(
    PSP_ROUTINES_OF *Routines, ULONG_PTR Routine, enum PSP_KIND Kind)
{
    for (LIST_ENTRY *Entry = Routines->Used.Flink; Entry != &Routines->Used; Entry = Entry->Flink) {
        PSP_ROUTINE *Found = CONTAINING_RECORD(Entry, PSP_ROUTINE, Link);
        if (Found->Routine == Routine && Found->Kind == Kind && !Found->Gone)
            return Found;
    }
    return NULL;
}

/* Twice: whether a routine may be set a second time. FALSE: it may not and is, or all places are
 * taken. */
static BOOLEAN PspSetRoutine(
    PSP_ROUTINES_OF *Routines, void *Routine, enum PSP_KIND Kind, BOOLEAN Twice)
{
    KIRQL Old = KiAcquireLock(&PspRoutineLock);
    BOOLEAN Room = !IsListEmpty(&Routines->Free) &&
                   (Twice || PspFindRoutineLocked(Routines, (ULONG_PTR)Routine, Kind) == NULL);
    if (Room) {
        PSP_ROUTINE *Slot = CONTAINING_RECORD(RemoveHeadList(&Routines->Free), PSP_ROUTINE, Link);
        Slot->Routine = (ULONG_PTR)Routine;
        Slot->Kind = Kind;
        Slot->Gone = FALSE;
        InsertTailList(&Routines->Used, &Slot->Link);
        ++*Routines->Count;
    }
    KiReleaseLock(&PspRoutineLock, Old);
    return Room;
}

static void PspFreeSlotLocked(PSP_ROUTINES_OF *Routines, PSP_ROUTINE *Slot)
{
    RemoveEntryList(&Slot->Link);
    InsertTailList(&Routines->Free, &Slot->Link);
}

static BOOLEAN PspCalls(const PSP_ROUTINE *Slot)
{
    for (const PSP_CALL *Call = PsiCurrentThread()->Call; Call != NULL; Call = Call->Previous) {
        if (Call->Routine == Slot)
            return TRUE;
    }
    return FALSE;
}

/* Slot is not Gone yet; the lock is held and is released. */
static void PspRemoveSlot(PSP_ROUTINES_OF *Routines, PSP_ROUTINE *Slot, KIRQL Old)
{
    KEVENT Left;
    const BOOLEAN Inside = PspCalls(Slot);
    KeInitializeEvent(&Left, NotificationEvent, FALSE);
    Slot->Gone = TRUE;
    --*Routines->Count;
    const BOOLEAN Busy = Slot->Busy != 0;
    if (!Busy)
        PspFreeSlotLocked(Routines, Slot);
    else if (!Inside)
        Slot->Leave = &Left;
    KiReleaseLock(&PspRoutineLock, Old);
    if (Busy && Inside)
        KdFinding(DOTSYS_FINDING_OTHER, Slot->Routine,
            "notify routine removes itself from inside: on Windows that waits for its own end, for "
            "ever");
    else if (Busy)
        KeWaitForSingleObject(&Left, Executive, KernelMode, FALSE, NULL);
}

static BOOLEAN PspRemoveRoutine(PSP_ROUTINES_OF *Routines, void *Routine, enum PSP_KIND Kind)
{
    KIRQL Old = KiAcquireLock(&PspRoutineLock);
    PSP_ROUTINE *Slot = PspFindRoutineLocked(Routines, (ULONG_PTR)Routine, Kind);
    if (Slot == NULL)
        KiReleaseLock(&PspRoutineLock, Old);
    else
        PspRemoveSlot(Routines, Slot, Old);
    return Slot != NULL;
}

/* ---- calling --------------------------------------------------------------------------------- */

typedef void (*PSP_INVOKE)(const PSP_ROUTINE *Routine, void *Context);

/* A routine that comes back at another IRQL or in a critical region of its own stops the machine,
 * as the end of a service does. */
static void PspCheckReturn(const PSP_ROUTINE *Slot, LONG ApcDisable)
{
    if (KiGetIrql() == PASSIVE_LEVEL && KiCurrentThread()->KernelApcDisable == ApcDisable)
        return;
    KeBlame(Slot->Routine);
    if (KiGetIrql() != PASSIVE_LEVEL)
        KeBugCheckEx(IRQL_GT_ZERO_AT_SYSTEM_SERVICE, Slot->Routine, KiGetIrql(), 0, 0);
    KeBugCheckEx(APC_INDEX_MISMATCH, Slot->Routine, 0,
        (ULONG_PTR)(LONG_PTR)KiCurrentThread()->KernelApcDisable, 0);
}

static void PspInvoke(PSP_ROUTINE *Slot, PSP_INVOKE Invoke, void *Context)
{
    ETHREAD *Thread = PsiCurrentThread();
    PSP_CALL Call = {Thread->Call, Slot};
    Thread->Call = &Call;
    KeEnterCriticalRegion();
    const LONG ApcDisable = Thread->Tcb.KernelApcDisable;
    KiOrderAfter((const void *)Slot->Routine, NULL);
    Invoke(Slot, Context);
    KiOrderBefore((const void *)Slot->Routine);
    PspCheckReturn(Slot, ApcDisable);
    KeLeaveCriticalRegion();
    Thread->Call = Call.Previous;
}

static void PspCallRoutines(PSP_ROUTINES_OF *Routines, PSP_INVOKE Invoke, void *Context)
{
    KIRQL Old = KiAcquireLock(&PspRoutineLock);
    for (LIST_ENTRY *Entry = Routines->Used.Flink, *Next; Entry != &Routines->Used; Entry = Next) {
        PSP_ROUTINE *Slot = CONTAINING_RECORD(Entry, PSP_ROUTINE, Link);
        if (Slot->Gone) {
            Next = Entry->Flink;
            continue;
        }
        Slot->Busy++;
        KiReleaseLock(&PspRoutineLock, Old);
        PspInvoke(Slot, Invoke, Context);
        Old = KiAcquireLock(&PspRoutineLock);
        Next = Entry->Flink;
        if (--Slot->Busy == 0 && Slot->Gone) {
            if (Slot->Leave != NULL)
                KeSetEvent(Slot->Leave, 0, FALSE);
            Slot->Leave = NULL;
            PspFreeSlotLocked(Routines, Slot);
        }
    }
    KiReleaseLock(&PspRoutineLock, Old);
}

/* ---- processes ------------------------------------------------------------------------------- */

typedef struct PSP_PROCESS_NOTICE {
    EPROCESS *Process;
    PS_CREATE_NOTIFY_INFO *Info; /* NULL: it ends */
} PSP_PROCESS_NOTICE;

static void PspInvokeProcess(const PSP_ROUTINE *Slot, void *Context)
{
    PSP_PROCESS_NOTICE *Notice = Context;
    EPROCESS *Process = Notice->Process;
    if (Slot->Kind == PSP_PROCESS)
        ((PCREATE_PROCESS_NOTIFY_ROUTINE)Slot->Routine)(
            Process->ParentId, Process->UniqueProcessId, Notice->Info != NULL);
    else
        ((PCREATE_PROCESS_NOTIFY_ROUTINE_EX)Slot->Routine)(
            Process, Process->UniqueProcessId, Notice->Info);
}

static BOOLEAN PspWantsPaths(void)
{
    BOOLEAN Wants = FALSE;
    KIRQL Old = KiAcquireLock(&PspRoutineLock);
    for (LIST_ENTRY *Entry = PspProcesses.Used.Flink; Entry != &PspProcesses.Used;
         Entry = Entry->Flink)
        Wants = Wants || CONTAINING_RECORD(Entry, PSP_ROUTINE, Link)->Kind != PSP_PROCESS;
    KiReleaseLock(&PspRoutineLock, Old);
    return Wants;
}

NTSTATUS PspReportCreation(EPROCESS *Process, const CLIENT_ID *Creator)
{
    PS_CREATE_NOTIFY_INFO Info = {.Size = sizeof(Info), .CreationStatus = STATUS_SUCCESS};
    PSP_PROCESS_NOTICE Notice = {Process, &Info};
    if (atomic_fetch_or_explicit(&Process->Flags, PSI_PROCESS_REPORTED, memory_order_acq_rel) &
        PSI_PROCESS_REPORTED)
        return STATUS_SUCCESS;
    if (PspProcessRoutines == 0)
        return STATUS_SUCCESS;
    if (PspWantsPaths())
        PspLearnPaths(Process);
    Info.ParentProcessId = Process->ParentId;
    Info.CreatingThreadId = *Creator;
    if (Process->ImagePath.Length != 0) {
        Info.FileOpenNameAvailable = 1;
        Info.ImageFileName = &Process->ImagePath;
    }
    if (Process->CommandLine.Length != 0)
        Info.CommandLine = &Process->CommandLine;
    PspCallRoutines(&PspProcesses, PspInvokeProcess, &Notice);
    return Info.CreationStatus;
}

void PspReportExit(EPROCESS *Process, NTSTATUS ExitStatus, LONG64 Time)
{
    PSP_PROCESS_NOTICE Notice = {Process, NULL};
    if (atomic_fetch_or_explicit(&Process->Flags, PSI_PROCESS_EXITING, memory_order_acq_rel) &
        PSI_PROCESS_EXITING)
        return;
    Process->ExitTime = Time;
    Process->ExitStatus = ExitStatus;
    PspCallRoutines(&PspProcesses, PspInvokeProcess, &Notice);
    KeSetEvent((KEVENT *)&Process->Header, 0, FALSE); /* an event is nothing but its header */
    PspReleaseProcess(Process);
}

static NTSTATUS PspSetProcessRoutine(void *Routine, enum PSP_KIND Kind, BOOLEAN Remove)
{
    if (Remove) {
        if (!PspRemoveRoutine(&PspProcesses, Routine, Kind))
            return STATUS_PROCEDURE_NOT_FOUND;
        PspReviewWatch();
        return STATUS_SUCCESS;
    }
    if (!PspSetRoutine(&PspProcesses, Routine, Kind, FALSE))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = PspStartWatch();
    if (!NT_SUCCESS(Status))
        PspRemoveRoutine(&PspProcesses, Routine, Kind);
    return Status;
}

/* Windows 8 and later want to know whose signature answers for the code. */
static NTSTATUS PspSetSignedRoutine(void *Routine, enum PSP_KIND Kind, BOOLEAN Remove)
{
    if (!Remove && PsImageHasIntegrity != NULL && !PsImageHasIntegrity((ULONG_PTR)Routine))
        return STATUS_ACCESS_DENIED;
    return PspSetProcessRoutine(Routine, Kind, Remove);
}

/*
 * PsSetCreateProcessNotifyRoutine - have a routine called when a process starts or ends, or no
 * longer.
 *
 * Processes of the host are reported, and clients of the machine. Remove waits until the routine
 * has returned; not from inside it. IRQL:    PASSIVE_LEVEL Returns: SUCCESS; INVALID_PARAMETER: it
 * is set already, or 64 are; PROCEDURE_NOT_FOUND: not set, nothing to remove;
 * INSUFFICIENT_RESOURCES. Owner:   driver; removes it before it unloads. Source:  DOC
 * ntddk/PsSetCreateProcessNotifyRoutine; OBS tests/kernel/ps/PsSetCreateProcessNotifyRoutine.c; INF
 * PROCEDURE_NOT_FOUND
 */
NTSTATUS NTAPI PsSetCreateProcessNotifyRoutine(
    PCREATE_PROCESS_NOTIFY_ROUTINE NotifyRoutine, BOOLEAN Remove)
{
    return PspSetProcessRoutine((void *)NotifyRoutine, PSP_PROCESS, Remove);
}

/*
 * PsSetCreateProcessNotifyRoutineEx - the same for a routine that gets the process object and, at
 * the start, image and command line.
 *
 * CreationStatus of what it gets counts where the machine itself starts a client, not for a process
 * of the host. FileObject is NULL. Returns: also ACCESS_DENIED: the routine's image was linked
 * without /INTEGRITYCHECK. Source:  DOC ntddk/PsSetCreateProcessNotifyRoutineEx; OBS
 *          tests/kernel/ps/PsSetCreateProcessNotifyRoutineEx.c
 */
NTSTATUS NTAPI PsSetCreateProcessNotifyRoutineEx(
    PCREATE_PROCESS_NOTIFY_ROUTINE_EX NotifyRoutine, BOOLEAN Remove)
{
    return PspSetSignedRoutine((void *)NotifyRoutine, PSP_PROCESS_EX, Remove);
}

/*
 * PsSetCreateProcessNotifyRoutineEx2 - the same, also for processes of other subsystems, of which
 * there are none here.
 * Returns: also INVALID_PARAMETER: another NotifyType than PsCreateProcessNotifySubsystems.
 * Source: DOC ntddk/PsSetCreateProcessNotifyRoutineEx2; OBS
 * tests/kernel/ps/PsSetCreateProcessNotifyRoutineEx2.c
 */
NTSTATUS NTAPI PsSetCreateProcessNotifyRoutineEx2(
    PSCREATEPROCESSNOTIFYTYPE NotifyType, void *NotifyInformation, BOOLEAN Remove)
{
    if (NotifyType != PsCreateProcessNotifySubsystems)
        return STATUS_INVALID_PARAMETER;
    return PspSetSignedRoutine(NotifyInformation, PSP_PROCESS_EX2, Remove);
}

/* ---- threads --------------------------------------------------------------------------------- */

typedef struct PSP_THREAD_NOTICE {
    CLIENT_ID Cid;
    enum PSP_THREAD_EVENT Event;
} PSP_THREAD_NOTICE;

static void PspInvokeThread(const PSP_ROUTINE *Slot, void *Context)
{
    const PSP_THREAD_NOTICE *Notice = Context;
    if (Notice->Event == (Slot->Kind == PSP_THREAD ? PSP_THREAD_BEGINS : PSP_THREAD_CREATED))
        return;
    ((PCREATE_THREAD_NOTIFY_ROUTINE)Slot->Routine)(
        Notice->Cid.UniqueProcess, Notice->Cid.UniqueThread, Notice->Event != PSP_THREAD_ENDS);
}

void PspReportThread(const ETHREAD *Thread, enum PSP_THREAD_EVENT Event)
{
    PSP_THREAD_NOTICE Notice = {Thread->Cid, Event};
    if (PspThreadRoutines != 0 && !Thread->Unnoticed)
        PspCallRoutines(&PspThreads, PspInvokeThread, &Notice);
}

/*
 * PsSetCreateThreadNotifyRoutine - have a routine called when a thread of the machine starts or
 * ends: a system thread, or a client's, whose start is its first call. On the creating thread at
 * the start (a client's: on itself), on itself at the end.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INSUFFICIENT_RESOURCES: 64 are set. Owner: driver;
 * PsRemoveCreateThreadNotifyRoutine.
 * Source: DOC ntddk/PsSetCreateThreadNotifyRoutine; OBS
 * tests/kernel/ps/PsSetCreateThreadNotifyRoutine.c
 */
NTSTATUS NTAPI PsSetCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine)
{
    return PspSetRoutine(&PspThreads, (void *)NotifyRoutine, PSP_THREAD, TRUE)
        ? STATUS_SUCCESS
        : STATUS_INSUFFICIENT_RESOURCES;
}

/*
 * PsSetCreateThreadNotifyRoutineEx - the same by type: PsCreateThreadNotifyNonSystem is called on
 * the new thread itself.
 * Returns: also INVALID_PARAMETER: no such type.
 * Source: DOC ntddk/PsSetCreateThreadNotifyRoutineEx; OBS
 * tests/kernel/ps/PsSetCreateThreadNotifyRoutineEx.c
 */
NTSTATUS NTAPI PsSetCreateThreadNotifyRoutineEx(
    PSCREATETHREADNOTIFYTYPE NotifyType, void *NotifyInformation)
{
    if (NotifyType != PsCreateThreadNotifyNonSystem && NotifyType != PsCreateThreadNotifySubsystems)
        return STATUS_INVALID_PARAMETER;
    const enum PSP_KIND Kind = NotifyType == PsCreateThreadNotifyNonSystem ? PSP_THREAD_ITSELF
                                                                           : PSP_THREAD;
    return PspSetRoutine(&PspThreads, NotifyInformation, Kind, TRUE)
        ? STATUS_SUCCESS
        : STATUS_INSUFFICIENT_RESOURCES;
}

/*
 * PsRemoveCreateThreadNotifyRoutine - have it not called any more; waits until it has returned. Not
 * from inside it.
 * IRQL: up to APC_LEVEL. Returns: SUCCESS; PROCEDURE_NOT_FOUND.
 * Source: DOC ntddk/PsRemoveCreateThreadNotifyRoutine; OBS
 * tests/kernel/ps/PsRemoveCreateThreadNotifyRoutine.c
 */
NTSTATUS NTAPI PsRemoveCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine)
{
    return PspRemoveRoutine(&PspThreads, (void *)NotifyRoutine, PSP_THREAD) ||
                   PspRemoveRoutine(&PspThreads, (void *)NotifyRoutine, PSP_THREAD_ITSELF)
               ? STATUS_SUCCESS
               : STATUS_PROCEDURE_NOT_FOUND;
}

/* ---- images ---------------------------------------------------------------------------------- */

typedef struct PSP_IMAGE_NOTICE {
    UNICODE_STRING *Name;
    HANDLE ProcessId;
    IMAGE_INFO Info;
} PSP_IMAGE_NOTICE;

static void PspInvokeImage(const PSP_ROUTINE *Slot, void *Context)
{
    PSP_IMAGE_NOTICE *Notice = Context;
    ((PLOAD_IMAGE_NOTIFY_ROUTINE)Slot->Routine)(Notice->Name, Notice->ProcessId, &Notice->Info);
}

void PsiNotifyImage(const char *ImagePath, HANDLE ProcessId, void *Base, SIZE_T Bytes)
{
    UNICODE_STRING Name = {0};
    PSP_IMAGE_NOTICE Notice = {.ProcessId = ProcessId};
    if (PspImageRoutines == 0)
        return;
    char Path[600];
    snprintf(Path, sizeof(Path), "\\Device\\Host%s", ImagePath);
    for (char *At = Path; *At != 0; At++)
        *At = *At == '/' ? '\\' : *At;
    const BOOLEAN Named = RtlpFromUtf8(Path, &Name); /* a routine must be ready for no name */
    Notice.Name = Named ? &Name : NULL;
    Notice.Info.ImageAddressingMode = IMAGE_ADDRESSING_MODE_32BIT;
    Notice.Info.SystemModeImage = ProcessId == NULL;
    Notice.Info.ImageBase = Base;
    Notice.Info.ImageSize = Bytes;
    PspCallRoutines(&PspImages, PspInvokeImage, &Notice);
    if (Named)
        RtlpFree(Name.Buffer);
}

/*
 * PsSetLoadImageNotifyRoutine - have a routine called when an image is mapped: a driver's, before
 * any of its code has run, or a client's. There is no file object to it: ExtendedInfoPresent is 0.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INSUFFICIENT_RESOURCES: 64 are set, before Windows 8.1 8.
 * Owner: driver; PsRemoveLoadImageNotifyRoutine.
 * Source: DOC ntddk/PsSetLoadImageNotifyRoutine; OBS tests/kernel/ps/PsSetLoadImageNotifyRoutine.c
 */
NTSTATUS NTAPI PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine)
{
    return PspSetRoutine(&PspImages, (void *)NotifyRoutine, PSP_IMAGE, TRUE)
        ? STATUS_SUCCESS
        : STATUS_INSUFFICIENT_RESOURCES;
}

#define PSP_IMAGE_NOTIFY_FLAGS ((ULONG_PTR)1) /* PS_IMAGE_NOTIFY_CONFLICTING_ARCHITECTURE */

/*
 * PsSetLoadImageNotifyRoutineEx - the same with flags; the one there is asks for images of other
 * processors, which never come.
 * Returns: also INVALID_PARAMETER: other flags.
 * Source: DOC ntddk/PsSetLoadImageNotifyRoutineEx; OBS
 * tests/kernel/ps/PsSetLoadImageNotifyRoutineEx.c; INF the status
 */
NTSTATUS NTAPI PsSetLoadImageNotifyRoutineEx(
    PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine, ULONG_PTR Flags)
{
    if (Flags & ~PSP_IMAGE_NOTIFY_FLAGS)
        return STATUS_INVALID_PARAMETER;
    return PsSetLoadImageNotifyRoutine(NotifyRoutine);
}

/*
 * PsRemoveLoadImageNotifyRoutine - have it not called any more; waits until it has returned. Not
 * from inside it.
 * IRQL: up to APC_LEVEL. Returns: SUCCESS; PROCEDURE_NOT_FOUND.
 * Source: DOC ntddk/PsRemoveLoadImageNotifyRoutine; OBS
 * tests/kernel/ps/PsRemoveLoadImageNotifyRoutine.c
 */
NTSTATUS NTAPI PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine)
{
    return PspRemoveRoutine(&PspImages, (void *)NotifyRoutine, PSP_IMAGE)
        ? STATUS_SUCCESS
        : STATUS_PROCEDURE_NOT_FOUND;
}

/* ---- what a driver left ---------------------------------------------------------------------- */

static const char *PspSetter(enum PSP_KIND Kind)
{
    static const char *const Name[] = {
        [PSP_PROCESS] = "PsSetCreateProcessNotifyRoutine",
        [PSP_PROCESS_EX] = "PsSetCreateProcessNotifyRoutineEx",
        [PSP_PROCESS_EX2] = "PsSetCreateProcessNotifyRoutineEx2",
        [PSP_THREAD] = "PsSetCreateThreadNotifyRoutine",
        [PSP_THREAD_ITSELF] = "PsSetCreateThreadNotifyRoutineEx",
        [PSP_IMAGE] = "PsSetLoadImageNotifyRoutine",
    };
    return Name[Kind];
}

static BOOLEAN PspTakeRoutine(PSP_ROUTINES_OF *Routines, ULONG_PTR Start, SIZE_T SizeBytes,
    ULONG_PTR *Routine, const char **Setter)
{
    KIRQL Old = KiAcquireLock(&PspRoutineLock);
    for (LIST_ENTRY *Entry = Routines->Used.Flink; Entry != &Routines->Used; Entry = Entry->Flink) {
        PSP_ROUTINE *Slot = CONTAINING_RECORD(Entry, PSP_ROUTINE, Link);
        if (Slot->Gone || Slot->Routine - Start >= SizeBytes)
            continue;
        *Routine = Slot->Routine;
        *Setter = PspSetter(Slot->Kind);
        PspRemoveSlot(Routines, Slot, Old);
        return TRUE;
    }
    KiReleaseLock(&PspRoutineLock, Old);
    return FALSE;
}

BOOLEAN PsTakeNotifyRoutine(
    ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine, const char **Setter)
{
    if (PspTakeRoutine(&PspProcesses, Start, SizeBytes, Routine, Setter)) {
        PspReviewWatch();
        return TRUE;
    }
    return PspTakeRoutine(&PspThreads, Start, SizeBytes, Routine, Setter) ||
           PspTakeRoutine(&PspImages, Start, SizeBytes, Routine, Setter);
}
