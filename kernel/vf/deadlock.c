/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See deadlock.h. A lock ever taken by a verified driver is a node until its memory is freed; an
 * edge from A to B says that B was wanted by a thread that held A, and keeps both stacks of the
 * first time. Who wants B while holding A closes a circle when A can be reached from B. Nodes and
 * edges come from pool; what cannot be allocated is not looked at.
 */
#include <string.h>

#include "vf/ddi.h"
#include "vf/deadlock.h"

#define VFP_BUCKETS 256u
#define VFP_HELD 24u     /* locks of one thread at a time that are looked at */
#define VFP_TAG 0x64446656u /* 'VfDd' */
#define VFP_WATCHING (VF_DEADLOCK | VF_DDI_MORE)

typedef struct VFP_EDGE {
    struct VFP_EDGE *Next; /* of the same first lock */
    struct VFP_NODE *To;
    VFP_STACK Held, Wanted; /* where the first lock was taken, where the second one was wanted */
} VFP_EDGE;

typedef struct VFP_NODE {
    struct VFP_NODE *Next; /* in the bucket */
    const void *Lock;
    enum VFP_LOCK Kind;
    const KTHREAD *Owner;
    VFP_EDGE *Edges;
    ULONG Visit;           /* the number of the last search that came by */
} VFP_NODE;

typedef struct VFP_HOLDER {
    struct VFP_HOLDER *Next; /* in the bucket */
    const KTHREAD *Thread;
    ULONG Count;
    struct {
        VFP_NODE *Node;
        ULONG Recursion;
        VFP_STACK Stack;
    } Held[VFP_HELD];
} VFP_HOLDER;

static KSPIN_LOCK VfpLock;
static VFP_NODE *VfpNodes[VFP_BUCKETS];
static VFP_HOLDER *VfpHolders[VFP_BUCKETS];
static ULONG VfpVisit;

static const char *const VfpKindName[] = {
    "spin lock", "in-stack queued spin lock", "fast mutex", "fast mutex (unsafe)", "mutex"};

void VfpResetDeadlock(void)
{
    /* What there was lay in pool, which went with its machine. */
    VfpLock = 0;
    VfpVisit = 0;
    memset(VfpNodes, 0, sizeof(VfpNodes));
    memset(VfpHolders, 0, sizeof(VfpHolders));
}

static ULONG VfpBucket(const void *Address)
{
    return (ULONG)(((ULONG_PTR)Address >> 3) * 0x9E3779B1u >> 8) % VFP_BUCKETS;
}

/* ---- Tables, VfpLock held -------------------------------------------------------------------- */

static VFP_NODE *VfpFindNode(const void *Lock)
{
    VFP_NODE *Node = VfpNodes[VfpBucket(Lock)];
    while (Node != NULL && Node->Lock != Lock)
        Node = Node->Next;
    return Node;
}

static VFP_NODE *VfpMakeNode(const void *Lock, enum VFP_LOCK Kind)
{
    VFP_NODE *Node = VfpFindNode(Lock);
    if (Node != NULL ||
        (Node = ExiAllocateZero(NonPagedPoolNx, sizeof(*Node), VFP_TAG, EX_KERNEL_SITE)) == NULL)
        return Node;
    Node->Lock = Lock;
    Node->Kind = Kind;
    Node->Next = VfpNodes[VfpBucket(Lock)];
    VfpNodes[VfpBucket(Lock)] = Node;
    return Node;
}

static VFP_HOLDER *VfpFindHolder(const KTHREAD *Thread)
{
    VFP_HOLDER *Holder = VfpHolders[VfpBucket(Thread)];
    while (Holder != NULL && Holder->Thread != Thread)
        Holder = Holder->Next;
    return Holder;
}

static VFP_HOLDER *VfpMakeHolder(const KTHREAD *Thread)
{
    VFP_HOLDER *Holder = VfpFindHolder(Thread);
    if (Holder != NULL ||
        (Holder = ExiAllocateZero(NonPagedPoolNx, sizeof(*Holder), VFP_TAG, EX_KERNEL_SITE)) ==
            NULL)
        return Holder;
    Holder->Thread = Thread;
    Holder->Next = VfpHolders[VfpBucket(Thread)];
    VfpHolders[VfpBucket(Thread)] = Holder;
    return Holder;
}

