/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Devices that give up resources for one another. Those that run and could have other resources are
 * asked whether they can stop (QUERY_STOP_DEVICE); for those that agree, and the one that needs
 * something, places are looked for anew. Who gets other ones is stopped and started again with
 * these; the others are told that nothing comes of it (CANCEL_STOP_DEVICE), and so is one that
 * objects, as drivers above the one that did wait to be stopped. What lies below a device stops
 * before it and starts after it. Handles may be open; drivers hold requests back. Under the tree
 * lock.
 */
#include <stdio.h>
#include <string.h>

#include "pnp/pnpp.h"
#include "rtl/status.h"

#define PNPP_TYPE_BIT(Type) ((Type) < 32 ? 1u << (Type) : 0)

/* ---- who could help -------------------------------------------------------------------------- */

/* The types of resources a list asks for. */
static ULONG PnppTypesNeeded(const IO_RESOURCE_REQUIREMENTS_LIST *Requirements)
{
    const IO_RESOURCE_LIST *List = Requirements->List;
    ULONG Types = 0;
    for (ULONG Index = 0;
         PnppGoodRequirements(Requirements) && Index < Requirements->AlternativeLists; Index++) {
        for (ULONG Number = 0; Number < List->Count; Number++)
            Types |= PNPP_TYPE_BIT(List->Descriptors[Number].Type);
        List = (const IO_RESOURCE_LIST *)(const void *)&List->Descriptors[List->Count];
    }
    return Types;
}

/* Those it needs, or those its bus says it is set to. */
static ULONG PnppTypesOf(const PNPP_NODE *Node)
{
    const IO_RESOURCE_REQUIREMENTS_LIST *Needed = PnppNeeded(Node);
    return Needed != NULL && Needed->AlternativeLists != 0 ? PnppTypesNeeded(Needed) : ~0u;
}

static BOOLEAN PnppIsAbove(const PNPP_NODE *Node, const PNPP_NODE *Other)
{
    while (Other != NULL && Other != Node)
        Other = Other->Parent;
    return Other != NULL;
}

