/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The device tree and its lock. The lock is no mutex of NT's: who holds one of those has kernel
 * APCs disabled, and drivers called for the tree would see that. A thread that leaves the kernel
 * because the machine stopped takes it along; then nobody asks for it any more.
 */
#include <string.h>

#include "pnp/pnpp.h"

PNPP_NODE PnppRoot;
DRIVER_OBJECT *PnppRootDriver;

static KSPIN_LOCK PnppListLock; /* guards links, paths and the devices' nodes for those without the
                                   tree lock */
static KEVENT PnppUnlocked; /* signalled: nobody has the lock */
static KTHREAD *PnppOwner;
static ULONG PnppDepth;

void PnppResetTree(void)
{
    memset(&PnppRoot, 0, sizeof(PnppRoot));
    InitializeListHead(&PnppRoot.Link);
    InitializeListHead(&PnppRoot.Children);
    PnppRoot.State = PNPP_STARTED;
    PnppOwner = NULL;
    PnppDepth = 0;
    PnppListLock = 0;
    KeInitializeEvent(&PnppUnlocked, SynchronizationEvent, TRUE);
}

BOOLEAN PnppOwned(void)
{
    return __atomic_load_n(&PnppOwner, __ATOMIC_ACQUIRE) == KiCurrentThread();
}

void PnppAcquire(void)
{
    if (!PnppOwned()) {
        KeWaitForSingleObject(&PnppUnlocked, Executive, KernelMode, FALSE, NULL);
        __atomic_store_n(&PnppOwner, KiCurrentThread(), __ATOMIC_RELEASE);
    }
    PnppDepth++;
}

void PnppRelease(void)
{
    ASSERT(PnppOwned());
    if (--PnppDepth != 0)
        return;
    __atomic_store_n(&PnppOwner, NULL, __ATOMIC_RELEASE);
    KeSetEvent(&PnppUnlocked, IO_NO_INCREMENT, FALSE);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

NTSTATUS PnppCreateNode(
    PNPP_NODE *Parent, DEVICE_OBJECT *Pdo, const UNICODE_STRING *Path, PNPP_NODE **Result)
{
    PNPP_NODE *Node = ExiAllocateZero(NonPagedPoolNx, sizeof(*Node), PNPP_TAG, EX_KERNEL_SITE);
    if (Node == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = PnppCopy(Path, &Node->Path);
    if (!NT_SUCCESS(Status)) {
        ExiFree(Node);
        return Status;
    }
    InitializeListHead(&Node->Children);
    Node->Parent = Parent;
    Node->Reported = TRUE;
    ObfReferenceObject(Pdo);
    Node->Pdo = Pdo;
    Pdo->Flags |= DO_BUS_ENUMERATED_DEVICE;
    KIRQL Old = KiAcquireLock(&PnppListLock);
    InsertTailList(&Parent->Children, &Node->Link);
    IoiSetDeviceNode(Pdo, Node);
    KiReleaseLock(&PnppListLock, Old);
    *Result = Node;
    return STATUS_SUCCESS;
}

void PnppFreeResources(PNPP_NODE *Node)
{
    if (Node->Allocated != NULL)
        ExiFree(Node->Allocated);
    if (Node->Translated != NULL)
        ExiFree(Node->Translated);
    Node->Allocated = Node->Translated = NULL;
}

void PnppDeleteNode(PNPP_NODE *Node)
{
    ASSERT(IsListEmpty(&Node->Children));
    PnppForgetPower(Node);
    KIRQL Old = KiAcquireLock(&PnppListLock);
    RemoveEntryList(&Node->Link);
    IoiSetDeviceNode(Node->Pdo, NULL);
    KiReleaseLock(&PnppListLock, Old);
    ObfDereferenceObject(Node->Pdo);
    PnppFreeResources(Node);
    if (Node->Boot != NULL)
        ExiFree(Node->Boot);
    PnppDropFiltered(Node);
    if (Node->Requirements != NULL)
        ExiFree(Node->Requirements);
    PnppFree(&Node->Path);
    PnppFree(&Node->Service);
    ExiFree(Node);
}

PNPP_NODE *PnppFindNode(const DEVICE_OBJECT *Pdo)
{
    return Pdo != NULL ? IoiDeviceNode(Pdo) : NULL;
}

PNPP_NODE *PnppNextNode(PNPP_NODE *From)
{
    if (!IsListEmpty(&From->Children))
        return CONTAINING_RECORD(From->Children.Flink, PNPP_NODE, Link);
    while (From->Parent != NULL) {
        if (From->Link.Flink != &From->Parent->Children)
            return CONTAINING_RECORD(From->Link.Flink, PNPP_NODE, Link);
        From = From->Parent;
    }
    return NULL;
}

PNPP_NODE *PnppFindPath(PNPP_NODE *From, const UNICODE_STRING *Path)
{
    for (PNPP_NODE *Node = From; Node != NULL; Node = PnppNextNode(Node)) {
        if (Node->Pdo != NULL && PnppSame(&Node->Path, Path))
            return Node;
    }
    return NULL;
}

/* ---- without the tree lock ------------------------------------------------------------------- */

NTSTATUS PnppPathOfDevice(const DEVICE_OBJECT *Pdo, UNICODE_STRING *Path)
{
    NTSTATUS Status = STATUS_INVALID_DEVICE_REQUEST;
    KIRQL Old = KiAcquireLock(&PnppListLock);
    const PNPP_NODE *Node = PnppFindNode(Pdo);
    if (Node != NULL)
        Status = PnppCopy(&Node->Path, Path);
    KiReleaseLock(&PnppListLock, Old);
    return Status;
}

DEVICE_OBJECT *PnppReferenceByPath(const UNICODE_STRING *Path)
{
    KIRQL Old = KiAcquireLock(&PnppListLock);
    const PNPP_NODE *Node = PnppFindPath(&PnppRoot, Path);
    DEVICE_OBJECT *Pdo = Node != NULL ? Node->Pdo : NULL;
    if (Pdo != NULL)
        ObfReferenceObject(Pdo);
    KiReleaseLock(&PnppListLock, Old);
    return Pdo;
}
