/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What drivers tell plug and play of: that a bus has other devices than before, that a device's
 * state has changed, that one is to be ejected.
 */
#include "pnp/pnpp.h"

/* ---- carried out by the worker --------------------------------------------------------------- */

NTSTATUS PnppProcessDevice(DEVICE_OBJECT *Pdo)
{
    if (PnppIsClosing())
        return STATUS_NO_SUCH_DEVICE;
    PnppAcquire();
    PNPP_NODE *Node = PnppFindNode(Pdo);
    if (Node != NULL)
        PnppProcess(Node);
    PnppRelease();
    return Node != NULL ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

NTSTATUS PnppRefresh(DEVICE_OBJECT *Pdo)
{
    NTSTATUS Status = STATUS_NO_SUCH_DEVICE;
    if (PnppIsClosing())
        return Status;
    PnppAcquire();
    PNPP_NODE *Node = PnppFindNode(Pdo);
    if (Node != NULL && Node->State == PNPP_STARTED) {
        PnppEnumerate(Node);
        Status = STATUS_SUCCESS;
    }
    PnppRelease();
    return Status;
}

NTSTATUS PnppRecheck(DEVICE_OBJECT *Pdo)
{
    NTSTATUS Status = STATUS_NO_SUCH_DEVICE;
    if (PnppIsClosing())
        return Status;
    PnppAcquire();
    PNPP_NODE *Node = PnppFindNode(Pdo);
    if (Node != NULL && Node->State == PNPP_STARTED) {
        Status = STATUS_SUCCESS;
        PnppQueryState(Node);
        if (Node->DeviceState & (PNP_DEVICE_FAILED | PNP_DEVICE_REMOVED | PNP_DEVICE_DISABLED))
            PnppWithdraw(Node);
        else if (Node->DeviceState & PNP_DEVICE_RESOURCE_REQUIREMENTS_CHANGED)
            Status = PnppReassign(Node);
    }
    PnppRelease();
    return Status;
}

NTSTATUS PnppEject(DEVICE_OBJECT *Pdo)
{
    char Text[400];
    NTSTATUS Status = STATUS_NO_SUCH_DEVICE;
    if (PnppIsClosing())
        return Status;
    PnppAcquire();
    PNPP_NODE *Node = PnppFindNode(Pdo);
    if (Node != NULL)
        Status = PnppRemoveOrderly(Node, TRUE, Text, sizeof(Text));
    if (Node != NULL && NT_SUCCESS(Status)) {
        PNPP_NODE *Bus = Node->Parent;
        PnppSendMinor(Pdo, IRP_MN_EJECT);
        if (Bus->Pdo != NULL)
            PnppEnumerate(Bus);
    } else if (Node != NULL) {
        KdLog("pnp", "a device is not ejected: %s", Text);
    }
    PnppRelease();
    return Status;
}

/* ---- exports --------------------------------------------------------------------------------- */

static NTSTATUS PnppQueueWait(enum PNPP_WORK Kind, DEVICE_OBJECT *Pdo)
{
    KEVENT Done;
    NTSTATUS Status;
    PNPP_ITEM *Item = PnppNewItem(Kind, Pdo);
    if (Item == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    Item->Done = &Done;
    Item->Status = &Status;
    PnppQueueItem(Item);
    KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    return Status;
}

static void PnppQueuePlain(enum PNPP_WORK Kind, DEVICE_OBJECT *Pdo)
{
    PNPP_ITEM *Item = PnppNewItem(Kind, Pdo);
    if (Item != NULL)
        PnppQueueItem(Item);
}

/*
 * IoInvalidateDeviceRelations - the device's relations have changed. For BusRelations it is asked
 * for them, later, by a system thread, and what came or went is dealt with; for PowerRelations it
 * is asked and the order of power is another one from then on; the others are asked for whenever
 * they are needed.
 *
 * DeviceObject: the PDO of the bus, or of the device.
 * IRQL:    up to DISPATCH_LEVEL. Source: DOC wdm/IoInvalidateDeviceRelations; tests/e2e/pnp_bus,
 *          pnp_power_relations
 */
void NTAPI IoInvalidateDeviceRelations(DEVICE_OBJECT *DeviceObject, DEVICE_RELATION_TYPE Type)
{
    if (Type == BusRelations || Type == SingleBusRelations)
        PnppQueuePlain(PNPP_WORK_RELATIONS, DeviceObject);
    else if (Type == PowerRelations)
        PnppQueuePlain(PNPP_WORK_POWER, DeviceObject);
}

/*
 * IoSynchronousInvalidateDeviceRelations - the same, and waits until it has been done. Not from a
 * plug and play request.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NO_SUCH_DEVICE: no device of plug and play's that runs; NOT_IMPLEMENTED: no
 *          relations of that type; INSUFFICIENT_RESOURCES. All INF but the first.
 * Source:  DOC ntifs/IoSynchronousInvalidateDeviceRelations; tests/e2e/pnp_bus, pnp_power_relations
 */
NTSTATUS NTAPI IoSynchronousInvalidateDeviceRelations(
    DEVICE_OBJECT *DeviceObject, DEVICE_RELATION_TYPE Type)
{
    if (Type != BusRelations && Type != PowerRelations)
        return STATUS_NOT_IMPLEMENTED;
    if (PnppOwned())
        return STATUS_UNSUCCESSFUL; /* it would wait for itself */
    return PnppQueueWait(
        Type == BusRelations ? PNPP_WORK_RELATIONS : PNPP_WORK_POWER, DeviceObject);
}

/*
 * IoInvalidateDeviceState - the device's state has changed: it is asked for it
 * (IRP_MN_QUERY_PNP_DEVICE_STATE), later, by a system thread, taken down if it has failed, and
 * stopped and restarted if it needs other resources.
 *
 * IRQL:    up to DISPATCH_LEVEL. Source: DOC wdm/IoInvalidateDeviceState; tests/e2e/pnp_failed,
 *          pnp_rebalance
 */
void NTAPI IoInvalidateDeviceState(DEVICE_OBJECT *PhysicalDeviceObject)
{
    PnppQueuePlain(PNPP_WORK_STATE, PhysicalDeviceObject);
}

/*
 * IoRequestDeviceEject - the button beside the device was pressed: it is removed in order, if
 * nobody objects, and ejected.
 *
 * IRQL:    up to DISPATCH_LEVEL. Source: DOC wdm/IoRequestDeviceEject; tests/e2e/pnp_eject
 */
void NTAPI IoRequestDeviceEject(DEVICE_OBJECT *PhysicalDeviceObject)
{
    PnppQueuePlain(PNPP_WORK_EJECT, PhysicalDeviceObject);
}

/*
 * IoRequestDeviceEjectEx - the same; Callback is told how it ended. DriverObject: of the callback,
 * which stays loaded until then.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS: Callback will be called; INVALID_PARAMETER: no device (INF);
 * INSUFFICIENT_RESOURCES.
 * Source:  DOC ntddk/IoRequestDeviceEjectEx; tests/kernel/pnp/IoRequestDeviceEjectEx.c
 */
NTSTATUS NTAPI IoRequestDeviceEjectEx(DEVICE_OBJECT *PhysicalDeviceObject,
    PIO_DEVICE_EJECT_CALLBACK Callback, void *Context, DRIVER_OBJECT *DriverObject)
{
    if (PhysicalDeviceObject == NULL || (Callback != NULL && DriverObject == NULL))
        return STATUS_INVALID_PARAMETER;
    PNPP_ITEM *Item = PnppNewItem(PNPP_WORK_EJECT, PhysicalDeviceObject);
    if (Item == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (DriverObject != NULL)
        ObfReferenceObject(DriverObject);
    Item->Driver = DriverObject;
    Item->Ejected = Callback;
    Item->Context = Context;
    PnppQueueItem(Item);
    return STATUS_SUCCESS;
}
