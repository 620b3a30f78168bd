/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Providers: devices that registered. What blocks a device has its driver is asked by
 * IRP_MN_REGINFO_EX, or IRP_MN_REGINFO, on a system thread: the driver may register where it could
 * not answer yet. Who opens a block waits until all have been asked. A registered device holds a
 * reference to it; deregistering waits for the requests that are under way.
 */
#include <stdio.h>
#include <string.h>

#include "dotsys/dotsys.h"
#include "kd/kd.h"
#include "ke/zw.h"
#include "wmi/wmip.h"

#define WMIP_FIRST_BYTES 4096u
#define WMIP_MOST_BYTES (1024u * 1024u)

KSPIN_LOCK WmipLock;
LIST_ENTRY WmipProviders, WmipOpeners;

static ULONG WmipLastId;
static ULONG WmipAsking;       /* times providers are still to be asked, of all of them */
static LIST_ENTRY WmipWaiters; /* WMIP_WAITER, under the lock */
static ETHREAD *WmipAskers[8]; /* threads that ask at the moment */

/* Somebody who waits for something to be over, on its stack. */
typedef struct WMIP_WAITER {
    LIST_ENTRY Link;
    KEVENT Look;
} WMIP_WAITER;

/* Queued for each time a provider is to be asked. */
typedef struct WMIP_WORK {
    WORK_QUEUE_ITEM Item;
    WMIP_PROVIDER *Provider; /* Busy for it */
    BOOLEAN Update;          /* what it answers is added to what it answered before */
} WMIP_WORK;

void WmipResetProviders(void)
{
    WmipLock = 0;
    InitializeListHead(&WmipProviders);
    InitializeListHead(&WmipOpeners);
    WmipLastId = 0;
    WmipAsking = 0;
    memset(WmipAskers, 0, sizeof(WmipAskers));
    InitializeListHead(&WmipWaiters);
}

/* ---- finding --------------------------------------------------------------------------------- */

static WMIP_PROVIDER *WmipFindLocked(const DEVICE_OBJECT *Device)
{
    for (LIST_ENTRY *Link = WmipProviders.Flink; Link != &WmipProviders; Link = Link->Flink) {
        WMIP_PROVIDER *Provider = CONTAINING_RECORD(Link, WMIP_PROVIDER, Link);
        if (Provider->Device == Device)
            return Provider;
    }
    return NULL;
}

static void WmipFree(WMIP_PROVIDER *Provider)
{
    WmipFreeAnswers(Provider->Answer);
    ObfDereferenceObject(Provider->Device);
    ExiFree(Provider);
}

static void WmipWakeLocked(void)
{
    for (LIST_ENTRY *Link = WmipWaiters.Flink; Link != &WmipWaiters; Link = Link->Flink)
        KeSetEvent(&CONTAINING_RECORD(Link, WMIP_WAITER, Link)->Look, IO_NO_INCREMENT, FALSE);
}

void WmipLeave(WMIP_PROVIDER *Provider)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    BOOLEAN Last = --Provider->Busy == 0;
    if (!Provider->Listed)
        WmipWakeLocked();
    KiReleaseLock(&WmipLock, Old);
    if (Last)
        WmipFree(Provider);
}

