/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The third version of the DMA routines. A transfer is an offset into a chain of MDLs; a driver's
 * transfer context is the wait block of a request for the channel. Completion routines are the
 * controller's, which tells nobody when it is done: who gives one is told that it is not supported.
 */
#include "hal/dma3.h"
#include "hal/hal.h"
#include "hal/sglist.h"

typedef struct HALP_TRANSFER {
    WAIT_CONTEXT_BLOCK Wcb;
    ULONG Version;
} HALP_TRANSFER;

#if defined(__x86_64__)
#define HALP_CONTEXT_BYTES 128
#else
#define HALP_CONTEXT_BYTES 64
#endif
_Static_assert(sizeof(HALP_TRANSFER) <= HALP_CONTEXT_BYTES, "drivers have that much room for it");

/* The MDL and the address Offset bytes into a chain. FALSE: it is not that long. */
static BOOLEAN HalpSeek(MDL *Mdl, ULONG64 Offset, MDL **Found, UCHAR **Va)
{
    for (; Mdl != NULL && Offset >= Mdl->ByteCount; Mdl = Mdl->Next)
        Offset -= Mdl->ByteCount;
    if (Mdl == NULL)
        return FALSE;
    *Found = Mdl;
    *Va = (UCHAR *)MmGetMdlVirtualAddress(Mdl) + Offset;
    return TRUE;
}

