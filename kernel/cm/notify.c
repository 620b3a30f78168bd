/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Waiting for changes. A key object that was asked once keeps a watch: what to look for, and the
 * calls that wait. A change ends all of them; one that comes while none waits is remembered for the
 * next. The last handle's end ends them, too.
 *
 * CmpNotifyLock, a spin lock, guards watches and calls; it is taken at DISPATCH_LEVEL as well, when
 * descriptors change. Calls that have ended are completed after it has been released.
 */
#include "cm/cmp.h"
#include "mm/space.h"

/* One call that waits. Its own stack when synchronous, else pool. */
typedef struct CMP_POST {
    LIST_ENTRY Link;
    BOOLEAN Synchronous;
    KPROCESSOR_MODE Mode;
    NTSTATUS Status;
    KEVENT Done;                /* synchronous */
    KEVENT *Event;              /* referenced, or NULL */
    IO_STATUS_BLOCK *IoStatus;  /* the caller's, */
    MM_SPACE *Space;            /* in this memory: referenced, or NULL: this process's */
    KTHREAD *Thread;            /* referenced; NULL: no APC. The rest is about that */
    PIO_APC_ROUTINE ApcRoutine;
    void *ApcContext;
    KAPC Apc;                   /* frees the call */
    WORK_QUEUE_ITEM *WorkItem;  /* a driver's, in place of an APC; ApcContext is its queue */
} CMP_POST;

typedef struct CMP_NOTIFY {
    LIST_ENTRY Link;   /* CmpNotifyList */
    const CMP_NODE *Node; /* of the key object this belongs to */
    ULONG Filter;      /* REG_NOTIFY_CHANGE_* */
    BOOLEAN WatchTree;
    BOOLEAN Begun;     /* a call has waited: what comes before the next is remembered, */
    BOOLEAN Pending;   /* and something has */
    LIST_ENTRY Posts;
} CMP_NOTIFY;

void(NTAPI *CmQueueWorkItem)(WORK_QUEUE_ITEM *WorkItem, WORK_QUEUE_TYPE QueueType);

static KSPIN_LOCK CmpNotifyLock;
static LIST_ENTRY CmpNotifyList;
static _Atomic ULONG CmpNotifyCount; /* of watches there; read without the lock */

void CmpResetNotify(void)
{
    CmpNotifyLock = 0;
    InitializeListHead(&CmpNotifyList);
    CmpNotifyCount = 0;
}

/* ---- ending calls ---------------------------------------------------------------------------- */

static void NTAPI CmpApcRundown(KAPC *Apc)
{
    ExiFree(CONTAINING_RECORD(Apc, CMP_POST, Apc));
}

static void NTAPI CmpApcKernelRoutine(KAPC *Apc, PKNORMAL_ROUTINE *NormalRoutine,
    void **NormalContext, void **SystemArgument1, void **SystemArgument2)
{
    UNREFERENCED_PARAMETER(NormalRoutine);
    UNREFERENCED_PARAMETER(NormalContext);
    UNREFERENCED_PARAMETER(SystemArgument1);
    UNREFERENCED_PARAMETER(SystemArgument2);
    CmpApcRundown(Apc);
}

/* The call is the APC's from here on, or freed when its thread has ended. */
static void CmpQueueApc(CMP_POST *Post)
{
    KTHREAD *Thread = Post->Thread;
    KeInitializeApc(&Post->Apc, Thread, CurrentApcEnvironment, CmpApcKernelRoutine, CmpApcRundown,
        (PKNORMAL_ROUTINE)(void *)Post->ApcRoutine, Post->Mode, Post->ApcContext);
    if (!KeInsertQueueApc(&Post->Apc, Post->IoStatus, NULL, IO_NO_INCREMENT))
        ExiFree(Post);
    ObfDereferenceObject(Thread);
}

