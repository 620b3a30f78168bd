/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DMA channels: one driver has it at a time, others wait in line. A request's map registers are
 * there before it waits, so that its routine is always called. Waiting requests lie in the
 * WAIT_CONTEXT_BLOCK of their devices.
 */
#include "hal/dma3.h"

/* Gives the channel to the next one; NULL: nobody wants it. */
static WAIT_CONTEXT_BLOCK *HalpPassChannel(HALP_CHANNEL *Channel)
{
    WAIT_CONTEXT_BLOCK *Next = NULL;
    KIRQL Old = KiAcquireLock(&Channel->Lock);
    Channel->Held = NULL;
    if (IsListEmpty(&Channel->Waiting))
        Channel->Busy = FALSE;
    else
        Next = CONTAINING_RECORD(
            RemoveHeadList(&Channel->Waiting), WAIT_CONTEXT_BLOCK, DmaWaitEntry);
    KiReleaseLock(&Channel->Lock, Old);
    return Next;
}

/* Calls routines as long as they give the channel back. The channel is the caller's. IRQL:
 * DISPATCH_LEVEL. */
static void HalpRunChannel(HALP_CHANNEL *Channel, WAIT_CONTEXT_BLOCK *Wcb)
{
    while (Wcb != NULL) {
        /* The routine may ask for the channel again: the block is done with before. */
        HALP_MAP *Map = (HALP_MAP *)(void *)Wcb->BufferChainingDpc;
        Channel->Held = Map;
        IO_ALLOCATION_ACTION Action = Wcb->DeviceRoutine(
            Wcb->DeviceObject, Wcb->CurrentIrp, Map, Wcb->DeviceContext);
        if (Action == KeepObject)
            return;
        if (Action == DeallocateObject)
            HalpFreeMap(Map);
        Wcb = HalpPassChannel(Channel);
    }
}

/* Puts a request in line. FALSE: nobody else has the channel, it is the caller's. Now: and if
 * somebody has, *Refused. */
static BOOLEAN HalpEnterChannel(
    HALP_CHANNEL *Channel, WAIT_CONTEXT_BLOCK *Wcb, BOOLEAN Now, BOOLEAN *Refused)
{
    KIRQL Old = KiAcquireLock(&Channel->Lock);
    const BOOLEAN Waits = Channel->Busy;
    *Refused = Waits && Now;
    if (Waits && !Now)
        InsertTailList(&Channel->Waiting, &Wcb->DmaWaitEntry);
    Channel->Busy = TRUE;
    KiReleaseLock(&Channel->Lock, Old);
    return Waits;
}

NTSTATUS HalpRequestChannel(HALP_ADAPTER *Adapter, WAIT_CONTEXT_BLOCK *Wcb, ULONG Registers,
    PDRIVER_CONTROL Routine, BOOLEAN Now)
{
    HALP_MAP *Map = NULL;
    BOOLEAN Refused;
    if (Registers > Adapter->MapRegisters)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Registers != 0 && (Map = HalpAllocateMap(Adapter, Registers, Registers)) == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Wcb->DeviceRoutine = Routine;
    Wcb->NumberOfMapRegisters = Registers;
    Wcb->BufferChainingDpc = (KDPC *)(void *)Map;
    if (HalpEnterChannel(Adapter->Channel, Wcb, Now, &Refused)) {
        if (Refused)
            HalpFreeMap(Map);
        return Refused ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
    }
    if (Routine == NULL) {
        Adapter->Channel->Held = Map;
        return STATUS_SUCCESS;
    }
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    HalpRunChannel(Adapter->Channel, Wcb);
    KfLowerIrql(Old);
    return STATUS_SUCCESS;
}

