/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a request does to the oplocks of a file. An operation either leaves an oplock alone or
 * breaks it to a level; the holder is asked for its word unless it keeps no more than reads, and
 * the operation waits for that word if what it does depends on it.
 */
#include "fsrtl/oplock.h"

#define FSRTLP_UNBROKEN ~0u

enum FSRTLP_OPERATION {
    FsrtlpNoBreak,
    FsrtlpRead,
    FsrtlpWrite,      /* also sizes and zeroes */
    FsrtlpLock,
    FsrtlpOpen,
    FsrtlpReplace,    /* an open that takes what was there */
    FsrtlpRename,
    FsrtlpDelete,
    FsrtlpCleanup,
    FsrtlpToNone,
    FsrtlpHandles,    /* a sharing violation, say */
    FsrtlpLowered,    /* the file system has lost what its holders rest on */
};

typedef struct FSRTLP_BREAK {
    enum FSRTLP_OPERATION Operation;
    FILE_OBJECT *File;
    BOOLEAN AnyKey;     /* even one's own */
    BOOLEAN FilterOpen; /* an open that a filter oplock gives way to */
    ULONG Lower;        /* of FsrtlpLowered: what is left below */
} FSRTLP_BREAK;

/* ---- which operation it is ------------------------------------------------------------------- */

#define FSRTLP_QUIET_ACCESS (FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | SYNCHRONIZE)
#define FSRTLP_READING_ACCESS \
    (FSRTLP_QUIET_ACCESS | FILE_READ_DATA | FILE_READ_EA | FILE_EXECUTE | READ_CONTROL)

static void FsrtlpClassifyOpen(const IO_STACK_LOCATION *Stack, FSRTLP_BREAK *Break)
{
    const ACCESS_MASK Access = Stack->Parameters.Create.SecurityContext->DesiredAccess;
    const ULONG Disposition = Stack->Parameters.Create.Options >> 24;
    const BOOLEAN Reserve = (Stack->Parameters.Create.Options & FILE_RESERVE_OPFILTER) != 0;
    if (!Reserve && (Access & ~(ACCESS_MASK)FSRTLP_QUIET_ACCESS) == 0)
        return;
    Break->FilterOpen = (Access & ~(ACCESS_MASK)FSRTLP_READING_ACCESS) != 0 &&
                        (Stack->Parameters.Create.ShareAccess & FILE_SHARE_READ) == 0;
    Break->Operation = Reserve || Disposition == FILE_SUPERSEDE || Disposition == FILE_OVERWRITE ||
                               Disposition == FILE_OVERWRITE_IF
                           ? FsrtlpReplace
                           : FsrtlpOpen;
}

static enum FSRTLP_OPERATION FsrtlpClassifySet(const IRP *Irp, const IO_STACK_LOCATION *Stack)
{
    switch (Stack->Parameters.SetFile.FileInformationClass) {
    case FileEndOfFileInformation:
    case FileAllocationInformation:
    case FileValidDataLengthInformation: return FsrtlpWrite;
    case FileRenameInformation:
    case FileRenameInformationEx:
    case FileLinkInformation:
    case FileShortNameInformation: return FsrtlpRename;
    case FileDispositionInformation:
        return ((const FILE_DISPOSITION_INFORMATION *)Irp->AssociatedIrp.SystemBuffer)->DeleteFile
            ? FsrtlpDelete
            : FsrtlpNoBreak;
    case FileDispositionInformationEx:
        return (((const FILE_DISPOSITION_INFORMATION_EX *)Irp->AssociatedIrp.SystemBuffer)->Flags &
                   FILE_DISPOSITION_DELETE)
                   ? FsrtlpDelete
                   : FsrtlpNoBreak;
    default: return FsrtlpNoBreak;
    }
}

