/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Interrupts: lines that devices assert, the vectors they come as, and the objects that connect a
 * vector to a driver's service routine. Lines are 0 to 23, as those of a PC's I/O APIC; line N
 * comes as vector 0x30 + N.
 */
#pragma once

#include "ke/ke.h"

#define KI_INTERRUPT_LINES 24u
#define KI_FIRST_VECTOR 0x30u

static inline ULONG KiVectorOfLine(ULONG Line)
{
    return KI_FIRST_VECTOR + Line;
}

/* The IRQL of a vector: on x64 its upper four bits, on x86 the lower the line the higher, as the
 * interrupt controller has it. */
static inline KIRQL KiIrqlOfLine(ULONG Line)
{
#if defined(__x86_64__)
    return (KIRQL)(KiVectorOfLine(Line) >> 4);
#else
    return (KIRQL)(PROFILE_LEVEL - (Line < 15 ? Line : 15));
#endif
}

/* What drivers know as PKINTERRUPT. The memory is io's. */
struct _KINTERRUPT {
    CSHORT Type; /* InterruptObject */
    CSHORT Size;
    LIST_ENTRY Link;                    /* in the chain of its vector */
    PKSERVICE_ROUTINE ServiceRoutine;
    void *ServiceContext;
    KSPIN_LOCK *ActualLock; /* a driver's, for several interrupts, or OwnLock; held over the routine
                             */
    KSPIN_LOCK OwnLock;
    KEVENT PassiveLock;                 /* in its place where SynchronizeIrql is PASSIVE_LEVEL */
    ULONG Vector;
    KIRQL Irql, SynchronizeIrql;
    BOOLEAN Share;
    BOOLEAN Inactive; /* its driver expects no interrupts: the routine is not called */
    KINTERRUPT_MODE Mode;
    ULONG Processor;                    /* the one its routine counts as on */
};

/* io: a line stays asserted and no routine claims it; it is masked until it goes down.
 * PASSIVE_LEVEL. NULL: nobody asks. */
extern void (*KeInterruptStorm)(ULONG Line);

void KiResetInterrupts(void);
struct KI_SERVER *KiInterruptServer(void);

/*
 * Puts a prepared object into the chain of its vector. STATUS_INVALID_PARAMETER: there is no such
 * vector, or what is there does not share it. STATUS_INSUFFICIENT_RESOURCES: no thread to serve it.
 * IRQL: up to DISPATCH_LEVEL.
 */
NTSTATUS KiConnectInterrupt(KINTERRUPT *Interrupt);
/* Takes it out; its routine is not called any more when this returns. Not from the routine
 * itself. */
void KiDisconnectInterrupt(KINTERRUPT *Interrupt);

/*
 * Whether the routine is to be called; it is at first. A line nobody expects interrupts from is
 * disabled, and what comes meanwhile is kept. IRQL: up to DISPATCH_LEVEL; the routine may still be
 * under way.
 */
void KiSetInterruptActive(KINTERRUPT *Interrupt, BOOLEAN Active);

/*
 * A device asserts its line, or no longer does. A level-sensitive interrupt is served again and
 * again while the line is asserted, a latched one once for each time it becomes so. Any host
 * thread, in a signal handler too; allocates nothing.
 */
void KeSetInterruptLine(ULONG Line, BOOLEAN Asserted);
/* Whether a line's interrupts are let through; they are from when one is connected. What comes
 * meanwhile is kept. IRQL: any. */
void KeEnableInterruptLine(ULONG Line, BOOLEAN Enabled);

BOOLEAN NTAPI KeSynchronizeExecution(
    KINTERRUPT *Interrupt, PKSYNCHRONIZE_ROUTINE SynchronizeRoutine, void *SynchronizeContext);
void NTAPI IoReportInterruptActive(IO_DISCONNECT_INTERRUPT_PARAMETERS *Parameters); /* io */
void NTAPI IoReportInterruptInactive(IO_DISCONNECT_INTERRUPT_PARAMETERS *Parameters);
KIRQL NTAPI KeAcquireInterruptSpinLock(KINTERRUPT *Interrupt);
void NTAPI KeReleaseInterruptSpinLock(KINTERRUPT *Interrupt, KIRQL OldIrql);
