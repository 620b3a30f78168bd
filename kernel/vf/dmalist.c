/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Scatter/gather lists of verified drivers: theirs from before their routines see them. */
#include "vf/dma.h"

#include "hal/sglist.h"

/* A driver's routine for a list; on the stack of the call, which ends after the routine. */
typedef struct VFP_LIST_TURN {
    VFP_ADAPTER *Adapter;
    PDRIVER_LIST_CONTROL Routine;
    void *Context;
} VFP_LIST_TURN;

static void NTAPI VfpListControl(
    DEVICE_OBJECT *DeviceObject, IRP *Irp, SCATTER_GATHER_LIST *List, void *Context)
{
    const VFP_LIST_TURN *Turn = Context;
    VfpAddDmaItem(Turn->Adapter, VFP_DMA_LIST, List, 0);
    Turn->Routine(DeviceObject, Irp, List, Turn->Context);
}

/* ---- Checks ---------------------------------------------------------------------------------- */

/* What a chain of MDLs has from Va on. */
static ULONG64 VfpBytesInChain(const MDL *Mdl, const UCHAR *Va)
{
    ULONG64 Bytes = (ULONG64)((const UCHAR *)MmGetMdlVirtualAddress(Mdl) + Mdl->ByteCount - Va);
    while ((Mdl = Mdl->Next) != NULL)
        Bytes += Mdl->ByteCount;
    return Bytes;
}

static void VfpCheckChain(
    const MDL *Mdl, const UCHAR *Va, ULONG Length, ULONG_PTR Site, const char *Routine)
{
    const UCHAR *Start = MmGetMdlVirtualAddress(Mdl);
    for (const MDL *Part = Mdl; Part != NULL; Part = Part->Next)
        VfpCheckDmaMdl(Part, Site, Routine);
    if (Length == 0)
        VfpStopDma(0x21, 0, 0, 0, Site, "%s: no bytes", Routine);
    if (Va < Start || Va >= Start + Mdl->ByteCount)
        VfpStopDma(0x1F, Va < Start ? 1 : 2, Va, Mdl, Site, "%s: %p is %s the MDL at %p", Routine,
            (const void *)Va, Va < Start ? "before" : "behind", (const void *)Mdl);
    const ULONG64 There = VfpBytesInChain(Mdl, Va);
    if (There < Length)
        VfpStopDma(0x24, Length - There, 0, 0, Site, "%s: %u bytes, and the MDLs have %llu",
            Routine, Length, (unsigned long long)There);
}

/* ---- The routines ---------------------------------------------------------------------------- */

static NTSTATUS NTAPI VfpGetScatterGatherList(DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *DeviceObject,
    MDL *Mdl, void *CurrentVa, ULONG Length, PDRIVER_LIST_CONTROL ExecutionRoutine, void *Context,
    BOOLEAN WriteToDevice)
{
    static const char Routine[] = "GetScatterGatherList";
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    VFP_LIST_TURN Turn = {Adapter, ExecutionRoutine, Context};
    VfpCheckDmaIrql(DISPATCH_LEVEL, VF_CALLER, Routine);
    VfpCheckChain(Mdl, CurrentVa, Length, VF_CALLER, Routine);
    return HalpGetScatterGatherList(DmaAdapter, DeviceObject, Mdl, CurrentVa, Length,
        Adapter != NULL ? VfpListControl : ExecutionRoutine, Adapter != NULL ? &Turn : Context,
        WriteToDevice);
}

static NTSTATUS NTAPI VfpBuildScatterGatherList(DMA_ADAPTER *DmaAdapter,
    DEVICE_OBJECT *DeviceObject, MDL *Mdl, void *CurrentVa, ULONG Length,
    PDRIVER_LIST_CONTROL ExecutionRoutine, void *Context, BOOLEAN WriteToDevice,
    void *ScatterGatherBuffer, ULONG ScatterGatherLength)
{
    static const char Routine[] = "BuildScatterGatherList";
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    VFP_LIST_TURN Turn = {Adapter, ExecutionRoutine, Context};
    VfpCheckDmaIrql(DISPATCH_LEVEL, VF_CALLER, Routine);
    VfpCheckChain(Mdl, CurrentVa, Length, VF_CALLER, Routine);
    return HalpBuildScatterGatherList(DmaAdapter, DeviceObject, Mdl, CurrentVa, Length,
        Adapter != NULL ? VfpListControl : ExecutionRoutine, Adapter != NULL ? &Turn : Context,
        WriteToDevice, ScatterGatherBuffer, ScatterGatherLength);
}

