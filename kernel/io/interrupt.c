/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Connecting interrupts: what a driver says about its interrupt becomes an object that ke serves.
 * The memory is the driver's as far as leaks go. There are no message-signalled interrupts: drivers
 * that ask for them get their line, or are told that there are none.
 */
#include <string.h>

#include "io/iop.h"
#include "ke/interrupt.h"
#include "ke/processor.h"

#define IOP_TAG_INTERRUPT 0x6E496F49u /* 'IoIn' */

NTSTATUS (*IoFindInterrupt)(DEVICE_OBJECT *PhysicalDevice, IO_INTERRUPT_LINE *Line);

static ULONG IopLowest(KAFFINITY Processors)
{
    ULONG Number = 0;
    while (!(Processors >> Number & 1))
        Number++;
    return Number;
}

static BOOLEAN IopAreLevelsRight(const IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS *Wanted)
{
    /* At PASSIVE_LEVEL both are: the routine runs on a thread that may wait. */
    if (Wanted->Irql == PASSIVE_LEVEL || Wanted->SynchronizeIrql == PASSIVE_LEVEL)
        return Wanted->Irql == Wanted->SynchronizeIrql && Wanted->SpinLock == NULL;
    return Wanted->SynchronizeIrql >= Wanted->Irql && Wanted->SynchronizeIrql <= HIGH_LEVEL;
}

static NTSTATUS IopConnect(const IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS *Wanted,
    KINTERRUPT **Result, ULONG_PTR Site)
{
    KAFFINITY Processors = Wanted->ProcessorEnableMask & KeQueryActiveProcessors();
    if (Processors == 0 || !IopAreLevelsRight(Wanted) || Wanted->ServiceRoutine == NULL)
        return STATUS_INVALID_PARAMETER;
    KINTERRUPT *Interrupt = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*Interrupt), IOP_TAG_INTERRUPT, Site);
    if (Interrupt == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Interrupt->Type = InterruptObject;
    Interrupt->Size = sizeof(*Interrupt);
    Interrupt->ServiceRoutine = Wanted->ServiceRoutine;
    Interrupt->ServiceContext = Wanted->ServiceContext;
    Interrupt->ActualLock = Wanted->SpinLock != NULL ? Wanted->SpinLock : &Interrupt->OwnLock;
    KeInitializeEvent(&Interrupt->PassiveLock, SynchronizationEvent, TRUE);
    Interrupt->Vector = Wanted->Vector;
    Interrupt->Irql = Wanted->Irql;
    Interrupt->SynchronizeIrql = Wanted->SynchronizeIrql;
    Interrupt->Share = Wanted->ShareVector;
    Interrupt->Mode = Wanted->InterruptMode;
    Interrupt->Processor = IopLowest(Processors);
    /* The routine may be called before the driver has the pointer from a return: it is there
     * first. */
    KINTERRUPT *Before = *Result;
    *Result = Interrupt;
    NTSTATUS Status = KiConnectInterrupt(Interrupt);
    if (!NT_SUCCESS(Status)) {
        *Result = Before;
        ExiFree(Interrupt);
    }
    return Status;
}

static void IopInterruptStorm(ULONG Line)
{
    KdLog("system",
        "interrupt line %u stays asserted and no driver claims it: it is masked until it goes "
        "down\n",
        (unsigned)Line);
}

void IopResetInterrupts(void)
{
    KeInterruptStorm = IopInterruptStorm;
}

/* The interrupt a device was given, when it was started. */
static NTSTATUS IopFindLine(
    DEVICE_OBJECT *PhysicalDevice, IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS *Wanted)
{
    IO_INTERRUPT_LINE Line;
    NTSTATUS Status = IoFindInterrupt != NULL ? IoFindInterrupt(PhysicalDevice, &Line)
                                              : STATUS_NOT_FOUND;
    if (!NT_SUCCESS(Status))
        return Status;
    Wanted->Vector = Line.Vector;
    Wanted->Irql = Line.Irql;
    Wanted->InterruptMode = Line.Mode;
    Wanted->ShareVector = Line.Share;
    Wanted->ProcessorEnableMask = Line.Affinity;
    if (Wanted->SynchronizeIrql < Line.Irql)
        Wanted->SynchronizeIrql = Line.Irql; /* 0 leaves it to the system */
    return STATUS_SUCCESS;
}

static NTSTATUS IopConnectLine(IO_CONNECT_INTERRUPT_PARAMETERS *Parameters, ULONG_PTR Site)
{
    const IO_CONNECT_INTERRUPT_LINE_BASED_PARAMETERS *Line = &Parameters->LineBased;
    IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS Wanted = {
        .PhysicalDeviceObject = Line->PhysicalDeviceObject,
        .ServiceRoutine = Line->ServiceRoutine,
        .ServiceContext = Line->ServiceContext,
        .SpinLock = Line->SpinLock,
        .SynchronizeIrql = Line->SynchronizeIrql};
    NTSTATUS Status = IopFindLine(Line->PhysicalDeviceObject, &Wanted);
    return NT_SUCCESS(Status) ? IopConnect(&Wanted, Line->InterruptObject, Site) : Status;
}

/* No device here has messages: the routine for lines, if there is one, is used, and Version says
 * so. */
