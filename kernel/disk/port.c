/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The bus device below the disk, \Device\DiskPort0: takes reads, writes and flushes that have been
 * checked, lets them pend in a cancel-safe queue and has one thread carry them out in the order
 * they came. A request completes on that thread at DISPATCH_LEVEL, as from a disk's DPC.
 * DiskpQueueLock guards queue and thread state.
 */
#include "disk/diskp.h"
#include "ps/ps.h"

enum DISKP_THREAD { DISKP_NO_THREAD, DISKP_MAKING_THREAD, DISKP_HAS_THREAD };

static IO_CSQ DiskpQueue;
static LIST_ENTRY DiskpQueued;
static KSPIN_LOCK DiskpQueueLock;
static KSEMAPHORE DiskpReady; /* a count for each request put in, and one to stop */
static enum DISKP_THREAD DiskpThreadState;
static ETHREAD *DiskpThread;  /* referenced; once the state is DISKP_HAS_THREAD */
static BOOLEAN DiskpStopping;
static BOOLEAN DiskpCompleting; /* the thread is in completion routines; atomic */
DEVICE_OBJECT *DiskpPortDevice;

/* ---- the queue ------------------------------------------------------------------------------- */

static void NTAPI DiskpInsert(IO_CSQ *Csq, IRP *Irp)
{
    (void)Csq;
    InsertTailList(&DiskpQueued, &Irp->Tail.Overlay.ListEntry);
}

static void NTAPI DiskpRemove(IO_CSQ *Csq, IRP *Irp)
{
    (void)Csq;
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}

/* Context: the file whose requests are looked for; NULL: anybody's. */
static IRP *NTAPI DiskpPeek(IO_CSQ *Csq, IRP *Irp, void *Context)
{
    LIST_ENTRY *Entry = Irp == NULL ? DiskpQueued.Flink : Irp->Tail.Overlay.ListEntry.Flink;
    (void)Csq;
    for (; Entry != &DiskpQueued; Entry = Entry->Flink) {
        IRP *Next = CONTAINING_RECORD(Entry, IRP, Tail.Overlay.ListEntry);
        if (Context == NULL || IoGetCurrentIrpStackLocation(Next)->FileObject == Context)
            return Next;
    }
    return NULL;
}

static void NTAPI DiskpAcquire(IO_CSQ *Csq, KIRQL *Irql)
{
    (void)Csq;
    *Irql = KiAcquireLock(&DiskpQueueLock);
}

static void NTAPI DiskpRelease(IO_CSQ *Csq, KIRQL Irql)
{
    (void)Csq;
    KiReleaseLock(&DiskpQueueLock, Irql);
}

static void NTAPI DiskpCompleteCanceled(IO_CSQ *Csq, IRP *Irp)
{
    (void)Csq;
    DiskpComplete(Irp, STATUS_CANCELLED, 0);
}

static void DiskpFailQueued(FILE_OBJECT *File, NTSTATUS Status)
{
    IRP *Irp;
    while ((Irp = IoCsqRemoveNextIrp(&DiskpQueue, File)) != NULL)
        DiskpComplete(Irp, Status, 0);
}

/* ---- the thread ------------------------------------------------------------------------------ */

/* The transfer's memory in system space. NULL: none, or too little. */
static void *DiskpBuffer(IRP *Irp, ULONG Length)
{
    MDL *Mdl = Irp->MdlAddress;
    if (Mdl == NULL || Mdl->ByteCount < Length)
        return NULL;
    if (Mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL))
        return Mdl->MappedSystemVa;
    return MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
}

static NTSTATUS DiskpCarryOut(IRP *Irp, ULONG_PTR *Information)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    const ULONG Length = Stack->Parameters.Read.Length;
    const ULONG64 Offset = (ULONG64)Stack->Parameters.Read.ByteOffset.QuadPart;
    *Information = 0;
    if (Stack->MajorFunction == IRP_MJ_FLUSH_BUFFERS)
        return DiskpFlushMedia();
    void *Buffer = DiskpBuffer(Irp, Length);
    if (Buffer == NULL)
        return Irp->MdlAddress == NULL ? STATUS_INVALID_USER_BUFFER : STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = Stack->MajorFunction == IRP_MJ_READ ? DiskpReadMedia(Buffer, Length, Offset)
                                                          : DiskpWriteMedia(Buffer, Length, Offset);
    if (NT_SUCCESS(Status))
        *Information = Length;
    return Status;
}

static void NTAPI DiskpWorker(void *Context)
{
    (void)Context;
    for (;;) {
        ULONG_PTR Information;
        KeWaitForSingleObject(&DiskpReady, Executive, KernelMode, FALSE, NULL);
        IRP *Irp = IoCsqRemoveNextIrp(&DiskpQueue, NULL);
        if (Irp == NULL && __atomic_load_n(&DiskpStopping, __ATOMIC_ACQUIRE))
            return;
        if (Irp == NULL)
            continue; /* cancelled */
        NTSTATUS Status = DiskpCarryOut(Irp, &Information);
        __atomic_store_n(&DiskpCompleting, TRUE, __ATOMIC_RELEASE);
        KIRQL Old = KeRaiseIrqlToDpcLevel();
        DiskpComplete(Irp, Status, Information);
        KeLowerIrql(Old);
        __atomic_store_n(&DiskpCompleting, FALSE, __ATOMIC_RELEASE);
        ObDrainDeletions();
    }
}

/*
 * A completion routine that signals an event may have an instruction or two left when the driver's
 * unload routine returns. On Windows nothing waits for that either, but unloading takes longer than
 * they do.
 */
