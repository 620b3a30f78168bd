/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Device queues: requests waiting while a device works on one. A queue is busy from the entry that
 * found it idle, which is not queued, until a removal finds it empty. The queue's own spin lock
 * guards it; entries and queue are the driver's.
 */
#include "ke/devicequeue.h"

/* KeInitializeDeviceQueue - an empty queue that is not busy. IRQL: any. Source: DOC
 * wdm/KeInitializeDeviceQueue. */
void NTAPI KeInitializeDeviceQueue(KDEVICE_QUEUE *DeviceQueue)
{
    DeviceQueue->Type = DeviceQueueObject;
    DeviceQueue->Size = sizeof(KDEVICE_QUEUE);
    InitializeListHead(&DeviceQueue->DeviceListHead);
    KeInitializeSpinLock(&DeviceQueue->Lock);
    DeviceQueue->Busy = FALSE;
}

/* Behind all entries with the same or a smaller key. */
static LIST_ENTRY *KiFindPlace(KDEVICE_QUEUE *Queue, ULONG SortKey)
{
    LIST_ENTRY *Place = Queue->DeviceListHead.Blink;
    while (Place != &Queue->DeviceListHead &&
           CONTAINING_RECORD(Place, KDEVICE_QUEUE_ENTRY, DeviceListEntry)->SortKey > SortKey)
        Place = Place->Blink;
    return Place;
}

static BOOLEAN KiInsertEntry(KDEVICE_QUEUE *Queue, KDEVICE_QUEUE_ENTRY *Entry, BOOLEAN Sorted)
{
    KIRQL Old = KiAcquireLock(&Queue->Lock);
    BOOLEAN Busy = Queue->Busy;
    if (!Busy)
        Queue->Busy = TRUE;
    else if (Sorted)
        InsertHeadList(KiFindPlace(Queue, Entry->SortKey), &Entry->DeviceListEntry);
    else
        InsertTailList(&Queue->DeviceListHead, &Entry->DeviceListEntry);
    Entry->Inserted = Busy;
    KiReleaseLock(&Queue->Lock, Old);
    return Busy;
}

/*
 * KeInsertDeviceQueue - put an entry at the end if the queue is busy; otherwise make it busy.
 *
 * IRQL:    DISPATCH_LEVEL
 * Returns: FALSE: the queue was idle, the entry is not in it: the device may start with it now.
 * Source:  DOC wdm/KeInsertDeviceQueue; tests/kernel/ke/KeInsertDeviceQueue.c
 */
BOOLEAN NTAPI KeInsertDeviceQueue(KDEVICE_QUEUE *DeviceQueue, KDEVICE_QUEUE_ENTRY *DeviceQueueEntry)
{
    return KiInsertEntry(DeviceQueue, DeviceQueueEntry, FALSE);
}

/*
 * KeInsertByKeyDeviceQueue - the same; the entry's place follows from SortKey, behind entries with
 * the same key.
 * IRQL: DISPATCH_LEVEL. Source: DOC wdm/KeInsertByKeyDeviceQueue;
 * tests/kernel/ke/KeInsertDeviceQueue.c
 */
BOOLEAN NTAPI KeInsertByKeyDeviceQueue(
    KDEVICE_QUEUE *DeviceQueue, KDEVICE_QUEUE_ENTRY *DeviceQueueEntry, ULONG SortKey)
{
    DeviceQueueEntry->SortKey = SortKey;
    return KiInsertEntry(DeviceQueue, DeviceQueueEntry, TRUE);
}

/* The first entry with at least this key, or else the first. Queue not empty. */
static KDEVICE_QUEUE_ENTRY *KiSelectEntry(KDEVICE_QUEUE *Queue, ULONG SortKey)
{
    for (LIST_ENTRY *At = Queue->DeviceListHead.Flink; At != &Queue->DeviceListHead;
         At = At->Flink) {
        KDEVICE_QUEUE_ENTRY *Entry = CONTAINING_RECORD(At, KDEVICE_QUEUE_ENTRY, DeviceListEntry);
        if (Entry->SortKey >= SortKey)
            return Entry;
    }
    return CONTAINING_RECORD(Queue->DeviceListHead.Flink, KDEVICE_QUEUE_ENTRY, DeviceListEntry);
}

static KDEVICE_QUEUE_ENTRY *KiTakeEntry(KDEVICE_QUEUE *Queue, ULONG SortKey)
{
    KDEVICE_QUEUE_ENTRY *Entry = NULL;
    KIRQL Old = KiAcquireLock(&Queue->Lock);
    if (IsListEmpty(&Queue->DeviceListHead)) {
        Queue->Busy = FALSE;
    } else {
        Entry = KiSelectEntry(Queue, SortKey);
        RemoveEntryList(&Entry->DeviceListEntry);
        Entry->Inserted = FALSE;
    }
    KiReleaseLock(&Queue->Lock, Old);
    return Entry;
}

/*
 * KeRemoveDeviceQueue - take the first entry out; an empty queue becomes idle.
 * IRQL: DISPATCH_LEVEL. Returns NULL: it was empty. Source: DOC wdm;
 * tests/kernel/ke/KeInsertDeviceQueue.c
 */
KDEVICE_QUEUE_ENTRY *NTAPI KeRemoveDeviceQueue(KDEVICE_QUEUE *DeviceQueue)
{
    return KiTakeEntry(DeviceQueue, 0); /* every key is at least 0: the first */
}

/*
 * KeRemoveByKeyDeviceQueue - take the first entry with SortKey or a larger key out, or the first
 * when there is none such.
 * IRQL: DISPATCH_LEVEL. Returns NULL: the queue was empty and is idle now. Source: DOC wdm;
 * tests/kernel/ke/KeInsertDeviceQueue.c
 */
KDEVICE_QUEUE_ENTRY *NTAPI KeRemoveByKeyDeviceQueue(KDEVICE_QUEUE *DeviceQueue, ULONG SortKey)
{
    return KiTakeEntry(DeviceQueue, SortKey);
}

/*
 * KeRemoveByKeyDeviceQueueIfBusy - the same, which for an idle queue finds nothing.
 * IRQL: DISPATCH_LEVEL. Source: DOC wdm; tests/kernel/ke/KeInsertDeviceQueue.c
 */
KDEVICE_QUEUE_ENTRY *NTAPI KeRemoveByKeyDeviceQueueIfBusy(KDEVICE_QUEUE *DeviceQueue, ULONG SortKey)
{
    return KiTakeEntry(DeviceQueue, SortKey); /* an idle queue is empty */
}

/*
 * KeRemoveEntryDeviceQueue - take one particular entry out. The queue stays busy.
 * IRQL: up to DISPATCH_LEVEL. Returns FALSE: it was not queued. Source: DOC wdm;
 * tests/kernel/ke/KeInsertDeviceQueue.c
 */
BOOLEAN NTAPI KeRemoveEntryDeviceQueue(
    KDEVICE_QUEUE *DeviceQueue, KDEVICE_QUEUE_ENTRY *DeviceQueueEntry)
{
    KIRQL Old = KiAcquireLock(&DeviceQueue->Lock);
    BOOLEAN Inserted = DeviceQueueEntry->Inserted;
    if (Inserted)
        RemoveEntryList(&DeviceQueueEntry->DeviceListEntry);
    DeviceQueueEntry->Inserted = FALSE;
    KiReleaseLock(&DeviceQueue->Lock, Old);
    return Inserted;
}