NTSTATUS WmipFindTargets(const GUID *Guid, WMIP_TARGET **Targets, ULONG *Count)
{
    ULONG Room = 0;
    *Targets = NULL;
    *Count = 0;
    KIRQL Old = KiAcquireLock(&WmipLock);
    for (LIST_ENTRY *Link = WmipProviders.Flink; Link != &WmipProviders; Link = Link->Flink)
        Room++;
    WMIP_TARGET *Found = Room == 0
        ? NULL
        : ExiAllocate(NonPagedPoolNx, Room * sizeof(*Found), WMIP_TAG, EX_KERNEL_SITE);
    if (Room != 0 && Found == NULL) {
        KiReleaseLock(&WmipLock, Old);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    for (LIST_ENTRY *Link = WmipProviders.Flink; Link != &WmipProviders; Link = Link->Flink) {
        WMIP_PROVIDER *Provider = CONTAINING_RECORD(Link, WMIP_PROVIDER, Link);
        const WMIP_SET *Set = Provider->Blocked ? NULL : WmipFindSet(Provider->Answer, Guid);
        if (Set == NULL)
            continue;
        Provider->Busy++;
        Found[(*Count)++] = (WMIP_TARGET){Provider, Set};
    }
    KiReleaseLock(&WmipLock, Old);
    if (Found != NULL && *Count == 0) {
        ExiFree(Found);
        Found = NULL;
    }
    *Targets = Found;
    return STATUS_SUCCESS;
}

void WmipReleaseTargets(WMIP_TARGET *Targets, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++)
        WmipLeave(Targets[Index].Provider);
    if (Targets != NULL)
        ExiFree(Targets);
}

BOOLEAN WmipIsKnown(const GUID *Guid)
{
    BOOLEAN Known = FALSE;
    KIRQL Old = KiAcquireLock(&WmipLock);
    for (LIST_ENTRY *Link = WmipProviders.Flink; Link != &WmipProviders && !Known;
         Link = Link->Flink)
        Known = WmipFindSet(CONTAINING_RECORD(Link, WMIP_PROVIDER, Link)->Answer, Guid) != NULL;
    KiReleaseLock(&WmipLock, Old);
    return Known;
}

BOOLEAN WmipFindTarget(ULONG ProviderId, const GUID *Guid, WMIP_TARGET *Target)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&WmipLock);
    for (LIST_ENTRY *Link = WmipProviders.Flink; Link != &WmipProviders && !Found;
         Link = Link->Flink) {
        WMIP_PROVIDER *Provider = CONTAINING_RECORD(Link, WMIP_PROVIDER, Link);
        const WMIP_SET *Set = Provider->Id == ProviderId && !Provider->Blocked
            ? WmipFindSet(Provider->Answer, Guid)
            : NULL;
        if (Set == NULL)
            continue;
        Provider->Busy++;
        *Target = (WMIP_TARGET){Provider, Set};
        Found = TRUE;
    }
    KiReleaseLock(&WmipLock, Old);
    return Found;
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* One request for what the device has. *Needed: the bytes the driver wants, when Bytes were too
 * few. */
static NTSTATUS WmipAskOnce(const WMIP_PROVIDER *Provider, UCHAR Minor, BOOLEAN Update, ULONG Bytes,
    UCHAR **Raw, ULONG *Needed)
{
    ULONG_PTR Information = 0;
    UCHAR *Buffer = ExiAllocateZero(NonPagedPoolNx, Bytes, WMIP_TAG, EX_KERNEL_SITE);
    *Needed = 0;
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    void *What = (void *)(ULONG_PTR)(Update ? WMIUPDATE : WMIREGISTER);
    NTSTATUS Status = WmipSend(Provider, Minor, What, Bytes, Buffer, &Information);
    if (Status == STATUS_BUFFER_TOO_SMALL || (NT_SUCCESS(Status) && Information == sizeof(ULONG))) {
        memcpy(Needed, Buffer, sizeof(*Needed));
        Status = STATUS_BUFFER_TOO_SMALL;
    }
    if (NT_SUCCESS(Status) && (Information > Bytes || Information < sizeof(WMIREGINFOW)))
        Status = STATUS_INVALID_PARAMETER;
    if (!NT_SUCCESS(Status)) {
        ExiFree(Buffer);
        return Status;
    }
    *Raw = Buffer;
    *Needed = (ULONG)Information;
    return STATUS_SUCCESS;
}

