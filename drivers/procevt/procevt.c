/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * procevt.c - tells its clients which processes are created and which exit.
 *
 * The process notify routine, registered from load to unload, gives each open handle its own copy
 * of every event: to a request that waits for one, or else to the handle's queue (PROCEVT_CONTEXT).
 *
 * One spin lock, ProcevtLock, guards the list of contexts and everything in them. A waiting request
 * is in Waiting and has a cancel routine; whoever takes the cancel routine away under the lock owns
 * the request. Requests are completed, events dereferenced and entries freed without the lock.
 */
#include <ntifs.h>

#include "../nxpool.h"
#include "procevt.h"

#define PROCEVT_TAG 'vEcP' /* shows as "PcEv" in pool listings */

/* Exported since Windows XP, and in no header. */
NTKERNELAPI PCHAR NTAPI PsGetProcessImageFileName(PEPROCESS Process);

/*
 * Microsoft's import library makes of ExEventObjectType a pointer to the kernel's variable.
 * mingw-w64's has the variable itself, under the same declaration.
 */
#ifdef __MINGW64_VERSION_MAJOR
#define PROCEVT_EVENT_TYPE ((POBJECT_TYPE)(PVOID)ExEventObjectType)
#else
#define PROCEVT_EVENT_TYPE (*ExEventObjectType)
#endif

/* Discarded once the driver is up: nothing calls DriverEntry again. */
#if defined(__GNUC__)
#define PROCEVT_INIT __attribute__((section("INIT")))
#else
#define PROCEVT_INIT
#endif

/* What programs of either word size expect. */
C_ASSERT(sizeof(PROCEVT_ENTRY) == 64);

typedef struct PROCEVT_NODE {
    LIST_ENTRY Link;
    ULONG LostBefore; /* events missing between the entry before this one and this one */
    PROCEVT_ENTRY Entry;
} PROCEVT_NODE;

/* An open handle's, in FILE_OBJECT.FsContext, from create to close. */
typedef struct PROCEVT_CONTEXT {
    LIST_ENTRY Link;    /* in ProcevtContexts, until Closed */
    LIST_ENTRY Queue;   /* PROCEVT_NODE, oldest first; empty while somebody waits */
    LIST_ENTRY Waiting; /* IRP, by Tail.Overlay.ListEntry */
    ULONG Queued;       /* nodes in Queue */
    ULONG LostAfter;    /* events missing after the last entry in Queue */
    PKEVENT Event;      /* optional, referenced */
    BOOLEAN Closed;     /* the last handle is gone: nothing is queued any more */
} PROCEVT_CONTEXT;

static KSPIN_LOCK ProcevtLock;
static LIST_ENTRY ProcevtContexts;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD ProcevtUnload;
static DRIVER_DISPATCH ProcevtCreate;
static DRIVER_DISPATCH ProcevtCleanup;
static DRIVER_DISPATCH ProcevtClose;
static DRIVER_DISPATCH ProcevtRead;
static DRIVER_DISPATCH ProcevtControl;
static DRIVER_CANCEL ProcevtCancel;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#endif

static NTSTATUS ProcevtComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* Completes requests that have their status already. */
static VOID ProcevtCompleteList(LIST_ENTRY *Done)
{
    while (!IsListEmpty(Done)) {
        LIST_ENTRY *Link = RemoveHeadList(Done);

        IoCompleteRequest(CONTAINING_RECORD(Link, IRP, Tail.Overlay.ListEntry), IO_NO_INCREMENT);
    }
}

/* ---- The queue of a handle; all of it with the lock held ------------------------------------- */

static BOOLEAN ProcevtHasEntryLocked(const PROCEVT_CONTEXT *Context)
{
    return Context->Queued != 0 || Context->LostAfter != 0;
}

/* The loss that comes before everything else in the queue, or NULL. */
static ULONG *ProcevtNextLossLocked(PROCEVT_CONTEXT *Context)
{
    PROCEVT_NODE *Node;

    if (Context->Queued == 0)
        return Context->LostAfter != 0 ? &Context->LostAfter : NULL;
    Node = CONTAINING_RECORD(Context->Queue.Flink, PROCEVT_NODE, Link);
    return Node->LostBefore != 0 ? &Node->LostBefore : NULL;
}

/*
 * Looks at what comes next: a queued entry, or Loss, which it fills in, for events that could not
 * be queued. NULL: nothing.
 */