/* Whoever made the change completes the call: the block is in the memory of the one that waits. */
static void CmpStorePostStatus(const CMP_POST *Post)
{
    const IO_STATUS_BLOCK IoStatus = {.Status = Post->Status};
    KTHREAD *Thread = KiCurrentThread();
    struct MM_SPACE *Space = Thread->Space;
    struct MM_REGIONS *Regions = Thread->Regions;

    Thread->Space = Post->Space;
    Thread->Regions = NULL;
    ObiWriteStatusBlock(Post->IoStatus, &IoStatus, Post->Mode);
    Thread->Space = Space;
    Thread->Regions = Regions;
    MmDereferenceSpace(Post->Space);
}

static void CmpCompletePost(CMP_POST *Post)
{
    if (Post->Synchronous) {
        KeSetEvent(&Post->Done, IO_NO_INCREMENT, FALSE); /* from here on its stack may be gone */
        return;
    }
    CmpStorePostStatus(Post);
    if (Post->Event != NULL) {
        KeSetEvent(Post->Event, IO_NO_INCREMENT, FALSE);
        ObfDereferenceObject(Post->Event);
    }
    if (Post->WorkItem != NULL && CmQueueWorkItem != NULL)
        CmQueueWorkItem(Post->WorkItem, (WORK_QUEUE_TYPE)(ULONG_PTR)Post->ApcContext);
    if (Post->Thread != NULL)
        CmpQueueApc(Post);
    else
        ExiFree(Post);
}

static void CmpCompletePosts(LIST_ENTRY *Ended)
{
    while (!IsListEmpty(Ended))
        CmpCompletePost(CONTAINING_RECORD(RemoveHeadList(Ended), CMP_POST, Link));
}

static void CmpEndPostsLocked(CMP_NOTIFY *Notify, NTSTATUS Status, LIST_ENTRY *Ended)
{
    while (!IsListEmpty(&Notify->Posts)) {
        CMP_POST *Post = CONTAINING_RECORD(RemoveHeadList(&Notify->Posts), CMP_POST, Link);
        Post->Status = Status;
        InsertTailList(Ended, &Post->Link);
    }
}

/* Parents never change and live as long as what is in them: no other lock is needed to look at
 * them. */
static BOOLEAN CmpIsWatched(const CMP_NOTIFY *Notify, const CMP_NODE *Node)
{
    if (Notify->Node == Node)
        return TRUE;
    if (!Notify->WatchTree)
        return FALSE;
    while (Node != NULL && Node->Depth > Notify->Node->Depth)
        Node = Node->Parent;
    return Node == Notify->Node;
}

void CmpReportChange(const CMP_NODE *Node, ULONG Kind)
{
    LIST_ENTRY Ended;
    if (__builtin_expect(CmpNotifyCount == 0, 1))
        return;
    InitializeListHead(&Ended);
    KIRQL Old = KiAcquireLock(&CmpNotifyLock);
    for (LIST_ENTRY *Entry = CmpNotifyList.Flink; Entry != &CmpNotifyList; Entry = Entry->Flink) {
        CMP_NOTIFY *Notify = CONTAINING_RECORD(Entry, CMP_NOTIFY, Link);
        if (!(Notify->Filter & Kind) || !CmpIsWatched(Notify, Node))
            continue;
        if (IsListEmpty(&Notify->Posts))
            Notify->Pending = Notify->Begun;
        CmpEndPostsLocked(Notify, STATUS_NOTIFY_ENUM_DIR, &Ended);
    }
    KiReleaseLock(&CmpNotifyLock, Old);
    CmpCompletePosts(&Ended);
}

void CmpEndNotify(CMP_KEY *Key)
{
    LIST_ENTRY Ended;
    InitializeListHead(&Ended);
    KIRQL Old = KiAcquireLock(&CmpNotifyLock);
    CMP_NOTIFY *Notify = Key->Notify;
    Key->Notify = NULL;
    if (Notify != NULL) {
        RemoveEntryList(&Notify->Link);
        CmpNotifyCount--;
        CmpEndPostsLocked(Notify, STATUS_NOTIFY_CLEANUP, &Ended);
    }
    KiReleaseLock(&CmpNotifyLock, Old);
    if (Notify != NULL)
        ExiFree(Notify);
    CmpCompletePosts(&Ended);
}

