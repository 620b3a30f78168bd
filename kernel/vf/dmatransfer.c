/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A verified driver's turns with the DMA channel, its map registers and what it maps to them. Since
 * all its transfers go through map registers, these say what is mapped; only their owner looks.
 */
#include "vf/dma.h"
#include "vf/request.h"

/* ---- Checks ---------------------------------------------------------------------------------- */

void VfpCheckDmaMdl(const MDL *Mdl, ULONG_PTR Site, const char *Routine)
{
    if (!(Mdl->MdlFlags & VFP_LOCKED_KINDS))
        VfpStopDma(0x0E, Mdl, 0, 0, Site, "%s: the pages of the MDL at %p are not locked", Routine,
            (const void *)Mdl);
}

void VfpCheckMapRegisters(const HALP_MAP *Map, ULONG_PTR Site)
{
    const HALP_PIECE *Piece;
    const UCHAR *Wrong = Map != NULL ? HalpFindOverwritten(Map, &Piece) : NULL;
    if (Wrong == NULL)
        return;
    if (Piece == NULL)
        VfpStopDma(0x0F, 3, Wrong, 0, Site,
            "a map register was written to, at %p, that is not in use", (const void *)Wrong);
    const UCHAR *Start = Map->Base + Piece->Offset;
    VfpStopDma(0x0F, Wrong < Start ? 4 : 5, Start, Wrong, Site,
        "something was written %s a DMA buffer of %u bytes, mapped at %p",
        Wrong < Start ? "before" : "behind", Piece->Length, (const void *)Start);
}

static const UCHAR *VfpEndOf(const MDL *Mdl)
{
    return (const UCHAR *)MmGetMdlVirtualAddress(Mdl) + Mdl->ByteCount;
}

static void VfpCheckInMdl(const MDL *Mdl, const UCHAR *Va, ULONG_PTR Site, const char *Routine)
{
    if (Va < (const UCHAR *)MmGetMdlVirtualAddress(Mdl) || Va >= VfpEndOf(Mdl))
        VfpStopDma(0x1B, Va, Mdl, 0, Site, "%s: %p is not in the MDL at %p", Routine,
            (const void *)Va, (const void *)Mdl);
}

/* The piece of the registers with bytes of that part of the MDL; NULL: none of it is mapped. */
static const HALP_PIECE *VfpFindMapped(
    const HALP_MAP *Map, const MDL *Mdl, const UCHAR *Va, ULONG Length)
{
    for (ULONG Index = 0; Index < Map->Pieces; Index++) {
        const HALP_PIECE *Piece = &Map->Piece[Index];
        if (Piece->Mdl == Mdl && Va < Piece->Va + Piece->Length && Piece->Va < Va + Length)
            return Piece;
    }
    return NULL;
}

static ULONG VfpBytesMapped(const HALP_MAP *Map, ULONG *Registers)
{
    ULONG Bytes = 0;
    *Registers = 0;
    for (ULONG Index = 0; Index < Map->Pieces; Index++) {
        Bytes += Map->Piece[Index].Length;
        *Registers += (ULONG)ADDRESS_AND_SIZE_TO_SPAN_PAGES(
            (ULONG_PTR)Map->Piece[Index].Offset, Map->Piece[Index].Length);
    }
    return Bytes;
}

/* Map registers that go have nothing mapped any more. */
static void VfpCheckUnmapped(const HALP_MAP *Map, ULONG_PTR Site, const char *Routine)
{
    ULONG Registers;
    if (Map == NULL)
        return;
    const ULONG Bytes = VfpBytesMapped(Map, &Registers);
    if (Registers != 0)
        VfpStopDma(0x10, Registers, 0, 0, Site,
            "%s: %u bytes are still mapped: FlushAdapterBuffers comes first", Routine, Bytes);
    VfpCheckMapRegisters(Map, Site);
}

/* ---- The channel ----------------------------------------------------------------------------- */

/* The driver's turn is over: the channel goes, and its registers unless Action keeps them. */
static void VfpEndTurn(
    VFP_ADAPTER *Adapter, IO_ALLOCATION_ACTION Action, ULONG_PTR Site, const char *Routine)
{
    VFP_DMA_ITEM *Item = VfpTakeDmaItem(Adapter, VFP_DMA_CHANNEL, NULL);
    if (Item == NULL)
        VfpStopDma(0x04, 1, 0, 0, Site, "%s: the driver has not the adapter's channel", Routine);
    if (Action == DeallocateObject)
        VfpCheckUnmapped(Item->Key, Site, Routine);
    if (Action == DeallocateObject || Item->Key == NULL) {
        ExiFree(Item);
        return;
    }
    Item->Kind = VFP_DMA_REGISTERS;
    VfpLinkDmaItem(Adapter, Item);
}

