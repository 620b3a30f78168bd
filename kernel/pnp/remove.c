/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Taking drivers off a device. In an orderly removal everybody below and above is asked first, and one objection or open handle
 * ends it; a device that is gone is not asked about, its drivers are told, and leave when the last handle is closed. Children
 * always go before their parent, and what a bus driver made for them is the bus driver's to delete.
 */
#include <stdio.h>

#include "pnp/pnpp.h"

const GUID PnppQueryRemove = {0xcb3a4006, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};
const GUID PnppRemoveCancelled = {0xcb3a4007, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};
const GUID PnppRemoveComplete = {0xcb3a4008, 0x46f0, 0x11d0, {0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f}};

static BOOLEAN PnppHasDrivers(const PNPP_NODE *Node)
{
    return Node->State == PNPP_ADDED || Node->State == PNPP_STARTED || Node->State == PNPP_SURPRISE;
}

#define FOR_CHILDREN(Node, Child)                                                                               \
    for (LIST_ENTRY *Entry_ = (Node)->Children.Flink, *Next_ = Entry_->Flink;                                   \
         Entry_ != &(Node)->Children && ((Child) = CONTAINING_RECORD(Entry_, PNPP_NODE, Link), TRUE);           \
         Entry_ = Next_, Next_ = Entry_->Flink)

/* ---- leaving --------------------------------------------------------------------------------------------------------- */

void PnppDiscard(PNPP_NODE *Node)
{
    DEVICE_OBJECT *Pdo = Node->Pdo;
    BOOLEAN Root = Node->Parent == &PnppRoot && Pdo->DriverObject == PnppRootDriver;
    ObfReferenceObject(Pdo);
    PnppDeleteNode(Node);
    if (Root)
        IoDeleteDevice(Pdo);
    ObfDereferenceObject(Pdo);
}

static void PnppLeave(PNPP_NODE *Node)
{
    BOOLEAN Had = PnppHasDrivers(Node);
    PnppDisableInterfaces(Node);
    PnppSendMinor(Node->Pdo, IRP_MN_REMOVE_DEVICE);
    IoiMarkStack(Node->Pdo, 0, DOE_REMOVE_PENDING);
    PnppRelinquish(Node);
    Node->State = PNPP_FAILED;
    Node->DeviceState = 0;
    PnppSetPresent(Node, !Node->Missing);
    if (Had)
        PnppNotifyTarget(Node->Pdo, &PnppRemoveComplete);
}

void PnppRemove(PNPP_NODE *Node)
{
    PNPP_NODE *Child;
    FOR_CHILDREN(Node, Child) {
        Child->Missing = TRUE;
        PnppRemove(Child);
    }
    if (PnppHasDrivers(Node) || Node->Missing)
        PnppLeave(Node);
    if (Node->Missing)
        PnppDiscard(Node);
}

/* ---- asking first ---------------------------------------------------------------------------------------------------- */

static NTSTATUS PnppObject(const PNPP_NODE *Node, const char *Why, NTSTATUS Status, char *Text, SIZE_T TextBytes)
{
    char Path[300];
    if (Text != NULL) {
        RtlpToUtf8(&Node->Path, Path, sizeof(Path));
        snprintf(Text, TextBytes, "%s: %s", Path, Why);
    }
    return Status;
}

static void PnppDropRelations(const PNPP_NODE *Node)
{
    DEVICE_RELATIONS *Relations;
    if (!NT_SUCCESS(PnppQueryRelations(Node->Pdo, RemovalRelations, &Relations)))
        return;
    for (ULONG Index = 0; Index < Relations->Count; Index++)
        ObfDereferenceObject(Relations->Objects[Index]);
    ExFreePool(Relations);
}

