/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Events of their own that drivers tell those of who have a file open on a device and registered
 * for it. */
#include <string.h>

#include "pnp/pnpp.h"

/* What the system itself tells of is not a driver's to tell. */
static BOOLEAN PnppIsOwnEvent(const GUID *Event)
{
    return PnppIsEvent(Event, &PnppQueryRemove) || PnppIsEvent(Event, &PnppRemoveCancelled) ||
           PnppIsEvent(Event, &PnppRemoveComplete);
}

static NTSTATUS PnppCheckCustom(
    const DEVICE_OBJECT *Pdo, const TARGET_DEVICE_CUSTOM_NOTIFICATION *Notification)
{
    UNICODE_STRING Path;
    NTSTATUS Status = PnppPathOfDevice(Pdo, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    PnppFree(&Path);
    if (Notification->FileObject != NULL ||
        Notification->Size < FIELD_OFFSET(TARGET_DEVICE_CUSTOM_NOTIFICATION, CustomDataBuffer))
        return STATUS_INVALID_PARAMETER;
    return PnppIsOwnEvent(&Notification->Event) ? STATUS_INVALID_DEVICE_REQUEST : STATUS_SUCCESS;
}

static PNPP_ITEM *PnppCustomItem(
    DEVICE_OBJECT *Pdo, const TARGET_DEVICE_CUSTOM_NOTIFICATION *Notification)
{
    PNPP_ITEM *Item = PnppNewItem(PNPP_WORK_CUSTOM, Pdo);
    if (Item == NULL)
        return NULL;
    ULONG Bytes = Notification->Size < sizeof(*Notification) ? (ULONG)sizeof(*Notification)
                                                             : Notification->Size;
    Item->Custom = ExiAllocateZero(NonPagedPoolNx, Bytes, PNPP_TAG, EX_KERNEL_SITE);
    if (Item->Custom == NULL) {
        PnppFreeItem(Item);
        return NULL;
    }
    memcpy(Item->Custom, Notification, Notification->Size);
    return Item;
}

/*
 * IoReportTargetDeviceChange - tell of a custom event on a device; when this returns, everybody has
 * been told.
 *
 * NotificationStructure: a TARGET_DEVICE_CUSTOM_NOTIFICATION, whose FileObject is NULL and becomes
 * each listener's own.
 * IRQL:    PASSIVE_LEVEL; not while a lock is held a callback may want
 * Returns: SUCCESS; INVALID_DEVICE_REQUEST: the event is one of the system's, or no PDO that plug
 *          and play knows; INVALID_PARAMETER: the structure has a file object, or is too short
 *          (INF); INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/IoReportTargetDeviceChange; tests/kernel/pnp/IoReportTargetDeviceChange.c
 */
NTSTATUS NTAPI IoReportTargetDeviceChange(
    DEVICE_OBJECT *PhysicalDeviceObject, void *NotificationStructure)
{
    KEVENT Done;
    NTSTATUS Result, Status = PnppCheckCustom(PhysicalDeviceObject, NotificationStructure);
    if (!NT_SUCCESS(Status))
        return Status;
    PNPP_ITEM *Item = PnppCustomItem(PhysicalDeviceObject, NotificationStructure);
    if (Item == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    Item->Done = &Done;
    Item->Status = &Result;
    PnppQueueItem(Item);
    KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    return Result;
}

/*
 * IoReportTargetDeviceChangeAsynchronous - the same later, by a system thread. Callback: optional;
 * called when all have been told.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: PENDING: it will be told of; the failures of IoReportTargetDeviceChange.
 * Source:  DOC wdm/IoReportTargetDeviceChangeAsynchronous;
 *          tests/kernel/pnp/IoReportTargetDeviceChange.c
 */
NTSTATUS NTAPI IoReportTargetDeviceChangeAsynchronous(DEVICE_OBJECT *PhysicalDeviceObject,
    void *NotificationStructure, PDEVICE_CHANGE_COMPLETE_CALLBACK Callback, void *Context)
{
    NTSTATUS Status = PnppCheckCustom(PhysicalDeviceObject, NotificationStructure);
    if (!NT_SUCCESS(Status))
        return Status;
    PNPP_ITEM *Item = PnppCustomItem(PhysicalDeviceObject, NotificationStructure);
    if (Item == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Item->Told = Callback;
    Item->Driver = Callback != NULL ? IoiFindDriverOfCode((ULONG_PTR)Callback) : NULL;
    Item->Context = Context;
    PnppQueueItem(Item);
    return STATUS_PENDING;
}
