/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Programs that listen: the device \Device\DeviceApi, on which each file is a registration
 * (listener.h). What there is to tell waits in the file until the program asks for it. Who asks
 * whether a device may be removed waits for the program's answer, and takes it for consent when the
 * program ends, or has none within PNPP_PATIENCE_SECONDS. PnppListenLock guards all files.
 */
#include <string.h>

#include "pnp/listener.h"
#include "pnp/pnpp.h"

#define PNPP_PATIENCE_SECONDS 30
#define PNPP_MOST_TOLD 1024u /* events that wait; a program that takes none misses what is more */

typedef struct PNPP_TOLD {
    LIST_ENTRY Link;
    LISTENER_EVENT Event;
    UCHAR Data[];
} PNPP_TOLD;

typedef struct PNPP_LISTENER {
    void *Entry; /* the registration; NULL: not yet, or not any more */
    BOOLEAN Begun, Ended;
    LIST_ENTRY Told; /* PNPP_TOLD, pool */
    ULONG ToldCount;
    IRP *Waiting;    /* cancellable while it is here, or NULL */
    ULONG Number;    /* of the latest event */
    ULONG Asked;     /* the event that waits for an answer; 0: none */
    ULONG Error;     /* that answer */
    KEVENT Answered;
} PNPP_LISTENER;

static KSPIN_LOCK PnppListenLock;
static DRIVER_OBJECT *PnppListenDriver;

