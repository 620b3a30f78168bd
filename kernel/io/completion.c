/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Completion ports: a queue of packets, each saying that a request is done or what somebody posted.
 * A request's packet is made in the memory of its IRP, so that none is lost for lack of memory. A
 * port is referenced by its handles and by each file associated with it; when the last handle goes,
 * those that wait for packets are told that the port is abandoned. A file's association never
 * changes once it is there, but by FileReplaceCompletionInformation; IopAssociationLock keeps it
 * while a packet is made by it.
 */
#include "io/completion.h"
#include "ke/zw.h"
#include "services.h"

#define IOP_COMPLETION_ALL_ACCESS 0x001F0003u
#define IOP_COMPLETION_QUERY_STATE 0x0001u
#define IOP_COMPLETION_MODIFY_STATE 0x0002u
#define IOP_TAG_COMPLETION 0x70436F49u /* 'IoCp' */
#define IOP_TAG_PORT 0x6F436F49u       /* 'IoCo' */
#define IOP_MOST_AT_ONCE 64u           /* packets one call takes; more are for the next */

OBJECT_TYPE *IoiCompletionObjectType;

static KSPIN_LOCK IopAssociationLock;

/* A pool block, or what was an IRP's: the link lies where that had its type, and an address looks
 * like none. */
typedef struct IOP_COMPLETION {
    void *Key;
    void *ApcContext;
    IO_STATUS_BLOCK IoStatus;
    IO_MINI_PACKET_CALLBACK *Callback; /* takes the packet in place of the pool; NULL: none */
    void *Context;
    LIST_ENTRY Link;
} IOP_COMPLETION;

_Static_assert(
    FIELD_OFFSET(IOP_COMPLETION, Link) == FIELD_OFFSET(IOP_PACKET, Irp) || sizeof(void *) == 4,
    "a packet must not look like an IRP");

/* What a packet says has been taken, or nobody wants to know. */
static void IopEndPacket(IOP_COMPLETION *Packet)
{
    if (Packet->Callback != NULL)
        Packet->Callback(Packet, Packet->Context);
    else
        ExiFree(Packet);
}

static void IopFreePackets(LIST_ENTRY *First)
{
    for (LIST_ENTRY *Entry = First, *Next; Entry != NULL; Entry = Next) {
        Next = Entry->Flink == First ? NULL : Entry->Flink;
        IopEndPacket(CONTAINING_RECORD(Entry, IOP_COMPLETION, Link));
    }
}

static void IopClosePort(void *Object, ULONG HandlesBefore)
{
    if (HandlesBefore == 1)
        IopFreePackets(KeRundownQueue(Object));
}

static void IopDeletePort(void *Object)
{
    IopFreePackets(KeRundownQueue(Object));
}

NTSTATUS IopCreateCompletionType(void)
{
    static const OBJECT_TYPE Template = {
        .Procedures = {.Close = IopClosePort, .Delete = IopDeletePort},
        .GenericMapping = {STANDARD_RIGHTS_READ | IOP_COMPLETION_QUERY_STATE,
            STANDARD_RIGHTS_WRITE | IOP_COMPLETION_MODIFY_STATE,
            STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE, IOP_COMPLETION_ALL_ACCESS},
        .ValidAccess = IOP_COMPLETION_ALL_ACCESS,
        .PoolTag = IOP_TAG_PORT,
    };
    IopAssociationLock = 0;
    return ObiCreateType("IoCompletion", &Template, &IoiCompletionObjectType);
}

/* ---- requests that are done ------------------------------------------------------------------ */

/* FALSE: the file has no port any more. After a port was run down its packets stay in its queue
 * until it is deleted. */
static BOOLEAN IopPostRequest(IRP *Irp, const FILE_OBJECT *File)
{
    KIRQL Old = KiAcquireLock(&IopAssociationLock);
    const IO_COMPLETION_CONTEXT *Context = File->CompletionContext;
    if (Context == NULL) {
        KiReleaseLock(&IopAssociationLock, Old);
        return FALSE;
    }
    const IOP_COMPLETION Packet = {.Key = Context->Key,
        .ApcContext = Irp->Overlay.AsynchronousParameters.UserApcContext,
        .IoStatus = Irp->IoStatus};
    IOP_COMPLETION *Place = (IOP_COMPLETION *)(void *)IopPacket(Irp);
    Irp->Type = 0;
    Place->Key = Packet.Key;
    Place->ApcContext = Packet.ApcContext;
    Place->IoStatus = Packet.IoStatus;
    Place->Callback = NULL;
    KeInsertQueue(Context->Port, &Place->Link);
    KiReleaseLock(&IopAssociationLock, Old);
    return TRUE;
}