static LONG VfpHeldIndex(const VFP_HOLDER *Holder, const VFP_NODE *Node)
{
    for (LONG Index = 0; Holder != NULL && Index < (LONG)Holder->Count; Index++) {
        if (Holder->Held[Index].Node == Node)
            return Index;
    }
    return -1;
}

static VFP_EDGE *VfpFindEdge(const VFP_NODE *From, const VFP_NODE *To)
{
    VFP_EDGE *Edge = From->Edges;
    while (Edge != NULL && Edge->To != To)
        Edge = Edge->Next;
    return Edge;
}

/* The first edge of a way From one lock To another; NULL: there is none. Depth keeps the search off
 * the end of the stack. */
static VFP_EDGE *VfpFindWay(VFP_NODE *From, const VFP_NODE *To, ULONG Depth)
{
    From->Visit = VfpVisit;
    for (VFP_EDGE *Edge = From->Edges; Edge != NULL; Edge = Edge->Next) {
        if (Edge->To == To ||
            (Depth != 0 && Edge->To->Visit != VfpVisit &&
                VfpFindWay(Edge->To, To, Depth - 1) != NULL))
            return Edge;
    }
    return NULL;
}

static void VfpAddEdge(VFP_NODE *From, VFP_NODE *To, const VFP_STACK *Held, const VFP_STACK *Wanted)
{
    VFP_EDGE *Edge = ExiAllocate(NonPagedPoolNx, sizeof(*Edge), VFP_TAG, EX_KERNEL_SITE);
    if (Edge == NULL)
        return;
    *Edge = (VFP_EDGE){From->Edges, To, *Held, *Wanted};
    From->Edges = Edge;
}

/* A node that goes, with every edge from and to it. */
static void VfpForgetNode(VFP_NODE **Link)
{
    VFP_NODE *Node = *Link;
    *Link = Node->Next;
    for (VFP_EDGE *Edge = Node->Edges, *Next; Edge != NULL; Edge = Next) {
        Next = Edge->Next;
        ExiFree(Edge);
    }
    for (ULONG Bucket = 0; Bucket < VFP_BUCKETS; Bucket++) {
        for (VFP_NODE *Other = VfpNodes[Bucket]; Other != NULL; Other = Other->Next) {
            for (VFP_EDGE **At = &Other->Edges; *At != NULL;) {
                VFP_EDGE *Edge = *At;
                if (Edge->To != Node) {
                    At = &Edge->Next;
                    continue;
                }
                *At = Edge->Next;
                ExiFree(Edge);
            }
        }
    }
    ExiFree(Node);
}

/* ---- What threads do ------------------------------------------------------------------------- */

/* A violation that was found under VfpLock. */
typedef struct VFP_VIOLATION {
    ULONG Code;
    ULONG_PTR P3, P4;
    const char *What;
    VFP_STACK Earlier[2];
    const char *Title[2];
    const void *Other; /* the other lock; NULL: there is none */
} VFP_VIOLATION;

static BOOLEAN VfpIsSpinning(enum VFP_LOCK Kind)
{
    return Kind == VFP_SPIN_LOCK || Kind == VFP_QUEUED_SPIN_LOCK;
}

/* The rule of DDI compliance that a spin lock breaks which is acquired, or released, out of
 * turn. */
static void VfpReportRule(
    const VFP_VIOLATION *Violation, const void *Lock, enum VFP_LOCK Kind, ULONG_PTR Site)
{
    const BOOLEAN Queued = Kind == VFP_QUEUED_SPIN_LOCK;
    if (!VfpIsSpinning(Kind))
        return;
    if (Violation->Code == 0x1000)
        VfpStopRule(Queued ? 0x40006 : 0x40009, Queued ? "QueuedSpinLock" : "SpinLock", Lock, Site,
            "%s %p %s", VfpKindName[Kind], Lock, Violation->What);
    if (Violation->Code == 0x1004 || Violation->Code == 0x1007)
        VfpStopRule(Queued ? 0x40007 : 0x4000B,
            Queued ? "QueuedSpinLockRelease" : "SpinlockRelease", Lock, Site, "%s %p %s",
            VfpKindName[Kind], Lock, Violation->What);
}

