/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * StartIo: a device that works on one IRP at a time. Further ones wait in its device queue; StartIo
 * gets the next when the driver asks for it. A cancelable IRP goes into and out of the queue under
 * the system's cancel lock, so that its cancel routine finds it either in the queue or current.
 *
 * With deferred StartIo the routine is not entered while it runs: what would have called it is left
 * as a note in the device's extension (at most one can be outstanding) for the processor that is
 * inside. StartIoCount counts that one and the note; StartIoFlags is changed atomically.
 */
#include "io/iop.h"
#include "ke/devicequeue.h"

/* DEVOBJ_EXTENSION.StartIoFlags; the values are ours. */
#define IOP_SIO_DEFERRED 0x1u
#define IOP_SIO_NON_CANCELABLE 0x2u
#define IOP_SIO_CURRENT 0x4u    /* note: start the current IRP */
#define IOP_SIO_NEXT 0x8u       /* note: start the next one */
#define IOP_SIO_BY_KEY 0x10u    /* … by StartIoKey */
#define IOP_SIO_CANCELABLE 0x20u
#define IOP_SIO_NOTE (IOP_SIO_CURRENT | IOP_SIO_NEXT | IOP_SIO_BY_KEY | IOP_SIO_CANCELABLE)

static ULONG IopStartIoFlags(const DEVICE_OBJECT *Device)
{
    return __atomic_load_n(&IopDeviceExtension(Device)->StartIoFlags, __ATOMIC_ACQUIRE);
}

static void IopCallStartIo(DEVICE_OBJECT *Device)
{
    Device->DriverObject->DriverStartIo(Device, Device->CurrentIrp);
}

/* Makes the next queued IRP current; FALSE: there is none and the device is idle. */
static BOOLEAN IopTakeNextPacket(DEVICE_OBJECT *Device, ULONG What, ULONG Key)
{
    KIRQL CancelIrql = DISPATCH_LEVEL;
    if (What & IOP_SIO_CANCELABLE)
        IoAcquireCancelSpinLock(&CancelIrql);
    Device->CurrentIrp = NULL;
    KDEVICE_QUEUE_ENTRY *Entry = (What & IOP_SIO_BY_KEY)
        ? KeRemoveByKeyDeviceQueue(&Device->DeviceQueue, Key)
        : KeRemoveDeviceQueue(&Device->DeviceQueue);
    if (Entry != NULL) {
        IRP *Irp = CONTAINING_RECORD(Entry, IRP, Tail.Overlay.DeviceQueueEntry);
        Device->CurrentIrp = Irp;
        if ((What & IOP_SIO_CANCELABLE) && (IopStartIoFlags(Device) & IOP_SIO_NON_CANCELABLE))
            IoSetCancelRoutine(Irp, NULL);
    }
    if (What & IOP_SIO_CANCELABLE)
        IoReleaseCancelSpinLock(CancelIrql);
    return Entry != NULL;
}

static void IopStartOne(DEVICE_OBJECT *Device, ULONG What, ULONG Key)
{
    if ((What & IOP_SIO_CURRENT) || IopTakeNextPacket(Device, What, Key))
        IopCallStartIo(Device);
}

/* IRQL: DISPATCH_LEVEL. */
static void IopEnterStartIo(DEVICE_OBJECT *Device, ULONG What, ULONG Key)
{
    DEVOBJ_EXTENSION *Private = IopDeviceExtension(Device);
    if (!(IopStartIoFlags(Device) & IOP_SIO_DEFERRED)) {
        IopStartOne(Device, What, Key);
        return;
    }
    Private->StartIoKey = (LONG)Key;
    __atomic_fetch_or(&Private->StartIoFlags, What, __ATOMIC_RELEASE);
    if (__atomic_add_fetch(&Private->StartIoCount, 1, __ATOMIC_ACQ_REL) != 1)
        return; /* whoever is inside finds the note */
    do {
        Key = (ULONG)Private->StartIoKey;
        What = __atomic_fetch_and(&Private->StartIoFlags, ~IOP_SIO_NOTE, __ATOMIC_ACQ_REL) &
            IOP_SIO_NOTE;
        IopStartOne(Device, What, Key);
    } while (__atomic_sub_fetch(&Private->StartIoCount, 1, __ATOMIC_ACQ_REL) != 0);
}

static BOOLEAN IopInsertPacket(DEVICE_OBJECT *Device, IRP *Irp, const ULONG *Key)
{
    KDEVICE_QUEUE_ENTRY *Entry = &Irp->Tail.Overlay.DeviceQueueEntry;
    return Key != NULL ? KeInsertByKeyDeviceQueue(&Device->DeviceQueue, Entry, *Key)
                       : KeInsertDeviceQueue(&Device->DeviceQueue, Entry);
}