static IO_ALLOCATION_ACTION NTAPI VfpAdapterControl(
    DEVICE_OBJECT *DeviceObject, IRP *Irp, void *MapRegisterBase, void *Context)
{
    const VFP_DMA_ITEM *Item = Context;
    VFP_ADAPTER *Adapter = Item->Adapter;
    const PDRIVER_CONTROL Routine = Item->Routine;
    void *DriversContext = Item->Context;
    /* Another thread may give channel or registers back before the routine returns. */
    VfpTurnDmaItem(Adapter, VFP_DMA_WAITING, Item->Key, VFP_DMA_CHANNEL, MapRegisterBase);
    const IO_ALLOCATION_ACTION Action = Routine(DeviceObject, Irp, MapRegisterBase, DriversContext);
    if (Action == DeallocateObject)
        VfpEndTurn(Adapter, Action, (ULONG_PTR)Routine, "an AdapterControl routine");
    else if (Action == DeallocateObjectKeepRegisters && MapRegisterBase == NULL)
        VfpDropDmaItem(Adapter, VFP_DMA_CHANNEL, NULL);
    else if (Action == DeallocateObjectKeepRegisters)
        VfpTurnDmaItem(
            Adapter, VFP_DMA_CHANNEL, MapRegisterBase, VFP_DMA_REGISTERS, MapRegisterBase);
    return Action;
}

/* A request for the channel that the HAL is about to be given; NULL: no memory. */
static VFP_DMA_ITEM *VfpRequestChannel(VFP_ADAPTER *Adapter, const void *Key, ULONG Registers,
    PDRIVER_CONTROL Routine, void *Context, ULONG_PTR Site, const char *Name)
{
    if (Registers > Adapter->MapRegisters)
        VfpStopDma(0x0C, Registers, Adapter->MapRegisters, 0, Site,
            "%s: %u map registers, and the adapter has %u", Name, Registers, Adapter->MapRegisters);
    VFP_DMA_ITEM *Item = VfpAddDmaItem(Adapter, VFP_DMA_WAITING, Key, Registers);
    if (Item != NULL) {
        Item->Routine = Routine;
        Item->Context = Context;
    }
    return Item;
}

static void VfpCheckOneChannel(const VFP_ADAPTER *Adapter, ULONG_PTR Site)
{
    ULONG Registers;
    const ULONG Count = VfpCountDma(Adapter, VFP_DMA_WAITING, &Registers) +
                        VfpCountDma(Adapter, VFP_DMA_CHANNEL, &Registers);
    if (Count != 0)
        VfpStopDma(0x0B, Count + 1, 0, 0, Site,
            "the adapter's channel was asked for by a driver that has it, or waits for it");
}