static void VfpReport(
    const VFP_VIOLATION *Violation, const void *Lock, enum VFP_LOCK Kind, ULONG_PTR Site)
{
    if (Violation->Code == 0)
        return;
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Violation->Earlier); Index++) {
        if (Violation->Title[Index] != NULL)
            KeBlameStack(Violation->Title[Index], Violation->Earlier[Index].Frame,
                Violation->Earlier[Index].Count);
    }
    if (!VfIsOn(VF_DEADLOCK)) {
        VfpReportRule(Violation, Lock, Kind, Site);
        return;
    }
    if (Violation->Other != NULL)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Violation->Code, (ULONG_PTR)Lock, Violation->P3,
            Violation->P4, Site, "%s %p %s %p", VfpKindName[Kind], Lock, Violation->What,
            Violation->Other);
    VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Violation->Code, (ULONG_PTR)Lock, Violation->P3,
        Violation->P4, Site, "%s %p %s", VfpKindName[Kind], Lock, Violation->What);
}

/* The order in which the thread wants locks is new: note it, or see that it closes a circle. */
static void VfpCheckOrder(VFP_HOLDER *Holder, VFP_NODE *Node, VFP_VIOLATION *Violation)
{
    VFP_STACK Here = {0};
    for (ULONG Index = 0; Index < Holder->Count && Violation->Code == 0; Index++) {
        VFP_NODE *Held = Holder->Held[Index].Node;
        if (VfpFindEdge(Held, Node) != NULL)
            continue;
        VfpVisit++;
        const VFP_EDGE *Way = VfpFindWay(Node, Held, 64);
        if (Way != NULL) {
            *Violation = (VFP_VIOLATION){.Code = 0x1001,
                .Other = Held->Lock,
                .What = "is acquired by a thread that holds, and elsewhere, in the opposite order, "
                        "before",
                .Earlier = {Way->Held, Way->Wanted},
                .Title = {"where that one was acquired first, the other time",
                    "where this one was acquired then"}};
            return;
        }
        if (Here.Count == 0)
            VfpCaptureStack(&Here);
        VfpAddEdge(Held, Node, &Holder->Held[Index].Stack, &Here);
    }
}

void VfpLockWanted(const void *Lock, enum VFP_LOCK Kind, ULONG_PTR Site)
{
    VFP_VIOLATION Violation = {0};
    if (!VfIsOn(VFP_WATCHING))
        return;
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_NODE *Node = VfpMakeNode(Lock, Kind);
    VFP_HOLDER *Holder = VfpFindHolder(KiCurrentThread());
    LONG Index = Node != NULL ? VfpHeldIndex(Holder, Node) : -1;
    if (Index >= 0 && Kind != VFP_MUTEX)
        Violation = (VFP_VIOLATION){.Code = 0x1000,
            .What = "is acquired by the thread that holds it already",
            .Earlier = {Holder->Held[Index].Stack},
            .Title = {"where it was acquired"}};
    else if (Node != NULL && Node->Owner != NULL && Node->Kind != Kind)
        Violation = (VFP_VIOLATION){.Code = 0x1008, .P3 = (ULONG_PTR)Node->Kind,
            .What = "is acquired by a routine of another kind than its owner used"};
    else if (Node != NULL && Holder != NULL && Index < 0 && VfIsOn(VF_DEADLOCK))
        VfpCheckOrder(Holder, Node, &Violation);
    KiReleaseLock(&VfpLock, Old);
    VfpReport(&Violation, Lock, Kind, Site);
}

void VfpLockTaken(const void *Lock, enum VFP_LOCK Kind)
{
    if (!VfIsOn(VFP_WATCHING))
        return;
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_NODE *Node = VfpMakeNode(Lock, Kind);
    VFP_HOLDER *Holder = VfpMakeHolder(KiCurrentThread());
    LONG Index = Node != NULL ? VfpHeldIndex(Holder, Node) : -1;
    if (Index >= 0) {
        Holder->Held[Index].Recursion++;
    } else if (Node != NULL && Holder != NULL && Holder->Count < VFP_HELD) {
        Node->Kind = Kind;
        Node->Owner = KiCurrentThread();
        Holder->Held[Holder->Count].Node = Node;
        Holder->Held[Holder->Count].Recursion = 1;
        VfpCaptureStack(&Holder->Held[Holder->Count].Stack);
        Holder->Count++;
    }
    KiReleaseLock(&VfpLock, Old);
}