/* ---- waiting --------------------------------------------------------------------------------- */

static NTSTATUS CmpWatch(CMP_KEY *Key, ULONG Filter, BOOLEAN WatchTree)
{
    CMP_NOTIFY *New;
    if (__atomic_load_n(&Key->Notify, __ATOMIC_ACQUIRE) != NULL)
        return STATUS_SUCCESS;
    New = ExiAllocateZero(NonPagedPoolNx, sizeof(*New), CMP_TAG_NOTIFY, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->Node = Key->Node;
    New->Filter = Filter;
    New->WatchTree = WatchTree;
    InitializeListHead(&New->Posts);
    KIRQL Old = KiAcquireLock(&CmpNotifyLock);
    if (Key->Notify == NULL) {
        __atomic_store_n(&Key->Notify, New, __ATOMIC_RELEASE);
        InsertTailList(&CmpNotifyList, &New->Link);
        CmpNotifyCount++;
        New = NULL;
    }
    KiReleaseLock(&CmpNotifyLock, Old);
    if (New != NULL)
        ExiFree(New);
    return STATUS_SUCCESS;
}

/* Queues Post unless it has ended already. */
static NTSTATUS CmpPost(CMP_KEY *Key, CMP_POST *Post)
{
    NTSTATUS Status = STATUS_PENDING;
    KIRQL Old = KiAcquireLock(&CmpNotifyLock);
    CMP_NOTIFY *Notify = Key->Notify;
    if (Notify == NULL) {
        Status = STATUS_NOTIFY_CLEANUP;
    } else if (Notify->Pending) {
        Notify->Pending = FALSE;
        Status = STATUS_NOTIFY_ENUM_DIR;
    } else {
        Notify->Begun = TRUE;
        InsertTailList(&Notify->Posts, &Post->Link);
    }
    KiReleaseLock(&CmpNotifyLock, Old);
    return Status;
}

/* Takes a synchronous call back whose wait has ended without it. FALSE: it has ended meanwhile, and
 * is being completed. */
static BOOLEAN CmpWithdrawPost(CMP_POST *Post)
{
    KIRQL Old = KiAcquireLock(&CmpNotifyLock);
    BOOLEAN Waiting = Post->Status == STATUS_PENDING;
    if (Waiting)
        RemoveEntryList(&Post->Link);
    KiReleaseLock(&CmpNotifyLock, Old);
    return Waiting;
}

/* A client that is being ended waits no longer. */
static NTSTATUS CmpWaitForPost(CMP_POST *Post, KPROCESSOR_MODE Mode)
{
    NTSTATUS Waited = KeWaitForSingleObject(&Post->Done, Executive, Mode, FALSE, NULL);
    if (Waited == STATUS_SUCCESS)
        return Post->Status;
    if (CmpWithdrawPost(Post))
        return Waited;
    KeWaitForSingleObject(&Post->Done, Executive, KernelMode, FALSE, NULL);
    return Post->Status;
}

static NTSTATUS CmpWaitForChange(CMP_KEY *Key, IO_STATUS_BLOCK *IoStatusBlock)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    CMP_POST Post = {.Synchronous = TRUE, .Status = STATUS_PENDING};
    KeInitializeEvent(&Post.Done, NotificationEvent, FALSE);
    NTSTATUS Status = CmpPost(Key, &Post);
    if (Status == STATUS_PENDING)
        Status = CmpWaitForPost(&Post, Mode);
    IO_STATUS_BLOCK IoStatus = {.Status = Status};
    NTSTATUS Written = ObiWriteStatusBlock(IoStatusBlock, &IoStatus, Mode);
    return NT_SUCCESS(Written) ? Status : Written;
}