static const PROCEVT_ENTRY *ProcevtPeekLocked(PROCEVT_CONTEXT *Context, PROCEVT_ENTRY *Loss)
{
    const ULONG *Lost = ProcevtNextLossLocked(Context);

    if (Lost == NULL) {
        if (Context->Queued == 0)
            return NULL;
        return &CONTAINING_RECORD(Context->Queue.Flink, PROCEVT_NODE, Link)->Entry;
    }
    RtlZeroMemory(Loss, sizeof(*Loss));
    Loss->Size = sizeof(*Loss);
    Loss->Kind = PROCEVT_LOST;
    Loss->Lost = *Lost;
    return Loss;
}

/* Drops what ProcevtPeekLocked showed. Returns the node for the caller to free, NULL for a loss. */
static PROCEVT_NODE *ProcevtDropLocked(PROCEVT_CONTEXT *Context)
{
    ULONG *Lost = ProcevtNextLossLocked(Context);

    if (Lost != NULL) {
        *Lost = 0;
        return NULL;
    }
    Context->Queued--;
    return CONTAINING_RECORD(RemoveHeadList(&Context->Queue), PROCEVT_NODE, Link);
}

/*
 * Queues an entry. Allocating may fail, here above all: programs start when memory is short as
 * well. The event is counted instead, and the client hears of the gap where it is.
 */
static VOID ProcevtQueueLocked(PROCEVT_CONTEXT *Context, const PROCEVT_ENTRY *Entry)
{
    PROCEVT_NODE *Node = NULL;

    if (Context->Queued < PROCEVT_MAX_ENTRIES)
        Node = ExAllocatePoolWithTag(NxPool, sizeof(*Node), PROCEVT_TAG);
    if (Node == NULL) {
        Context->LostAfter++;
        return;
    }
    Node->Entry = *Entry;
    Node->LostBefore = Context->LostAfter;
    Context->LostAfter = 0;
    InsertTailList(&Context->Queue, &Node->Link);
    Context->Queued++;
}

/* ---- Requests that wait --------------------------------------------------------------------- */

/*
 * Takes the oldest waiting request, which is then the caller's to complete. One whose cancel
 * routine is about to run is left to it, out of the list: its own links make the routine's removal
 * harmless.
 */
static PIRP ProcevtTakeWaitingLocked(PROCEVT_CONTEXT *Context)
{
    while (!IsListEmpty(&Context->Waiting)) {
        LIST_ENTRY *Link = RemoveHeadList(&Context->Waiting);
        PIRP Irp = CONTAINING_RECORD(Link, IRP, Tail.Overlay.ListEntry);

        if (IoSetCancelRoutine(Irp, NULL) != NULL)
            return Irp;
        InitializeListHead(Link);
    }
    return NULL;
}

static VOID NTAPI ProcevtCancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KIRQL OldIrql;

    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KeAcquireSpinLock(&ProcevtLock, &OldIrql);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
    KeReleaseSpinLock(&ProcevtLock, OldIrql);
    ProcevtComplete(Irp, STATUS_CANCELLED, 0);
}

/*
 * Puts a request that is marked pending among those that wait. FALSE: it was cancelled before, or
 * the handle is closed; it is not there and the caller completes it.
 */
static BOOLEAN ProcevtInsertWaitingLocked(PROCEVT_CONTEXT *Context, PIRP Irp)
{
    if (Context->Closed)
        return FALSE;
    InsertTailList(&Context->Waiting, &Irp->Tail.Overlay.ListEntry);
    IoSetCancelRoutine(Irp, ProcevtCancel);
    if (!Irp->Cancel || IoSetCancelRoutine(Irp, NULL) == NULL)
        return TRUE; /* cancelled by now, its routine waits for the lock */
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
    return FALSE;
}

/*
 * Answers a request with an entry as soon as there is one. Whether to wait is decided with the lock
 * held: the notify routine cannot queue an entry between the look and the insertion. That is why
 * the requests are not in one of the I/O manager's queues (IoCsq...): it would take the lock
 * itself.
 */
