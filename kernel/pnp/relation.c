/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which devices leave together. Nothing is allocated for it: a device that is gone has to leave,
 * memory or not. Under the tree lock.
 */
#include "pnp/pnpp.h"

static void PnppCollectRelated(
    LIST_ENTRY *List, const PNPP_NODE *Node, DEVICE_RELATION_TYPE Type, BOOLEAN Ejecting)
{
    DEVICE_RELATIONS *Relations;
    if (!NT_SUCCESS(PnppQueryRelations(Node->Pdo, Type, &Relations)))
        return;
    for (ULONG Index = 0; Index < Relations->Count; Index++) {
        PNPP_NODE *Related = PnppFindNode(Relations->Objects[Index]);
        if (Related != NULL)
            PnppCollectLeaving(List, Related, Ejecting);
        ObfDereferenceObject(Relations->Objects[Index]);
    }
    ExFreePool(Relations);
}

void PnppCollectLeaving(LIST_ENTRY *List, PNPP_NODE *Node, BOOLEAN Ejecting)
{
    if (Node->Leaving.Flink != NULL)
        return;
    /* From here on it is on its way: relations may lead back to it. It takes its place behind those
     * that go before it. */
    InsertTailList(List, &Node->Leaving);
    for (LIST_ENTRY *Entry = Node->Children.Flink; Entry != &Node->Children; Entry = Entry->Flink)
        PnppCollectLeaving(List, CONTAINING_RECORD(Entry, PNPP_NODE, Link), Ejecting);
    if (Node->State == PNPP_ADDED || Node->State == PNPP_STARTED) {
        PnppCollectRelated(List, Node, RemovalRelations, Ejecting);
        if (Ejecting)
            PnppCollectRelated(List, Node, EjectionRelations, Ejecting);
    }
    RemoveEntryList(&Node->Leaving);
    InsertTailList(List, &Node->Leaving);
}

void PnppForgetLeaving(LIST_ENTRY *List)
{
    while (!IsListEmpty(List))
        CONTAINING_RECORD(RemoveHeadList(List), PNPP_NODE, Leaving)->Leaving.Flink = NULL;
}
