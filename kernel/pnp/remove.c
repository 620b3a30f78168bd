/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Taking drivers off devices. In an orderly removal all that leave together are asked first, and
 * one objection or open handle ends it; a device that is gone is not asked about, its drivers are
 * told, and leave when the last handle is closed. Children and related devices go before a device,
 * and what a bus driver made for its children is the bus driver's to delete.
 */
#include <stdio.h>

#include "pnp/pnpp.h"

static BOOLEAN PnppHasDrivers(const PNPP_NODE *Node)
{
    return Node->State == PNPP_ADDED || Node->State == PNPP_STARTED || Node->State == PNPP_SURPRISE;
}

#define FOR_CHILDREN(Node, Child)                                             \
    for (LIST_ENTRY *Entry_ = (Node)->Children.Flink, *Next_ = Entry_->Flink; \
         Entry_ != &(Node)->Children &&                                       \
         ((Child) = CONTAINING_RECORD(Entry_, PNPP_NODE, Link), TRUE);        \
         Entry_ = Next_, Next_ = Entry_->Flink)

/* ---- leaving --------------------------------------------------------------------------------- */

void PnppDiscard(PNPP_NODE *Node)
{
    DEVICE_OBJECT *Pdo = Node->Pdo;
    BOOLEAN Root = Node->Parent == &PnppRoot && Pdo->DriverObject == PnppRootDriver;
    ObfReferenceObject(Pdo);
    PnppQueueInstance(&PnppRemoveComplete, &Node->Path);
    PnppDeleteNode(Node);
    if (Root)
        IoDeleteDevice(Pdo);
    ObfDereferenceObject(Pdo);
}