static NTSTATUS ProcevtWait(PROCEVT_CONTEXT *Context, PIRP Irp, ULONG OutputBytes)
{
    PROCEVT_ENTRY *Buffer = Irp->AssociatedIrp.SystemBuffer;
    const PROCEVT_ENTRY *Entry;
    PROCEVT_NODE *Node;
    PROCEVT_ENTRY Loss;
    BOOLEAN Waits;
    KIRQL OldIrql;

    if (OutputBytes < sizeof(*Entry))
        return ProcevtComplete(Irp, STATUS_BUFFER_TOO_SMALL, sizeof(*Entry));

    KeAcquireSpinLock(&ProcevtLock, &OldIrql);
    Entry = ProcevtPeekLocked(Context, &Loss);
    if (Entry != NULL) {
        *Buffer = *Entry;
        Node = ProcevtDropLocked(Context);
        KeReleaseSpinLock(&ProcevtLock, OldIrql);
        if (Node != NULL)
            ExFreePoolWithTag(Node, PROCEVT_TAG);
        return ProcevtComplete(Irp, STATUS_SUCCESS, sizeof(*Entry));
    }
    /* Once in the list the request may be complete, and gone, before the lock is free again. */
    IoMarkIrpPending(Irp);
    Waits = ProcevtInsertWaitingLocked(Context, Irp);
    KeReleaseSpinLock(&ProcevtLock, OldIrql);
    if (!Waits)
        ProcevtComplete(Irp, STATUS_CANCELLED, 0);
    return STATUS_PENDING;
}

/* ---- The notify routine --------------------------------------------------------------------- */

/* The name stays empty if there is no such process any more. */
static VOID ProcevtCopyName(HANDLE ProcessId, CHAR *Name)
{
    const CHAR *Image;
    PEPROCESS Process;
    ULONG i;

    if (!NT_SUCCESS(PsLookupProcessByProcessId(ProcessId, &Process)))
        return;
    Image = PsGetProcessImageFileName(Process);
    for (i = 0; i < PROCEVT_NAME_BYTES - 1 && Image[i] != '\0'; i++)
        Name[i] = Image[i];
    ObDereferenceObject(Process);
}

/*
 * Called for every process that is created or exits, at PASSIVE_LEVEL in the context of some
 * thread: the creator's, or the last one of the process. Several of these calls may run at once.
 */
static VOID NTAPI ProcevtNotify(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create)
{
    PROCEVT_ENTRY Entry;
    LARGE_INTEGER Time;
    LIST_ENTRY Done;
    LIST_ENTRY *Link;
    KIRQL OldIrql;

    RtlZeroMemory(&Entry, sizeof(Entry));
    KeQuerySystemTime(&Time);
    Entry.Size = sizeof(Entry);
    Entry.Kind = Create ? PROCEVT_CREATED : PROCEVT_EXITED;
    Entry.ProcessId = HandleToUlong(ProcessId);
    Entry.ParentId = HandleToUlong(ParentId);
    Entry.Time = (ULONG64)Time.QuadPart;
    ProcevtCopyName(ProcessId, Entry.ProcessName);
    ProcevtCopyName(ParentId, Entry.ParentName);

    InitializeListHead(&Done);
    KeAcquireSpinLock(&ProcevtLock, &OldIrql);
    for (Link = ProcevtContexts.Flink; Link != &ProcevtContexts; Link = Link->Flink) {
        PROCEVT_CONTEXT *Context = CONTAINING_RECORD(Link, PROCEVT_CONTEXT, Link);
        PIRP Irp = ProcevtTakeWaitingLocked(Context);

        if (Irp != NULL) {
            *(PROCEVT_ENTRY *)Irp->AssociatedIrp.SystemBuffer = Entry;
            Irp->IoStatus.Status = STATUS_SUCCESS;
            Irp->IoStatus.Information = sizeof(Entry);
            InsertTailList(&Done, &Irp->Tail.Overlay.ListEntry);
            continue;
        }
        ProcevtQueueLocked(Context, &Entry);
        if (Context->Event != NULL)
            KeSetEvent(Context->Event, IO_NO_INCREMENT, FALSE);
    }
    KeReleaseSpinLock(&ProcevtLock, OldIrql);
    ProcevtCompleteList(&Done);
}

/* ---- Requests ------------------------------------------------------------------------------- */

static PROCEVT_CONTEXT *ProcevtContextOf(PIRP Irp)
{
    return IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
}

static NTSTATUS NTAPI ProcevtCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PROCEVT_CONTEXT *Context;
    KIRQL OldIrql;

    UNREFERENCED_PARAMETER(DeviceObject);
    Context = ExAllocatePoolWithTag(NxPool, sizeof(*Context), PROCEVT_TAG);
    if (Context == NULL)
        return ProcevtComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    RtlZeroMemory(Context, sizeof(*Context));
    InitializeListHead(&Context->Queue);
    InitializeListHead(&Context->Waiting);
    IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext = Context;

    KeAcquireSpinLock(&ProcevtLock, &OldIrql);
    InsertTailList(&ProcevtContexts, &Context->Link);
    KeReleaseSpinLock(&ProcevtLock, OldIrql);
    return ProcevtComplete(Irp, STATUS_SUCCESS, 0);
}

