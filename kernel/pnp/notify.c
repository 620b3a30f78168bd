/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Who is told of what plug and play does: callbacks for interfaces of a class, for a device a file
 * is open on, and for hardware profiles, of which there is one that never changes. A registration
 * holds driver and file; a callback is called without a lock, and its registration stays until it
 * has returned. PnppNotifyLock guards the list, counts and the Gone marks.
 */
#include <string.h>

#include "dotsys/dotsys.h"
#include "pnp/pnpp.h"

const GUID PnppArrival = PNPP_EVENT(4), PnppRemoval = PNPP_EVENT(5);
const GUID PnppQueryRemove = PNPP_EVENT(6), PnppRemoveCancelled = PNPP_EVENT(7),
           PnppRemoveComplete = PNPP_EVENT(8);
const GUID PnppDeviceStarted = PNPP_EVENT(9), PnppDeviceFound = PNPP_EVENT(0xa),
           PnppRemovePending = PNPP_EVENT(0xb);

typedef struct PNPP_NOTIFY {
    LIST_ENTRY Link;
    PNPP_WANTED Wanted;    /* File: referenced, or NULL */
    DEVICE_OBJECT *Pdo;    /* the target; referenced, or NULL */
    DRIVER_OBJECT *Driver; /* referenced */
    PDRIVER_NOTIFICATION_CALLBACK_ROUTINE Callback;
    void *Context;
    ULONG_PTR Site;        /* who registered */
    ULONG References;      /* one of the list's, one for each that walks by or calls */
    BOOLEAN Gone;          /* unregistered: not to be called any more */
    KTHREAD *Caller;       /* the thread that is in the callback, or NULL */
    KEVENT Idle;           /* signalled when Caller is NULL */
} PNPP_NOTIFY;

static KSPIN_LOCK PnppNotifyLock;
static LIST_ENTRY PnppNotifyList;

void PnppInitializeNotify(void)
{
    PnppNotifyLock = 0;
    InitializeListHead(&PnppNotifyList);
}

BOOLEAN PnppSomebodyListens(void)
{
    KIRQL Old = KiAcquireLock(&PnppNotifyLock);
    BOOLEAN Listens = !IsListEmpty(&PnppNotifyList);
    KiReleaseLock(&PnppNotifyLock, Old);
    return Listens;
}

/* ---- the list -------------------------------------------------------------------------------- */

static void PnppDropNotify(PNPP_NOTIFY *Notify)
{
    KIRQL Old = KiAcquireLock(&PnppNotifyLock);
    BOOLEAN Last = --Notify->References == 0;
    if (Last)
        RemoveEntryList(&Notify->Link);
    KiReleaseLock(&PnppNotifyLock, Old);
    if (!Last)
        return;
    if (Notify->Wanted.File != NULL)
        ObfDereferenceObject(Notify->Wanted.File);
    if (Notify->Pdo != NULL)
        ObfDereferenceObject(Notify->Pdo);
    DRIVER_OBJECT *Driver = Notify->Driver;
    PnppFree(&Notify->Wanted.Path);
    ExiFree(Notify);
    ObfDereferenceObject(Driver);
}

/* The one behind Notify (NULL: the first) that is not gone, referenced; Notify's reference is given
 * up. */
static PNPP_NOTIFY *PnppNextNotify(PNPP_NOTIFY *Notify)
{
    PNPP_NOTIFY *Next = NULL;
    KIRQL Old = KiAcquireLock(&PnppNotifyLock);
    for (LIST_ENTRY *Entry = Notify != NULL ? Notify->Link.Flink : PnppNotifyList.Flink;
         Entry != &PnppNotifyList; Entry = Entry->Flink) {
        PNPP_NOTIFY *Found = CONTAINING_RECORD(Entry, PNPP_NOTIFY, Link);
        if (!Found->Gone) {
            Found->References++;
            Next = Found;
            break;
        }
    }
    KiReleaseLock(&PnppNotifyLock, Old);
    if (Notify != NULL)
        PnppDropNotify(Notify);
    return Next;
}