static NTSTATUS WmipAskFor(
    const WMIP_PROVIDER *Provider, UCHAR Minor, BOOLEAN Update, WMIP_ANSWER **Answer)
{
    UCHAR *Raw = NULL;
    ULONG Bytes = WMIP_FIRST_BYTES, Needed;
    for (;;) {
        NTSTATUS Status = WmipAskOnce(Provider, Minor, Update, Bytes, &Raw, &Needed);
        if (NT_SUCCESS(Status))
            return WmipReadAnswer(Raw, Needed, Minor == IRP_MN_REGINFO_EX, Answer);
        if (Status != STATUS_BUFFER_TOO_SMALL || Needed <= Bytes || Needed > WMIP_MOST_BYTES)
            return Status;
        Bytes = Needed;
    }
}

static void WmipTakeAnswer(WMIP_PROVIDER *Provider, WMIP_ANSWER *Answer, BOOLEAN Update)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    Answer->Before = Provider->Answer;
    Answer->Older = Update ? Provider->Answer : NULL;
    Provider->Answer = Answer;
    KiReleaseLock(&WmipLock, Old);
}

static void WmipMarkAsker(ETHREAD *Was, ETHREAD *Is)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(WmipAskers); Index++) {
        if (WmipAskers[Index] == Was) {
            WmipAskers[Index] = Is;
            break;
        }
    }
    KiReleaseLock(&WmipLock, Old);
}

static void NTAPI WmipAskProvider(void *Parameter)
{
    WMIP_WORK *Work = Parameter;
    WMIP_PROVIDER *Provider = Work->Provider;
    ETHREAD *Self = PsiCurrentThread();
    WMIP_ANSWER *Answer = NULL;
    NTSTATUS Status = STATUS_NOT_SUPPORTED;

    WmipMarkAsker(NULL, Self);
    if (Provider->Listed && !Provider->Blocked) {
        if (LdrTargetVersion >= WINVER_XP)
            Status = WmipAskFor(Provider, IRP_MN_REGINFO_EX, Work->Update, &Answer);
        if (!NT_SUCCESS(Status) && Status != STATUS_INSUFFICIENT_RESOURCES)
            Status = WmipAskFor(Provider, IRP_MN_REGINFO, Work->Update, &Answer);
    }
    if (NT_SUCCESS(Status)) {
        WmipTakeAnswer(Provider, Answer, Work->Update);
        WmipEnableNew(Provider);
    }
    WmipMarkAsker(Self, NULL);
    ExiFree(Work);
    KIRQL Old = KiAcquireLock(&WmipLock);
    WmipAsking--;
    WmipWakeLocked();
    KiReleaseLock(&WmipLock, Old);
    WmipLeave(Provider);
}

static void WmipQueueAsk(WMIP_PROVIDER *Provider, WMIP_WORK *Work, BOOLEAN Update)
{
    Work->Provider = Provider;
    Work->Update = Update;
    ExInitializeWorkItem(&Work->Item, WmipAskProvider, Work);
    ExQueueWorkItem(&Work->Item, DelayedWorkQueue);
}

static BOOLEAN WmipIsAsker(void)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&WmipLock);
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(WmipAskers); Index++)
        Found |= WmipAskers[Index] == PsiCurrentThread();
    KiReleaseLock(&WmipLock, Old);
    return Found;
}

/* Waits until Done says so, which is asked under the lock. */
static void WmipAwait(BOOLEAN (*Done)(const void *Context), const void *Context)
{
    WMIP_WAITER Waiter;
    KeInitializeEvent(&Waiter.Look, SynchronizationEvent, FALSE);
    KIRQL Old = KiAcquireLock(&WmipLock);
    InsertTailList(&WmipWaiters, &Waiter.Link);
    while (!Done(Context)) {
        KiReleaseLock(&WmipLock, Old);
        KeWaitForSingleObject(&Waiter.Look, Executive, KernelMode, FALSE, NULL);
        Old = KiAcquireLock(&WmipLock);
    }
    RemoveEntryList(&Waiter.Link);
    KiReleaseLock(&WmipLock, Old);
}

