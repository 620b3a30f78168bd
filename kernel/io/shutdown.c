/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Shutdown notification: devices that get IRP_MJ_SHUTDOWN when the machine goes down in order,
 * before any driver is unloaded. First those of IoRegisterShutdownNotification, the one registered
 * last first; then the last-chance ones, in that order again. IopDatabaseLock guards the lists; an
 * entry holds a reference to its device.
 */
#include "io/iop.h"
#include "io/sysinfo.h"

#define IOP_TAG_SHUTDOWN 0x686453u /* 'Sdh' */

typedef struct IOP_SHUTDOWN {
    LIST_ENTRY Link;
    DEVICE_OBJECT *Device;
} IOP_SHUTDOWN;

static LIST_ENTRY IopShutdownList, IopLastChanceList;

void IopResetShutdown(void)
{
    InitializeListHead(&IopShutdownList);
    InitializeListHead(&IopLastChanceList);
}

static NTSTATUS IopRegisterShutdown(DEVICE_OBJECT *Device, LIST_ENTRY *List, ULONG_PTR Site)
{
    IOP_SHUTDOWN *Entry = ExiAllocate(NonPagedPoolNx, sizeof(*Entry), IOP_TAG_SHUTDOWN, Site);
    if (Entry == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ObiReference(Device);
    Entry->Device = Device;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    InsertHeadList(List, &Entry->Link);
    Device->Flags |= DO_SHUTDOWN_REGISTERED;
    KiReleaseLock(&IopDatabaseLock, Old);
    return STATUS_SUCCESS;
}

/* The next entry of the list, of Device if that is not NULL, off it; NULL: there is none. */
static IOP_SHUTDOWN *IopTakeShutdown(LIST_ENTRY *List, const DEVICE_OBJECT *Device)
{
    IOP_SHUTDOWN *Found = NULL;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    for (LIST_ENTRY *Link = List->Flink; Link != List && Found == NULL; Link = Link->Flink) {
        IOP_SHUTDOWN *Entry = CONTAINING_RECORD(Link, IOP_SHUTDOWN, Link);
        if (Device == NULL || Entry->Device == Device)
            Found = Entry;
    }
    if (Found != NULL)
        RemoveEntryList(&Found->Link);
    KiReleaseLock(&IopDatabaseLock, Old);
    return Found;
}

static void IopFreeShutdown(IOP_SHUTDOWN *Entry)
{
    ObfDereferenceObject(Entry->Device);
    ExiFree(Entry);
}

static void IopSendShutdowns(LIST_ENTRY *List)
{
    IOP_SHUTDOWN *Entry;
    while ((Entry = IopTakeShutdown(List, NULL)) != NULL) {
        IO_STACK_LOCATION Stack = {.MajorFunction = IRP_MJ_SHUTDOWN};
        DEVICE_OBJECT *Top = IoGetAttachedDeviceReference(Entry->Device);
        IoiSendToDevice(Top, &Stack, STATUS_NOT_SUPPORTED, NULL);
        ObfDereferenceObject(Top);
        IopFreeShutdown(Entry);
    }
}

void IoiNotifyShutdown(void)
{
    IopSendShutdowns(&IopShutdownList);
    IopSendShutdowns(&IopLastChanceList);
    IopShutdownHives();
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * IoRegisterShutdownNotification - have IRP_MJ_SHUTDOWN sent to the top of the device's stack when
 * the machine goes down.
 *
 * IRQL:    PASSIVE_LEVEL. As often as it is registered, the device is told.
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Owner:   IoUnregisterShutdownNotification, or IoDeleteDevice.
 * Source:  DOC wdm/IoRegisterShutdownNotification; OBS
 *          tests/kernel/io/IoRegisterShutdownNotification.c
 */
NTSTATUS NTAPI IoRegisterShutdownNotification(DEVICE_OBJECT *DeviceObject)
{
    return IopRegisterShutdown(DeviceObject, &IopShutdownList, EX_CALLER);
}

/* IoRegisterLastChanceShutdownNotification - the same, after all of those above. Source: DOC
 * wdm. */
NTSTATUS NTAPI IoRegisterLastChanceShutdownNotification(DEVICE_OBJECT *DeviceObject)
{
    return IopRegisterShutdown(DeviceObject, &IopLastChanceList, EX_CALLER);
}

/*
 * IoUnregisterShutdownNotification - no longer, in whatever way and however often the device was
 * registered. One that was not is left alone. IRQL: PASSIVE_LEVEL. Source: DOC
 * wdm/IoUnregisterShutdownNotification; OBS.
 */
void NTAPI IoUnregisterShutdownNotification(DEVICE_OBJECT *DeviceObject)
{
    IOP_SHUTDOWN *Entry;
    while ((Entry = IopTakeShutdown(&IopShutdownList, DeviceObject)) != NULL ||
           (Entry = IopTakeShutdown(&IopLastChanceList, DeviceObject)) != NULL)
        IopFreeShutdown(Entry);
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    DeviceObject->Flags &= ~(ULONG)DO_SHUTDOWN_REGISTERED;
    KiReleaseLock(&IopDatabaseLock, Old);
}