/* One thread at a time is in a callback. */
static NTSTATUS PnppCall(PNPP_NOTIFY *Notify, void *Structure)
{
    BOOLEAN Call = FALSE;
    KTHREAD *Self = KiCurrentThread(), *Outer = NULL;
    for (;;) {
        KIRQL Old = KiAcquireLock(&PnppNotifyLock);
        BOOLEAN Mine = Notify->Caller == NULL || Notify->Caller == Self;
        if (Mine) {
            Call = !Notify->Gone;
            Outer = Notify->Caller;
            if (Call && Outer == NULL) {
                Notify->Caller = Self;
                KeClearEvent(&Notify->Idle);
            }
        }
        KiReleaseLock(&PnppNotifyLock, Old);
        if (Mine)
            break;
        KeWaitForSingleObject(&Notify->Idle, Executive, KernelMode, FALSE, NULL);
    }
    if (!Call)
        return STATUS_SUCCESS;
    NTSTATUS Status = Notify->Callback(Structure, Notify->Context);
    if (Outer == NULL) {
        KIRQL Old = KiAcquireLock(&PnppNotifyLock);
        Notify->Caller = NULL;
        /* Under the lock: the next caller takes it back. */
        KeSetEvent(&Notify->Idle, IO_NO_INCREMENT, FALSE);
        KiReleaseLock(&PnppNotifyLock, Old);
    }
    return Status;
}

/* ---- what happens ---------------------------------------------------------------------------- */

static void PnppTellInterface(
    PNPP_NOTIFY *Notify, const GUID *Class, UNICODE_STRING *Link, BOOLEAN Arrival)
{
    DEVICE_INTERFACE_CHANGE_NOTIFICATION Structure = {
        1, sizeof(Structure), Arrival ? PnppArrival : PnppRemoval, *Class, Link};
    PnppCall(Notify, &Structure);
}

void PnppNotifyInterface(const GUID *Class, UNICODE_STRING *Link, BOOLEAN Arrival)
{
    for (PNPP_NOTIFY *Notify = PnppNextNotify(NULL); Notify != NULL;
         Notify = PnppNextNotify(Notify)) {
        if (Notify->Wanted.Category == EventCategoryDeviceInterfaceChange &&
            (Notify->Wanted.All || PnppIsEvent(&Notify->Wanted.Class, Class)))
            PnppTellInterface(Notify, Class, Link, Arrival);
    }
}

void PnppNotifyInstance(const GUID *Event, UNICODE_STRING *Path)
{
    DEVICE_INTERFACE_CHANGE_NOTIFICATION Structure = {1, sizeof(Structure), *Event, {0}, Path};
    for (PNPP_NOTIFY *Notify = PnppNextNotify(NULL); Notify != NULL;
         Notify = PnppNextNotify(Notify)) {
        if (Notify->Wanted.Category == PNPP_DEVICE_CHANGE &&
            (Notify->Wanted.All || PnppSame(&Notify->Wanted.Path, Path)))
            PnppCall(Notify, &Structure);
    }
}

static BOOLEAN PnppIsTarget(const PNPP_NOTIFY *Notify, const DEVICE_OBJECT *Pdo)
{
    return Notify->Wanted.Category == EventCategoryTargetDeviceChange && Notify->Pdo == Pdo;
}

NTSTATUS PnppNotifyTarget(const DEVICE_OBJECT *Pdo, const GUID *Event)
{
    const BOOLEAN Query = PnppIsEvent(Event, &PnppQueryRemove),
                  Programs = PnppIsEvent(Event, &PnppRemovePending);
    for (PNPP_NOTIFY *Notify = PnppNextNotify(NULL); Notify != NULL;
         Notify = PnppNextNotify(Notify)) {
        TARGET_DEVICE_REMOVAL_NOTIFICATION Structure = {
            1, sizeof(Structure), *Event, Notify->Wanted.File};
        if (!PnppIsTarget(Notify, Pdo) || (Programs && !Notify->Wanted.Program))
            continue;
        NTSTATUS Status = PnppCall(Notify, &Structure);
        if (Query && !NT_SUCCESS(Status)) {
            PnppDropNotify(Notify);
            return Status;
        }
    }
    return STATUS_SUCCESS;
}