static BOOLEAN WmipNobodyAsked(const void *Context)
{
    (void)Context;
    return WmipAsking == 0;
}

void WmipSettle(void)
{
    if (!WmipIsAsker())
        WmipAwait(WmipNobodyAsked, NULL);
}

/* ---- registering ----------------------------------------------------------------------------- */

/* What stands for the device in WNODEs: to 32-bit drivers, whose headers say so, its address. Under
 * the lock. */
static ULONG WmipNewId(const DEVICE_OBJECT *Device)
{
    return sizeof(Device) == sizeof(ULONG) ? (ULONG)(ULONG_PTR)Device : ++WmipLastId;
}

static NTSTATUS WmipRegister(DEVICE_OBJECT *Device, ULONG Action)
{
    WMIP_WORK *Work = ExiAllocateZero(NonPagedPoolNx, sizeof(*Work), WMIP_TAG, EX_KERNEL_SITE);
    WMIP_PROVIDER *New = Action != WMIREG_ACTION_REGISTER
        ? NULL
        : ExiAllocateZero(NonPagedPoolNx, sizeof(*New), WMIP_TAG, EX_KERNEL_SITE);
    NTSTATUS Status = STATUS_SUCCESS;
    if (Work == NULL || (New == NULL && Action == WMIREG_ACTION_REGISTER)) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
        goto FreeBoth;
    }
    KIRQL Old = KiAcquireLock(&WmipLock);
    WMIP_PROVIDER *Provider = WmipFindLocked(Device);
    if (New != NULL && Provider != NULL) {
        Status = STATUS_OBJECT_NAME_EXISTS;
    } else if (New == NULL && Provider == NULL) {
        Status = STATUS_INVALID_PARAMETER;
    } else {
        if (Provider == NULL) {
            Provider = New;
            New = NULL;
            ObiReference(Device);
            Provider->Device = Device;
            Provider->Id = WmipNewId(Device);
            Provider->Busy = 1;
            Provider->Listed = TRUE;
            InsertTailList(&WmipProviders, &Provider->Link);
        }
        Provider->Busy++;
        WmipAsking++;
    }
    KiReleaseLock(&WmipLock, Old);
    if (Status == STATUS_SUCCESS) {
        WmipQueueAsk(Provider, Work, Action == WMIREG_ACTION_UPDATE_GUIDS);
        Work = NULL;
    }
FreeBoth:
    if (Work != NULL)
        ExiFree(Work);
    if (New != NULL)
        ExiFree(New);
    return Status;
}

static BOOLEAN WmipIsIdle(const void *Context)
{
    const WMIP_PROVIDER *Provider = Context;
    return Provider->Busy == 1;
}

/* NULL: the device is not registered. */
static WMIP_PROVIDER *WmipUnlist(const DEVICE_OBJECT *Device)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    WMIP_PROVIDER *Provider = WmipFindLocked(Device);
    if (Provider != NULL) {
        RemoveEntryList(&Provider->Link);
        Provider->Listed = FALSE;
    }
    KiReleaseLock(&WmipLock, Old);
    return Provider;
}

static NTSTATUS WmipDeregister(const DEVICE_OBJECT *Device)
{
    WMIP_PROVIDER *Provider = WmipUnlist(Device);
    if (Provider == NULL)
        return STATUS_INVALID_PARAMETER;
    WmipAwait(WmipIsIdle, Provider);
    WmipLeave(Provider);
    return STATUS_SUCCESS;
}

BOOLEAN WmiIsRegistered(const DEVICE_OBJECT *DeviceObject)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    const BOOLEAN Found = WmipFindLocked(DeviceObject) != NULL;
    KiReleaseLock(&WmipLock, Old);
    return Found;
}

static NTSTATUS WmipBlock(const DEVICE_OBJECT *Device)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    WMIP_PROVIDER *Provider = WmipFindLocked(Device);
    if (Provider != NULL)
        Provider->Blocked = TRUE;
    KiReleaseLock(&WmipLock, Old);
    return Provider != NULL ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/* A driver that unloads without deregistering leaves requests to code that is gone: on Windows the
 * next one is a bugcheck. */
