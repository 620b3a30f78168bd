/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Watches of folders, and the requests that wait at them. A watch is made by the first request of
 * an open folder and stays until its handle is closed; in between it gathers what changes. Watches
 * are under their sync's mutex, requests under a spin lock; a request is completed after both are
 * released.
 */
#include <string.h>

#include "ex/mutex.h"
#include "fsrtl/notify.h"

static KSPIN_LOCK FsrtlpIrpLock;

/* ---- requests -------------------------------------------------------------------------------- */

static void FsrtlpEndIrp(IRP *Irp, NTSTATUS Status, ULONG_PTR Information, LIST_ENTRY *Done)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    InsertTailList(Done, &Irp->Tail.Overlay.ListEntry);
}

void FsrtlCompleteDone(LIST_ENTRY *Done)
{
    while (!IsListEmpty(Done)) {
        IRP *Irp = CONTAINING_RECORD(RemoveHeadList(Done), IRP, Tail.Overlay.ListEntry);
        IofCompleteRequest(Irp, IO_NO_INCREMENT);
    }
}

/* Whoever takes a watch's requests leaves one that is being cancelled on a list of its own. */
static void NTAPI FsrtlpCancelIrp(DEVICE_OBJECT *Device, IRP *Irp)
{
    (void)Device;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KIRQL Old = KiAcquireLock(&FsrtlpIrpLock);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
    KiReleaseLock(&FsrtlpIrpLock, Old);
    Irp->IoStatus.Status = STATUS_CANCELLED;
    Irp->IoStatus.Information = 0;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
}

static void FsrtlpQueueIrp(FSRTLP_WATCH *Watch, IRP *Irp, LIST_ENTRY *Done)
{
    KIRQL Old = KiAcquireLock(&FsrtlpIrpLock);
    InsertTailList(&Watch->Irps, &Irp->Tail.Overlay.ListEntry);
    IoSetCancelRoutine(Irp, FsrtlpCancelIrp);
    if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL) {
        RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
        FsrtlpEndIrp(Irp, STATUS_CANCELLED, 0, Done);
    }
    KiReleaseLock(&FsrtlpIrpLock, Old);
}

IRP *FsrtlpTakeIrp(FSRTLP_WATCH *Watch)
{
    IRP *Taken = NULL;
    KIRQL Old = KiAcquireLock(&FsrtlpIrpLock);
    while (Taken == NULL && !IsListEmpty(&Watch->Irps)) {
        IRP *Irp = CONTAINING_RECORD(RemoveHeadList(&Watch->Irps), IRP, Tail.Overlay.ListEntry);
        InitializeListHead(&Irp->Tail.Overlay.ListEntry);
        if (IoSetCancelRoutine(Irp, NULL) != NULL)
            Taken = Irp;
    }
    KiReleaseLock(&FsrtlpIrpLock, Old);
    return Taken;
}

/* Where a request wants its answer; NULL: the watch's buffer becomes the request's. */
static void *FsrtlpAnswerBuffer(IRP *Irp)
{
    if (Irp->AssociatedIrp.SystemBuffer != NULL)
        return Irp->AssociatedIrp.SystemBuffer;
    MDL *Mdl = Irp->MdlAddress;
    if (Mdl != NULL && (Mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)))
        return Mdl->MappedSystemVa;
    if (Mdl != NULL)
        return MmMapLockedPagesSpecifyCache(
            Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    return Irp->RequestorMode == KernelMode ? Irp->UserBuffer : NULL;
}

void FsrtlpDeliver(FSRTLP_WATCH *Watch, IRP *Irp, LIST_ENTRY *Done)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG Bytes = Watch->Missed ? 0 : Watch->Used;
    Watch->Used = Watch->Last = 0;
    Watch->Missed = Watch->Waits = FALSE;
    if (Stack->Parameters.NotifyDirectory.Length < Bytes)
        Bytes = 0;
    if (Bytes != 0) {
        void *Answer = FsrtlpAnswerBuffer(Irp);
        if (Answer != NULL) {
            memcpy(Answer, Watch->Buffer, Bytes);
        } else if (Irp->MdlAddress != NULL) {
            Bytes = 0; /* there is no memory to map it */
        } else {
            Irp->AssociatedIrp.SystemBuffer = Watch->Buffer;
            Irp->Flags |= IRP_BUFFERED_IO | IRP_INPUT_OPERATION | IRP_DEALLOCATE_BUFFER;
            Watch->Buffer = NULL;
        }
    }
    FsrtlpEndIrp(Irp, Bytes != 0 ? STATUS_SUCCESS : STATUS_NOTIFY_ENUM_DIR, Bytes, Done);
}