static void NTAPI VfpPutScatterGatherList(
    DMA_ADAPTER *DmaAdapter, SCATTER_GATHER_LIST *ScatterGather, BOOLEAN WriteToDevice)
{
    static const char Routine[] = "PutScatterGatherList";
    VFP_ADAPTER *Adapter = VfpEnterDma(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    VfpCheckDmaIrql(DISPATCH_LEVEL, VF_CALLER, Routine);
    if (Adapter != NULL &&
        (ScatterGather == NULL || !VfpDropDmaItem(Adapter, VFP_DMA_LIST, ScatterGather)) &&
        !Adapter->Incomplete)
        VfpStopDma(0x06, Adapter->ListsMade, Adapter->ListsPut + 1, 0, VF_CALLER,
            "PutScatterGatherList: %p is no list of the adapter, or no longer",
            (void *)ScatterGather);
    VfpCheckMapRegisters(CONTAINING_RECORD(ScatterGather, HALP_LIST, List)->Map, VF_CALLER);
    HalpPutScatterGatherList(DmaAdapter, ScatterGather, WriteToDevice);
}

/* ---- The third version ----------------------------------------------------------------------- */

/* The list a call has given its caller. */
static NTSTATUS VfpTakeList(
    VFP_ADAPTER *Adapter, NTSTATUS Status, PDRIVER_LIST_CONTROL Routine, SCATTER_GATHER_LIST **List)
{
    if (NT_SUCCESS(Status) && Routine == NULL)
        VfpAddDmaItem(Adapter, VFP_DMA_LIST, *List, 0);
    return Status;
}

static NTSTATUS NTAPI VfpGetScatterGatherListEx(DMA_ADAPTER *DmaAdapter,
    DEVICE_OBJECT *DeviceObject, void *DmaTransferContext, MDL *Mdl, ULONG64 Offset, ULONG Length,
    ULONG Flags, PDRIVER_LIST_CONTROL ExecutionRoutine, void *Context, BOOLEAN WriteToDevice,
    HALP_COMPLETION *DmaCompletionRoutine, void *CompletionContext,
    SCATTER_GATHER_LIST **ScatterGatherList)
{
    static const char Routine[] = "GetScatterGatherListEx";
    VFP_ADAPTER *Adapter = VfpEnterDma3(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    VFP_LIST_TURN Turn = {Adapter, ExecutionRoutine, Context};
    VfpCheckDmaMdl(Mdl, VF_CALLER, Routine);
    const NTSTATUS Status = VfpHal3(Adapter)->GetScatterGatherListEx(DmaAdapter, DeviceObject,
        DmaTransferContext, Mdl, Offset, Length, Flags,
        ExecutionRoutine != NULL ? VfpListControl : NULL, &Turn, WriteToDevice,
        DmaCompletionRoutine, CompletionContext, ScatterGatherList);
    return VfpTakeList(Adapter, Status, ExecutionRoutine, ScatterGatherList);
}

static NTSTATUS NTAPI VfpBuildScatterGatherListEx(DMA_ADAPTER *DmaAdapter,
    DEVICE_OBJECT *DeviceObject, void *DmaTransferContext, MDL *Mdl, ULONG64 Offset, ULONG Length,
    ULONG Flags, PDRIVER_LIST_CONTROL ExecutionRoutine, void *Context, BOOLEAN WriteToDevice,
    void *ScatterGatherBuffer, ULONG ScatterGatherLength, HALP_COMPLETION *DmaCompletionRoutine,
    void *CompletionContext, SCATTER_GATHER_LIST **ScatterGatherList)
{
    static const char Routine[] = "BuildScatterGatherListEx";
    VFP_ADAPTER *Adapter = VfpEnterDma3(DmaAdapter, DISPATCH_LEVEL, VF_CALLER, Routine);
    VFP_LIST_TURN Turn = {Adapter, ExecutionRoutine, Context};
    VfpCheckDmaMdl(Mdl, VF_CALLER, Routine);
    const NTSTATUS Status = VfpHal3(Adapter)->BuildScatterGatherListEx(DmaAdapter, DeviceObject,
        DmaTransferContext, Mdl, Offset, Length, Flags,
        ExecutionRoutine != NULL ? VfpListControl : NULL, &Turn, WriteToDevice,
        ScatterGatherBuffer, ScatterGatherLength, DmaCompletionRoutine, CompletionContext,
        ScatterGatherList);
    return VfpTakeList(Adapter, Status, ExecutionRoutine, ScatterGatherList);
}

void VfpFillListRoutines(HALP_DMA_OPERATIONS3 *Operations)
{
    Operations->First.GetScatterGatherList = VfpGetScatterGatherList;
    Operations->First.BuildScatterGatherList = VfpBuildScatterGatherList;
    Operations->First.PutScatterGatherList = VfpPutScatterGatherList;
    Operations->GetScatterGatherListEx = VfpGetScatterGatherListEx;
    Operations->BuildScatterGatherListEx = VfpBuildScatterGatherListEx;
}