static NTSTATUS IopConnectMessage(IO_CONNECT_INTERRUPT_PARAMETERS *Parameters, ULONG_PTR Site)
{
    const IO_CONNECT_INTERRUPT_MESSAGE_BASED_PARAMETERS *Message = &Parameters->MessageBased;
    IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS Wanted = {
        .PhysicalDeviceObject = Message->PhysicalDeviceObject,
        .ServiceRoutine = Message->FallBackServiceRoutine,
        .ServiceContext = Message->ServiceContext,
        .SpinLock = Message->SpinLock,
        .SynchronizeIrql = Message->SynchronizeIrql};
    if (Message->FallBackServiceRoutine == NULL)
        return STATUS_NOT_FOUND;
    NTSTATUS Status = IopFindLine(Message->PhysicalDeviceObject, &Wanted);
    if (NT_SUCCESS(Status))
        Status = IopConnect(&Wanted, Message->ConnectionContext.InterruptObject, Site);
    if (NT_SUCCESS(Status))
        Parameters->Version = CONNECT_LINE_BASED;
    return Status;
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * IoConnectInterrupt - have ServiceRoutine called at Irql when the device interrupts by Vector.
 *
 * SpinLock: optional, for drivers with several interrupts. SynchronizeIrql: the highest of theirs.
 *           ShareVector: all that connect the vector must say so. ProcessorEnableMask: the routine
 *           counts as on the lowest of these. FloatingSave: changes nothing, the routine has a
 *           thread's state.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: the vector is taken or none, no such processor,
 *          SynchronizeIrql below Irql; INSUFFICIENT_RESOURCES.
 * Owner:   driver; IoDisconnectInterrupt.
 * Source:  DOC wdm/IoConnectInterrupt; OBS tests/kernel/io/IoConnectInterrupt.c
 */
NTSTATUS NTAPI IoConnectInterrupt(KINTERRUPT **Connected, PKSERVICE_ROUTINE ServiceRoutine,
    void *ServiceContext, KSPIN_LOCK *SpinLock, ULONG Vector, KIRQL Irql, KIRQL SynchronizeIrql,
    KINTERRUPT_MODE InterruptMode, BOOLEAN ShareVector, KAFFINITY ProcessorEnableMask,
    BOOLEAN FloatingSave)
{
    const IO_CONNECT_INTERRUPT_FULLY_SPECIFIED_PARAMETERS Wanted = {
        .ServiceRoutine = ServiceRoutine,
        .ServiceContext = ServiceContext,
        .SpinLock = SpinLock,
        .SynchronizeIrql = SynchronizeIrql,
        .FloatingSave = FloatingSave,
        .ShareVector = ShareVector,
        .Vector = Vector,
        .Irql = Irql,
        .InterruptMode = InterruptMode,
        .ProcessorEnableMask = ProcessorEnableMask};
    *Connected = NULL;
    return IopConnect(&Wanted, Connected, EX_CALLER);
}

/* IoDisconnectInterrupt - no longer; the routine does not run any more. IRQL: PASSIVE_LEVEL.
 * Source: DOC wdm; OBS. */
void NTAPI IoDisconnectInterrupt(KINTERRUPT *Interrupt)
{
    KiDisconnectInterrupt(Interrupt);
    ExiFree(Interrupt);
}

/*
 * IoConnectInterruptEx - the same, for a device that plug and play has given its interrupt
 * (CONNECT_LINE_BASED, CONNECT_MESSAGE_BASED), or with everything said (CONNECT_FULLY_SPECIFIED).
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; those of IoConnectInterrupt; NOT_FOUND: the device has no interrupt, or no
 *          messages and there is no FallBackServiceRoutine; NOT_SUPPORTED: another version, and
 *          Version says the highest there is.
 * Source:  DOC wdm/IoConnectInterruptEx; OBS tests/kernel/io/IoConnectInterrupt.c
 */
NTSTATUS NTAPI IoConnectInterruptEx(IO_CONNECT_INTERRUPT_PARAMETERS *Parameters)
{
    switch (Parameters->Version) {
    case CONNECT_FULLY_SPECIFIED:
    case CONNECT_FULLY_SPECIFIED_GROUP:
        if (Parameters->Version == CONNECT_FULLY_SPECIFIED_GROUP &&
            Parameters->FullySpecified.Group != 0)
            return STATUS_INVALID_PARAMETER;
        return IopConnect(
            &Parameters->FullySpecified, Parameters->FullySpecified.InterruptObject, EX_CALLER);
    case CONNECT_LINE_BASED:
        return IopConnectLine(Parameters, EX_CALLER);
    case CONNECT_MESSAGE_BASED:
        return IopConnectMessage(Parameters, EX_CALLER);
    default:
        Parameters->Version = CONNECT_FULLY_SPECIFIED_GROUP;
        return STATUS_NOT_SUPPORTED;
    }
}

/* IoDisconnectInterruptEx - undo that. IRQL: PASSIVE_LEVEL. Source: DOC
 * wdm/IoDisconnectInterruptEx; OBS tests/kernel/io. */
void NTAPI IoDisconnectInterruptEx(IO_DISCONNECT_INTERRUPT_PARAMETERS *Parameters)
{
    IoDisconnectInterrupt(Parameters->ConnectionContext.InterruptObject);
}

/*
 * IoReportInterruptActive, IoReportInterruptInactive - whether a service routine that is connected
 * expects interrupts: it is called for them, or not. It does once it has been connected.
 *
 * Parameters: IO_REPORT_INTERRUPT_ACTIVE_STATE_PARAMETERS, which looks as what
 * IoDisconnectInterruptEx takes.
 * IRQL:    up to DISPATCH_LEVEL
 * Source:  DOC wdm/IoReportInterruptInactive; tests/e2e/uart_inactive
 */
void NTAPI IoReportInterruptActive(IO_DISCONNECT_INTERRUPT_PARAMETERS *Parameters)
{
    KiSetInterruptActive(Parameters->ConnectionContext.InterruptObject, TRUE);
}

void NTAPI IoReportInterruptInactive(IO_DISCONNECT_INTERRUPT_PARAMETERS *Parameters)
{
    KiSetInterruptActive(Parameters->ConnectionContext.InterruptObject, FALSE);
}