static void DiskpAwaitCompletions(void)
{
    LARGE_INTEGER Interval = {.QuadPart = -100};
    while (__atomic_load_n(&DiskpCompleting, __ATOMIC_ACQUIRE))
        KeDelayExecutionThread(KernelMode, FALSE, &Interval);
}

static NTSTATUS DiskpCreateThread(void)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    void *Object;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS Status = PsCreateSystemThread(
        &Handle, THREAD_ALL_ACCESS, &Attributes, NULL, NULL, DiskpWorker, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiReferenceByHandle(Handle, PsThreadObjectType, KernelMode, &Object, NULL);
    ObCloseHandle(Handle, KernelMode);
    if (NT_SUCCESS(Status))
        DiskpThread = Object;
    return Status;
}

static void DiskpSetThreadState(enum DISKP_THREAD State)
{
    KIRQL Old = KiAcquireLock(&DiskpQueueLock);
    DiskpThreadState = State;
    KiReleaseLock(&DiskpQueueLock, Old);
}

/* Sees to it that what has just been put in is taken out again. Without memory for a thread, what
 * is queued fails. */
static void DiskpEnsureThread(void)
{
    KIRQL Old = KiAcquireLock(&DiskpQueueLock);
    BOOLEAN Make = DiskpThreadState == DISKP_NO_THREAD;
    if (Make)
        DiskpThreadState = DISKP_MAKING_THREAD;
    KiReleaseLock(&DiskpQueueLock, Old);
    if (!Make)
        return;
    if (NT_SUCCESS(DiskpCreateThread())) {
        DiskpSetThreadState(DISKP_HAS_THREAD);
        return;
    }
    DiskpSetThreadState(DISKP_NO_THREAD); /* first: who comes from here on tries for itself */
    DiskpFailQueued(NULL, STATUS_INSUFFICIENT_RESOURCES);
}

void DiskpStopThread(void)
{
    __atomic_store_n(&DiskpStopping, TRUE, __ATOMIC_RELEASE);
    if (DiskpThreadState != DISKP_HAS_THREAD)
        return;
    KeReleaseSemaphore(&DiskpReady, IO_NO_INCREMENT, 1, FALSE);
    KeWaitForSingleObject(DiskpThread, Executive, KernelMode, FALSE, NULL);
    ObfDereferenceObject(DiskpThread);
    DiskpThreadState = DISKP_NO_THREAD;
}

/* ---- dispatch -------------------------------------------------------------------------------- */

static NTSTATUS NTAPI DiskpQueueRequest(DEVICE_OBJECT *Device, IRP *Irp)
{
    (void)Device;
    if (__atomic_load_n(&DiskpStopping, __ATOMIC_ACQUIRE))
        return DiskpComplete(Irp, STATUS_DEVICE_NOT_READY, 0);
    IoCsqInsertIrp(&DiskpQueue, Irp, NULL); /* marks it pending */
    KeReleaseSemaphore(&DiskpReady, IO_NO_INCREMENT, 1, FALSE);
    DiskpEnsureThread();
    return STATUS_PENDING;
}

static NTSTATUS NTAPI DiskpPortSucceed(DEVICE_OBJECT *Device, IRP *Irp)
{
    (void)Device;
    return DiskpComplete(Irp, STATUS_SUCCESS, 0);
}

/* The file's last handle is gone: what it has not got by now nobody waits for. */
static NTSTATUS NTAPI DiskpPortCleanup(DEVICE_OBJECT *Device, IRP *Irp)
{
    FILE_OBJECT *File = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    (void)Device;
    if (File != NULL)
        DiskpFailQueued(File, STATUS_CANCELLED);
    return DiskpComplete(Irp, STATUS_SUCCESS, 0);
}

NTSTATUS NTAPI DiskpPortEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath)
{
    static UNICODE_STRING Name = RTL_STRING(u"\\Device\\DiskPort0");
    (void)RegistryPath;
    DiskpThreadState = DISKP_NO_THREAD;
    DiskpStopping = DiskpCompleting = FALSE;
    IoDriverLeaving = DiskpAwaitCompletions;
    DiskpQueueLock = 0;
    InitializeListHead(&DiskpQueued);
    KeInitializeSemaphore(&DiskpReady, 0, MAXLONG);
    IoCsqInitialize(&DiskpQueue, DiskpInsert, DiskpRemove, DiskpPeek, DiskpAcquire, DiskpRelease,
        DiskpCompleteCanceled);
    Driver->MajorFunction[IRP_MJ_CREATE] = DiskpPortSucceed;
    Driver->MajorFunction[IRP_MJ_CLOSE] = DiskpPortSucceed;
    Driver->MajorFunction[IRP_MJ_CLEANUP] = DiskpPortCleanup;
    Driver->MajorFunction[IRP_MJ_READ] = DiskpQueueRequest;
    Driver->MajorFunction[IRP_MJ_WRITE] = DiskpQueueRequest;
    Driver->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = DiskpQueueRequest;
    NTSTATUS Status = IoCreateDevice(
        Driver, 0, &Name, FILE_DEVICE_CONTROLLER, FILE_DEVICE_SECURE_OPEN, FALSE, &DiskpPortDevice);
    if (!NT_SUCCESS(Status))
        return Status;
    DiskpPortDevice->Flags |= DO_DIRECT_IO;
    DiskpPortDevice->SectorSize = (USHORT)DiskpMedia.SectorBytes;
    return DiskpSecure(DiskpPortDevice);
}