void WmipForgetDriver(const DRIVER_OBJECT *Driver)
{
    for (;;) {
        DEVICE_OBJECT *Device = NULL;
        KIRQL Old = KiAcquireLock(&WmipLock);
        for (LIST_ENTRY *Link = WmipProviders.Flink; Link != &WmipProviders && Device == NULL;
             Link = Link->Flink) {
            WMIP_PROVIDER *Provider = CONTAINING_RECORD(Link, WMIP_PROVIDER, Link);
            if (Provider->Device->DriverObject == Driver)
                Device = Provider->Device;
        }
        KiReleaseLock(&WmipLock, Old);
        if (Device == NULL)
            return;
        KdFinding(DOTSYS_FINDING_OTHER, (ULONG_PTR)Driver->DriverInit + 1,
            "a device is still registered with WMI: call "
            "IoWMIRegistrationControl(WMIREG_ACTION_DEREGISTER) before it is deleted");
        WmipDeregister(Device);
    }
}

/*
 * IoWMIRegistrationControl - a device has data blocks or events, has others, or has none any more.
 *
 * DeviceObject: with WMIREG_FLAG_CALLBACK in Action a structure of the driver's that begins with a
 *               callback, which stands for a device; it stays where it is until it is deregistered.
 *               Nobody traces, and so nobody asks it.
 * Action:  WMIREG_ACTION_REGISTER: the driver is asked which, by IRP_MN_REGINFO_EX, soon;
 *          REREGISTER: asked again, what it said before is forgotten; UPDATE_GUIDS: asked again,
 *          what it says is added; BLOCK_IRPS: gets no more requests; DEREGISTER.
 * IRQL:    PASSIVE_LEVEL. DEREGISTER waits for requests that are under way.
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: it is registered already; INVALID_PARAMETER: no such
 *          action, or the device is not registered; INSUFFICIENT_RESOURCES. That the driver could
 *          not say what it has is not told.
 * Owner:   the registration references the device: deregister before IoDeleteDevice.
 * Source:  DOC wdm/IoWMIRegistrationControl; a device twice, or not registered: INF from the
 *          statuses' meaning; callbacks: DOC, the templates WPP has for Windows XP
 */
NTSTATUS NTAPI IoWMIRegistrationControl(DEVICE_OBJECT *DeviceObject, ULONG Action)
{
    if (Action & WMIREG_FLAG_CALLBACK)
        return WmipControlCallback(DeviceObject, Action & ~WMIREG_FLAG_CALLBACK);
    switch (Action) {
    case WMIREG_ACTION_REGISTER:
    case WMIREG_ACTION_REREGISTER:
    case WMIREG_ACTION_UPDATE_GUIDS: return WmipRegister(DeviceObject, Action);
    case WMIREG_ACTION_DEREGISTER: return WmipDeregister(DeviceObject);
    case WMIREG_ACTION_BLOCK_IRPS: return WmipBlock(DeviceObject);
    default: return STATUS_INVALID_PARAMETER;
    }
}

/*
 * IoWMIDeviceObjectToProviderId - what stands for the device in WNODE_HEADER.ProviderId.
 * IRQL: up to DISPATCH_LEVEL. Returns: 0 when it is not registered. Source: DOC
 * wdm/IoWMIDeviceObjectToProviderId; 0 INF
 */
ULONG NTAPI IoWMIDeviceObjectToProviderId(DEVICE_OBJECT *DeviceObject)
{
    KIRQL Old = KiAcquireLock(&WmipLock);
    const WMIP_PROVIDER *Provider = WmipFindLocked(DeviceObject);
    ULONG Id = Provider != NULL ? Provider->Id : 0;
    KiReleaseLock(&WmipLock, Old);
    return Id;
}