static FSRTLP_BREAK FsrtlpClassify(IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    FSRTLP_BREAK Break = {.Operation = FsrtlpNoBreak, .File = Stack->FileObject};
    if (Irp->Flags & IRP_PAGING_IO)
        return Break;
    switch (Stack->MajorFunction) {
    case IRP_MJ_CREATE: FsrtlpClassifyOpen(Stack, &Break); break;
    case IRP_MJ_READ: Break.Operation = FsrtlpRead; break;
    case IRP_MJ_WRITE: Break.Operation = FsrtlpWrite; break;
    case IRP_MJ_LOCK_CONTROL: Break.Operation = FsrtlpLock; break;
    case IRP_MJ_CLEANUP: Break.Operation = FsrtlpCleanup; break;
    case IRP_MJ_SET_INFORMATION: Break.Operation = FsrtlpClassifySet(Irp, Stack); break;
    case IRP_MJ_FILE_SYSTEM_CONTROL:
        if (Stack->Parameters.FileSystemControl.FsControlCode == FSCTL_SET_ZERO_DATA)
            Break.Operation = FsrtlpWrite;
        break;
    default: break;
    }
    return Break;
}

/* ---- what it breaks an oplock to ------------------------------------------------------------- */

static ULONG FsrtlpBreakFilter(const FSRTLP_BREAK *Break)
{
    switch (Break->Operation) {
    case FsrtlpWrite:
    case FsrtlpRename:
    case FsrtlpToNone: return 0;
    case FsrtlpOpen:
    case FsrtlpReplace: return Break->FilterOpen ? 0 : FSRTLP_UNBROKEN;
    default: return FSRTLP_UNBROKEN;
    }
}

/* Level 2 is R, level 1 RW, batch RWH; what is left of the last two is level 2. */
static ULONG FsrtlpBreakLevel(const FSRTLP_GRANT *Grant, const FSRTLP_BREAK *Break)
{
    const ULONG Level = Grant->Level;
    const BOOLEAN Writes = (Level & FSRTLP_W) != 0, Handles = (Level & FSRTLP_H) != 0;
    const ULONG Shared = Grant->Type == FsrtlpGranular ? Level & ~(ULONG)FSRTLP_W : FSRTLP_R;
    switch (Break->Operation) {
    case FsrtlpWrite:
    case FsrtlpLock:
    case FsrtlpReplace:
    case FsrtlpToNone: return 0;
    case FsrtlpRead:
    case FsrtlpOpen: return Writes ? Shared : FSRTLP_UNBROKEN;
    case FsrtlpRename:
        if (Handles)
            return Grant->Type == FsrtlpGranular ? Level & ~(ULONG)FSRTLP_H : 0;
        return FSRTLP_UNBROKEN;
    case FsrtlpDelete:
    case FsrtlpHandles:
        return Handles && Grant->Type == FsrtlpGranular ? Level & ~(ULONG)FSRTLP_H
                                                        : FSRTLP_UNBROKEN;
    default: return FSRTLP_UNBROKEN;
    }
}

/* An older kind of oplock becomes level 2 if it is not the filter's, or nothing. */
static ULONG FsrtlpBreakLowered(const FSRTLP_GRANT *Grant, ULONG Lower)
{
    const ULONG Left = Grant->Level & Lower;
    if (Left == Grant->Level)
        return FSRTLP_UNBROKEN;
    if ((Left & FSRTLP_R) == 0 || Grant->Type == FsrtlpFilter)
        return 0;
    return Grant->Type == FsrtlpGranular ? Left : FSRTLP_R;
}

static ULONG FsrtlpBreakTo(const FSRTLP_GRANT *Grant, const FSRTLP_BREAK *Break)
{
    const BOOLEAN Own = !Break->AnyKey && FsRtlOplockKeysEqual(Grant->File, Break->File);
    if (Break->Operation == FsrtlpCleanup)
        return Grant->File == Break->File ? 0 : FSRTLP_UNBROKEN;
    if (Break->Operation == FsrtlpLowered)
        return FsrtlpBreakLowered(Grant, Break->Lower);
    /* A level 2 oplock gives way to its own holder's changes, too. */
    if (Own && (Grant->Type != FsrtlpLevel2 || Break->Operation == FsrtlpReplace))
        return FSRTLP_UNBROKEN;
    return Grant->Type == FsrtlpFilter ? FsrtlpBreakFilter(Break) : FsrtlpBreakLevel(Grant, Break);
}