/* Children before parents. Those asked before one that objects have DOE_REMOVE_PENDING. */
static NTSTATUS PnppAsk(PNPP_NODE *Node, char *Text, SIZE_T TextBytes)
{
    PNPP_NODE *Child;
    NTSTATUS Status = STATUS_SUCCESS;
    FOR_CHILDREN(Node, Child) {
        Status = PnppAsk(Child, Text, TextBytes);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    if (Node->State != PNPP_ADDED && Node->State != PNPP_STARTED)
        return STATUS_SUCCESS;
    if (Node->DeviceState & PNP_DEVICE_NOT_DISABLEABLE)
        return PnppObject(Node, "its driver says that it cannot be disabled", STATUS_PLUGPLAY_QUERY_VETOED, Text, TextBytes);
    PnppDropRelations(Node);
    IoiMarkStack(Node->Pdo, DOE_REMOVE_PENDING, 0);
    Status = PnppNotifyTarget(Node->Pdo, &PnppQueryRemove);
    if (!NT_SUCCESS(Status))
        return PnppObject(
            Node, "a driver that uses the device objects to its removal", STATUS_PLUGPLAY_QUERY_VETOED, Text, TextBytes);
    Status = PnppSendMinor(Node->Pdo, IRP_MN_QUERY_REMOVE_DEVICE);
    if (!NT_SUCCESS(Status) && Status != STATUS_NOT_SUPPORTED)
        return PnppObject(Node, "its driver objects to its removal", STATUS_PLUGPLAY_QUERY_VETOED, Text, TextBytes);
    return STATUS_SUCCESS;
}

static NTSTATUS PnppCheckHandles(PNPP_NODE *Node, char *Text, SIZE_T TextBytes)
{
    PNPP_NODE *Child;
    NTSTATUS Status;
    FOR_CHILDREN(Node, Child) {
        Status = PnppCheckHandles(Child, Text, TextBytes);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    return IoiStackIsOpen(Node->Pdo)
               ? PnppObject(Node, "a handle to it is open", STATUS_DEVICE_BUSY, Text, TextBytes)
               : STATUS_SUCCESS;
}

static void PnppTakeBack(PNPP_NODE *Node)
{
    PNPP_NODE *Child;
    if (PnppHasDrivers(Node) && Node->State != PNPP_SURPRISE && IoiStackIsMarked(Node->Pdo, DOE_REMOVE_PENDING)) {
        PnppSendMinor(Node->Pdo, IRP_MN_CANCEL_REMOVE_DEVICE);
        IoiMarkStack(Node->Pdo, 0, DOE_REMOVE_PENDING);
        PnppNotifyTarget(Node->Pdo, &PnppRemoveCancelled);
    }
    FOR_CHILDREN(Node, Child)
        PnppTakeBack(Child);
}

NTSTATUS PnppRemoveOrderly(PNPP_NODE *Node, char *Text, SIZE_T TextBytes)
{
    NTSTATUS Status = PnppAsk(Node, Text, TextBytes);
    if (NT_SUCCESS(Status))
        Status = PnppCheckHandles(Node, Text, TextBytes);
    if (NT_SUCCESS(Status))
        PnppRemove(Node);
    else
        PnppTakeBack(Node);
    return Status;
}

/* ---- gone without asking --------------------------------------------------------------------------------------------- */

static BOOLEAN PnppIsOpen(PNPP_NODE *Node)
{
    return !NT_SUCCESS(PnppCheckHandles(Node, NULL, 0));
}

static void PnppTellGone(PNPP_NODE *Node)
{
    PNPP_NODE *Child;
    FOR_CHILDREN(Node, Child)
        PnppTellGone(Child);
    Node->Missing = TRUE;
    if (Node->State != PNPP_STARTED)
        return;
    PnppSendMinor(Node->Pdo, IRP_MN_SURPRISE_REMOVAL);
    IoiMarkStack(Node->Pdo, DOE_REMOVE_PENDING, 0);
    Node->State = PNPP_SURPRISE;
    PnppDisableInterfaces(Node);
}

/* The drivers are told, as if the device were gone, and leave; it stays in its place. */
void PnppTakeDown(PNPP_NODE *Node)
{
    PnppTellGone(Node);
    Node->Missing = FALSE;
    if (!PnppIsOpen(Node))
        PnppRemove(Node);
}

void PnppSurprise(PNPP_NODE *Node)
{
    PnppTellGone(Node);
    if (!PnppIsOpen(Node))
        PnppRemove(Node);
}

static BOOLEAN PnppIsLeaving(const PNPP_NODE *Node)
{
    return Node->Missing || Node->State == PNPP_SURPRISE;
}

static PNPP_NODE *PnppFindClosed(void)
{
    for (PNPP_NODE *Node = PnppNextNode(&PnppRoot); Node != NULL; Node = PnppNextNode(Node)) {
        if (PnppIsLeaving(Node) && !PnppIsLeaving(Node->Parent) && !PnppIsOpen(Node))
            return Node;
    }
    return NULL;
}

void PnppFinishRemovals(void)
{
    PNPP_NODE *Node;
    PnppAcquire();
    while ((Node = PnppFindClosed()) != NULL)
        PnppRemove(Node);
    PnppRelease();
}