static NTSTATUS NTAPI VfHalAllocateAdapterChannel(DMA_ADAPTER *DmaAdapter, WAIT_CONTEXT_BLOCK *Wcb,
    ULONG NumberOfMapRegisters, PDRIVER_CONTROL ExecutionRoutine)
{
    static const char Routine[] = "AllocateAdapterChannel";
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    VfpCheckDmaIrql(DISPATCH_LEVEL, VF_CALLER, Routine);
    if (Adapter == NULL)
        return HalAllocateAdapterChannel(DmaAdapter, Wcb, NumberOfMapRegisters, ExecutionRoutine);
    VfpCheckOneChannel(Adapter, VF_CALLER);
    VFP_DMA_ITEM *Item = VfpRequestChannel(Adapter, Wcb, NumberOfMapRegisters, ExecutionRoutine,
        Wcb->DeviceContext, VF_CALLER, Routine);
    if (Item == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Wcb->DeviceContext = Item;
    const NTSTATUS Status =
        HalAllocateAdapterChannel(DmaAdapter, Wcb, NumberOfMapRegisters, VfpAdapterControl);
    if (!NT_SUCCESS(Status)) {
        Wcb->DeviceContext = Item->Context;
        VfpDropDmaItem(Adapter, VFP_DMA_WAITING, Wcb);
    }
    return Status;
}

static NTSTATUS NTAPI VfIoAllocateAdapterChannel(DMA_ADAPTER *DmaAdapter,
    DEVICE_OBJECT *DeviceObject, ULONG NumberOfMapRegisters, PDRIVER_CONTROL ExecutionRoutine,
    void *Context)
{
    static const char Routine[] = "AllocateAdapterChannel";
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    WAIT_CONTEXT_BLOCK *Wcb = &DeviceObject->Queue.Wcb;
    VfpCheckDmaIrql(DISPATCH_LEVEL, VF_CALLER, Routine);
    if (Adapter == NULL)
        return IoAllocateAdapterChannel(
            DmaAdapter, DeviceObject, NumberOfMapRegisters, ExecutionRoutine, Context);
    VfpCheckOneChannel(Adapter, VF_CALLER);
    VFP_DMA_ITEM *Item = VfpRequestChannel(
        Adapter, Wcb, NumberOfMapRegisters, ExecutionRoutine, Context, VF_CALLER, Routine);
    if (Item == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS Status = IoAllocateAdapterChannel(
        DmaAdapter, DeviceObject, NumberOfMapRegisters, VfpAdapterControl, Item);
    if (!NT_SUCCESS(Status))
        VfpDropDmaItem(Adapter, VFP_DMA_WAITING, Wcb);
    return Status;
}

static void NTAPI VfIoFreeAdapterChannel(DMA_ADAPTER *DmaAdapter)
{
    static const char Routine[] = "FreeAdapterChannel";
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    VfpCheckDmaIrql(DISPATCH_LEVEL, VF_CALLER, Routine);
    if (Adapter != NULL)
        VfpEndTurn(Adapter, DeallocateObject, VF_CALLER, Routine);
    IoFreeAdapterChannel(DmaAdapter);
}

static void NTAPI VfIoFreeMapRegisters(
    DMA_ADAPTER *DmaAdapter, void *MapRegisterBase, ULONG NumberOfMapRegisters)
{
    static const char Routine[] = "FreeMapRegisters";
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    VfpCheckDmaIrql(DISPATCH_LEVEL, VF_CALLER, Routine);
    if (Adapter != NULL && MapRegisterBase != NULL) {
        if (!VfpHasRegisters(Adapter, MapRegisterBase))
            VfpStopDma(0x05, NumberOfMapRegisters, 0, 0, VF_CALLER,
                "FreeMapRegisters: %p are no map registers of the adapter, or no longer",
                MapRegisterBase);
        VfpCheckUnmapped(MapRegisterBase, VF_CALLER, Routine);
        if (!VfpDropDmaItem(Adapter, VFP_DMA_REGISTERS, MapRegisterBase))
            VfpDropDmaItem(Adapter, VFP_DMA_CHANNEL, MapRegisterBase);
    }
    IoFreeMapRegisters(DmaAdapter, MapRegisterBase, NumberOfMapRegisters);
}

/* ---- Transfers ------------------------------------------------------------------------------- */

static void VfpCheckTransfer(VFP_ADAPTER *Adapter, MDL *Mdl, const HALP_MAP *Map, const UCHAR *Va,
    ULONG Length, ULONG_PTR Site, const char *Routine)
{
    ULONG Registers;
    if (Length == 0)
        VfpStopDma(0x21, Adapter, 0, 0, Site, "%s: no bytes", Routine);
    VfpCheckDmaMdl(Mdl, Site, Routine);
    VfpCheckInMdl(Mdl, Va, Site, Routine);
    if ((ULONG64)(VfpEndOf(Mdl) - Va) < Length &&
        (ULONG_PTR)(Va + Length - 1) / PAGE_SIZE != (ULONG_PTR)(VfpEndOf(Mdl) - 1) / PAGE_SIZE)
        VfpStopDma(0x1F, 3, Mdl, Length, Site, "%s: %u bytes, and the MDL has %llu more", Routine,
            Length, (unsigned long long)(VfpEndOf(Mdl) - Va));
    if (Map == NULL || !VfpHasRegisters(Adapter, Map))
        return; /* the HAL finds that there are none */
    const HALP_PIECE *Piece = VfpFindMapped(Map, Mdl, Va, Length);
    if (Piece != NULL)
        VfpStopDma(0x1D, Va, Va + Length, Piece->Va > Va ? Piece->Va : Va, Site,
            "%s: a part of it, at %p, is mapped already", Routine,
            (const void *)(Piece->Va > Va ? Piece->Va : Va));
    if (!HalpHasRoom(Map, Mdl, Va))
        VfpStopDma(0x0D, VfpBytesMapped(Map, &Registers), Map->Count * PAGE_SIZE, 0, Site,
            "%s: all %u map registers are in use: FlushAdapterBuffers comes before", Routine,
            Map->Count);
}

static PHYSICAL_ADDRESS NTAPI VfIoMapTransfer(DMA_ADAPTER *DmaAdapter, MDL *Mdl,
    void *MapRegisterBase, void *CurrentVa, ULONG *Length, BOOLEAN WriteToDevice)
{
    static const char Routine[] = "MapTransfer";
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    if (Adapter != NULL)
        VfpCheckTransfer(
            Adapter, Mdl, MapRegisterBase, CurrentVa, *Length, VF_CALLER, Routine);
    return IoMapTransfer(DmaAdapter, Mdl, MapRegisterBase, CurrentVa, Length, WriteToDevice);
}

static BOOLEAN NTAPI VfIoFlushAdapterBuffers(DMA_ADAPTER *DmaAdapter, MDL *Mdl,
    void *MapRegisterBase, void *CurrentVa, ULONG Length, BOOLEAN WriteToDevice)
{
    static const char Routine[] = "FlushAdapterBuffers";
    const UCHAR *Va = CurrentVa;
    const HALP_MAP *Map = MapRegisterBase;
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    if (Adapter != NULL) {
        VfpCheckInMdl(Mdl, Va, VF_CALLER, Routine);
        if ((ULONG64)(VfpEndOf(Mdl) - Va) < Length)
            VfpStopDma(0x00, 1, VfpEndOf(Mdl) - Va, Length, VF_CALLER,
                "%s: %u bytes, and the MDL has %llu more", Routine, Length,
                (unsigned long long)(VfpEndOf(Mdl) - Va));
        if (!VfpHasRegisters(Adapter, Map) || Map->Pieces == 0)
            VfpStopDma(0x20, MapRegisterBase, CurrentVa, Mdl, VF_CALLER,
                "%s: nothing is mapped in the registers %p", Routine, MapRegisterBase);
        if (VfpFindMapped(Map, Mdl, Va, Length) == NULL)
            VfpStopDma(0x16, CurrentVa, Adapter, 0, VF_CALLER, "%s: %p is not mapped", Routine,
                CurrentVa);
        VfpCheckMapRegisters(Map, VF_CALLER);
    }
    return IoFlushAdapterBuffers(
        DmaAdapter, Mdl, MapRegisterBase, CurrentVa, Length, WriteToDevice);
}

/* ---- The third version ----------------------------------------------------------------------- */

static NTSTATUS NTAPI VfpAllocateAdapterChannelEx(DMA_ADAPTER *DmaAdapter,
    DEVICE_OBJECT *DeviceObject, void *DmaTransferContext, ULONG NumberOfMapRegisters, ULONG Flags,
    PDRIVER_CONTROL ExecutionRoutine, void *ExecutionContext, void **MapRegisterBase)
{
    static const char Routine[] = "AllocateAdapterChannelEx";
    VFP_ADAPTER *Adapter = VfpEnterDma3(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    VfpCheckDmaIrql(DISPATCH_LEVEL, VF_CALLER, Routine);
    VFP_DMA_ITEM *Item = VfpRequestChannel(Adapter, DmaTransferContext, NumberOfMapRegisters,
        ExecutionRoutine, ExecutionContext, VF_CALLER, Routine);
    if (Item == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    const NTSTATUS Status = VfpHal3(Adapter)->AllocateAdapterChannelEx(DmaAdapter, DeviceObject,
        DmaTransferContext, NumberOfMapRegisters, Flags,
        ExecutionRoutine != NULL ? VfpAdapterControl : NULL, Item, MapRegisterBase);
    if (!NT_SUCCESS(Status))
        VfpDropDmaItem(Adapter, VFP_DMA_WAITING, DmaTransferContext);
    else if (ExecutionRoutine == NULL)
        VfpTurnDmaItem(
            Adapter, VFP_DMA_WAITING, DmaTransferContext, VFP_DMA_CHANNEL, *MapRegisterBase);
    return Status;
}

static BOOLEAN NTAPI VfpCancelAdapterChannel(
    DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *DeviceObject, void *DmaTransferContext)
{
    VFP_ADAPTER *Adapter =
        VfpEnterDma3(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, "CancelAdapterChannel");
    const BOOLEAN Cancelled =
        VfpHal3(Adapter)->CancelAdapterChannel(DmaAdapter, DeviceObject, DmaTransferContext);
    if (Cancelled)
        VfpDropDmaItem(Adapter, VFP_DMA_WAITING, DmaTransferContext);
    return Cancelled;
}

static void NTAPI VfpFreeAdapterObject(DMA_ADAPTER *DmaAdapter, IO_ALLOCATION_ACTION Action)
{
    static const char Routine[] = "FreeAdapterObject";
    VFP_ADAPTER *Adapter = VfpEnterDma3(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    if (Action != KeepObject)
        VfpEndTurn(Adapter, Action, VF_CALLER, Routine);
    VfpHal3(Adapter)->FreeAdapterObject(DmaAdapter, Action);
}

static NTSTATUS NTAPI VfpMapTransferEx(DMA_ADAPTER *DmaAdapter, MDL *Mdl, void *MapRegisterBase,
    ULONG64 Offset, ULONG DeviceOffset, ULONG *Length, BOOLEAN WriteToDevice,
    SCATTER_GATHER_LIST *Buffer, ULONG BufferLength, HALP_COMPLETION *DmaCompletionRoutine,
    void *CompletionContext)
{
    static const char Routine[] = "MapTransferEx";
    VFP_ADAPTER *Adapter = VfpEnterDma3(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    if (*Length == 0)
        VfpStopDma(0x21, Adapter, 0, 0, VF_CALLER, "%s: no bytes", Routine);
    VfpCheckDmaMdl(Mdl, VF_CALLER, Routine);
    return VfpHal3(Adapter)->MapTransferEx(DmaAdapter, Mdl, MapRegisterBase, Offset, DeviceOffset,
        Length, WriteToDevice, Buffer, BufferLength, DmaCompletionRoutine, CompletionContext);
}

static NTSTATUS NTAPI VfpFlushAdapterBuffersEx(DMA_ADAPTER *DmaAdapter, MDL *Mdl,
    void *MapRegisterBase, ULONG64 Offset, ULONG Length, BOOLEAN WriteToDevice)
{
    static const char Routine[] = "FlushAdapterBuffersEx";
    const HALP_MAP *Map = MapRegisterBase;
    VFP_ADAPTER *Adapter = VfpEnterDma3(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    if (!VfpHasRegisters(Adapter, Map) || Map->Pieces == 0)
        VfpStopDma(0x20, MapRegisterBase, Offset, Mdl, VF_CALLER,
            "%s: nothing is mapped in the registers %p", Routine, MapRegisterBase);
    VfpCheckMapRegisters(Map, VF_CALLER);
    return VfpHal3(Adapter)->FlushAdapterBuffersEx(
        DmaAdapter, Mdl, MapRegisterBase, Offset, Length, WriteToDevice);
}

void VfpFillTransferRoutines(HALP_DMA_OPERATIONS3 *Operations)
{
    Operations->First.AllocateAdapterChannel = VfIoAllocateAdapterChannel;
    Operations->First.FreeAdapterChannel = VfIoFreeAdapterChannel;
    Operations->First.FreeMapRegisters = VfIoFreeMapRegisters;
    Operations->First.MapTransfer = VfIoMapTransfer;
    Operations->First.FlushAdapterBuffers = VfIoFlushAdapterBuffers;
    Operations->AllocateAdapterChannelEx = VfpAllocateAdapterChannelEx;
    Operations->CancelAdapterChannel = VfpCancelAdapterChannel;
    Operations->FreeAdapterObject = VfpFreeAdapterObject;
    Operations->MapTransferEx = VfpMapTransferEx;
    Operations->FlushAdapterBuffersEx = VfpFlushAdapterBuffersEx;
}

const LDR_REPLACEMENT VfpDmaTransferTable[] = {
    VF_REPLACE_CHECKING_IRQL(IoAllocateAdapterChannel, VF_DMA),
    VF_REPLACE_CHECKING_IRQL(HalAllocateAdapterChannel, VF_DMA),
    VF_REPLACE_CHECKING_IRQL(IoFreeAdapterChannel, VF_DMA),
    VF_REPLACE_CHECKING_IRQL(IoFreeMapRegisters, VF_DMA),
    VF_REPLACE_CHECKING_IRQL(IoMapTransfer, VF_DMA),
    VF_REPLACE_CHECKING_IRQL(IoFlushAdapterBuffers, VF_DMA),
    VF_REPLACE_END,
};