/* Moves everything from one list to another, which is empty. */
static VOID ProcevtMoveList(LIST_ENTRY *To, LIST_ENTRY *From)
{
    if (IsListEmpty(From))
        return;
    *To = *From;
    To->Flink->Blink = To;
    To->Blink->Flink = To;
    InitializeListHead(From);
}

/*
 * The last handle is gone: from here on nothing is recorded. Requests of the handle may still be
 * about, those that wait and those that another thread sends just now; the first are cancelled, the
 * others find Closed.
 */
static NTSTATUS NTAPI ProcevtCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PROCEVT_CONTEXT *Context = ProcevtContextOf(Irp);
    LIST_ENTRY Cancelled, Unfetched;
    PKEVENT Event;
    PIRP Waiting;
    KIRQL OldIrql;

    UNREFERENCED_PARAMETER(DeviceObject);
    InitializeListHead(&Cancelled);
    InitializeListHead(&Unfetched);
    KeAcquireSpinLock(&ProcevtLock, &OldIrql);
    RemoveEntryList(&Context->Link);
    Context->Closed = TRUE;
    while ((Waiting = ProcevtTakeWaitingLocked(Context)) != NULL) {
        Waiting->IoStatus.Status = STATUS_CANCELLED;
        Waiting->IoStatus.Information = 0;
        InsertTailList(&Cancelled, &Waiting->Tail.Overlay.ListEntry);
    }
    ProcevtMoveList(&Unfetched, &Context->Queue);
    Context->Queued = 0;
    Context->LostAfter = 0;
    Event = Context->Event;
    Context->Event = NULL;
    KeReleaseSpinLock(&ProcevtLock, OldIrql);

    ProcevtCompleteList(&Cancelled);
    while (!IsListEmpty(&Unfetched)) {
        LIST_ENTRY *Link = RemoveHeadList(&Unfetched);

        ExFreePoolWithTag(CONTAINING_RECORD(Link, PROCEVT_NODE, Link), PROCEVT_TAG);
    }
    if (Event != NULL)
        ObDereferenceObject(Event);
    return ProcevtComplete(Irp, STATUS_SUCCESS, 0);
}

/* The last reference is gone as well, and with it every request. */
static NTSTATUS NTAPI ProcevtClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    ExFreePoolWithTag(ProcevtContextOf(Irp), PROCEVT_TAG);
    return ProcevtComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI ProcevtRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return ProcevtWait(ProcevtContextOf(Irp), Irp,
                       IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length);
}

/*
 * Runs in the caller's process, whose handle it is: nobody is between the I/O manager and us. The
 * reference, unlike the handle, lasts as long as we want and is good in any process.
 */
static NTSTATUS ProcevtSetEvent(PROCEVT_CONTEXT *Context, PIRP Irp, ULONG InputBytes)
{
    const PROCEVT_EVENT *Input = Irp->AssociatedIrp.SystemBuffer;
    PVOID Event, Unused;
    NTSTATUS Status;
    KIRQL OldIrql;

    if (InputBytes != sizeof(*Input))
        return STATUS_INVALID_PARAMETER;
    if (Input->Handle != (ULONG_PTR)Input->Handle)
        return STATUS_INVALID_HANDLE;
    Status = ObReferenceObjectByHandle((HANDLE)(ULONG_PTR)Input->Handle, EVENT_MODIFY_STATE,
                                       PROCEVT_EVENT_TYPE, Irp->RequestorMode, &Event, NULL);
    if (!NT_SUCCESS(Status))
        return Status;

    KeAcquireSpinLock(&ProcevtLock, &OldIrql);
    if (Context->Closed) {
        Unused = Event;
        Status = STATUS_CANCELLED;
    } else {
        Unused = Context->Event;
        Context->Event = Event;
        if (ProcevtHasEntryLocked(Context))
            KeSetEvent(Context->Event, IO_NO_INCREMENT, FALSE);
    }
    KeReleaseSpinLock(&ProcevtLock, OldIrql);
    if (Unused != NULL)
        ObDereferenceObject(Unused);
    return Status;
}

