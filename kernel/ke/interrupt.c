/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Interrupts. One server thread calls service routines, those of the highest IRQL first, each with
 * its lock held and at its synchronisation IRQL. KiChainLock guards the chains and KiServing, whose
 * routine is being called and which stays in its chain until that returns. A level that nobody can
 * bring down would be served for ever: after KI_STORM rounds in a row its line is masked until it
 * goes down.
 */
#include <stdatomic.h>

#include "ke/interrupt.h"
#include "ke/kep.h"
#include "ke/processor.h"
#include "ke/server.h"

#define KI_STORM 100000u

void (*KeInterruptStorm)(ULONG Line);

static LIST_ENTRY KiChain[KI_INTERRUPT_LINES];
static KSPIN_LOCK KiChainLock;
static KINTERRUPT *KiServing;
static _Atomic uint32_t KiAsserted, KiPending, KiMasked; /* a bit for each line */
static _Atomic uint32_t KiDisabled;                      /* lines a driver has switched off */
static _Atomic uint32_t KiConnected;                     /* how many objects */
static ULONG KiRounds[KI_INTERRUPT_LINES];               /* unclaimed, in a row; the server's own */

static KIRQL KiTakeInterruptLock(KINTERRUPT *Interrupt)
{
    if (Interrupt->SynchronizeIrql == PASSIVE_LEVEL) {
        KeWaitForSingleObject(&Interrupt->PassiveLock, Executive, KernelMode, FALSE, NULL);
        return PASSIVE_LEVEL;
    }
    KIRQL Old = KfRaiseIrql(Interrupt->SynchronizeIrql);
    KeAcquireSpinLockAtDpcLevel(Interrupt->ActualLock);
    return Old;
}

static void KiGiveInterruptLock(KINTERRUPT *Interrupt, KIRQL Old)
{
    if (Interrupt->SynchronizeIrql == PASSIVE_LEVEL) {
        KeSetEvent(&Interrupt->PassiveLock, IO_NO_INCREMENT, FALSE);
        return;
    }
    KeReleaseSpinLockFromDpcLevel(Interrupt->ActualLock);
    KfLowerIrql(Old);
}

static BOOLEAN KiCallService(KINTERRUPT *Interrupt)
{
    KiSetProcessor(KeGetPcr(), Interrupt->Processor);
    KIRQL Old = KiTakeInterruptLock(Interrupt);
    BOOLEAN Claimed = Interrupt->ServiceRoutine(Interrupt, Interrupt->ServiceContext);
    if (KeGetCurrentIrql() != Interrupt->SynchronizeIrql)
        KeBugCheckEx(IRQL_UNEXPECTED_VALUE,
            (ULONG_PTR)KeGetCurrentIrql() << 16 | (ULONG_PTR)Interrupt->SynchronizeIrql << 8, 0,
            (ULONG_PTR)Interrupt->ServiceContext, (ULONG_PTR)Interrupt->ServiceRoutine);
    KiGiveInterruptLock(Interrupt, Old);
    return Claimed;
}

/* The object after Last in a line's chain, the first one for NULL, and that its routine is being
 * called. */
static KINTERRUPT *KiNextInterrupt(ULONG Line, const KINTERRUPT *Last)
{
    KIRQL Old = KiAcquireLock(&KiChainLock);
    LIST_ENTRY *Link = Last != NULL ? Last->Link.Flink : KiChain[Line].Flink;
    KiServing = Link != &KiChain[Line] ? CONTAINING_RECORD(Link, KINTERRUPT, Link) : NULL;
    KINTERRUPT *Next = KiServing;
    KiReleaseLock(&KiChainLock, Old);
    return Next;
}

static void KiEndService(void)
{
    KIRQL Old = KiAcquireLock(&KiChainLock);
    KiServing = NULL;
    KiReleaseLock(&KiChainLock, Old);
}

/*
 * The chain of one line. A level-sensitive chain is over with the first routine that claims the
 * interrupt; a latched one is gone through to its end. Level: whether the line is to be looked at
 * again.
 */
