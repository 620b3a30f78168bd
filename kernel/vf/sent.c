/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See sent.h. A request that is to pend is not kept from the driver below: its completion is
 * stopped when it comes back to the driver that sent it, on whatever way through others, and goes
 * on in a DPC. That is as soon as the sender waits or has returned from its dispatch routine, and
 * soon in any case: who does neither looks at what is not there yet.
 *
 * One lock guards all; with no entry free a request goes its ordinary way.
 */
#include "vf/sent.h"

#include <string.h>

#include "ke/dpc.h"
#include "ke/timer.h"
#include "vf/chance.h"

#define VFP_SENT_LIMIT 128u
#define VFP_PENDING_CHANCE 50u              /* in a hundred */
#define VFP_LONGEST_DELAY_100NS (200 * 10000) /* for a sender that neither waits nor returns */

struct VFP_SENT {
    IRP *Irp;              /* NULL: free */
    const KTHREAD *Thread; /* who sent it */
    ULONG_PTR Frame;       /* of the send, on its stack */
    CCHAR Location;        /* it was sent with */
    BOOLEAN Pends;         /* it is to be held back when it comes to that location */
    BOOLEAN Held;          /* it is, or was */
    BOOLEAN Returned;      /* the send has */
    BOOLEAN Over;          /* it has gone on from that location */
    ULONG_PTR OnStack[2];  /* status block and event, when they are on the thread's stack; else 0 */
    KTIMER Timer;
    KDPC Dpc;
};

_Atomic ULONG VfpSentCount;
static KSPIN_LOCK VfpLock;
static VFP_SENT VfpSent[VFP_SENT_LIMIT];

static void NTAPI VfpGoOn(KDPC *Dpc, void *Context, void *Argument1, void *Argument2);

void VfpPrepareSent(void)
{
    VfpLock = 0;
    VfpSentCount = 0;
    memset(VfpSent, 0, sizeof(VfpSent));
}

static void VfpFreeLocked(VFP_SENT *Sent)
{
    Sent->Irp = NULL;
    VfpSentCount--;
}

/* ---- sending --------------------------------------------------------------------------------- */

static ULONG_PTR VfpIfOnStack(const void *Object, const KTHREAD *Thread)
{
    const ULONG_PTR Address = (ULONG_PTR)Object;
    return Address >= (ULONG_PTR)Thread->StackLimit && Address < (ULONG_PTR)Thread->StackBase
        ? Address
        : 0;
}

/* A free one, or one whose send an exception has ended. */
static VFP_SENT *VfpFindFreeLocked(ULONG_PTR Frame)
{
    for (ULONG Index = 0; Index < VFP_SENT_LIMIT; Index++) {
        VFP_SENT *Sent = &VfpSent[Index];
        if (Sent->Irp != NULL && !Sent->Returned && !Sent->Held &&
            Sent->Thread == KiCurrentThread() && Sent->Frame <= Frame)
            VfpFreeLocked(Sent);
        if (Sent->Irp == NULL)
            return Sent;
    }
    return NULL;
}

VFP_SENT *VfpBeginSend(IRP *Irp, ULONG_PTR Frame)
{
    const KTHREAD *Thread = KiCurrentThread();
    const ULONG_PTR IoStatus = VfpIfOnStack(Irp->UserIosb, Thread),
                    Event = VfpIfOnStack(Irp->UserEvent, Thread);
    const BOOLEAN Pends = VfIsOn(VF_FORCE_PENDING) && VfpChance(VFP_PENDING_CHANCE);
    if (!Pends && IoStatus == 0 && Event == 0)
        return NULL;
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_SENT *Sent = VfpFindFreeLocked(Frame);
    if (Sent != NULL) {
        *Sent = (VFP_SENT){.Irp = Irp,
            .Thread = Thread,
            .Frame = Frame,
            .Location = (CCHAR)(Irp->CurrentLocation - 1),
            .Pends = Pends,
            .OnStack = {IoStatus, Event}};
        VfpSentCount++;
    }
    KiReleaseLock(&VfpLock, Old);
    return Sent;
}

NTSTATUS VfpEndSend(VFP_SENT *Sent, NTSTATUS Status)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    Sent->Returned = TRUE;
    Sent->Pends = FALSE; /* the driver has seen what it was to see */
    if (Sent->Held)
        Status = STATUS_PENDING;
    if (Sent->Over || Status != STATUS_PENDING ||
        (!Sent->Held && Sent->OnStack[0] == 0 && Sent->OnStack[1] == 0))
        VfpFreeLocked(Sent);
    KiReleaseLock(&VfpLock, Old);
    return Status;
}