void PnppNotifyCustom(const DEVICE_OBJECT *Pdo, TARGET_DEVICE_CUSTOM_NOTIFICATION *Notification)
{
    for (PNPP_NOTIFY *Notify = PnppNextNotify(NULL); Notify != NULL;
         Notify = PnppNextNotify(Notify)) {
        if (!PnppIsTarget(Notify, Pdo))
            continue;
        Notification->FileObject = Notify->Wanted.File;
        PnppCall(Notify, Notification);
    }
}

/* ---- registering ----------------------------------------------------------------------------- */

NTSTATUS PnppFindTarget(FILE_OBJECT *File, DEVICE_OBJECT **Pdo)
{
    DEVICE_RELATIONS *Relations;
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(File);
    if (!NT_SUCCESS(PnppQueryRelations(Device, TargetDeviceRelation, &Relations)))
        return STATUS_NO_SUCH_DEVICE;
    *Pdo = Relations->Count != 0 ? Relations->Objects[0] : NULL;
    for (ULONG Index = 1; Index < Relations->Count; Index++)
        ObfDereferenceObject(Relations->Objects[Index]);
    ExFreePool(Relations);
    return *Pdo != NULL ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

/* What Wanted names is referenced, or not held at all. */
static NTSTATUS PnppFillNotify(PNPP_NOTIFY *Notify, const PNPP_WANTED *Wanted)
{
    Notify->Wanted = *Wanted;
    if (Wanted->Category == EventCategoryTargetDeviceChange) {
        NTSTATUS Status = PnppFindTarget(Wanted->File, &Notify->Pdo);
        if (Wanted->Program)
            Notify->Wanted.File = NULL;
        else if (NT_SUCCESS(Status))
            ObfReferenceObject(Wanted->File);
        return Status;
    }
    return Wanted->Category == EventCategoryHardwareProfileChange ||
            Wanted->Category == PNPP_DEVICE_CHANGE ||
            Wanted->Category == EventCategoryDeviceInterfaceChange
        ? STATUS_SUCCESS
        : STATUS_INVALID_PARAMETER;
}

typedef struct PNPP_EXISTING {
    PNPP_NOTIFY *Notify;
} PNPP_EXISTING;

static NTSTATUS PnppTellExisting(const UNICODE_STRING *Link, void *Context)
{
    const PNPP_EXISTING *Existing = Context;
    UNICODE_STRING Name = *Link;
    PnppTellInterface(Existing->Notify, &Existing->Notify->Wanted.Class, &Name, TRUE);
    return STATUS_SUCCESS;
}

NTSTATUS PnppRegister(const PNPP_WANTED *Wanted, DRIVER_OBJECT *Driver,
    PDRIVER_NOTIFICATION_CALLBACK_ROUTINE Callback, void *Context, ULONG_PTR Site, void **Entry)
{
    PNPP_NOTIFY *Notify = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*Notify), PNPP_TAG, EX_KERNEL_SITE);
    if (Notify == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Notify->Callback = Callback;
    Notify->Context = Context;
    Notify->Site = Site;
    Notify->References = 2;
    KeInitializeEvent(&Notify->Idle, NotificationEvent, TRUE);
    NTSTATUS Status = PnppFillNotify(Notify, Wanted);
    if (!NT_SUCCESS(Status)) {
        ExiFree(Notify);
        return Status;
    }
    ObfReferenceObject(Driver);
    Notify->Driver = Driver;
    *Entry = Notify;
    KIRQL Old = KiAcquireLock(&PnppNotifyLock);
    InsertTailList(&PnppNotifyList, &Notify->Link);
    KiReleaseLock(&PnppNotifyLock, Old);
    if (Wanted->Existing)
        PnppVisitInterfaces(
            &Wanted->Class, NULL, FALSE, PnppTellExisting, &(PNPP_EXISTING){Notify});
    PnppDropNotify(Notify);
    return STATUS_SUCCESS;
}