/* It has something of the kind, and could do with other places. */
static BOOLEAN PnppCouldMove(const PNPP_NODE *Node, const PNPP_NODE *For, ULONG Types)
{
    const IO_RESOURCE_REQUIREMENTS_LIST *Needed = PnppNeeded(Node);
    return Node->State == PNPP_STARTED && Node->Claimed && Needed != NULL &&
        Needed->AlternativeLists != 0 && (PnppTypesNeeded(Needed) & Types) != 0 &&
        !PnppIsAbove(Node, For);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static PNPP_NODE *PnppChild(LIST_ENTRY *Entry)
{
    return CONTAINING_RECORD(Entry, PNPP_NODE, Link);
}

static void PnppCancelStop(PNPP_NODE *Node)
{
    if (Node->Stop == PNPP_STOP_ASKED) {
        Node->Stop = PNPP_STOP_NOT;
        PnppSendMinor(Node->Pdo, IRP_MN_CANCEL_STOP_DEVICE);
    }
    for (LIST_ENTRY *Entry = Node->Children.Flink; Entry != &Node->Children; Entry = Entry->Flink)
        PnppCancelStop(PnppChild(Entry));
}

/* What is below first. FALSE: somebody objects. */
static BOOLEAN PnppAskStop(PNPP_NODE *Node)
{
    for (LIST_ENTRY *Entry = Node->Children.Flink; Entry != &Node->Children; Entry = Entry->Flink) {
        if (!PnppAskStop(PnppChild(Entry)))
            return FALSE;
    }
    if (Node->State != PNPP_STARTED || Node->Stop == PNPP_STOP_ASKED)
        return Node->State != PNPP_SURPRISE;
    NTSTATUS Status = PnppSendMinor(Node->Pdo, IRP_MN_QUERY_STOP_DEVICE);
    Node->Stop = PNPP_STOP_ASKED;
    if (Status == STATUS_RESOURCE_REQUIREMENTS_CHANGED) {
        Node->Changed = TRUE;
        Status = PnppReadRequirements(Node);
        if (NT_SUCCESS(Status))
            Status = PnppFilterRequirements(Node);
    }
    return NT_SUCCESS(Status);
}

static BOOLEAN PnppAskToStop(PNPP_NODE *Node)
{
    if (PnppAskStop(Node))
        return TRUE;
    PnppCancelStop(Node);
    return FALSE;
}

/* ---- other places ---------------------------------------------------------------------------- */

static void PnppDropNext(PNPP_NODE *Node)
{
    if (Node->Next != NULL)
        ExiFree(Node->Next);
    if (Node->NextTranslated != NULL)
        ExiFree(Node->NextTranslated);
    Node->Next = Node->NextTranslated = NULL;
}

static BOOLEAN PnppTakesPart(const PNPP_NODE *Node)
{
    return Node->Stop == PNPP_STOP_ASKED && Node->Claimed;
}

/* As it was before places were looked for. */
static void PnppRestoreClaims(PNPP_NODE *For)
{
    for (PNPP_NODE *Node = &PnppRoot; (Node = PnppNextNode(Node)) != NULL;) {
        if (Node == For || PnppTakesPart(Node)) {
            PnppDropNext(Node);
            PnppClaim(Node, NULL);
        }
    }
    for (PNPP_NODE *Node = &PnppRoot; (Node = PnppNextNode(Node)) != NULL;) {
        if ((Node == For || PnppTakesPart(Node)) && Node->Claimed &&
            !NT_SUCCESS(PnppClaim(Node, Node->Allocated)))
            KdLog("pnp", "out of memory: resources of a device that runs are not claimed any more");
    }
}

/* For first, then the others, where they are if that is possible. *Stuck: who found no place; NULL:
 * For. */
static NTSTATUS PnppFindPlaces(PNPP_NODE *For, PNPP_NODE **Stuck)
{
    *Stuck = NULL;
    for (PNPP_NODE *Node = &PnppRoot; (Node = PnppNextNode(Node)) != NULL;) {
        if (PnppTakesPart(Node))
            PnppClaim(Node, NULL);
    }
    NTSTATUS Status = PnppAssign(For, PnppNeeded(For));
    for (PNPP_NODE *Node = &PnppRoot; NT_SUCCESS(Status) && (Node = PnppNextNode(Node)) != NULL;) {
        if (Node == For || !PnppTakesPart(Node))
            continue;
        Status = Node->Changed ? STATUS_CONFLICTING_ADDRESSES : PnppClaim(Node, Node->Allocated);
        if (Status == STATUS_CONFLICTING_ADDRESSES)
            Status = PnppAssign(Node, PnppNeeded(Node));
        *Stuck = NT_SUCCESS(Status) ? NULL : Node;
    }
    if (!NT_SUCCESS(Status))
        PnppRestoreClaims(For);
    return Status;
}

/* ---- stopping and starting again ------------------------------------------------------------- */

static void PnppStop(PNPP_NODE *Node)
{
    for (LIST_ENTRY *Entry = Node->Children.Flink; Entry != &Node->Children; Entry = Entry->Flink)
        PnppStop(PnppChild(Entry));
    if (Node->Stop != PNPP_STOP_ASKED)
        return;
    PnppSendMinor(Node->Pdo, IRP_MN_STOP_DEVICE);
    Node->Stop = PNPP_STOP_DONE;
}

static void PnppQueueRelations(PNPP_NODE *Node)
{
    PNPP_ITEM *Item = PnppNewItem(PNPP_WORK_RELATIONS, Node->Pdo);
    if (Item != NULL)
        PnppQueueItem(Item);
}

/* A device that cannot be restarted is as good as gone. */
static void PnppRestart(PNPP_NODE *Node)
{
    char Text[160];
    Node->Stop = PNPP_STOP_NOT;
    if (Node->State != PNPP_STARTED)
        return; /* its parent did not start */
    if (Node->Next != NULL)
        PnppTakeNext(Node);
    NTSTATUS Status = PnppSendStart(Node);
    if (NT_SUCCESS(Status)) {
        if (Node->State == PNPP_STARTED)
            PnppQueueRelations(Node);
        return;
    }
    const char *Name = RtlpStatusName(Status);
    snprintf(Text, sizeof(Text), "the device did not start again with other resources: %s (0x%08X)",
        Name != NULL ? Name : "a status", (unsigned)Status);
    PnppTakeDown(Node);
    PnppFail(Node, PNPP_PROBLEM_FAILED_START, Status, Text);
}

static void PnppRestartAll(void)
{
    PNPP_NODE *Node;
    do { /* from the start: one that fails takes others along */
        Node = PnppNextNode(&PnppRoot);
        while (Node != NULL && Node->Stop != PNPP_STOP_DONE)
            Node = PnppNextNode(Node);
        if (Node != NULL)
            PnppRestart(Node);
    } while (Node != NULL);
}

static void PnppCancelAll(void)
{
    for (PNPP_NODE *Node = &PnppRoot; (Node = PnppNextNode(Node)) != NULL;)
        PnppCancelStop(Node);
}

/* Places have been found, in Next. */
static void PnppCarryOut(void)
{
    for (PNPP_NODE *Node = &PnppRoot; (Node = PnppNextNode(Node)) != NULL;) {
        if (Node->Next != NULL && Node->Stop == PNPP_STOP_ASKED)
            PnppStop(Node);
    }
    PnppCancelAll();
    PnppRestartAll();
}

/* Asks who could help, and looks for places until nobody is stuck. */
static NTSTATUS PnppFindHelp(PNPP_NODE *Node)
{
    const ULONG Types = PnppTypesOf(Node);
    PNPP_NODE *Stuck;
    NTSTATUS Status;
    for (PNPP_NODE *Other = &PnppRoot; (Other = PnppNextNode(Other)) != NULL;) {
        if (Other != Node && Other->Stop == PNPP_STOP_NOT && PnppCouldMove(Other, Node, Types))
            PnppAskToStop(Other);
    }
    while ((Status = PnppFindPlaces(Node, &Stuck)) == STATUS_CONFLICTING_ADDRESSES && Stuck != NULL)
        PnppCancelStop(Stuck); /* it stays where it is, and the others do with the rest */
    return Status;
}

NTSTATUS PnppRebalance(PNPP_NODE *Node)
{
    NTSTATUS Status = PnppFindHelp(Node);
    if (NT_SUCCESS(Status))
        PnppCarryOut();
    else
        PnppCancelAll();
    return Status;
}

NTSTATUS PnppReassign(PNPP_NODE *Node)
{
    if (!PnppAskToStop(Node))
        return STATUS_PLUGPLAY_QUERY_VETOED;
    NTSTATUS Status = PnppReadRequirements(Node);
    if (NT_SUCCESS(Status))
        Status = PnppFilterRequirements(Node);
    if (NT_SUCCESS(Status)) {
        Status = PnppAssign(Node, PnppNeeded(Node));
        if (!NT_SUCCESS(Status) && Node->Claimed)
            PnppClaim(Node, Node->Allocated);
    }
    if (Status == STATUS_CONFLICTING_ADDRESSES)
        Status = PnppFindHelp(Node);
    if (!NT_SUCCESS(Status)) {
        PnppCancelAll();
        return Status;
    }
    if (Node->Next == NULL) /* it needs none any more */
        PnppRelinquish(Node);
    PnppStop(Node);
    PnppCarryOut();
    return Node->State == PNPP_STARTED ? STATUS_SUCCESS : Node->ProblemStatus;
}