/* Who keeps handles alone is asked, but only waited for where the operation is about handles. */
static BOOLEAN FsrtlpMustWait(const FSRTLP_GRANT *Grant, const FSRTLP_BREAK *Break)
{
    if (Grant->Level == FSRTLP_R || Break->Operation == FsrtlpCleanup)
        return FALSE;
    if (Grant->Type != FsrtlpGranular || (Grant->Level & FSRTLP_W) != 0)
        return TRUE;
    return Break->Operation == FsrtlpRename || Break->Operation == FsrtlpDelete ||
        Break->Operation == FsrtlpHandles || Break->Operation == FsrtlpLowered;
}

/* Locked. Breaks what is to be broken; TRUE: the operation waits. Change FALSE: nothing is done. */
static BOOLEAN FsrtlpApply(
    FSRTLP_OPLOCKS *Oplocks, const FSRTLP_BREAK *Break, BOOLEAN Change, FSRTLP_OPLOCK_WORK *Work)
{
    BOOLEAN Wait = FALSE, Ended = FALSE;
    for (LIST_ENTRY *Link = Oplocks->Grants.Flink, *Next; Link != &Oplocks->Grants; Link = Next) {
        FSRTLP_GRANT *Grant = CONTAINING_RECORD(Link, FSRTLP_GRANT, Link);
        const ULONG NewLevel = FsrtlpBreakTo(Grant, Break);
        Next = Link->Flink;
        if (NewLevel == FSRTLP_UNBROKEN)
            continue;
        Wait |= FsrtlpMustWait(Grant, Break);
        if (!Change)
            continue;
        Ended |= Break->Operation == FsrtlpCleanup;
        if (Break->Operation == FsrtlpCleanup && FsrtlpIsBreaking(Grant))
            FsrtlpDrop(Grant, Work);
        else if (!FsrtlpIsBreaking(Grant))
            FsrtlpBreak(Grant, NewLevel,
                Grant->Level != FSRTLP_R && Break->Operation != FsrtlpCleanup, Work);
    }
    if (Ended)
        FsrtlpWakeWaiters(Oplocks, Work);
    return Wait;
}

/* ---- waiting --------------------------------------------------------------------------------- */

typedef struct FSRTLP_GOING_ON {
    FSRTL_OPLOCK_ROUTINE *Complete, *Post;
    void *Context;
    BOOLEAN Proceed; /* does not wait, whatever */
} FSRTLP_GOING_ON;

/* On this thread, until the operation breaks nothing that is still to be waited for. */
static NTSTATUS FsrtlpWaitHere(const FSRTL_OPLOCK *Oplock, IRP *Irp, const FSRTLP_BREAK *Break)
{
    for (;;) {
        FSRTLP_OPLOCKS *Oplocks = FsrtlpOplocksOf(Oplock);
        FSRTLP_OPLOCK_WORK Work;
        KEVENT Event;
        FSRTLP_OPLOCK_WAITER Waiter = {.Irp = Irp, .Event = &Event};
        BOOLEAN Added = FALSE;
        if (Oplocks == NULL)
            return STATUS_SUCCESS;
        KeInitializeEvent(&Event, SynchronizationEvent, FALSE);
        KIRQL Old = FsrtlpLockOplocks(&Work);
        const BOOLEAN Wait = FsrtlpApply(Oplocks, Break, TRUE, &Work) && FsrtlpAnyBreaking(Oplocks);
        if (Wait)
            Added = FsrtlpAddWaiter(Oplocks, &Waiter);
        FsrtlpUnlockOplocks(Old, &Work);
        if (!Wait)
            return STATUS_SUCCESS;
        if (Added)
            KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
        if (!Added || Waiter.Cancelled)
            return STATUS_CANCELLED;
    }
}

