/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What plug and play does on its own time: a queue of items, worked off in order by one system
 * worker thread. Drivers ask for it from where they are, up to DISPATCH_LEVEL, and with whatever
 * locks of theirs.
 */
#include <string.h>

#include "pnp/pnpp.h"

static KSPIN_LOCK PnppWorkLock;
static LIST_ENTRY PnppWorkList;
static BOOLEAN PnppWorking; /* the worker's item is queued, or it runs */
static WORK_QUEUE_ITEM PnppWorker;

PNPP_ITEM *PnppNewItem(enum PNPP_WORK Kind, DEVICE_OBJECT *Pdo)
{
    PNPP_ITEM *Item = ExiAllocateZero(NonPagedPoolNx, sizeof(*Item), PNPP_TAG, EX_KERNEL_SITE);
    if (Item == NULL)
        return NULL;
    Item->Kind = Kind;
    Item->Pdo = Pdo;
    if (Pdo != NULL)
        ObfReferenceObject(Pdo);
    return Item;
}

void PnppFreeItem(PNPP_ITEM *Item)
{
    if (Item->Pdo != NULL)
        ObfDereferenceObject(Item->Pdo);
    if (Item->Driver != NULL)
        ObfDereferenceObject(Item->Driver);
    if (Item->Custom != NULL)
        ExiFree(Item->Custom);
    PnppFree(&Item->Name);
    ExiFree(Item);
}

static NTSTATUS PnppWorkOne(PNPP_ITEM *Item)
{
    switch (Item->Kind) {
    case PNPP_WORK_INTERFACE:
        PnppNotifyInterface(&Item->Class, &Item->Name, Item->Arrival);
        return STATUS_SUCCESS;
    case PNPP_WORK_INSTANCE:
        PnppNotifyInstance(&Item->Class, &Item->Name);
        return STATUS_SUCCESS;
    case PNPP_WORK_CUSTOM:
        PnppNotifyCustom(Item->Pdo, Item->Custom);
        if (Item->Told != NULL)
            Item->Told(Item->Context);
        return STATUS_SUCCESS;
    case PNPP_WORK_CLOSED:
        PnppFinishRemovals();
        return STATUS_SUCCESS;
    case PNPP_WORK_UNLOAD:
        return PnppUnload(Item->Driver);
    case PNPP_WORK_PROCESS:
        return PnppProcessDevice(Item->Pdo);
    case PNPP_WORK_RELATIONS:
        return PnppRefresh(Item->Pdo);
    case PNPP_WORK_POWER:
        return PnppAskPower(Item->Pdo);
    case PNPP_WORK_STATE:
        return PnppRecheck(Item->Pdo);
    case PNPP_WORK_EJECT: {
        NTSTATUS Status = PnppEject(Item->Pdo);
        if (Item->Ejected != NULL)
            Item->Ejected(Status, Item->Context);
        return Status;
    }
    }
    return STATUS_SUCCESS;
}

static PNPP_ITEM *PnppTakeItem(void)
{
    PNPP_ITEM *Item = NULL;
    KIRQL Old = KiAcquireLock(&PnppWorkLock);
    if (IsListEmpty(&PnppWorkList))
        PnppWorking = FALSE;
    else
        Item = CONTAINING_RECORD(RemoveHeadList(&PnppWorkList), PNPP_ITEM, Link);
    KiReleaseLock(&PnppWorkLock, Old);
    return Item;
}

static void NTAPI PnppWork(void *Parameter)
{
    PNPP_ITEM *Item;
    (void)Parameter;
    while ((Item = PnppTakeItem()) != NULL) {
        NTSTATUS Status = PnppWorkOne(Item);
        if (Item->Done != NULL) {
            *Item->Status = Status;
            KeSetEvent(Item->Done, IO_NO_INCREMENT, FALSE);
        }
        PnppFreeItem(Item);
    }
}

void PnppQueueItem(PNPP_ITEM *Item)
{
    KIRQL Old = KiAcquireLock(&PnppWorkLock);
    BOOLEAN Start = !PnppWorking;
    InsertTailList(&PnppWorkList, &Item->Link);
    PnppWorking = TRUE;
    KiReleaseLock(&PnppWorkLock, Old);
    if (Start)
        ExQueueWorkItem(&PnppWorker, DelayedWorkQueue);
}

static void PnppQueueNamed(
    enum PNPP_WORK Kind, const GUID *Class, const UNICODE_STRING *Name, BOOLEAN Arrival)
{
    PNPP_ITEM *Item;
    if (!PnppSomebodyListens() || (Item = PnppNewItem(Kind, NULL)) == NULL)
        return;
    Item->Class = *Class;
    Item->Arrival = Arrival;
    if (NT_SUCCESS(PnppCopy(Name, &Item->Name)))
        PnppQueueItem(Item);
    else
        PnppFreeItem(Item);
}

void PnppQueueInterface(const GUID *Class, const UNICODE_STRING *Link, BOOLEAN Arrival)
{
    PnppQueueNamed(PNPP_WORK_INTERFACE, Class, Link, Arrival);
}

void PnppQueueInstance(const GUID *Event, const UNICODE_STRING *Path)
{
    PnppQueueNamed(PNPP_WORK_INSTANCE, Event, Path, FALSE);
}

/* A handle to a device that is gone was closed. */
static void PnppDeviceClosed(void)
{
    PNPP_ITEM *Item = PnppNewItem(PNPP_WORK_CLOSED, NULL);
    if (Item != NULL)
        PnppQueueItem(Item);
}

void PnppInitializeWork(void)
{
    PnppWorkLock = 0;
    PnppWorking = FALSE;
    InitializeListHead(&PnppWorkList);
    ExInitializeWorkItem(&PnppWorker, PnppWork, NULL);
    IoDeviceClosed = PnppDeviceClosed;
}