static void VfpDropHeld(VFP_HOLDER *Holder, ULONG Index)
{
    Holder->Held[Index].Node->Owner = NULL;
    Holder->Count--;
    for (; Index < Holder->Count; Index++)
        Holder->Held[Index] = Holder->Held[Index + 1];
}

/*
 * Locks may be given back in any order but for one: a spin lock whose release lowers the IRQL below
 * DISPATCH_LEVEL while a later one is still held. Windows' own rule which kinds it minds is not
 * documented.
 */
static const void *VfpHeldAbove(
    const VFP_HOLDER *Holder, ULONG Index, enum VFP_LOCK Kind, KIRQL NewIrql)
{
    if (!VfpIsSpinning(Kind) || NewIrql >= DISPATCH_LEVEL || !VfIsOn(VF_DEADLOCK))
        return NULL;
    for (ULONG Later = Index + 1; Later < Holder->Count; Later++) {
        if (VfpIsSpinning(Holder->Held[Later].Node->Kind))
            return Holder->Held[Later].Node->Lock;
    }
    return NULL;
}

void VfpLockReleased(const void *Lock, enum VFP_LOCK Kind, KIRQL NewIrql, ULONG_PTR Site)
{
    VFP_VIOLATION Violation = {0};
    if (!VfIsOn(VFP_WATCHING))
        return;
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_NODE *Node = VfpMakeNode(Lock, Kind);
    VFP_HOLDER *Holder = VfpFindHolder(KiCurrentThread());
    LONG Index = Node != NULL ? VfpHeldIndex(Holder, Node) : -1;
    const void *Later = Index >= 0 ? VfpHeldAbove(Holder, (ULONG)Index, Kind, NewIrql) : NULL;
    if (Node != NULL && Index < 0 && Node->Owner != NULL)
        Violation = (VFP_VIOLATION){.Code = 0x1004,
            .P3 = (ULONG_PTR)Node->Owner,
            .P4 = (ULONG_PTR)KiCurrentThread(),
            .What = "is released by a thread that did not acquire it"};
    else if (Node != NULL && Index < 0 && (Holder == NULL || Holder->Count < VFP_HELD))
        Violation = (VFP_VIOLATION){.Code = 0x1007, .What = "is released and was not acquired"};
    else if (Index >= 0 && Node->Kind != Kind && VfIsOn(VF_DEADLOCK))
        Violation = (VFP_VIOLATION){.Code = 0x1009,
            .P3 = (ULONG_PTR)Node->Kind,
            .What = "is released by a routine of another kind than acquired it",
            .Earlier = {Holder->Held[Index].Stack},
            .Title = {"where it was acquired"}};
    else if (Later != NULL)
        Violation = (VFP_VIOLATION){.Code = 0x1003,
            .P3 = (ULONG_PTR)Later,
            .Other = Later,
            .What = "is released, which lowers the IRQL, before the spin lock that was acquired "
                    "after it,"};
    else if (Index >= 0 && --Holder->Held[Index].Recursion == 0)
        VfpDropHeld(Holder, (ULONG)Index);
    KiReleaseLock(&VfpLock, Old);
    VfpReport(&Violation, Lock, Kind, Site);
}

void VfpLockInitialized(const void *Lock, ULONG_PTR Site)
{
    VFP_VIOLATION Violation = {0};
    enum VFP_LOCK Kind = VFP_SPIN_LOCK;
    if (!VfIsOn(VFP_WATCHING))
        return;
    KIRQL Old = KiAcquireLock(&VfpLock);
    for (VFP_NODE **Link = &VfpNodes[VfpBucket(Lock)]; *Link != NULL; Link = &(*Link)->Next) {
        if ((*Link)->Lock != Lock)
            continue;
        Kind = (*Link)->Kind;
        if ((*Link)->Owner != NULL)
            Violation = (VFP_VIOLATION){.Code = 0x1005, .What = "is initialized while it is held"};
        else
            VfpForgetNode(Link);
        break;
    }
    KiReleaseLock(&VfpLock, Old);
    VfpReport(&Violation, Lock, Kind, Site);
}