/* The request, if there is one, is the oplocks' from now on, until the routine has it. */
static NTSTATUS FsrtlpPend(
    FSRTLP_OPLOCKS *Oplocks, IRP *Irp, const FSRTLP_BREAK *Break, const FSRTLP_GOING_ON *On)
{
    FSRTLP_OPLOCK_WAITER *Waiter = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*Waiter), FSRTL_TAG, EX_KERNEL_SITE);
    NTSTATUS Status = STATUS_SUCCESS;
    FSRTLP_OPLOCK_WORK Work;
    if (Waiter == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Waiter->Irp = Irp;
    Waiter->Routine = On->Complete;
    Waiter->Context = On->Context;
    if (On->Post != NULL)
        On->Post(On->Context, Irp);
    if (Irp != NULL)
        IoMarkIrpPending(Irp);
    KIRQL Old = FsrtlpLockOplocks(&Work);
    if (!FsrtlpApply(Oplocks, Break, FALSE, &Work) || !FsrtlpAnyBreaking(Oplocks))
        InsertTailList(&Work.Waiters, &Waiter->Link);
    else if (!FsrtlpAddWaiter(Oplocks, Waiter))
        Status = STATUS_CANCELLED;
    FsrtlpUnlockOplocks(Old, &Work);
    if (!NT_SUCCESS(Status)) {
        ExiFree(Waiter);
        Irp->IoStatus.Status = Status;
        On->Complete(On->Context, Irp);
    }
    return STATUS_PENDING;
}

static NTSTATUS FsrtlpAwait(
    const FSRTL_OPLOCK *Oplock, IRP *Irp, const FSRTLP_BREAK *Break, const FSRTLP_GOING_ON *On)
{
    return On->Complete != NULL ? FsrtlpPend(FsrtlpOplocksOf(Oplock), Irp, Break, On)
                                : FsrtlpWaitHere(Oplock, Irp, Break);
}

static NTSTATUS FsrtlpBreakFor(
    const FSRTL_OPLOCK *Oplock, IRP *Irp, const FSRTLP_BREAK *Break, const FSRTLP_GOING_ON *On)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    const BOOLEAN Open = Stack->MajorFunction == IRP_MJ_CREATE;
    FSRTLP_OPLOCKS *Oplocks = FsrtlpOplocksOf(Oplock);
    FSRTLP_OPLOCK_WORK Work;
    NTSTATUS Status = STATUS_SUCCESS;
    if (Oplocks == NULL || Break->Operation == FsrtlpNoBreak)
        return STATUS_SUCCESS;
    KIRQL Old = FsrtlpLockOplocks(&Work);
    BOOLEAN Wait = FsrtlpApply(Oplocks, Break, FALSE, &Work);
    if (Wait && Open && (Stack->Parameters.Create.Options & FILE_OPEN_REQUIRING_OPLOCK))
        Status = STATUS_CANNOT_BREAK_OPLOCK;
    else
        Wait = FsrtlpApply(Oplocks, Break, TRUE, &Work) && FsrtlpAnyBreaking(Oplocks);
    FsrtlpUnlockOplocks(Old, &Work);
    if (!NT_SUCCESS(Status) || !Wait)
        return Status;
    if (On->Proceed || (Open && (Stack->Parameters.Create.Options & FILE_COMPLETE_IF_OPLOCKED)))
        return STATUS_OPLOCK_BREAK_IN_PROGRESS;
    return FsrtlpAwait(Oplock, Irp, Break, On);
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * FsRtlCheckOplock, FsRtlCheckOplockEx - break the oplocks that a request does not go with, and
 * have it wait where it must.
 *
 * Irp:     any; of those that matter: create, read, write, lock control, cleanup, set information.
 *          Flags: OPLOCK_FLAG_…: COMPLETE_IF_ OPLOCKED: it goes on at once; OPLOCK_KEY_CHECK_ONLY:
 *          a create's file takes the key that came with it, and that is all; IGNORE_OPLOCK_KEYS;
 *          BACK_OUT_ATOMIC_OPLOCK: nothing to undo, as opens take no oplock here. Others are not
 *          looked at.
 * CompletionRoutine: called with Context and Irp when the request goes on; NULL: the thread waits.
 *          PostIrpRoutine: called before that is known to be necessary for good, when the request
 *          pends.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; PENDING: CompletionRoutine has the request, or will have, with IoStatus.Status
 *          SUCCESS or CANCELLED; CANCELLED: the thread waited; OPLOCK_BREAK_IN_PROGRESS: the
 *          request would wait, but is not to; CANNOT_BREAK_OPLOCK: an open with
 *          FILE_OPEN_REQUIRING_OPLOCK; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlCheckOplockEx, ifs/breaking-oplocks and the pages of each operation
 */