BOOLEAN HalpCancelRequest(HALP_CHANNEL *Channel, WAIT_CONTEXT_BLOCK *Wcb)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&Channel->Lock);
    for (const LIST_ENTRY *Entry = Channel->Waiting.Flink; Entry != &Channel->Waiting && !Found;
         Entry = Entry->Flink)
        Found = Entry == &Wcb->DmaWaitEntry;
    if (Found)
        RemoveEntryList(&Wcb->DmaWaitEntry);
    KiReleaseLock(&Channel->Lock, Old);
    if (Found)
        HalpFreeMap((HALP_MAP *)(void *)Wcb->BufferChainingDpc);
    return Found;
}

void HalpReleaseChannel(HALP_CHANNEL *Channel)
{
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    HalpRunChannel(Channel, HalpPassChannel(Channel));
    KfLowerIrql(Old);
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * HalAllocateAdapterChannel - the same with a block of the caller's, which says device, IRP and
 * context.
 * IRQL: DISPATCH_LEVEL. Returns: as IoAllocateAdapterChannel. Source: DOC ntddk (obsolete); INF
 * that it is what that one is made of
 */
NTSTATUS NTAPI HalAllocateAdapterChannel(DMA_ADAPTER *DmaAdapter, WAIT_CONTEXT_BLOCK *Wcb,
    ULONG NumberOfMapRegisters, PDRIVER_CONTROL ExecutionRoutine)
{
    return HalpRequestChannel(
        HalpAdapter(DmaAdapter), Wcb, NumberOfMapRegisters, ExecutionRoutine, FALSE);
}

/*
 * IoAllocateAdapterChannel - have ExecutionRoutine called when the channel is the driver's.
 *
 * DeviceObject: its wait block is used, one request at a time. NumberOfMapRegisters: pages the
 *               transfer spans. ExecutionRoutine: at DISPATCH_LEVEL, with the device's current IRP;
 *               KeepObject: until IoFreeAdapterChannel; DeallocateObject: it is done;
 *               DeallocateObjectKeepRegisters, for bus masters: the registers stay, until
 *               IoFreeMapRegisters.
 * IRQL:    DISPATCH_LEVEL.
 * Returns: SUCCESS, the routine was called or will be; INSUFFICIENT_RESOURCES: more registers than
 * the adapter has, or no memory.
 * Source:  DOC wdm, DMA_OPERATIONS.AllocateAdapterChannel; OBS
 *          tests/kernel/hal/IoAllocateAdapterChannel.c
 */
NTSTATUS NTAPI IoAllocateAdapterChannel(DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *DeviceObject,
    ULONG NumberOfMapRegisters, PDRIVER_CONTROL ExecutionRoutine, void *Context)
{
    WAIT_CONTEXT_BLOCK *Wcb = &DeviceObject->Queue.Wcb;
    Wcb->DeviceObject = DeviceObject;
    Wcb->CurrentIrp = DeviceObject->CurrentIrp;
    Wcb->DeviceContext = Context;
    return HalAllocateAdapterChannel(DmaAdapter, Wcb, NumberOfMapRegisters, ExecutionRoutine);
}

/*
 * IoFreeAdapterChannel - give the channel back that a routine kept, and its registers.
 * IRQL: DISPATCH_LEVEL. Source: DOC wdm, FreeAdapterChannel; OBS
 * tests/kernel/hal/IoAllocateAdapterChannel.c
 */
void NTAPI IoFreeAdapterChannel(DMA_ADAPTER *DmaAdapter)
{
    HALP_CHANNEL *Channel = HalpAdapter(DmaAdapter)->Channel;
    HalpFreeMap(Channel->Held);
    HalpReleaseChannel(Channel);
}

/*
 * IoFreeMapRegisters - give registers back that a routine kept with DeallocateObjectKeepRegisters.
 * NULL: there are none.
 * IRQL: DISPATCH_LEVEL. Source: DOC wdm, FreeMapRegisters; OBS
 * tests/kernel/hal/IoAllocateAdapterChannel.c
 */
void NTAPI IoFreeMapRegisters(
    DMA_ADAPTER *DmaAdapter, void *MapRegisterBase, ULONG NumberOfMapRegisters)
{
    (void)DmaAdapter;
    (void)NumberOfMapRegisters;
    HalpFreeMap(MapRegisterBase);
}