static void NTAPI IopEndApc(KAPC *Apc)
{
    IopFreeIrp(CONTAINING_RECORD(Apc, IRP, Tail.Apc));
}

static void NTAPI IopApcKernelRoutine(KAPC *Apc, PKNORMAL_ROUTINE *NormalRoutine,
    void **NormalContext, void **SystemArgument1, void **SystemArgument2)
{
    (void)NormalRoutine, (void)NormalContext, (void)SystemArgument1, (void)SystemArgument2;
    IopEndApc(Apc);
}

void IopNotify(IRP *Irp, FILE_OBJECT *File, ETHREAD *Thread, BOOLEAN Pended)
{
    PIO_APC_ROUTINE Routine = Irp->Overlay.AsynchronousParameters.UserApcRoutine;
    void *Context = Irp->Overlay.AsynchronousParameters.UserApcContext;

    if (Routine != NULL && Thread != NULL) {
        KPROCESSOR_MODE Mode = IopPacket(Irp)->Mode;
        void *IoStatus = Irp->UserIosb;
        Irp->Type = 0;
        KeInitializeApc(&Irp->Tail.Apc, &Thread->Tcb, CurrentApcEnvironment, IopApcKernelRoutine,
            IopEndApc, (PKNORMAL_ROUTINE)(void *)Routine, Mode, Context);
        if (!KeInsertQueueApc(&Irp->Tail.Apc, IoStatus, NULL, IO_NO_INCREMENT))
            IopFreeIrp(Irp);
    } else if (Routine != NULL || Context == NULL || File->CompletionContext == NULL ||
               (!Pended && (File->Flags & FO_SKIP_COMPLETION_PORT)) || !IopPostRequest(Irp, File)) {
        IopFreeIrp(Irp);
    }
    if (Thread != NULL)
        ObfDereferenceObject(Thread);
}

/* ---- files ----------------------------------------------------------------------------------- */

static NTSTATUS IopReferencePort(
    HANDLE Handle, ACCESS_MASK Needed, KPROCESSOR_MODE Mode, KQUEUE **Port)
{
    ACCESS_MASK Granted;
    NTSTATUS Status = ObiReferenceByHandle(
        Handle, IoiCompletionObjectType, Mode, (void **)Port, &Granted);
    if (NT_SUCCESS(Status) && Mode != KernelMode && (Needed & ~Granted) != 0) {
        ObfDereferenceObject(*Port);
        return STATUS_ACCESS_DENIED;
    }
    return Status;
}

static void IopReleaseContext(IO_COMPLETION_CONTEXT *Context)
{
    if (Context == NULL)
        return;
    ObfDereferenceObject(Context->Port);
    ExiFree(Context);
}