NTSTATUS NTAPI FsRtlCheckOplockEx(FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG Flags, void *Context,
    FSRTL_OPLOCK_ROUTINE *CompletionRoutine, FSRTL_OPLOCK_ROUTINE *PostIrpRoutine)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    const FSRTLP_GOING_ON On = {CompletionRoutine, PostIrpRoutine, Context,
        (Flags & OPLOCK_FLAG_COMPLETE_IF_OPLOCKED) != 0};
    if (Stack->MajorFunction == IRP_MJ_CREATE && Stack->FileObject != NULL) {
        NTSTATUS Status = FsrtlpTakeKey(Irp, Stack->FileObject);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    if (Flags & (OPLOCK_FLAG_OPLOCK_KEY_CHECK_ONLY | OPLOCK_FLAG_BACK_OUT_ATOMIC_OPLOCK))
        return STATUS_SUCCESS;
    FSRTLP_BREAK Break = FsrtlpClassify(Irp);
    Break.AnyKey = (Flags & OPLOCK_FLAG_IGNORE_OPLOCK_KEYS) != 0;
    return FsrtlpBreakFor(Oplock, Irp, &Break, &On);
}

NTSTATUS NTAPI FsRtlCheckOplock(FSRTL_OPLOCK *Oplock, IRP *Irp, void *Context,
    FSRTL_OPLOCK_ROUTINE *CompletionRoutine, FSRTL_OPLOCK_ROUTINE *PostIrpRoutine)
{
    return FsRtlCheckOplockEx(Oplock, Irp, 0, Context, CompletionRoutine, PostIrpRoutine);
}

#define FSRTLP_CHECK_NO_BREAK 0x10000u /* OPLOCK_UPPER_FLAG_… */
#define FSRTLP_NOTIFY_REFRESH_READ 0x20000u

/* Locked. Whether the flags of FsRtlCheckUpperOplock do not let the oplocks be broken so. */
static BOOLEAN FsrtlpForbids(const FSRTLP_OPLOCKS *Oplocks, const FSRTLP_BREAK *Break, ULONG Flags)
{
    for (LIST_ENTRY *Link = Oplocks->Grants.Flink; Link != &Oplocks->Grants; Link = Link->Flink) {
        const FSRTLP_GRANT *Grant = CONTAINING_RECORD(Link, FSRTLP_GRANT, Link);
        if ((Flags & FSRTLP_NOTIFY_REFRESH_READ) && Grant->Level != FSRTLP_R)
            return TRUE;
        if ((Flags & FSRTLP_CHECK_NO_BREAK) && FsrtlpBreakTo(Grant, Break) != FSRTLP_UNBROKEN)
            return TRUE;
    }
    return FALSE;
}

/*
 * FsRtlCheckUpperOplock - a file system whose file is one of another's, in which it holds an oplock
 * itself, says that this changed: those of its own holders that keep more are broken to what is
 * left.
 *
 * NewLowerOplockState: OPLOCK_LEVEL_CACHE_…. CompletionRoutine: called with
 *          CompletionRoutineContext and no request when holders have given their word; NULL: the
 *          thread waits for it. PrePendRoutine: optional, called before PENDING is returned.
 * Flags:   OPLOCK_UPPER_FLAG_…: CHECK_NO_BREAK: nothing is broken; NOTIFY_REFRESH_READ: whoever has
 *          R, and that alone, is told by the end of it to ask again.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; PENDING; CANNOT_BREAK_OPLOCK: Flags forbid what would have to be done;
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/FsRtlCheckUpperOplock; INF how holders of R are told; OBS
 *          tests/kernel/fsrtl/FsRtlCheckUpperOplock.c
 */