/* Queues a cancelable IRP, or makes it current. TRUE: it is current. */
static BOOLEAN IopPlaceCancelable(
    DEVICE_OBJECT *Device, IRP *Irp, const ULONG *Key, PDRIVER_CANCEL Cancel)
{
    KIRQL CancelIrql;
    IoAcquireCancelSpinLock(&CancelIrql);
    IoSetCancelRoutine(Irp, Cancel);
    if (!IopInsertPacket(Device, Irp, Key)) {
        Device->CurrentIrp = Irp;
        if (IopStartIoFlags(Device) & IOP_SIO_NON_CANCELABLE)
            IoSetCancelRoutine(Irp, NULL);
        IoReleaseCancelSpinLock(CancelIrql);
        return TRUE;
    }
    if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL) {
        Irp->CancelIrql = CancelIrql;
        Cancel(Device, Irp); /* releases the cancel lock */
    } else {
        IoReleaseCancelSpinLock(CancelIrql);
    }
    return FALSE;
}

/*
 * IoStartPacket - have StartIo called with Irp: now if the device is idle, or else when its turn
 * comes.
 *
 * Irp:     marked pending. Key: optional; its place in the queue. CancelFunction: optional; makes
 *          it cancelable.
 * IRQL:    up to DISPATCH_LEVEL; StartIo runs at DISPATCH_LEVEL.
 * Source:  DOC wdm/IoStartPacket; tests/kernel/io/IoStartPacket.c
 */
void NTAPI IoStartPacket(
    DEVICE_OBJECT *DeviceObject, IRP *Irp, ULONG *Key, PDRIVER_CANCEL CancelFunction)
{
    BOOLEAN Current;
    KIRQL Old = KeRaiseIrqlToDpcLevel();
    if (CancelFunction != NULL) {
        Current = IopPlaceCancelable(DeviceObject, Irp, Key, CancelFunction);
    } else {
        Current = !IopInsertPacket(DeviceObject, Irp, Key);
        if (Current)
            DeviceObject->CurrentIrp = Irp;
    }
    if (Current)
        IopEnterStartIo(DeviceObject, IOP_SIO_CURRENT, 0);
    KeLowerIrql(Old);
}

/*
 * IoStartNextPacket - the device is done with its current IRP: call StartIo with the next one, if
 * any.
 *
 * Cancelable: the IRPs have cancel routines; the queue is changed under the cancel lock.
 * IRQL:    DISPATCH_LEVEL
 * Source:  DOC wdm/IoStartNextPacket; tests/kernel/io/IoStartPacket.c
 */
void NTAPI IoStartNextPacket(DEVICE_OBJECT *DeviceObject, BOOLEAN Cancelable)
{
    IopEnterStartIo(DeviceObject, IOP_SIO_NEXT | (Cancelable ? IOP_SIO_CANCELABLE : 0), 0);
}

/*
 * IoStartNextPacketByKey - the same; the next one is chosen by KeRemoveByKeyDeviceQueue.
 * IRQL: DISPATCH_LEVEL. Source: DOC wdm/IoStartNextPacketByKey; tests/kernel/io/IoStartPacket.c
 */
void NTAPI IoStartNextPacketByKey(DEVICE_OBJECT *DeviceObject, BOOLEAN Cancelable, ULONG Key)
{
    IopEnterStartIo(
        DeviceObject, IOP_SIO_NEXT | IOP_SIO_BY_KEY | (Cancelable ? IOP_SIO_CANCELABLE : 0), Key);
}

/*
 * IoSetStartIoAttributes - how StartIo is called for a device.
 *
 * DeferredStartIo: not while it runs already. NonCancelable: an IRP has no cancel routine any more
 *          when StartIo gets it.
 * IRQL:    any
 * Source:  DOC wdm/IoSetStartIoAttributes; tests/kernel/io/IoStartPacket.c
 */
void NTAPI IoSetStartIoAttributes(
    DEVICE_OBJECT *DeviceObject, BOOLEAN DeferredStartIo, BOOLEAN NonCancelable)
{
    ULONG *Flags = &IopDeviceExtension(DeviceObject)->StartIoFlags;
    ULONG Wanted = (DeferredStartIo ? IOP_SIO_DEFERRED : 0) |
        (NonCancelable ? IOP_SIO_NON_CANCELABLE : 0);
    __atomic_fetch_and(Flags, ~(IOP_SIO_DEFERRED | IOP_SIO_NON_CANCELABLE), __ATOMIC_RELAXED);
    __atomic_fetch_or(Flags, Wanted, __ATOMIC_RELEASE);
}
