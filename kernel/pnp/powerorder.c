/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * In which order devices go to sleep and come back: one comes back after the device it is below and
 * those its drivers have named (PowerRelations), and goes to sleep before them. Relations in a
 * circle are cut where they are met first. Under the tree lock; nothing is allocated while the
 * system changes its state.
 */
#include "pnp/pnpp.h"

#define FOR_RELATED(Node, Related)                                                           \
    for (ULONG Index_ = 0; (Node)->Power != NULL && Index_ < (Node)->Power->Count; Index_++) \
        if (((Related) = PnppFindNode((Node)->Power->Objects[Index_])) != NULL)

#define FOR_ALL(Node) for (PNPP_NODE *Node = &PnppRoot; Node != NULL; Node = PnppNextNode(Node))

/* ---- relations ------------------------------------------------------------------------------- */

static void PnppDropPower(PNPP_NODE *Node)
{
    for (ULONG Index = 0; Node->Power != NULL && Index < Node->Power->Count; Index++)
        ObfDereferenceObject(Node->Power->Objects[Index]);
    if (Node->Power != NULL)
        ExFreePool(Node->Power);
    Node->Power = NULL;
}

NTSTATUS PnppAskPower(DEVICE_OBJECT *Pdo)
{
    NTSTATUS Status = STATUS_NO_SUCH_DEVICE;
    DEVICE_RELATIONS *Relations;
    if (PnppIsClosing())
        return Status;
    PnppAcquire();
    PNPP_NODE *Node = PnppFindNode(Pdo);
    if (Node != NULL && Node->State == PNPP_STARTED) {
        Status = STATUS_SUCCESS;
        PnppDropPower(Node);
        if (NT_SUCCESS(PnppQueryRelations(Pdo, PowerRelations, &Relations)))
            Node->Power = Relations;
    }
    PnppRelease();
    return Status;
}

/* Out of a list, in whose order nothing lies. */
static void PnppStrike(DEVICE_RELATIONS *Relations, const DEVICE_OBJECT *Pdo)
{
    for (ULONG Index = 0; Relations != NULL && Index < Relations->Count;) {
        DEVICE_OBJECT *Found = Relations->Objects[Index];
        if (Found != Pdo) {
            Index++;
            continue;
        }
        Relations->Objects[Index] = Relations->Objects[--Relations->Count];
        ObfDereferenceObject(Found);
    }
}

void PnppForgetPower(PNPP_NODE *Node)
{
    PnppDropPower(Node);
    FOR_ALL(Other)
    PnppStrike(Other->Power, Node->Pdo);
}

/* ---- what may be paged out ------------------------------------------------------------------- */

static BOOLEAN PnppSaysPagable(const PNPP_NODE *Node)
{
    if (Node->Pdo == NULL || Node->State != PNPP_STARTED)
        return TRUE;
    DEVICE_OBJECT *Top = IoGetAttachedDeviceReference(Node->Pdo);
    BOOLEAN Pagable = (Top->Flags & DO_POWER_PAGABLE) != 0;
    ObfDereferenceObject(Top);
    return Pagable;
}

void PnppFindPagable(void)
{
    BOOLEAN Changed = TRUE;
    PNPP_NODE *Related;
    FOR_ALL(Node)
    Node->Pagable = PnppSaysPagable(Node);
    while (Changed) {
        Changed = FALSE;
        FOR_ALL(Node)
        {
            if (Node->Pagable)
                continue;
            if (Node->Parent != NULL && Node->Parent->Pagable) {
                Node->Parent->Pagable = FALSE;
                Changed = TRUE;
            }
            FOR_RELATED(Node, Related)
            {
                Changed |= Related->Pagable;
                Related->Pagable = FALSE;
            }
        }
    }
}

/* ---- down and up ----------------------------------------------------------------------------- */

static void PnppBeginPass(void)
{
    FOR_ALL(Node)
    Node->Passed = FALSE;
}

static BOOLEAN PnppNeedsPower(const PNPP_NODE *Node, const PNPP_NODE *Of)
{
    PNPP_NODE *Related;
    FOR_RELATED(Node, Related)
    {
        if (Related == Of)
            return TRUE;
    }
    return FALSE;
}

static BOOLEAN PnppLower(PNPP_NODE *Node, PNPP_POWER_STEP Step, void *Context)
{
    if (Node->Passed)
        return TRUE;
    Node->Passed = TRUE;
    FOR_ALL(Other)
    {
        if ((Other->Parent == Node || PnppNeedsPower(Other, Node)) &&
            !PnppLower(Other, Step, Context))
            return FALSE;
    }
    return Step(Node, Context);
}

static BOOLEAN PnppRaise(PNPP_NODE *Node, PNPP_POWER_STEP Step, void *Context)
{
    PNPP_NODE *Related;
    BOOLEAN Good = TRUE;
    if (Node->Passed)
        return TRUE;
    Node->Passed = TRUE;
    if (Node->Parent != NULL)
        Good = PnppRaise(Node->Parent, Step, Context);
    FOR_RELATED(Node, Related)
    Good = PnppRaise(Related, Step, Context) && Good;
    return Step(Node, Context) && Good;
}

BOOLEAN PnppPowerDown(PNPP_POWER_STEP Step, void *Context)
{
    PnppBeginPass();
    return PnppLower(&PnppRoot, Step, Context);
}

BOOLEAN PnppPowerUp(PNPP_POWER_STEP Step, void *Context)
{
    BOOLEAN Good = TRUE;
    PnppBeginPass();
    FOR_ALL(Node)
    Good = PnppRaise(Node, Step, Context) && Good;
    return Good;
}