NTSTATUS NTAPI FsRtlCheckUpperOplock(FSRTL_OPLOCK *Oplock, ULONG NewLowerOplockState,
    void *CompletionRoutineContext, FSRTL_OPLOCK_ROUTINE *CompletionRoutine,
    FSRTL_OPLOCK_ROUTINE *PrePendRoutine, ULONG Flags)
{
    const FSRTLP_GOING_ON On = {
        CompletionRoutine, PrePendRoutine, CompletionRoutineContext, .Proceed = FALSE};
    const FSRTLP_BREAK Break = {.Operation = FsrtlpLowered,
        .AnyKey = TRUE,
        .Lower = (Flags & FSRTLP_NOTIFY_REFRESH_READ) ? 0 : NewLowerOplockState};
    FSRTLP_OPLOCKS *Oplocks = FsrtlpOplocksOf(Oplock);
    FSRTLP_OPLOCK_WORK Work;
    if (Oplocks == NULL)
        return STATUS_SUCCESS;
    KIRQL Old = FsrtlpLockOplocks(&Work);
    const BOOLEAN Forbidden = FsrtlpForbids(Oplocks, &Break, Flags);
    const BOOLEAN Wait = !Forbidden && FsrtlpApply(Oplocks, &Break, TRUE, &Work) &&
        FsrtlpAnyBreaking(Oplocks);
    FsrtlpUnlockOplocks(Old, &Work);
    if (Forbidden)
        return STATUS_CANNOT_BREAK_OPLOCK;
    return Wait ? FsrtlpAwait(Oplock, NULL, &Break, &On) : STATUS_SUCCESS;
}

static NTSTATUS FsrtlpBreakAs(FSRTL_OPLOCK *Oplock, IRP *Irp, enum FSRTLP_OPERATION Operation,
    BOOLEAN AnyKey, const FSRTLP_GOING_ON *On)
{
    const FSRTLP_BREAK Break = {.Operation = Operation,
        .File = IoGetCurrentIrpStackLocation(Irp)->FileObject,
        .AnyKey = AnyKey};
    return FsrtlpBreakFor(Oplock, Irp, &Break, On);
}

/*
 * FsRtlOplockBreakToNone, FsRtlOplockBreakToNoneEx - break all oplocks, whoever asks.
 * FsRtlOplockBreakH - have those who keep handles give them up; Flags: IGNORE_OPLOCK_KEYS: one's
 * own, too.
 *
 * The rest, IRQL and returns: as FsRtlCheckOplockEx. IrpSp: is not looked at: it is Irp's.
 * Source:  DOC ntifs/FsRtlOplockBreakToNone, FsRtlOplockBreakToNoneEx, FsRtlOplockBreakH
 */
NTSTATUS NTAPI FsRtlOplockBreakToNoneEx(FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG Flags, void *Context,
    FSRTL_OPLOCK_ROUTINE *CompletionRoutine, FSRTL_OPLOCK_ROUTINE *PostIrpRoutine)
{
    const FSRTLP_GOING_ON On = {CompletionRoutine, PostIrpRoutine, Context,
        (Flags & OPLOCK_FLAG_COMPLETE_IF_OPLOCKED) != 0};
    return FsrtlpBreakAs(Oplock, Irp, FsrtlpToNone, TRUE, &On);
}

NTSTATUS NTAPI FsRtlOplockBreakToNone(FSRTL_OPLOCK *Oplock, IO_STACK_LOCATION *IrpSp, IRP *Irp,
    void *Context, FSRTL_OPLOCK_ROUTINE *CompletionRoutine, FSRTL_OPLOCK_ROUTINE *PostIrpRoutine)
{
    (void)IrpSp;
    return FsRtlOplockBreakToNoneEx(Oplock, Irp, 0, Context, CompletionRoutine, PostIrpRoutine);
}

NTSTATUS NTAPI FsRtlOplockBreakH(FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG Flags, void *Context,
    FSRTL_OPLOCK_ROUTINE *CompletionRoutine, FSRTL_OPLOCK_ROUTINE *PostIrpRoutine)
{
    const FSRTLP_GOING_ON On = {CompletionRoutine, PostIrpRoutine, Context,
        (Flags & OPLOCK_FLAG_COMPLETE_IF_OPLOCKED) != 0};
    return FsrtlpBreakAs(
        Oplock, Irp, FsrtlpHandles, (Flags & OPLOCK_FLAG_IGNORE_OPLOCK_KEYS) != 0, &On);
}