static BOOLEAN KiServeChain(ULONG Line, BOOLEAN *Level)
{
    BOOLEAN Claimed = FALSE;
    *Level = FALSE;
    for (KINTERRUPT *Interrupt = KiNextInterrupt(Line, NULL); Interrupt != NULL;
         Interrupt = KiNextInterrupt(Line, Interrupt)) {
        *Level = Interrupt->Mode == LevelSensitive;
        if (!__atomic_load_n(&Interrupt->Inactive, __ATOMIC_RELAXED) && KiCallService(Interrupt)) {
            Claimed = TRUE;
            if (*Level)
                break;
        }
    }
    KiEndService();
    return Claimed;
}

static void KiServeLine(ULONG Line)
{
    uint32_t Bit = 1u << Line;
    BOOLEAN Level, Again = TRUE;
    while (Again && !KiStopped) {
        atomic_fetch_and(&KiPending, ~Bit);
        BOOLEAN Claimed = KiServeChain(Line, &Level);
        KiRounds[Line] = Claimed ? 0 : KiRounds[Line] + 1;
        if (Level && KiRounds[Line] > KI_STORM) {
            atomic_fetch_or(&KiMasked, Bit);
            KiRounds[Line] = 0;
            if (KeInterruptStorm != NULL)
                KeInterruptStorm(Line);
        }
        uint32_t Look = KiPending | (Level ? KiAsserted : 0);
        Again = (Look & ~(KiMasked | KiDisabled) & Bit) != 0;
    }
}

static ULONG64 KiServeInterrupts(KI_SERVER *Server)
{
    (void)Server;
    for (ULONG Index = 0; Index < KI_INTERRUPT_LINES; Index++) {
#if defined(__x86_64__)
        ULONG Line = KI_INTERRUPT_LINES - 1 - Index;
#else
        ULONG Line = Index;
#endif
        if (!IsListEmpty(&KiChain[Line]) &&
            ((KiPending | KiAsserted) & ~(KiMasked | KiDisabled) & 1u << Line) != 0)
            KiServeLine(Line);
    }
    return ~(ULONG64)0;
}

static KI_SERVER KiServer = {.Serve = KiServeInterrupts};

KI_SERVER *KiInterruptServer(void)
{
    return &KiServer;
}

void KiResetInterrupts(void)
{
    for (ULONG Line = 0; Line < KI_INTERRUPT_LINES; Line++) {
        InitializeListHead(&KiChain[Line]);
        KiRounds[Line] = 0;
    }
    KiChainLock = 0;
    KiServing = NULL;
    KiAsserted = KiPending = KiMasked = KiDisabled = KiConnected = 0;
    KiServer = (KI_SERVER){.Serve = KiServeInterrupts};
}

void KeSetInterruptLine(ULONG Line, BOOLEAN Asserted)
{
    if (Line >= KI_INTERRUPT_LINES)
        return;
    uint32_t Bit = 1u << Line;
    if (!Asserted) {
        atomic_fetch_and(&KiAsserted, ~Bit);
        atomic_fetch_and(&KiMasked, ~Bit);
        return;
    }
    if (atomic_fetch_or(&KiAsserted, Bit) & Bit)
        return;
    atomic_fetch_or(&KiPending, Bit);
    /* Connecting made the server's thread: waking it allocates nothing. */
    if (KiConnected != 0 && !KiStopped)
        KiCallServer(&KiServer);
}

void KeEnableInterruptLine(ULONG Line, BOOLEAN Enabled)
{
    if (!Enabled) {
        atomic_fetch_or(&KiDisabled, 1u << Line);
        return;
    }
    atomic_fetch_and(&KiDisabled, ~(1u << Line));
    if (KiConnected != 0 && !KiStopped)
        KiCallServer(&KiServer);
}

static BOOLEAN KiMayShare(const KINTERRUPT *Interrupt, ULONG Line)
{
    if (IsListEmpty(&KiChain[Line]))
        return TRUE;
    const KINTERRUPT *First = CONTAINING_RECORD(KiChain[Line].Flink, KINTERRUPT, Link);
    return First->Share && Interrupt->Share && First->Mode == Interrupt->Mode;
}