/* ---- watches: under the sync's mutex --------------------------------------------------------- */

static FSRTLP_WATCH *FsrtlpFindWatch(const LIST_ENTRY *List, const void *FsContext)
{
    for (LIST_ENTRY *Link = List->Flink; Link != List; Link = Link->Flink) {
        FSRTLP_WATCH *Watch = CONTAINING_RECORD(Link, FSRTLP_WATCH, Link);
        if (Watch->As.FsContext == FsContext)
            return Watch;
    }
    return NULL;
}

static void FsrtlpFreeSubject(SECURITY_SUBJECT_CONTEXT *Subject)
{
    if (Subject == NULL)
        return;
    SeReleaseSubjectContext(Subject);
    ExiFree(Subject);
}

static FSRTLP_WATCH *FsrtlpMakeWatch(LIST_ENTRY *List, const FSRTL_WATCHING *Watching, IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    FSRTLP_WATCH *Watch = ExiAllocateZero(PagedPool, sizeof(*Watch), FSRTL_TAG, EX_KERNEL_SITE);
    if (Watch == NULL)
        return NULL;
    Watch->As = *Watching;
    Watch->Room = Watching->IgnoreBuffer ? 0 : Stack->Parameters.NotifyDirectory.Length;
    InitializeListHead(&Watch->Irps);
    InsertTailList(List, &Watch->Link);
    return Watch;
}

static void FsrtlpEndRequests(FSRTLP_WATCH *Watch, NTSTATUS Status, LIST_ENTRY *Done)
{
    IRP *Irp;
    while ((Irp = FsrtlpTakeIrp(Watch)) != NULL)
        FsrtlpEndIrp(Irp, Status, 0, Done);
}

static void FsrtlpFreeWatch(FSRTLP_WATCH *Watch, LIST_ENTRY *Done)
{
    FsrtlpEndRequests(Watch, STATUS_NOTIFY_CLEANUP, Done);
    RemoveEntryList(&Watch->Link);
    FsrtlpFreeSubject(Watch->As.Subject);
    if (Watch->Buffer != NULL)
        ExiFree(Watch->Buffer);
    ExiFree(Watch);
}