static NTSTATUS CmpPostForChange(CMP_KEY *Key, KEVENT *Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock)
{
    CMP_POST *Post = ExiAllocateZero(NonPagedPoolNx, sizeof(*Post), CMP_TAG_NOTIFY, EX_KERNEL_SITE);
    if (Post == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Post->Mode = KiPreviousMode();
    Post->IoStatus = IoStatusBlock;
    Post->Space = KiCurrentThread()->Space;
    if (Post->Space != NULL)
        MmReferenceSpace(Post->Space);
    if (Event != NULL) {
        ObiReference(Event);
        KeClearEvent(Event);
        Post->Event = Event;
    }
    if (ApcRoutine != NULL && Post->Mode == KernelMode) {
        Post->WorkItem = (WORK_QUEUE_ITEM *)(ULONG_PTR)ApcRoutine;
        Post->ApcContext = ApcContext;
    } else if (ApcRoutine != NULL) {
        Post->Thread = KiCurrentThread();
        ObiReference(Post->Thread);
        Post->ApcRoutine = ApcRoutine;
        Post->ApcContext = ApcContext;
    }
    NTSTATUS Status = CmpPost(Key, Post);
    if (Status != STATUS_PENDING) {
        Post->Status = Status;
        CmpCompletePost(Post);
    }
    return Status;
}

static NTSTATUS CmpCheckNotify(const IO_STATUS_BLOCK *IoStatusBlock, ULONG Filter)
{
    if (Filter == 0 || (Filter & ~(ULONG)REG_LEGAL_CHANGE_FILTER))
        return STATUS_INVALID_PARAMETER;
    return ObiProbeStatusBlock(IoStatusBlock, KiPreviousMode());
}

/*
 * NtNotifyChangeKey - tells of the next change of a key, or (WatchTree) of anything below it. What
 * to look for is settled by the first call on a handle.
 *
 * Event: optional; cleared now, set with the change. ApcRoutine: optional; an APC to the calling
 *        thread then, with ApcContext, if it is Asynchronous; of a kernel-mode caller it is a
 *        WORK_QUEUE_ITEM that is queued then, and ApcContext the WORK_QUEUE_TYPE. CompletionFilter:
 *        REG_NOTIFY_CHANGE_*. Buffer: no effect. Asynchronous: FALSE waits.
 * IRQL:    PASSIVE_LEVEL
 * Returns: PENDING; NOTIFY_ENUM_DIR: it has changed; NOTIFY_CLEANUP: the handle was closed
 *          meanwhile; INVALID_PARAMETER: the filter; INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 *          ACCESS_DENIED: no KEY_NOTIFY, or EVENT_MODIFY_STATE of the event; KEY_DELETED,
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/ZwNotifyChangeKey, winreg/RegNotifyChangeKeyValue; OBS
 *          tests/kernel/cm/ZwNotifyChangeKey.c
 */
NTSTATUS NTAPI NtNotifyChangeKey(HANDLE KeyHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, ULONG CompletionFilter, BOOLEAN WatchTree,
    void *Buffer, ULONG BufferSize, BOOLEAN Asynchronous)
{
    void *EventObject = NULL;
    CMP_KEY *Key;

    UNREFERENCED_PARAMETER(Buffer);
    UNREFERENCED_PARAMETER(BufferSize);
    NTSTATUS Status = CmpCheckNotify(IoStatusBlock, CompletionFilter);
    if (NT_SUCCESS(Status))
        Status = CmpReferenceKey(KeyHandle, KEY_NOTIFY, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Event != NULL)
        Status = ObReferenceObjectByHandle(
            Event, EVENT_MODIFY_STATE, ExEventObjectType, KiPreviousMode(), &EventObject, NULL);
    if (NT_SUCCESS(Status)) {
        CmpAcquire();
        Status = CmpIsDeleted(Key) ? STATUS_KEY_DELETED
                                   : CmpWatch(Key, CompletionFilter, WatchTree);
        CmpRelease();
    }
    if (NT_SUCCESS(Status) && Asynchronous)
        Status = CmpPostForChange(Key, EventObject, ApcRoutine, ApcContext, IoStatusBlock);
    else if (NT_SUCCESS(Status))
        Status = CmpWaitForChange(Key, IoStatusBlock);
    if (EventObject != NULL)
        ObfDereferenceObject(EventObject);
    ObfDereferenceObject(Key);
    return Status;
}