NTSTATUS KiConnectInterrupt(KINTERRUPT *Interrupt)
{
    ULONG Line = Interrupt->Vector - KI_FIRST_VECTOR;
    if (Line >= KI_INTERRUPT_LINES)
        return STATUS_INVALID_PARAMETER;
    if (!KiCallServer(&KiServer)) /* there before an interrupt is, and outside of any lock */
        return STATUS_INSUFFICIENT_RESOURCES;
    KIRQL Old = KiAcquireLock(&KiChainLock);
    BOOLEAN Free = KiMayShare(Interrupt, Line);
    if (Free) {
        InsertTailList(&KiChain[Line], &Interrupt->Link);
        atomic_fetch_and(&KiDisabled, ~(1u << Line));
        KiConnected++;
        if (!(KiAsserted & 1u << Line))
            atomic_fetch_and(&KiPending, ~(1u << Line)); /* edges from before: nobody was there for
                                                            them */
    }
    KiReleaseLock(&KiChainLock, Old);
    if (!Free)
        return STATUS_INVALID_PARAMETER;
    KiCallServer(&KiServer);
    return STATUS_SUCCESS;
}

void KiDisconnectInterrupt(KINTERRUPT *Interrupt)
{
    KIRQL Old = KiAcquireLock(&KiChainLock);
    while (KiServing == Interrupt && !KiStopped) {
        KiReleaseLock(&KiChainLock, Old); /* looked at without the lock: its server needs that */
        for (unsigned Turn = 0;
             __atomic_load_n(&KiServing, __ATOMIC_RELAXED) == Interrupt && !KiStopped;)
            KiSpin(&Turn);
        Old = KiAcquireLock(&KiChainLock);
    }
    RemoveEntryList(&Interrupt->Link);
    KiConnected--;
    KiReleaseLock(&KiChainLock, Old);
}

void KiSetInterruptActive(KINTERRUPT *Interrupt, BOOLEAN Active)
{
    const ULONG Line = Interrupt->Vector - KI_FIRST_VECTOR;
    BOOLEAN Expected = FALSE;
    KIRQL Old = KiAcquireLock(&KiChainLock);
    __atomic_store_n(&Interrupt->Inactive, !Active, __ATOMIC_RELAXED);
    for (LIST_ENTRY *Link = KiChain[Line].Flink; Link != &KiChain[Line]; Link = Link->Flink)
        Expected |= !CONTAINING_RECORD(Link, KINTERRUPT, Link)->Inactive;
    KiReleaseLock(&KiChainLock, Old);
    KeEnableInterruptLine(Line, Expected);
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * KeSynchronizeExecution - call a routine as the service routine would be: at its IRQL, with its
 * lock held.
 * IRQL: up to the interrupt's SynchronizeIrql; PASSIVE_LEVEL for one of that. Returns: what the
 * routine returns.
 * Source: DOC wdm/KeSynchronizeExecution; OBS tests/kernel/io/IoConnectInterrupt.c
 */
BOOLEAN NTAPI KeSynchronizeExecution(
    KINTERRUPT *Interrupt, PKSYNCHRONIZE_ROUTINE SynchronizeRoutine, void *SynchronizeContext)
{
    KIRQL Old = KiTakeInterruptLock(Interrupt);
    BOOLEAN Result = SynchronizeRoutine(SynchronizeContext);
    KiGiveInterruptLock(Interrupt, Old);
    return Result;
}

/* KeAcquireInterruptSpinLock - the same as a pair. Returns: the IRQL before. Source: DOC wdm; OBS
 * tests/kernel/io. */
KIRQL NTAPI KeAcquireInterruptSpinLock(KINTERRUPT *Interrupt)
{
    return KiTakeInterruptLock(Interrupt);
}

/* KeReleaseInterruptSpinLock - undo that. IRQL: the interrupt's. Source: DOC wdm; OBS
 * tests/kernel/io/IoConnectInterrupt.c */
void NTAPI KeReleaseInterruptSpinLock(KINTERRUPT *Interrupt, KIRQL OldIrql)
{
    KiGiveInterruptLock(Interrupt, OldIrql);
}