/* ---- coming back ----------------------------------------------------------------------------- */

static VFP_SENT *VfpFindLocked(const IRP *Irp)
{
    for (ULONG Index = 0; Index < VFP_SENT_LIMIT; Index++) {
        VFP_SENT *Sent = &VfpSent[Index];
        if (Sent->Irp == Irp && Sent->Location == Irp->CurrentLocation && !Sent->Held &&
            !Sent->Over)
            return Sent;
    }
    return NULL;
}

static VFP_SENT *VfpFindHeldLocked(const IRP *Irp)
{
    for (ULONG Index = 0; Index < VFP_SENT_LIMIT; Index++) {
        if (VfpSent[Index].Irp == Irp && VfpSent[Index].Held && !VfpSent[Index].Over)
            return &VfpSent[Index];
    }
    return NULL;
}

BOOLEAN VfpIsHeldBack(const IRP *Irp)
{
    if (VfpSentCount == 0)
        return FALSE;
    KIRQL Old = KiAcquireLock(&VfpLock);
    const BOOLEAN Result = VfpFindHeldLocked(Irp) != NULL;
    KiReleaseLock(&VfpLock, Old);
    return Result;
}

static void VfpEndLocked(VFP_SENT *Sent)
{
    Sent->Over = TRUE;
    if (Sent->Returned)
        VfpFreeLocked(Sent);
}

BOOLEAN VfpReachesSender(IRP *Irp)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_SENT *Sent = VfpFindLocked(Irp);
    const BOOLEAN Holds = Sent != NULL && Sent->Pends;
    if (Holds) {
        Sent->Held = TRUE;
        IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
    } else if (Sent != NULL) {
        VfpEndLocked(Sent);
    }
    KiReleaseLock(&VfpLock, Old);
    return Holds;
}

/* Exactly one of the timer and VfpLetGoOn queues the DPC: who takes the timer out of its queue. */
void VfpHoldBack(IRP *Irp)
{
    const LARGE_INTEGER Due = {.QuadPart = -(LONGLONG)VFP_LONGEST_DELAY_100NS};
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_SENT *Sent = VfpFindHeldLocked(Irp);
    KeInitializeDpc(&Sent->Dpc, VfpGoOn, Sent);
    KeInitializeTimer(&Sent->Timer);
    KeSetTimer(&Sent->Timer, Due, &Sent->Dpc);
    KiReleaseLock(&VfpLock, Old);
}

static void NTAPI VfpGoOn(KDPC *Dpc, void *Context, void *Argument1, void *Argument2)
{
    VFP_SENT *Sent = Context;
    (void)Dpc, (void)Argument1, (void)Argument2;
    KIRQL Old = KiAcquireLock(&VfpLock);
    IRP *Irp = Sent->Irp;
    VfpEndLocked(Sent);
    KiReleaseLock(&VfpLock, Old);
    IoiResumeCompletion(Irp);
}

void VfpLetGoOn(void)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    for (ULONG Index = 0; Index < VFP_SENT_LIMIT; Index++) {
        VFP_SENT *Sent = &VfpSent[Index];
        if (Sent->Irp != NULL && Sent->Held && Sent->Returned && !Sent->Over &&
            Sent->Thread == KiCurrentThread() && KeCancelTimer(&Sent->Timer))
            KeInsertQueueDpc(&Sent->Dpc, NULL, NULL);
    }
    KiReleaseLock(&VfpLock, Old);
}

/* ---- what must not be left ------------------------------------------------------------------- */

void VfpCheckLeftStack(PDRIVER_DISPATCH Routine, ULONG_PTR Frame)
{
    static const char *const What[] = {"status block", "event"};
    ULONG_PTR Left = 0;
    ULONG Number = 0;
    KIRQL Old = KiAcquireLock(&VfpLock);
    for (ULONG Index = 0; Index < VFP_SENT_LIMIT && Left == 0; Index++) {
        const VFP_SENT *Sent = &VfpSent[Index];
        if (Sent->Irp == NULL || !Sent->Returned || Sent->Over || Sent->Thread != KiCurrentThread())
            continue;
        for (Number = 0; Number < 2 && Left == 0; Number++)
            Left = Sent->OnStack[Number] < Frame ? Sent->OnStack[Number] : 0;
    }
    KiReleaseLock(&VfpLock, Old);
    if (Left != 0)
        VfStop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, Number == 1 ? 0x0C : 0x0D, Left, 0, 0,
            (ULONG_PTR)Routine,
            "a dispatch routine returned while a request it has sent is out, whose %s at %p was on "
            "its stack",
            What[Number - 1], (void *)Left);
}