/*
 * IoRegisterPlugPlayNotification - have CallbackRoutine called for events of a category.
 *
 * EventCategoryData: DeviceInterfaceChange: the class's GUID; TargetDeviceChange: a FILE_OBJECT
 *          open on the device, which the registration holds; HardwareProfileChange: NULL.
 *          PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES: it is called for those that are
 *          enabled before this returns. Callbacks run at PASSIVE_LEVEL in a system thread; only the
 *          answer to a query for removal counts.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: another category (INF); NO_SUCH_DEVICE: the file's device is
 *          none of plug and play's (INF); INSUFFICIENT_RESOURCES: *NotificationEntry is untouched.
 * Owner:   driver; IoUnregisterPlugPlayNotification before it is unloaded.
 * Source:  DOC wdm/IoRegisterPlugPlayNotification;
 *          tests/kernel/pnp/IoRegisterPlugPlayNotification.c
 */
NTSTATUS NTAPI IoRegisterPlugPlayNotification(IO_NOTIFICATION_EVENT_CATEGORY EventCategory,
    ULONG EventCategoryFlags, void *EventCategoryData, DRIVER_OBJECT *DriverObject,
    PDRIVER_NOTIFICATION_CALLBACK_ROUTINE CallbackRoutine, void *Context, void **NotificationEntry)
{
    PNPP_WANTED Wanted = {.Category = EventCategory};
    if (EventCategory == PNPP_DEVICE_CHANGE)
        return STATUS_INVALID_PARAMETER;
    if (EventCategory == EventCategoryDeviceInterfaceChange) {
        Wanted.Class = *(const GUID *)EventCategoryData;
        Wanted.Existing = (EventCategoryFlags &
                              PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES) != 0;
    } else if (EventCategory == EventCategoryTargetDeviceChange) {
        Wanted.File = EventCategoryData;
    }
    return PnppRegister(
        &Wanted, DriverObject, CallbackRoutine, Context, EX_CALLER, NotificationEntry);
}

static NTSTATUS PnppUnregister(PNPP_NOTIFY *Notify)
{
    KIRQL Old = KiAcquireLock(&PnppNotifyLock);
    BOOLEAN Again = Notify->Gone, Inside = Notify->Caller == KiCurrentThread();
    Notify->Gone = TRUE;
    KiReleaseLock(&PnppNotifyLock, Old);
    if (Again)
        return STATUS_INVALID_PARAMETER;
    /* Whoever is in the callback is through when this returns; the callback itself may call,
     * too. */
    if (!Inside)
        KeWaitForSingleObject(&Notify->Idle, Executive, KernelMode, FALSE, NULL);
    PnppDropNotify(Notify);
    return STATUS_SUCCESS;
}

/*
 * IoUnregisterPlugPlayNotification, IoUnregisterPlugPlayNotificationEx - take a registration back.
 * The callback is not under way any more when this returns, unless it is the caller.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS.
 * Source:  DOC wdm/IoUnregisterPlugPlayNotificationEx, ntddk/IoUnregisterPlugPlayNotification; that
 *          the plain form waits, too: INF; tests/kernel/pnp/IoRegisterPlugPlayNotification.c
 */
NTSTATUS NTAPI IoUnregisterPlugPlayNotification(void *NotificationEntry)
{
    return PnppUnregister(NotificationEntry);
}

NTSTATUS NTAPI IoUnregisterPlugPlayNotificationEx(void *NotificationEntry)
{
    return PnppUnregister(NotificationEntry);
}

void PnppForgetNotifications(DRIVER_OBJECT *Driver)
{
    for (PNPP_NOTIFY *Notify = PnppNextNotify(NULL); Notify != NULL;
         Notify = PnppNextNotify(Notify)) {
        if (Notify->Driver != Driver)
            continue;
        KdFinding(DOTSYS_FINDING_OTHER, Notify->Site,
            "notify routine left behind: IoRegisterPlugPlayNotification was not undone before "
            "unloading");
        PnppUnregister(Notify);
    }
}