void VfpLocksFreed(const void *Memory, SIZE_T Bytes, ULONG_PTR Site)
{
    VFP_VIOLATION Violation = {0};
    const void *Lock = NULL;
    enum VFP_LOCK Kind = VFP_SPIN_LOCK;
    if (!VfIsOn(VFP_WATCHING))
        return;
    KIRQL Old = KiAcquireLock(&VfpLock);
    for (ULONG Bucket = 0; Bucket < VFP_BUCKETS && Violation.Code == 0; Bucket++) {
        for (VFP_NODE **Link = &VfpNodes[Bucket]; *Link != NULL;) {
            if ((ULONG_PTR)(*Link)->Lock - (ULONG_PTR)Memory >= Bytes) {
                Link = &(*Link)->Next;
                continue;
            }
            if ((*Link)->Owner == NULL) {
                VfpForgetNode(Link);
                continue;
            }
            if (!VfIsOn(VF_DEADLOCK)) { /* its holder has it yet */
                Link = &(*Link)->Next;
                continue;
            }
            Lock = (*Link)->Lock;
            Kind = (*Link)->Kind;
            Violation = (VFP_VIOLATION){.Code = 0x100B, .P3 = (ULONG_PTR)(*Link)->Owner,
                .What = "lies in memory that is being freed, and is held"};
            break;
        }
    }
    KiReleaseLock(&VfpLock, Old);
    VfpReport(&Violation, Lock, Kind, Site);
}

/* The last of the calling thread's spin locks; NULL: it holds none. *Count: how many. */
static const void *VfpLastSpinLock(ULONG *Count, enum VFP_LOCK *Kind, VFP_STACK *Stack)
{
    const void *Lock = NULL;
    *Count = 0;
    KIRQL Old = KiAcquireLock(&VfpLock);
    const VFP_HOLDER *Holder = VfpFindHolder(KiCurrentThread());
    for (ULONG Index = 0; Holder != NULL && Index < Holder->Count; Index++) {
        if (!VfpIsSpinning(Holder->Held[Index].Node->Kind))
            continue;
        Lock = Holder->Held[Index].Node->Lock;
        *Kind = Holder->Held[Index].Node->Kind;
        *Stack = Holder->Held[Index].Stack;
        ++*Count;
    }
    KiReleaseLock(&VfpLock, Old);
    return Lock;
}

ULONG VfpSpinLocksHeld(void)
{
    enum VFP_LOCK Kind;
    VFP_STACK Stack;
    ULONG Count = 0;
    if (VfIsOn(VF_DDI_MORE))
        VfpLastSpinLock(&Count, &Kind, &Stack);
    return Count;
}

void VfpSpinLockLeft(ULONG_PTR Site)
{
    enum VFP_LOCK Kind = VFP_SPIN_LOCK;
    VFP_STACK Stack = {0};
    ULONG Count;
    const void *Lock = VfpLastSpinLock(&Count, &Kind, &Stack);
    const BOOLEAN Queued = Kind == VFP_QUEUED_SPIN_LOCK;
    KeBlameStack("where it was acquired", Stack.Frame, Stack.Count);
    VfpStopRule(Queued ? 0x40007 : 0x40009, Queued ? "QueuedSpinLockRelease" : "SpinLock", Lock,
        Site, "a dispatch routine returned and holds the %s %p", VfpKindName[Kind], Lock);
}

void VfpThreadEnds(ULONG_PTR Site)
{
    const void *Lock = NULL;
    VFP_STACK Stack = {0};
    enum VFP_LOCK Kind = VFP_SPIN_LOCK;
    if (!VfIsOn(VF_DEADLOCK))
        return;
    KIRQL Old = KiAcquireLock(&VfpLock);
    const VFP_HOLDER *Holder = VfpFindHolder(KiCurrentThread());
    if (Holder != NULL && Holder->Count != 0) {
        Lock = Holder->Held[0].Node->Lock;
        Kind = Holder->Held[0].Node->Kind;
        Stack = Holder->Held[0].Stack;
    }
    KiReleaseLock(&VfpLock, Old);
    if (Lock == NULL)
        return;
    KeBlameStack("where it was acquired", Stack.Frame, Stack.Count);
    VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x100A, (ULONG_PTR)KiCurrentThread(),
        (ULONG_PTR)Lock, 0, Site, "a thread ends that holds the %s %p", VfpKindName[Kind], Lock);
}