static NTSTATUS FsrtlpWatchLocked(
    LIST_ENTRY *List, const FSRTL_WATCHING *Watching, IRP *Irp, LIST_ENTRY *Done)
{
    const FILE_OBJECT *File = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    FSRTLP_WATCH *Watch = FsrtlpFindWatch(List, Watching->FsContext);
    const BOOLEAN Closed = (File->Flags & FO_CLEANUP_COMPLETE) != 0, Known = Watch != NULL;
    if (!Closed && !Known) {
        Watch = FsrtlpMakeWatch(List, Watching, Irp);
        if (Watch == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
    }
    IoMarkIrpPending(Irp);
    if (Closed)
        FsrtlpEndIrp(Irp, STATUS_NOTIFY_CLEANUP, 0, Done);
    else if (Watch->Deleted)
        FsrtlpEndIrp(Irp, STATUS_DELETE_PENDING, 0, Done);
    else if (Watch->Missed || (Watch->Used != 0 && !Watch->Waits))
        FsrtlpDeliver(Watch, Irp, Done);
    else
        FsrtlpQueueIrp(Watch, Irp, Done);
    if (Closed || Known)
        FsrtlpFreeSubject(Watching->Subject);
    return STATUS_PENDING;
}

/* ---- for file systems of ours ---------------------------------------------------------------- */

NTSTATUS FsrtlWatch(
    FSRTL_SYNC *Sync, LIST_ENTRY *List, const FSRTL_WATCHING *Watching, IRP *Irp, LIST_ENTRY *Done)
{
    ExEnterCriticalRegionAndAcquireFastMutexUnsafe(&Sync->Mutex);
    NTSTATUS Status = FsrtlpWatchLocked(List, Watching, Irp, Done);
    ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(&Sync->Mutex);
    return Status;
}

void FsrtlEndWatch(FSRTL_SYNC *Sync, LIST_ENTRY *List, const void *FsContext, LIST_ENTRY *Done)
{
    ExEnterCriticalRegionAndAcquireFastMutexUnsafe(&Sync->Mutex);
    FSRTLP_WATCH *Watch = FsrtlpFindWatch(List, FsContext);
    if (Watch != NULL)
        FsrtlpFreeWatch(Watch, Done);
    ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(&Sync->Mutex);
}

/* Every watch of a folder with this name, by address. */
void FsrtlDeleteWatched(
    FSRTL_SYNC *Sync, const LIST_ENTRY *List, const STRING *Directory, LIST_ENTRY *Done)
{
    ExEnterCriticalRegionAndAcquireFastMutexUnsafe(&Sync->Mutex);
    for (LIST_ENTRY *Link = List->Flink; Link != List; Link = Link->Flink) {
        FSRTLP_WATCH *Watch = CONTAINING_RECORD(Link, FSRTLP_WATCH, Link);
        if (Watch->As.Directory == Directory)
            FsrtlpEndRequests(Watch, STATUS_DELETE_PENDING, Done);
    }
    ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(&Sync->Mutex);
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * FsRtlNotifyInitializeSync, FsRtlNotifyUninitializeSync - what guards the watches of a volume.
 *
 * NotifySync: NULL once it is undone, and undoing it again then is nothing.
 * IRQL:    <= APC_LEVEL
 * Returns: nothing; the first raises INSUFFICIENT_RESOURCES.
 * Owner:   the file system.
 * Source:  DOC ntifs/FsRtlNotifyInitializeSync, FsRtlNotifyUninitializeSync
 */
void NTAPI FsRtlNotifyInitializeSync(FSRTL_SYNC **NotifySync)
{
    FSRTL_SYNC *Sync = ExiAllocate(NonPagedPoolNx, sizeof(*Sync), FSRTL_TAG, EX_CALLER);
    if (Sync == NULL)
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    ExiInitializeFastMutex(&Sync->Mutex);
    *NotifySync = Sync;
}

void NTAPI FsRtlNotifyUninitializeSync(FSRTL_SYNC **NotifySync)
{
    if (*NotifySync != NULL)
        ExiFree(*NotifySync);
    *NotifySync = NULL;
}

/*
 * FsRtlNotifyFilterChangeDirectory, FsRtlNotifyFullChangeDirectory, FsRtlNotifyChangeDirectory - a
 * request waits for changes of a folder.
 *
 * FsContext: of the open folder; it has one watch, made by its first request, whose folder, filter
 *          and buffer size hold from then on.
 * FullDirectoryName: must stay until the watch ends, and is read anew for each change. WatchTree:
 *          what lies below, too.
 * IgnoreBuffer: nothing is gathered: requests end with NOTIFY_ENUM_DIR.
 * NotifyIrp: becomes the watch's, which marks it pending in any case; NULL: the folder is being
 *          deleted: its requests end with DELETE_PENDING, later ones, too. TraverseCallback: asked
 *          for changes below the folder itself; a failure hides one.
 * SubjectContext: pool, for TraverseCallback; is released and freed here. FilterCallback: FALSE
 *          hides a change.
 * IRQL:    <= APC_LEVEL
 * Returns: nothing. The request ends with SUCCESS: as many bytes of FILE_NOTIFY_INFORMATION as
 *          Information says, at once if something has changed since the last request;
 *          NOTIFY_ENUM_DIR: more changed than there was room for; NOTIFY_CLEANUP: the handle was
 *          closed; DELETE_PENDING; CANCELLED. Raises INSUFFICIENT_RESOURCES, the request untouched.
 * Source:  DOC ntifs/FsRtlNotifyFilterChangeDirectory, FsRtlNotifyFullChangeDirectory,
 *          fileio/ReadDirectoryChangesW; INF that the name stays the caller's, that FilterCallback
 *          is asked without a context, too, and what raises
 */
void NTAPI FsRtlNotifyFilterChangeDirectory(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList,
    void *FsContext, STRING *FullDirectoryName, BOOLEAN WatchTree, BOOLEAN IgnoreBuffer,
    ULONG CompletionFilter, IRP *NotifyIrp, FSRTL_TRAVERSE *TraverseCallback,
    SECURITY_SUBJECT_CONTEXT *SubjectContext, FSRTL_FILTER *FilterCallback)
{
    const FSRTL_WATCHING Watching = {FsContext, FullDirectoryName, CompletionFilter, WatchTree,
        IgnoreBuffer, TraverseCallback, SubjectContext, FilterCallback};
    NTSTATUS Status = STATUS_SUCCESS;
    LIST_ENTRY Done;
    InitializeListHead(&Done);
    ExEnterCriticalRegionAndAcquireFastMutexUnsafe(&NotifySync->Mutex);
    if (NotifyIrp != NULL) {
        Status = FsrtlpWatchLocked(NotifyList, &Watching, NotifyIrp, &Done);
    } else {
        FSRTLP_WATCH *Watch = FsrtlpFindWatch(NotifyList, FsContext);
        if (Watch != NULL) {
            Watch->Deleted = TRUE;
            FsrtlpEndRequests(Watch, STATUS_DELETE_PENDING, &Done);
        }
    }
    ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(&NotifySync->Mutex);
    FsrtlCompleteDone(&Done);
    if (!NT_SUCCESS(Status))
        ExRaiseStatus(Status);
}

void NTAPI FsRtlNotifyFullChangeDirectory(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList,
    void *FsContext, STRING *FullDirectoryName, BOOLEAN WatchTree, BOOLEAN IgnoreBuffer,
    ULONG CompletionFilter, IRP *NotifyIrp, FSRTL_TRAVERSE *TraverseCallback,
    SECURITY_SUBJECT_CONTEXT *SubjectContext)
{
    FsRtlNotifyFilterChangeDirectory(NotifySync, NotifyList, FsContext, FullDirectoryName,
        WatchTree, IgnoreBuffer, CompletionFilter, NotifyIrp, TraverseCallback, SubjectContext,
        NULL);
}

void NTAPI FsRtlNotifyChangeDirectory(FSRTL_SYNC *NotifySync, void *FsContext,
    STRING *FullDirectoryName, LIST_ENTRY *NotifyList, BOOLEAN WatchTree, ULONG CompletionFilter,
    IRP *NotifyIrp)
{
    FsRtlNotifyFilterChangeDirectory(NotifySync, NotifyList, FsContext, FullDirectoryName,
        WatchTree, TRUE, CompletionFilter, NotifyIrp, NULL, NULL, NULL);
}

/*
 * FsRtlNotifyCleanup, FsRtlNotifyCleanupAll - the end of an open folder's watch, or of all in a
 * list; requests end with NOTIFY_CLEANUP.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntifs/FsRtlNotifyCleanup, FsRtlNotifyCleanupAll
 */
void NTAPI FsRtlNotifyCleanup(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList, void *FsContext)
{
    LIST_ENTRY Done;
    InitializeListHead(&Done);
    FsrtlEndWatch(NotifySync, NotifyList, FsContext, &Done);
    FsrtlCompleteDone(&Done);
}

void NTAPI FsRtlNotifyCleanupAll(FSRTL_SYNC *NotifySync, LIST_ENTRY *NotifyList)
{
    LIST_ENTRY Done;
    InitializeListHead(&Done);
    ExEnterCriticalRegionAndAcquireFastMutexUnsafe(&NotifySync->Mutex);
    while (!IsListEmpty(NotifyList))
        FsrtlpFreeWatch(CONTAINING_RECORD(NotifyList->Flink, FSRTLP_WATCH, Link), &Done);
    ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(&NotifySync->Mutex);
    FsrtlCompleteDone(&Done);
}