NTSTATUS IopSetCompletion(
    FILE_OBJECT *File, HANDLE Port, void *Key, BOOLEAN Replace, KPROCESSOR_MODE Mode)
{
    IO_COMPLETION_CONTEXT *New = NULL, *None = NULL;
    NTSTATUS Status;

    if (File->Flags & FO_SYNCHRONOUS_IO)
        return STATUS_INVALID_PARAMETER;
    if (Port != NULL || !Replace) {
        New = ExiAllocate(NonPagedPoolNx, sizeof(*New), IOP_TAG_COMPLETION, EX_KERNEL_SITE);
        if (New == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        Status = IopReferencePort(Port, IOP_COMPLETION_MODIFY_STATE, Mode, (KQUEUE **)&New->Port);
        if (!NT_SUCCESS(Status)) {
            ExiFree(New);
            return Status;
        }
        New->Key = Key;
    }
    if (Replace) {
        KIRQL Old = KiAcquireLock(&IopAssociationLock);
        IO_COMPLETION_CONTEXT *Before = File->CompletionContext;
        File->CompletionContext = New;
        KiReleaseLock(&IopAssociationLock, Old);
        IopReleaseContext(Before);
        return STATUS_SUCCESS;
    }
    if (__atomic_compare_exchange_n(
            &File->CompletionContext, &None, New, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return STATUS_SUCCESS;
    IopReleaseContext(New);
    return STATUS_INVALID_PARAMETER;
}

void IopFreeCompletion(FILE_OBJECT *File)
{
    IopReleaseContext(File->CompletionContext);
}

/* ---- services -------------------------------------------------------------------------------- */

static NTSTATUS IopCreatePort(HANDLE *Handle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, ULONG Count, ULONG_PTR Site)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    HANDLE New;
    OB_NAME Name;
    void *Object;

    NTSTATUS Status = ObiProbeOutput(Handle, sizeof(*Handle), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiCaptureName(ObjectAttributes, Mode, &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiCreateObject(IoiCompletionObjectType, sizeof(KQUEUE), Site, &Object);
    if (NT_SUCCESS(Status)) {
        KeInitializeQueue(Object, Count);
        Status = ObiInsertObject(Object, &Name, DesiredAccess, Mode, &New);
    }
    ObiReleaseName(&Name);
    return NT_SUCCESS(Status) ? ObiReturnHandle(Handle, New, Mode, Status) : Status;
}

/*
 * NtCreateIoCompletion - create a completion port, or open one of that name with OBJ_OPENIF.
 *
 * Count:   how many threads that take packets may be active at a time; 0: as many as there are
 *          processors.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: opened; the statuses of a bad path; ACCESS_DENIED,
 * INSUFFICIENT_RESOURCES.
 * Owner:   caller; NtClose.
 * Source:  INF: undocumented; CreateIoCompletionPort is built on it
 */
NTSTATUS NTAPI NtCreateIoCompletion(HANDLE *IoCompletionHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, ULONG Count)
{
    return IopCreatePort(IoCompletionHandle, DesiredAccess, ObjectAttributes, Count, EX_CALLER);
}

NTSTATUS NTAPI ZwCreateIoCompletion(HANDLE *IoCompletionHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, ULONG Count)
{
    ULONG_PTR Site = EX_CALLER;
    return ZW_RUN(IopCreatePort(IoCompletionHandle, DesiredAccess, ObjectAttributes, Count, Site));
}

/* NtOpenIoCompletion - open one by name. Returns, Owner: as NtOpenEvent. Source: INF:
 * undocumented. */
NTSTATUS NTAPI NtOpenIoCompletion(
    HANDLE *IoCompletionHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    HANDLE Handle;
    NTSTATUS Status = ObiProbeOutput(IoCompletionHandle, sizeof(HANDLE), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiOpenByName(
            ObjectAttributes, IoiCompletionObjectType, Mode, DesiredAccess, NULL, &Handle);
    return NT_SUCCESS(Status) ? ObiReturnHandle(IoCompletionHandle, Handle, Mode, Status) : Status;
}

/*
 * NtQueryIoCompletion - how many packets a port holds (class 0, a LONG).
 * Returns: SUCCESS; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH; those of a bad handle. Source: INF:
 * undocumented.
 */
NTSTATUS NTAPI NtQueryIoCompletion(
    HANDLE IoCompletionHandle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    ULONG Bytes = sizeof(LONG);
    KQUEUE *Port;
    if (Class != 0)
        return STATUS_INVALID_INFO_CLASS;
    if (Length != Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = IopReferencePort(IoCompletionHandle, IOP_COMPLETION_QUERY_STATE, Mode, &Port);
    if (!NT_SUCCESS(Status))
        return Status;
    LONG Depth = KeReadStateQueue(Port);
    ObfDereferenceObject(Port);
    Status = ObiWriteCaller(Information, &Depth, sizeof(Depth), Mode);
    if (NT_SUCCESS(Status) && ReturnLength != NULL)
        Status = ObiWriteCaller(ReturnLength, &Bytes, sizeof(Bytes), Mode);
    return Status;
}

/*
 * IoSetIoCompletion - post a packet to a completion port object.
 *
 * Quota:   accepted; no limits.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Source:  INF: undocumented; tests/unit/io/completion_test.c
 */
NTSTATUS NTAPI IoSetIoCompletion(void *IoCompletion, void *KeyContext, void *ApcContext,
    NTSTATUS IoStatus, ULONG_PTR IoStatusInformation, BOOLEAN Quota)
{
    return IoSetIoCompletionEx(
        IoCompletion, KeyContext, ApcContext, IoStatus, IoStatusInformation, Quota, NULL);
}

/*
 * IoAllocateMiniCompletionPacket - memory for a packet of the caller's, to be posted again and
 * again without another allocation.
 *
 * MiniPacketCallback: called when the packet's results have been taken, or its port is gone: the
 *          packet is the caller's again. NULL: the packet is freed then.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: NULL: no memory.
 * Owner:   caller; IoFreeMiniCompletionPacket, when it is not in a port.
 * Source:  INF: undocumented; OBS tests/kernel/io/ZwCreateIoCompletion.c
 */
void *NTAPI IoAllocateMiniCompletionPacket(
    IO_MINI_PACKET_CALLBACK *MiniPacketCallback, void *Context)
{
    IOP_COMPLETION *Packet =
        ExiAllocateZero(NonPagedPoolNx, sizeof(*Packet), IOP_TAG_COMPLETION, EX_CALLER);
    if (Packet != NULL) {
        Packet->Callback = MiniPacketCallback;
        Packet->Context = Context;
    }
    return Packet;
}

/*
 * IoFreeMiniCompletionPacket - the reverse.
 * IRQL: up to DISPATCH_LEVEL. Source: INF: undocumented; OBS as above.
 */
void NTAPI IoFreeMiniCompletionPacket(void *MiniPacket)
{
    ExiFree(MiniPacket);
}

/*
 * IoSetIoCompletionEx - the same as IoSetIoCompletion, in a packet of the caller's.
 *
 * MiniPacket: NULL: one is allocated.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES: not with a packet.
 * Source:  INF: undocumented; OBS as above
 */
NTSTATUS NTAPI IoSetIoCompletionEx(void *IoCompletion, void *KeyContext, void *ApcContext,
    NTSTATUS IoStatus, ULONG_PTR IoStatusInformation, BOOLEAN Quota, void *MiniPacket)
{
    IOP_COMPLETION *Packet = MiniPacket;
    (void)Quota;
    if (Packet == NULL)
        Packet =
            ExiAllocateZero(NonPagedPoolNx, sizeof(*Packet), IOP_TAG_COMPLETION, EX_KERNEL_SITE);
    if (Packet == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Packet->Key = KeyContext;
    Packet->ApcContext = ApcContext;
    Packet->IoStatus = (IO_STATUS_BLOCK){.Status = IoStatus, .Information = IoStatusInformation};
    KeInsertQueue(IoCompletion, &Packet->Link);
    return STATUS_SUCCESS;
}

/*
 * NtSetIoCompletion - post a packet.
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no
 * right to modify the port.
 * Source:  INF: undocumented; PostQueuedCompletionStatus is built on it
 */
NTSTATUS NTAPI NtSetIoCompletion(HANDLE IoCompletionHandle, void *KeyContext, void *ApcContext,
    NTSTATUS IoStatus, ULONG_PTR IoStatusInformation)
{
    KQUEUE *Port;
    NTSTATUS Status = IopReferencePort(
        IoCompletionHandle, IOP_COMPLETION_MODIFY_STATE, KiPreviousMode(), &Port);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoSetIoCompletion(Port, KeyContext, ApcContext, IoStatus, IoStatusInformation, TRUE);
    ObfDereferenceObject(Port);
    return Status;
}

static void IopTakePacket(LIST_ENTRY *Entry, FILE_IO_COMPLETION_INFORMATION *Information)
{
    IOP_COMPLETION *Packet = CONTAINING_RECORD(Entry, IOP_COMPLETION, Link);
    Information->KeyContext = Packet->Key;
    Information->ApcContext = Packet->ApcContext;
    Information->IoStatusBlock.Pointer = NULL;
    Information->IoStatusBlock.Status = Packet->IoStatus.Status;
    Information->IoStatusBlock.Information = Packet->IoStatus.Information;
    IopEndPacket(Packet);
}

/* Waits for packets and takes up to *Count of them; *Count is how many. */
static NTSTATUS IopRemovePackets(HANDLE Handle, FILE_IO_COMPLETION_INFORMATION *Information,
    ULONG *Count, const LARGE_INTEGER *Timeout, BOOLEAN Alertable)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    LIST_ENTRY *Entry[IOP_MOST_AT_ONCE];
    LARGE_INTEGER Copy;
    KQUEUE *Port;

    NTSTATUS Status = Timeout != NULL ? ObiReadCaller(&Copy, Timeout, sizeof(Copy), Mode)
                                      : STATUS_SUCCESS;
    if (NT_SUCCESS(Status))
        Status = IopReferencePort(Handle, IOP_COMPLETION_MODIFY_STATE, Mode, &Port);
    if (!NT_SUCCESS(Status))
        return Status;
    ULONG Most = *Count < IOP_MOST_AT_ONCE ? *Count : IOP_MOST_AT_ONCE;
    ULONG Taken = KeRemoveQueueEx(
        Port, Mode, Alertable, Timeout != NULL ? &Copy : NULL, Entry, Most);
    ObfDereferenceObject(Port);
    if (Taken > Most)
        return (NTSTATUS)Taken;
    for (ULONG Index = 0; Index < Taken; Index++)
        IopTakePacket(Entry[Index], &Information[Index]);
    *Count = Taken;
    return STATUS_SUCCESS;
}

/*
 * NtRemoveIoCompletion - take the first packet, waiting for one.
 *
 * Timeout: optional; as NtWaitForSingleObject's.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; TIMEOUT; USER_APC; ABANDONED_WAIT_0: the port's last handle was closed
 *          meanwhile; those of a bad handle; ACCESS_VIOLATION: checked before a packet is taken.
 * Source:  INF: undocumented; GetQueuedCompletionStatus is built on it
 */
NTSTATUS NTAPI NtRemoveIoCompletion(HANDLE IoCompletionHandle, void **KeyContext, void **ApcContext,
    IO_STATUS_BLOCK *IoStatusBlock, LARGE_INTEGER *Timeout)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    FILE_IO_COMPLETION_INFORMATION Packet;
    ULONG Count = 1;
    NTSTATUS Status = ObiProbeOutput(KeyContext, sizeof(*KeyContext), __alignof__(void *), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiProbeOutput(ApcContext, sizeof(*ApcContext), __alignof__(void *), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiProbeStatusBlock(IoStatusBlock, Mode);
    if (NT_SUCCESS(Status))
        Status = IopRemovePackets(IoCompletionHandle, &Packet, &Count, Timeout, FALSE);
    if (Status != STATUS_SUCCESS)
        return Status;
    const IO_STATUS_BLOCK IoStatus = {
        .Status = Packet.IoStatusBlock.Status, .Information = Packet.IoStatusBlock.Information};
    Status = ObiWriteCaller(KeyContext, &Packet.KeyContext, sizeof(*KeyContext), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller(ApcContext, &Packet.ApcContext, sizeof(*ApcContext), Mode);
    return NT_SUCCESS(Status) ? ObiWriteStatusBlock(IoStatusBlock, &IoStatus, Mode) : Status;
}

/*
 * NtRemoveIoCompletionEx - take up to Count packets, at most 64, as soon as there is one.
 *
 * NumEntriesRemoved: how many. Alertable: as a wait.
 * Returns: as NtRemoveIoCompletion; ALERTED; INVALID_PARAMETER: Count is zero.
 * Source:  INF: undocumented; GetQueuedCompletionStatusEx is built on it
 */
NTSTATUS NTAPI NtRemoveIoCompletionEx(HANDLE IoCompletionHandle,
    FILE_IO_COMPLETION_INFORMATION *IoCompletionInformation, ULONG Count, ULONG *NumEntriesRemoved,
    LARGE_INTEGER *Timeout, BOOLEAN Alertable)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    FILE_IO_COMPLETION_INFORMATION Packet[IOP_MOST_AT_ONCE];
    ULONG Taken = Count < IOP_MOST_AT_ONCE ? Count : IOP_MOST_AT_ONCE;
    if (Count == 0)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObiProbeOutput(
        IoCompletionInformation, Taken * sizeof(*Packet), __alignof__(void *), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiProbeOutput(NumEntriesRemoved, sizeof(ULONG), __alignof__(ULONG), Mode);
    if (NT_SUCCESS(Status))
        Status = IopRemovePackets(IoCompletionHandle, Packet, &Taken, Timeout, Alertable);
    if (Status != STATUS_SUCCESS)
        Taken = 0;
    NTSTATUS Written = Taken != 0
        ? ObiWriteCaller(IoCompletionInformation, Packet, Taken * sizeof(*Packet), Mode)
        : STATUS_SUCCESS;
    if (NT_SUCCESS(Written) && NT_SUCCESS(Status))
        Written = ObiWriteCaller(NumEntriesRemoved, &Taken, sizeof(Taken), Mode);
    return NT_SUCCESS(Written) ? Status : Written;
}

NTSTATUS NTAPI ZwRemoveIoCompletion(HANDLE IoCompletionHandle, void **KeyContext, void **ApcContext,
    IO_STATUS_BLOCK *IoStatusBlock, LARGE_INTEGER *Timeout)
{
    return ZW_CALL(
        RemoveIoCompletion, (IoCompletionHandle, KeyContext, ApcContext, IoStatusBlock, Timeout));
}

NTSTATUS NTAPI ZwRemoveIoCompletionEx(HANDLE IoCompletionHandle,
    FILE_IO_COMPLETION_INFORMATION *IoCompletionInformation, ULONG Count, ULONG *NumEntriesRemoved,
    LARGE_INTEGER *Timeout, BOOLEAN Alertable)
{
    return ZW_CALL(RemoveIoCompletionEx,
        (IoCompletionHandle, IoCompletionInformation, Count, NumEntriesRemoved, Timeout,
            Alertable));
}