static NTSTATUS NTAPI HalpGetDmaAdapterInfo(DMA_ADAPTER *DmaAdapter, HALP_DMA_ADAPTER_INFO *Info)
{
    const HALP_ADAPTER *Adapter = HalpAdapter(DmaAdapter);
    if (Info->Version != 1)
        return STATUS_NOT_SUPPORTED;
    Info->ReadDmaCounterAvailable = !Adapter->Device.Master;
    Info->ScatterGatherLimit = Adapter->Device.ScatterGather ? Adapter->MapRegisters : 1;
    Info->DmaAddressWidth = 64u - (ULONG)__builtin_clzll(Adapter->Highest);
    Info->Flags = HALP_ADAPTER_INFO_SYNCHRONOUS_CALLBACK;
    Info->MinimumTransferUnit = Adapter->Device.Master || Adapter->Device.DmaChannel < 4 ? 1 : 2;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI HalpGetDmaTransferInfo(DMA_ADAPTER *DmaAdapter, MDL *Mdl, ULONG64 Offset,
    ULONG Length, BOOLEAN WriteOnly, HALP_DMA_TRANSFER_INFO *Info)
{
    ULONG Bytes, Pages;
    UCHAR *Va;
    (void)WriteOnly;
    if (Info->Version != 1 && Info->Version != 2)
        return STATUS_NOT_SUPPORTED;
    if (!HalpSeek(Mdl, Offset, &Mdl, &Va))
        return STATUS_BUFFER_TOO_SMALL;
    NTSTATUS Status = HalpSizeList(HalpAdapter(DmaAdapter), Mdl, Va, Length, &Bytes, &Pages);
    if (!NT_SUCCESS(Status))
        return Status;
    Info->MapRegisterCount = Pages;
    Info->ScatterGatherElementCount = Pages;
    Info->ScatterGatherListSize = Bytes;
    if (Info->Version == 2)
        Info->LogicalPageCount = Pages;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI HalpInitializeDmaTransferContext(DMA_ADAPTER *DmaAdapter, void *Context)
{
    (void)DmaAdapter;
    __builtin_memset(Context, 0, HALP_CONTEXT_BYTES);
    ((HALP_TRANSFER *)Context)->Version = 1;
    return STATUS_SUCCESS;
}

static void *NTAPI HalpAllocateCommonBufferEx(DMA_ADAPTER *DmaAdapter,
    PHYSICAL_ADDRESS *MaximumAddress, ULONG Length, PHYSICAL_ADDRESS *LogicalAddress,
    BOOLEAN CacheEnabled, NODE_REQUIREMENT PreferredNode)
{
    PHYSICAL_ADDRESS Highest = {.QuadPart = (LONGLONG)HalpAdapter(DmaAdapter)->Highest};
    (void)CacheEnabled;
    if (PreferredNode != 0 && PreferredNode != MM_ANY_NODE_OK)
        return NULL;
    if (MaximumAddress != NULL && (ULONG64)MaximumAddress->QuadPart < (ULONG64)Highest.QuadPart)
        Highest = *MaximumAddress;
    void *Buffer = MmAllocateContiguousMemory(Length, Highest);
    if (Buffer != NULL)
        *LogicalAddress = MmGetPhysicalAddress(Buffer);
    return Buffer;
}

/*
 * DMA_OPERATIONS.AllocateAdapterChannelEx - as AllocateAdapterChannel, with a context instead of
 * the device's wait block.
 *
 * Flags:   DMA_SYNCHRONOUS_CALLBACK: now or never; ExecutionRoutine may be NULL then: the channel
 *          is the caller's, *MapRegisterBase its registers, until FreeAdapterObject.
 * Returns: SUCCESS; INVALID_PARAMETER: no routine, and not now, or no MapRegisterBase;
 *          INSUFFICIENT_RESOURCES: too many registers, no memory, somebody else has the channel and
 *          it should be now.
 * Source:  DOC wdm, PALLOCATE_ADAPTER_CHANNEL_EX; OBS tests/kernel/hal/IoGetDmaAdapter3.c
 */
static NTSTATUS NTAPI HalpAllocateAdapterChannelEx(DMA_ADAPTER *DmaAdapter,
    DEVICE_OBJECT *DeviceObject, void *DmaTransferContext, ULONG NumberOfMapRegisters, ULONG Flags,
    PDRIVER_CONTROL ExecutionRoutine, void *ExecutionContext, void **MapRegisterBase)
{
    WAIT_CONTEXT_BLOCK *Wcb = &((HALP_TRANSFER *)DmaTransferContext)->Wcb;
    const BOOLEAN Now = (Flags & HALP_DMA_SYNCHRONOUS_CALLBACK) != 0;
    if (ExecutionRoutine == NULL && (!Now || MapRegisterBase == NULL))
        return STATUS_INVALID_PARAMETER;
    Wcb->DeviceObject = DeviceObject;
    Wcb->CurrentIrp = DeviceObject->CurrentIrp;
    Wcb->DeviceContext = ExecutionContext;
    NTSTATUS Status = HalpRequestChannel(
        HalpAdapter(DmaAdapter), Wcb, NumberOfMapRegisters, ExecutionRoutine, Now);
    if (NT_SUCCESS(Status) && ExecutionRoutine == NULL)
        *MapRegisterBase = (void *)Wcb->BufferChainingDpc;
    return Status;
}

static NTSTATUS NTAPI HalpConfigureAdapterChannel(
    DMA_ADAPTER *DmaAdapter, ULONG FunctionNumber, void *Context)
{
    (void)DmaAdapter;
    (void)FunctionNumber;
    (void)Context;
    return STATUS_NOT_IMPLEMENTED; /* of no controller here */
}

static BOOLEAN NTAPI HalpCancelAdapterChannel(
    DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *DeviceObject, void *DmaTransferContext)
{
    (void)DeviceObject;
    return HalpCancelRequest(
        HalpAdapter(DmaAdapter)->Channel, &((HALP_TRANSFER *)DmaTransferContext)->Wcb);
}

/*
 * DMA_OPERATIONS.MapTransferEx - the runs of a part of a transfer, as many as the list has room
 * for.
 *
 * Offset:  into the chain. DeviceOffset: the controller's. Length: in: how much; out: how much
 *          there is in the list.
 * Returns: SUCCESS; BUFFER_TOO_SMALL: no room for a run, or Offset beyond the chain;
 *          INSUFFICIENT_RESOURCES: no map register left for the first run; NOT_SUPPORTED: a
 *          completion routine.
 * Source:  DOC wdm, PMAP_TRANSFER_EX; OBS tests/kernel/hal/IoGetDmaAdapter3.c
 */
static NTSTATUS NTAPI HalpMapTransferEx(DMA_ADAPTER *DmaAdapter, MDL *Mdl, void *MapRegisterBase,
    ULONG64 Offset, ULONG DeviceOffset, ULONG *Length, BOOLEAN WriteToDevice,
    SCATTER_GATHER_LIST *Buffer, ULONG BufferLength, HALP_COMPLETION *DmaCompletionRoutine,
    void *CompletionContext)
{
    const ULONG Room = BufferLength > sizeof(*Buffer)
        ? (ULONG)((BufferLength - sizeof(*Buffer)) / sizeof(Buffer->Elements[0]))
        : 0;
    ULONG Done = 0, Elements = 0;
    UCHAR *Va;
    (void)DeviceOffset;
    (void)CompletionContext;
    if (DmaCompletionRoutine != NULL)
        return STATUS_NOT_SUPPORTED;
    if (Room == 0 || !HalpSeek(Mdl, Offset, &Mdl, &Va))
        return STATUS_BUFFER_TOO_SMALL;
    while (Done < *Length && Elements < Room &&
        HalpSeek(Mdl, (ULONG64)(Va - (UCHAR *)MmGetMdlVirtualAddress(Mdl)), &Mdl, &Va)) {
        const ULONG There = (ULONG)((UCHAR *)MmGetMdlVirtualAddress(Mdl) + Mdl->ByteCount - Va);
        ULONG Run = *Length - Done < There ? *Length - Done : There;
        ULONG64 Physical;
        if (!HalpFindRun(HalpAdapter(DmaAdapter), Mdl, Va, Run, &Physical, &Run))
            Physical = MapRegisterBase != NULL
                ? HalpMapPiece(MapRegisterBase, Mdl, Va, &Run, FALSE, WriteToDevice)
                : 0;
        if (Physical == 0)
            break;
        Buffer->Elements[Elements++] = (SCATTER_GATHER_ELEMENT){
            .Address.QuadPart = (LONGLONG)Physical, .Length = Run};
        Va += Run;
        Done += Run;
    }
    if (Done == 0)
        return STATUS_INSUFFICIENT_RESOURCES;
    Buffer->NumberOfElements = Elements;
    *Length = Done;
    if (!HalpAdapter(DmaAdapter)->Device.Master)
        HalpStartIsaDma(&HalpAdapter(DmaAdapter)->Device,
            (ULONG64)Buffer->Elements[0].Address.QuadPart, Buffer->Elements[0].Length,
            WriteToDevice);
    return STATUS_SUCCESS;
}

/* A list for a context: handed to the routine, or with DMA_SYNCHRONOUS_CALLBACK to the caller. */
static NTSTATUS HalpMakeListEx(DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *Device, MDL *Mdl,
    ULONG64 Offset, ULONG Length, ULONG Flags, PDRIVER_LIST_CONTROL Routine, void *Context,
    BOOLEAN Write, void *Buffer, ULONG BufferLength, const void *Completion,
    SCATTER_GATHER_LIST **Result)
{
    const BOOLEAN Now = (Flags & HALP_DMA_SYNCHRONOUS_CALLBACK) != 0;
    HALP_LIST *Head;
    UCHAR *Va;
    if (Routine == NULL && (!Now || Result == NULL))
        return STATUS_INVALID_PARAMETER;
    if (Completion != NULL)
        return STATUS_NOT_SUPPORTED;
    if (!HalpSeek(Mdl, Offset, &Mdl, &Va))
        return STATUS_BUFFER_TOO_SMALL;
    NTSTATUS Status = HalpMakeList(
        HalpAdapter(DmaAdapter), Mdl, Va, Length, Write, Buffer, BufferLength, &Head);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Result != NULL)
        *Result = &Head->List;
    if (Routine != NULL) {
        KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
        Routine(Device, Device->CurrentIrp, &Head->List, Context);
        KfLowerIrql(Old);
    }
    return STATUS_SUCCESS;
}

/*
 * DMA_OPERATIONS.GetScatterGatherListEx - GetScatterGatherList with an offset; with
 * DMA_SYNCHRONOUS_CALLBACK the list may come back in *ScatterGatherList, without a routine. Source:
 * DOC wdm, PGET_SCATTER_GATHER_LIST_EX; OBS tests/kernel/hal/IoGetDmaAdapter3.c
 */
static NTSTATUS NTAPI HalpGetScatterGatherListEx(DMA_ADAPTER *DmaAdapter,
    DEVICE_OBJECT *DeviceObject, void *DmaTransferContext, MDL *Mdl, ULONG64 Offset, ULONG Length,
    ULONG Flags, PDRIVER_LIST_CONTROL ExecutionRoutine, void *Context, BOOLEAN WriteToDevice,
    HALP_COMPLETION *DmaCompletionRoutine, void *CompletionContext,
    SCATTER_GATHER_LIST **ScatterGatherList)
{
    (void)DmaTransferContext;
    (void)CompletionContext;
    return HalpMakeListEx(DmaAdapter, DeviceObject, Mdl, Offset, Length, Flags, ExecutionRoutine,
        Context, WriteToDevice, NULL, 0, (const void *)DmaCompletionRoutine, ScatterGatherList);
}

/* DMA_OPERATIONS.BuildScatterGatherListEx - the same in the driver's buffer. Source: DOC wdm,
 * PBUILD_SCATTER_GATHER_LIST_EX. */
static NTSTATUS NTAPI HalpBuildScatterGatherListEx(DMA_ADAPTER *DmaAdapter,
    DEVICE_OBJECT *DeviceObject, void *DmaTransferContext, MDL *Mdl, ULONG64 Offset, ULONG Length,
    ULONG Flags, PDRIVER_LIST_CONTROL ExecutionRoutine, void *Context, BOOLEAN WriteToDevice,
    void *ScatterGatherBuffer, ULONG ScatterGatherLength, HALP_COMPLETION *DmaCompletionRoutine,
    void *CompletionContext, SCATTER_GATHER_LIST **ScatterGatherList)
{
    (void)DmaTransferContext;
    (void)CompletionContext;
    if (ScatterGatherBuffer == NULL)
        return STATUS_INVALID_PARAMETER;
    return HalpMakeListEx(DmaAdapter, DeviceObject, Mdl, Offset, Length, Flags, ExecutionRoutine,
        Context, WriteToDevice, ScatterGatherBuffer, ScatterGatherLength,
        (const void *)DmaCompletionRoutine, ScatterGatherList);
}

/* DMA_OPERATIONS.FlushAdapterBuffersEx - FlushAdapterBuffers of a part of a chain. Source: DOC wdm,
 * PFLUSH_ADAPTER_BUFFERS_EX. */
static NTSTATUS NTAPI HalpFlushAdapterBuffersEx(DMA_ADAPTER *DmaAdapter, MDL *Mdl,
    void *MapRegisterBase, ULONG64 Offset, ULONG Length, BOOLEAN WriteToDevice)
{
    UCHAR *Va;
    (void)DmaAdapter;
    if (!HalpSeek(Mdl, Offset, &Mdl, &Va))
        return STATUS_BUFFER_TOO_SMALL;
    while (MapRegisterBase != NULL && Mdl != NULL && Length != 0) {
        const ULONG There = (ULONG)((UCHAR *)MmGetMdlVirtualAddress(Mdl) + Mdl->ByteCount - Va);
        const ULONG Part = Length < There ? Length : There;
        HalpFlushMap(MapRegisterBase, Mdl, Va, Part, WriteToDevice);
        Length -= Part;
        Mdl = Mdl->Next;
        Va = Mdl != NULL ? MmGetMdlVirtualAddress(Mdl) : NULL;
    }
    return STATUS_SUCCESS;
}

/* DMA_OPERATIONS.FreeAdapterObject - what a routine's return does, later. Source: DOC wdm,
 * PFREE_ADAPTER_OBJECT. */
static void NTAPI HalpFreeAdapterObject(
    DMA_ADAPTER *DmaAdapter, IO_ALLOCATION_ACTION AllocationAction)
{
    HALP_CHANNEL *Channel = HalpAdapter(DmaAdapter)->Channel;
    if (AllocationAction == KeepObject)
        return;
    if (AllocationAction == DeallocateObject)
        HalpFreeMap(Channel->Held);
    HalpReleaseChannel(Channel);
}

static NTSTATUS NTAPI HalpCancelMappedTransfer(DMA_ADAPTER *DmaAdapter, void *DmaTransferContext)
{
    (void)DmaAdapter;
    (void)DmaTransferContext;
    return STATUS_NOT_IMPLEMENTED; /* a controller's */
}

HALP_DMA_OPERATIONS3 HalpDmaOperations3 = {.GetDmaAdapterInfo = HalpGetDmaAdapterInfo,
    .GetDmaTransferInfo = HalpGetDmaTransferInfo,
    .InitializeDmaTransferContext = HalpInitializeDmaTransferContext,
    .AllocateCommonBufferEx = HalpAllocateCommonBufferEx,
    .AllocateAdapterChannelEx = HalpAllocateAdapterChannelEx,
    .ConfigureAdapterChannel = HalpConfigureAdapterChannel,
    .CancelAdapterChannel = HalpCancelAdapterChannel,
    .MapTransferEx = HalpMapTransferEx,
    .GetScatterGatherListEx = HalpGetScatterGatherListEx,
    .BuildScatterGatherListEx = HalpBuildScatterGatherListEx,
    .FlushAdapterBuffersEx = HalpFlushAdapterBuffersEx,
    .FreeAdapterObject = HalpFreeAdapterObject,
    .CancelMappedTransfer = HalpCancelMappedTransfer};