static void PnppLeave(PNPP_NODE *Node)
{
    /* Of one that is gone everybody has been told already. */
    BOOLEAN Tell = PnppHasDrivers(Node) && Node->State != PNPP_SURPRISE;
    PnppDisableInterfaces(Node);
    PnppLetGoOfDrivers(Node);
    PnppSendMinor(Node->Pdo, IRP_MN_REMOVE_DEVICE);
    IoiMarkStack(Node->Pdo, 0, DOE_REMOVE_PENDING);
    PnppRelinquish(Node);
    PnppDropFiltered(Node);
    Node->State = PNPP_FAILED;
    Node->DeviceState = 0;
    Node->SpecialFiles = 0;
    PnppSetPresent(Node, !Node->Missing);
    if (Tell)
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

/* ---- asking first ---------------------------------------------------------------------------- */

static NTSTATUS PnppObject(
    const PNPP_NODE *Node, const char *Why, NTSTATUS Status, char *Text, SIZE_T TextBytes)
{
    char Path[300];
    if (Text != NULL) {
        RtlpToUtf8(&Node->Path, Path, sizeof(Path));
        snprintf(Text, TextBytes, "%s: %s", Path, Why);
    }
    return Status;
}

/* Those asked before one that objects have DOE_REMOVE_PENDING. */
static NTSTATUS PnppAsk(const PNPP_NODE *Node, char *Text, SIZE_T TextBytes)
{
    if (Node->State != PNPP_ADDED && Node->State != PNPP_STARTED)
        return STATUS_SUCCESS;
    if (Node->DeviceState & PNP_DEVICE_NOT_DISABLEABLE)
        return PnppObject(Node, "its driver says that it cannot be disabled",
            STATUS_PLUGPLAY_QUERY_VETOED, Text, TextBytes);
    IoiMarkStack(Node->Pdo, DOE_REMOVE_PENDING, 0);
    NTSTATUS Status = PnppNotifyTarget(Node->Pdo, &PnppQueryRemove);
    if (!NT_SUCCESS(Status))
        return PnppObject(Node, "a driver that uses the device objects to its removal",
            STATUS_PLUGPLAY_QUERY_VETOED, Text, TextBytes);
    Status = PnppSendMinor(Node->Pdo, IRP_MN_QUERY_REMOVE_DEVICE);
    if (!NT_SUCCESS(Status) && Status != STATUS_NOT_SUPPORTED)
        return PnppObject(Node, "its driver objects to its removal", STATUS_PLUGPLAY_QUERY_VETOED,
            Text, TextBytes);
    return STATUS_SUCCESS;
}

static NTSTATUS PnppCheckHandles(const PNPP_NODE *Node, char *Text, SIZE_T TextBytes)
{
    return IoiStackIsOpen(Node->Pdo)
               ? PnppObject(Node, "a handle to it is open", STATUS_DEVICE_BUSY, Text, TextBytes)
               : STATUS_SUCCESS;
}

static void PnppTakeBack(const PNPP_NODE *Node)
{
    if (!PnppHasDrivers(Node) || Node->State == PNPP_SURPRISE ||
        !IoiStackIsMarked(Node->Pdo, DOE_REMOVE_PENDING))
        return;
    PnppSendMinor(Node->Pdo, IRP_MN_CANCEL_REMOVE_DEVICE);
    IoiMarkStack(Node->Pdo, 0, DOE_REMOVE_PENDING);
    PnppNotifyTarget(Node->Pdo, &PnppRemoveCancelled);
}

static PNPP_NODE *PnppLeaving(LIST_ENTRY *Entry)
{
    return CONTAINING_RECORD(Entry, PNPP_NODE, Leaving);
}

/* Devices below one that leaves are not there any more; related ones stay without drivers. */
static void PnppRemoveCollected(LIST_ENTRY *List, const PNPP_NODE *First)
{
    for (LIST_ENTRY *Entry = List->Flink; Entry != List; Entry = Entry->Flink) {
        PNPP_NODE *Node = PnppLeaving(Entry);
        Node->Missing |= Node->Parent->Leaving.Flink != NULL;
    }
    while (!IsListEmpty(List)) {
        PNPP_NODE *Node = PnppLeaving(RemoveHeadList(List));
        Node->Leaving.Flink = NULL;
        Node->Problem = Node != First ? PNPP_PROBLEM_WILL_BE_REMOVED : Node->Problem;
        PnppRemove(Node);
    }
}

NTSTATUS PnppRemoveOrderly(PNPP_NODE *Node, BOOLEAN Ejecting, char *Text, SIZE_T TextBytes)
{
    LIST_ENTRY List;
    NTSTATUS Status = STATUS_SUCCESS;
    InitializeListHead(&List);
    PnppCollectLeaving(&List, Node, Ejecting);
    if (IsListEmpty(&List)) /* a driver asks for it while it is on its way */
        return PnppObject(Node, "it is being removed", STATUS_DEVICE_BUSY, Text, TextBytes);
    /* Whoever stops a driver has moved the machine's files elsewhere; one that presses a button has
     * not. */
    for (LIST_ENTRY *Entry = List.Flink; Entry != &List && !Ejecting; Entry = Entry->Flink)
        PnppTakeFiles(PnppLeaving(Entry));
    for (LIST_ENTRY *Entry = List.Flink; Entry != &List && NT_SUCCESS(Status); Entry = Entry->Flink)
        Status = PnppAsk(PnppLeaving(Entry), Text, TextBytes);
    for (LIST_ENTRY *Entry = List.Flink; Entry != &List && NT_SUCCESS(Status); Entry = Entry->Flink)
        Status = PnppCheckHandles(PnppLeaving(Entry), Text, TextBytes);
    for (LIST_ENTRY *Entry = List.Flink; Entry != &List && NT_SUCCESS(Status); Entry = Entry->Flink)
        PnppNotifyTarget(PnppLeaving(Entry)->Pdo, &PnppRemovePending);
    if (NT_SUCCESS(Status)) {
        PnppRemoveCollected(&List, Node);
        return STATUS_SUCCESS;
    }
    for (LIST_ENTRY *Entry = List.Blink; Entry != &List; Entry = Entry->Blink) {
        PnppTakeBack(PnppLeaving(Entry));
        PnppPutFiles(PnppLeaving(Entry));
    }
    PnppForgetLeaving(&List);
    return Status;
}

/* ---- gone without asking --------------------------------------------------------------------- */

/* Or one below it. */
static BOOLEAN PnppIsOpen(PNPP_NODE *Node)
{
    PNPP_NODE *Child;
    FOR_CHILDREN(Node, Child) {
        if (PnppIsOpen(Child))
            return TRUE;
    }
    return IoiStackIsOpen(Node->Pdo);
}

static void PnppTellGone(PNPP_NODE *Node)
{
    if (Node->State != PNPP_STARTED)
        return;
    PnppSendMinor(Node->Pdo, IRP_MN_SURPRISE_REMOVAL);
    IoiMarkStack(Node->Pdo, DOE_REMOVE_PENDING, 0);
    Node->State = PNPP_SURPRISE;
    PnppDisableInterfaces(Node);
    /* Who has a handle closes it now: the drivers stay until then. */
    PnppNotifyTarget(Node->Pdo, &PnppRemoveComplete);
}

/* Gone FALSE: it stays in its place without drivers. */
static void PnppTellCollected(PNPP_NODE *First, BOOLEAN Gone)
{
    LIST_ENTRY List;
    InitializeListHead(&List);
    PnppCollectLeaving(&List, First, FALSE);
    for (LIST_ENTRY *Entry = List.Flink; Entry != &List; Entry = Entry->Flink) {
        PNPP_NODE *Node = PnppLeaving(Entry);
        Node->Missing |= Node == First ? Gone : Node->Parent->Leaving.Flink != NULL;
        PnppTellGone(Node);
    }
    PnppForgetLeaving(&List);
}

void PnppTakeDown(PNPP_NODE *Node)
{
    PnppTellCollected(Node, FALSE);
    PnppFinishRemovals();
}

void PnppSurprise(PNPP_NODE *Node)
{
    PnppTellCollected(Node, TRUE);
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