static NTSTATUS ProcevtGetEntry(PROCEVT_CONTEXT *Context, PIRP Irp, ULONG InputBytes,
                                ULONG OutputBytes, ULONG_PTR *Information)
{
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;
    NTSTATUS Status = STATUS_SUCCESS;
    const PROCEVT_ENTRY *Entry;
    PROCEVT_NODE *Node = NULL;
    PROCEVT_ENTRY Loss;
    ULONG Flags = 0;
    KIRQL OldIrql;

    /* Input and output are one buffer: what was asked is read before the answer goes in. */
    if (InputBytes != 0 && InputBytes != sizeof(ULONG))
        return STATUS_INVALID_PARAMETER;
    if (InputBytes != 0)
        Flags = *(const ULONG *)Buffer;
    if ((Flags & ~PROCEVT_STRICT) != 0)
        return STATUS_INVALID_PARAMETER;

    KeAcquireSpinLock(&ProcevtLock, &OldIrql);
    Entry = ProcevtPeekLocked(Context, &Loss);
    if (Entry == NULL) {
        *Information = 0;
    } else if (OutputBytes >= sizeof(*Entry)) {
        RtlCopyMemory(Buffer, Entry, sizeof(*Entry));
        *Information = sizeof(*Entry);
        Node = ProcevtDropLocked(Context);
    } else if ((Flags & PROCEVT_STRICT) != 0 || OutputBytes < sizeof(ULONG)) {
        *Information = sizeof(*Entry); /* in vain: an error carries nothing */
        Status = STATUS_BUFFER_TOO_SMALL;
    } else {
        RtlCopyMemory(Buffer, Entry, OutputBytes);
        *Information = OutputBytes;
        Status = STATUS_BUFFER_OVERFLOW;
    }
    KeReleaseSpinLock(&ProcevtLock, OldIrql);
    if (Node != NULL)
        ExFreePoolWithTag(Node, PROCEVT_TAG);
    return Status;
}

static NTSTATUS NTAPI ProcevtControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG InputBytes = Stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG OutputBytes = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    PROCEVT_CONTEXT *Context = ProcevtContextOf(Irp);
    ULONG_PTR Information = 0;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_SET_EVENT_HANDLE:
        Status = ProcevtSetEvent(Context, Irp, InputBytes);
        break;
    case IOCTL_GET_PROCESS_ENTRY:
        Status = ProcevtGetEntry(Context, Irp, InputBytes, OutputBytes, &Information);
        break;
    case IOCTL_WAIT_PROCESS_ENTRY:
        return ProcevtWait(Context, Irp, OutputBytes);
    default:
        Status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    return ProcevtComplete(Irp, Status, Information);
}

/* ---- Loading and unloading ------------------------------------------------------------------ */

/* With the last handle everything was freed. The routine comes first: it may be running. */
static VOID NTAPI ProcevtUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING LinkName;

    KdPrint(("ProcEvt: unload\n"));
    PsSetCreateProcessNotifyRoutine(ProcevtNotify, TRUE);
    RtlInitUnicodeString(&LinkName, PROCEVT_LINK_NAME);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

PROCEVT_INIT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING DeviceName;
    UNICODE_STRING LinkName;
    PDEVICE_OBJECT DeviceObject;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    KdPrint(("ProcEvt: loading from %wZ\n", RegistryPath));
    NxPoolInitialize();

    KeInitializeSpinLock(&ProcevtLock);
    InitializeListHead(&ProcevtContexts);
    RtlInitUnicodeString(&DeviceName, PROCEVT_DEVICE_NAME);
    RtlInitUnicodeString(&LinkName, PROCEVT_LINK_NAME);
    Status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    DeviceObject->Flags |= DO_BUFFERED_IO;
    Status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(Status))
        goto DeleteDevice;

    DriverObject->MajorFunction[IRP_MJ_CREATE] = ProcevtCreate;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = ProcevtCleanup;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = ProcevtClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = ProcevtRead;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = ProcevtControl;
    DriverObject->DriverUnload = ProcevtUnload;

    Status = PsSetCreateProcessNotifyRoutine(ProcevtNotify, FALSE);
    if (!NT_SUCCESS(Status))
        goto DeleteLink;
    return STATUS_SUCCESS;

DeleteLink:
    IoDeleteSymbolicLink(&LinkName);
DeleteDevice:
    IoDeleteDevice(DeviceObject);
    return Status;
}