static NTSTATUS PnppEndListen(IRP *Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* ---- events ---------------------------------------------------------------------------------- */

/*
 * The first event into a buffer of Room bytes, which has room for LISTENER_EVENT. *Taken: to be
 * freed, or NULL.
 */
static NTSTATUS PnppTakeToldLocked(
    PNPP_LISTENER *Listener, void *Buffer, ULONG Room, ULONG_PTR *Bytes, PNPP_TOLD **Taken)
{
    PNPP_TOLD *Told = CONTAINING_RECORD(Listener->Told.Flink, PNPP_TOLD, Link);
    *Taken = NULL;
    *Bytes = sizeof(Told->Event);
    memcpy(Buffer, &Told->Event, sizeof(Told->Event));
    if (Room - sizeof(Told->Event) < Told->Event.Bytes)
        return STATUS_BUFFER_OVERFLOW;
    memcpy((UCHAR *)Buffer + sizeof(Told->Event), Told->Data, Told->Event.Bytes);
    *Bytes += Told->Event.Bytes;
    RemoveEntryList(&Told->Link);
    Listener->ToldCount--;
    *Taken = Told;
    return STATUS_SUCCESS;
}

/* The request that waits, for the caller to complete; NULL: none, or it is being cancelled. */
static IRP *PnppTakeWaitingLocked(PNPP_LISTENER *Listener)
{
    IRP *Irp = Listener->Waiting;
    Listener->Waiting = NULL;
    return Irp != NULL && IoSetCancelRoutine(Irp, NULL) != NULL ? Irp : NULL;
}

static void NTAPI PnppCancelListen(DEVICE_OBJECT *Device, IRP *Irp)
{
    PNPP_LISTENER *Listener = IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
    (void)Device;
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KIRQL Old = KiAcquireLock(&PnppListenLock);
    if (Listener->Waiting == Irp)
        Listener->Waiting = NULL;
    KiReleaseLock(&PnppListenLock, Old);
    PnppEndListen(Irp, STATUS_CANCELLED, 0);
}

static ULONG PnppRoom(IRP *Irp)
{
    return IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.OutputBufferLength;
}

/* Told is used up. Its number; 0: nobody listens any more, or takes what there is. */
static ULONG PnppDeliver(PNPP_LISTENER *Listener, PNPP_TOLD *Told, BOOLEAN Ask)
{
    IRP *Irp = NULL;
    PNPP_TOLD *Taken = Told;
    ULONG_PTR Bytes = 0;
    ULONG Number = 0;
    NTSTATUS Status = STATUS_SUCCESS;
    KIRQL Old = KiAcquireLock(&PnppListenLock);
    if (!Listener->Ended && (Ask || Listener->ToldCount < PNPP_MOST_TOLD)) {
        Number = ++Listener->Number;
        Told->Event.Number = Number;
        if (Ask) {
            Listener->Asked = Number;
            Listener->Answered.Header.SignalState = 0;
        }
        InsertTailList(&Listener->Told, &Told->Link);
        Listener->ToldCount++;
        Irp = PnppTakeWaitingLocked(Listener);
        Taken = NULL;
        if (Irp != NULL)
            Status = PnppTakeToldLocked(
                Listener, Irp->AssociatedIrp.SystemBuffer, PnppRoom(Irp), &Bytes, &Taken);
    }
    KiReleaseLock(&PnppListenLock, Old);
    if (Irp != NULL)
        PnppEndListen(Irp, Status, Bytes);
    if (Taken != NULL)
        ExiFree(Taken);
    return Number;
}

/* One with room for Bytes of data; NULL: out of memory. */
static PNPP_TOLD *PnppNewTold(ULONG Action, SIZE_T Bytes)
{
    PNPP_TOLD *Told =
        ExiAllocateZero(NonPagedPoolNx, sizeof(*Told) + Bytes, PNPP_TAG, EX_KERNEL_SITE);
    if (Told != NULL) {
        Told->Event.Action = Action;
        Told->Event.Bytes = (ULONG)Bytes;
    }
    return Told;
}

static void PnppTell(PNPP_LISTENER *Listener, ULONG Action, const void *First, SIZE_T FirstBytes,
    const void *Second, SIZE_T SecondBytes, SIZE_T Terminator)
{
    PNPP_TOLD *Told = PnppNewTold(Action, FirstBytes + SecondBytes + Terminator);
    if (Told == NULL)
        return;
    memcpy(Told->Data, First, FirstBytes);
    memcpy(Told->Data + FirstBytes, Second, SecondBytes);
    PnppDeliver(Listener, Told, FALSE);
}

/* ---- what plug and play tells ---------------------------------------------------------------- */

static NTSTATUS NTAPI PnppHearInterface(void *Structure, void *Context)
{
    const DEVICE_INTERFACE_CHANGE_NOTIFICATION *Change = Structure;
    UNICODE_STRING Link = *Change->SymbolicLinkName;
    ULONG Action = PnppIsEvent(&Change->Event, &PnppArrival) ? LISTENER_ARRIVAL : LISTENER_REMOVAL;
    struct {
        GUID Class;
        WCHAR Prefix[2]; /* programs know it by another one */
    } Head = {Change->InterfaceClassGuid, {u'\\', u'\\'}};
    PnppTell(Context, Action, &Head, sizeof(Head), Link.Buffer + 2, Link.Length - 2 * sizeof(WCHAR),
        sizeof(WCHAR));
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI PnppHearInstance(void *Structure, void *Context)
{
    const DEVICE_INTERFACE_CHANGE_NOTIFICATION *Change = Structure;
    const UNICODE_STRING *Path = Change->SymbolicLinkName;
    ULONG Action = PnppIsEvent(&Change->Event, &PnppDeviceFound)     ? LISTENER_ENUMERATED
                   : PnppIsEvent(&Change->Event, &PnppDeviceStarted) ? LISTENER_STARTED
                                                                     : LISTENER_REMOVED;
    PnppTell(Context, Action, Path->Buffer, Path->Length, NULL, 0, sizeof(WCHAR));
    return STATUS_SUCCESS;
}

static NTSTATUS PnppAskProgram(PNPP_LISTENER *Listener)
{
    LARGE_INTEGER Patience = {.QuadPart = -10000000LL * PNPP_PATIENCE_SECONDS};
    PNPP_TOLD *Told = PnppNewTold(LISTENER_QUERY_REMOVE, 0);
    if (Told == NULL || PnppDeliver(Listener, Told, TRUE) == 0)
        return STATUS_SUCCESS;
    NTSTATUS Status =
        KeWaitForSingleObject(&Listener->Answered, Executive, KernelMode, FALSE, &Patience);
    KIRQL Old = KiAcquireLock(&PnppListenLock);
    ULONG Error = Status == STATUS_SUCCESS ? Listener->Error : 0;
    Listener->Asked = 0;
    KiReleaseLock(&PnppListenLock, Old);
    return Error == 0 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static NTSTATUS NTAPI PnppHearTarget(void *Structure, void *Context)
{
    const TARGET_DEVICE_CUSTOM_NOTIFICATION *Custom = Structure;
    const GUID *Event = &Custom->Event;
    struct {
        GUID Event;
        LONG NameOffset;
        ULONG Bytes;
    } Head = {*Event, Custom->NameBufferOffset, 0};
    if (PnppIsEvent(Event, &PnppQueryRemove))
        return PnppAskProgram(Context);
    if (PnppIsEvent(Event, &PnppRemoveCancelled)) {
        PnppTell(Context, LISTENER_QUERY_REMOVE_FAILED, NULL, 0, NULL, 0, 0);
    } else if (PnppIsEvent(Event, &PnppRemovePending)) {
        PnppTell(Context, LISTENER_REMOVE_PENDING, NULL, 0, NULL, 0, 0);
    } else if (PnppIsEvent(Event, &PnppRemoveComplete)) {
        PnppTell(Context, LISTENER_REMOVE_COMPLETE, NULL, 0, NULL, 0, 0);
    } else {
        Head.Bytes =
            Custom->Size - (ULONG)FIELD_OFFSET(TARGET_DEVICE_CUSTOM_NOTIFICATION, CustomDataBuffer);
        PnppTell(
            Context, LISTENER_CUSTOM, &Head, sizeof(Head), Custom->CustomDataBuffer, Head.Bytes, 0);
    }
    return STATUS_SUCCESS;
}

/* ---- what programs ask ----------------------------------------------------------------------- */

static NTSTATUS PnppFillWanted(
    const LISTENER_WANTED *Asked, KPROCESSOR_MODE Mode, PNPP_WANTED *Wanted)
{
    UNICODE_STRING Path;
    void *File = NULL;
    NTSTATUS Status = STATUS_SUCCESS;
    *Wanted = (PNPP_WANTED){.Program = TRUE, .All = Asked->All != 0, .Class = Asked->Class};
    switch (Asked->Type) {
    case LISTENER_INTERFACE:
        Wanted->Category = EventCategoryDeviceInterfaceChange;
        return STATUS_SUCCESS;
    case LISTENER_INSTANCE:
        Wanted->Category = PNPP_DEVICE_CHANGE;
        if (Asked->Instance[sizeof(Asked->Instance) / sizeof(WCHAR) - 1] != 0)
            return STATUS_INVALID_PARAMETER;
        RtlInitUnicodeString(&Path, Asked->Instance);
        return PnppCopy(&Path, &Wanted->Path);
    case LISTENER_HANDLE:
        Wanted->Category = EventCategoryTargetDeviceChange;
        Status = ObReferenceObjectByHandle(
            (HANDLE)(ULONG_PTR)Asked->Target, 0, IoiFileObjectType, Mode, &File, NULL);
        Wanted->File = File;
        return Status;
    default: return STATUS_INVALID_PARAMETER;
    }
}

static NTSTATUS PnppBeginListening(PNPP_LISTENER *Listener, IRP *Irp)
{
    static const PDRIVER_NOTIFICATION_CALLBACK_ROUTINE Hear[] = {
        [LISTENER_INTERFACE] = PnppHearInterface,
        [LISTENER_HANDLE] = PnppHearTarget,
        [LISTENER_INSTANCE] = PnppHearInstance};
    const LISTENER_WANTED *Asked = Irp->AssociatedIrp.SystemBuffer;
    PNPP_WANTED Wanted;
    void *Entry;
    if (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.InputBufferLength !=
        sizeof(*Asked))
        return STATUS_INVALID_PARAMETER;
    if (__atomic_exchange_n(&Listener->Begun, TRUE, __ATOMIC_ACQ_REL))
        return STATUS_INVALID_DEVICE_STATE;
    NTSTATUS Status = PnppFillWanted(Asked, Irp->RequestorMode, &Wanted);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppRegister(
        &Wanted, PnppListenDriver, Hear[Asked->Type], Listener, EX_KERNEL_SITE, &Entry);
    if (Wanted.File != NULL)
        ObfDereferenceObject(Wanted.File);
    if (NT_SUCCESS(Status))
        Listener->Entry = Entry;
    else
        PnppFree(&Wanted.Path);
    return Status;
}

static void PnppTakeAnswerLocked(PNPP_LISTENER *Listener, const LISTENER_ANSWER *Answer)
{
    if (Listener->Asked == 0 || Listener->Asked != Answer->Number)
        return;
    Listener->Asked = 0;
    Listener->Error = Answer->Error;
    KeSetEvent(&Listener->Answered, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS PnppNextEvent(PNPP_LISTENER *Listener, IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    void *Buffer = Irp->AssociatedIrp.SystemBuffer;
    PNPP_TOLD *Taken = NULL;
    ULONG_PTR Bytes = 0;
    NTSTATUS Status = STATUS_SUCCESS;
    BOOLEAN Pending = FALSE;
    if (Stack->Parameters.DeviceIoControl.InputBufferLength != sizeof(LISTENER_ANSWER) ||
        PnppRoom(Irp) < sizeof(LISTENER_EVENT))
        return PnppEndListen(Irp, STATUS_INVALID_PARAMETER, 0);
    KIRQL Old = KiAcquireLock(&PnppListenLock);
    PnppTakeAnswerLocked(Listener, Buffer);
    if (Listener->Ended) {
        Status = STATUS_CANCELLED;
    } else if (!IsListEmpty(&Listener->Told)) {
        Status = PnppTakeToldLocked(Listener, Buffer, PnppRoom(Irp), &Bytes, &Taken);
    } else if (Listener->Waiting != NULL) {
        Status = STATUS_INVALID_DEVICE_STATE;
    } else {
        Pending = TRUE;
        IoMarkIrpPending(Irp);
        Listener->Waiting = Irp;
        IoSetCancelRoutine(Irp, PnppCancelListen);
        Status = STATUS_PENDING;
        /* Cancelled just before: if the routine is ours to take back, nobody else ends it. */
        if (Irp->Cancel && PnppTakeWaitingLocked(Listener) != NULL)
            Status = STATUS_CANCELLED;
    }
    KiReleaseLock(&PnppListenLock, Old);
    if (Taken != NULL)
        ExiFree(Taken);
    if (Status != STATUS_PENDING)
        PnppEndListen(Irp, Status, Bytes);
    return Pending ? STATUS_PENDING : Status;
}

/* Nobody is told anything through it any more, nor asked. */
static void PnppEndListening(PNPP_LISTENER *Listener)
{
    KIRQL Old = KiAcquireLock(&PnppListenLock);
    Listener->Ended = TRUE;
    if (Listener->Asked != 0)
        PnppTakeAnswerLocked(Listener, &(LISTENER_ANSWER){Listener->Asked, 0});
    IRP *Irp = PnppTakeWaitingLocked(Listener);
    KiReleaseLock(&PnppListenLock, Old);
    if (Irp != NULL)
        PnppEndListen(Irp, STATUS_CANCELLED, 0);
    void *Entry = __atomic_exchange_n(&Listener->Entry, NULL, __ATOMIC_ACQ_REL);
    if (Entry != NULL)
        IoUnregisterPlugPlayNotificationEx(Entry);
}

/* ---- dispatch -------------------------------------------------------------------------------- */

static NTSTATUS NTAPI PnppListenCreate(DEVICE_OBJECT *Device, IRP *Irp)
{
    static const UNICODE_STRING Name = RTL_STRING(u"\\CMNotify");
    FILE_OBJECT *File = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    (void)Device;
    if (!PnppSame(&File->FileName, &Name))
        return PnppEndListen(Irp, STATUS_OBJECT_NAME_NOT_FOUND, 0);
    PNPP_LISTENER *Listener =
        ExiAllocateZero(NonPagedPoolNx, sizeof(*Listener), PNPP_TAG, EX_KERNEL_SITE);
    if (Listener == NULL)
        return PnppEndListen(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    InitializeListHead(&Listener->Told);
    KeInitializeEvent(&Listener->Answered, NotificationEvent, FALSE);
    File->FsContext = Listener;
    return PnppEndListen(Irp, STATUS_SUCCESS, FILE_OPENED);
}

static NTSTATUS NTAPI PnppListenCleanup(DEVICE_OBJECT *Device, IRP *Irp)
{
    (void)Device;
    PnppEndListening(IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext);
    return PnppEndListen(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI PnppListenClose(DEVICE_OBJECT *Device, IRP *Irp)
{
    PNPP_LISTENER *Listener = IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
    (void)Device;
    while (!IsListEmpty(&Listener->Told))
        ExiFree(CONTAINING_RECORD(RemoveHeadList(&Listener->Told), PNPP_TOLD, Link));
    ExiFree(Listener);
    return PnppEndListen(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI PnppListenControl(DEVICE_OBJECT *Device, IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    PNPP_LISTENER *Listener = Stack->FileObject->FsContext;
    (void)Device;
    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case LISTENER_BEGIN: return PnppEndListen(Irp, PnppBeginListening(Listener, Irp), 0);
    case LISTENER_NEXT: return PnppNextEvent(Listener, Irp);
    case LISTENER_END: PnppEndListening(Listener); return PnppEndListen(Irp, STATUS_SUCCESS, 0);
    default: return PnppEndListen(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

NTSTATUS NTAPI PnppListenerEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath)
{
    static UNICODE_STRING Name = RTL_STRING(u"\\Device\\DeviceApi"),
                          Link = RTL_STRING(u"\\GLOBAL??\\DeviceApi");
    DEVICE_OBJECT *Device;
    (void)RegistryPath;
    PnppListenLock = 0;
    PnppListenDriver = Driver;
    Driver->MajorFunction[IRP_MJ_CREATE] = PnppListenCreate;
    Driver->MajorFunction[IRP_MJ_CLEANUP] = PnppListenCleanup;
    Driver->MajorFunction[IRP_MJ_CLOSE] = PnppListenClose;
    Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = PnppListenControl;
    NTSTATUS Status = IoCreateDevice(Driver, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status))
        IoDeleteDevice(Device);
    return Status;
}
