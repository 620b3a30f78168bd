/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Scatter/gather lists: the runs of a part of a chain of MDLs, in one go. A list has map registers
 * of its own, as many as the pages the device does not reach, and no part in the channel. Without
 * scatter/gather it is one run.
 */
#include "hal/dma.h"
#include "hal/hal.h"
#include "hal/sglist.h"

typedef struct HALP_PLACE {
    MDL *Mdl;
    UCHAR *Va;
    ULONG Left; /* of this MDL */
} HALP_PLACE;

typedef struct HALP_COUNT {
    ULONG Elements, Registers, Mdls;
    BOOLEAN Whole; /* one element, in map registers */
} HALP_COUNT;

static HALP_PLACE HalpFirstPlace(MDL *Mdl, UCHAR *Va, ULONG Length)
{
    const ULONG Left = (ULONG)((UCHAR *)MmGetMdlVirtualAddress(Mdl) + Mdl->ByteCount - Va);
    return (HALP_PLACE){Mdl, Va, Left < Length ? Left : Length};
}

static HALP_PLACE HalpNextPlace(HALP_PLACE Place, ULONG Length)
{
    MDL *Mdl = Place.Mdl->Next;
    return (HALP_PLACE){
        Mdl, MmGetMdlVirtualAddress(Mdl), Mdl->ByteCount < Length ? Mdl->ByteCount : Length};
}

/* Whether that much of the chain is there from Va on. */
static BOOLEAN HalpIsInChain(const MDL *Mdl, const UCHAR *Va, ULONG Length)
{
    const SIZE_T Before = (SIZE_T)(Va - (const UCHAR *)MmGetMdlVirtualAddress(Mdl));
    if (Before > Mdl->ByteCount || (Before == Mdl->ByteCount && Length != 0))
        return FALSE;
    ULONG64 There = Mdl->ByteCount - Before;
    while (There < Length && (Mdl = Mdl->Next) != NULL)
        There += Mdl->ByteCount;
    return There >= Length;
}

NTSTATUS HalpSizeList(const HALP_ADAPTER *Adapter, const MDL *Mdl, const UCHAR *Va, ULONG Length,
    ULONG *ListSize, ULONG *Registers)
{
    ULONG64 Pages = Mdl == NULL ? ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Length) : 0;
    if (Mdl != NULL && !HalpIsInChain(Mdl, Va, Length))
        return STATUS_BUFFER_TOO_SMALL;
    for (ULONG Left = Length; Mdl != NULL && Left != 0; Mdl = Mdl->Next) {
        const UCHAR *First = Left == Length ? Va : (const UCHAR *)MmGetMdlVirtualAddress(Mdl);
        const ULONG Rest = (ULONG)((const UCHAR *)MmGetMdlVirtualAddress(Mdl) + Mdl->ByteCount -
            First);
        const ULONG Part = Rest < Left ? Rest : Left;
        Pages += ADDRESS_AND_SIZE_TO_SPAN_PAGES(First, Part);
        Left -= Part;
    }
    if (Pages > Adapter->MapRegisters)
        return STATUS_INSUFFICIENT_RESOURCES;
    *ListSize = (ULONG)(sizeof(HALP_LIST) + (SIZE_T)Pages * sizeof(SCATTER_GATHER_ELEMENT));
    if (Registers != NULL)
        *Registers = (ULONG)Pages;
    return STATUS_SUCCESS;
}

/* What a list takes. Without scatter/gather all that is no single run goes through map
 * registers. */
static HALP_COUNT HalpCountRuns(const HALP_ADAPTER *Adapter, MDL *Mdl, UCHAR *Va, ULONG Length)
{
    HALP_COUNT Count = {.Mdls = 1};
    ULONG64 Physical;
    ULONG Run;
    HALP_PLACE Place = HalpFirstPlace(Mdl, Va, Length);
    for (ULONG Left = Length; Left != 0; Left -= Run) {
        if (Place.Left == 0) {
            Place = HalpNextPlace(Place, Left);
            Count.Mdls++;
            Run = 0;
            continue;
        }
        if (!HalpFindRun(Adapter, Place.Mdl, Place.Va, Place.Left, &Physical, &Run))
            Count.Registers += (ULONG)ADDRESS_AND_SIZE_TO_SPAN_PAGES(Place.Va, Run);
        Count.Elements++;
        Place.Va += Run;
        Place.Left -= Run;
    }
    Count.Whole = !Adapter->Device.ScatterGather && (Count.Elements > 1 || Count.Registers != 0);
    if (Count.Whole) {
        Count.Elements = 1;
        Count.Registers = (ULONG)ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Length);
    }
    return Count;
}

/* As counted: neither runs out. */
static void HalpFillList(const HALP_ADAPTER *Adapter, HALP_LIST *Head, MDL *Mdl, UCHAR *Va,
    ULONG Length, BOOLEAN Whole, BOOLEAN Write)
{
    SCATTER_GATHER_LIST *List = &Head->List;
    HALP_PLACE Place = HalpFirstPlace(Mdl, Va, Length);
    for (ULONG Left = Length; Left != 0;) {
        if (Place.Left == 0) {
            Place = HalpNextPlace(Place, Left);
            continue;
        }
        ULONG64 Physical;
        ULONG Run;
        if (!HalpFindRun(Adapter, Place.Mdl, Place.Va, Place.Left, &Physical, &Run) || Whole)
            Physical = HalpMapPiece(Head->Map, Place.Mdl, Place.Va, &Run, Whole, Write);
        ASSERT(Physical != 0);
        if (Whole && List->NumberOfElements != 0)
            List->Elements[0].Length += Run;
        else
            List->Elements[List->NumberOfElements++] = (SCATTER_GATHER_ELEMENT){
                .Address.QuadPart = (LONGLONG)Physical, .Length = Run};
        Place.Va += Run;
        Place.Left -= Run;
        Left -= Run;
    }
}

NTSTATUS HalpMakeList(const HALP_ADAPTER *Adapter, MDL *Mdl, UCHAR *Va, ULONG Length,
    BOOLEAN WriteToDevice, void *Buffer, ULONG BufferBytes, HALP_LIST **Result)
{
    ULONG Most;
    NTSTATUS Status = HalpSizeList(Adapter, Mdl, Va, Length, &Most, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    const HALP_COUNT Count = HalpCountRuns(Adapter, Mdl, Va, Length);
    const SIZE_T Bytes = sizeof(HALP_LIST) +
        (SIZE_T)Count.Elements * sizeof(SCATTER_GATHER_ELEMENT);
    if (Buffer != NULL && Bytes > BufferBytes)
        return STATUS_BUFFER_TOO_SMALL;
    HALP_LIST *Head = Buffer != NULL
        ? Buffer
        : ExiAllocate(NonPagedPoolNx, Bytes, HALP_TAG_DMA, EX_KERNEL_SITE);
    if (Head == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *Head = (HALP_LIST){.Adapter = Adapter, .Allocated = Buffer == NULL};
    if (Count.Registers != 0) {
        /* Each run may begin within a page of its own. */
        Head->Map = HalpAllocateMap(Adapter, Count.Registers, Count.Registers + Count.Mdls);
        if (Head->Map == NULL) {
            if (Head->Allocated)
                ExiFree(Head);
            return STATUS_INSUFFICIENT_RESOURCES;
        }
    }
    HalpFillList(Adapter, Head, Mdl, Va, Length, Count.Whole, WriteToDevice);
    *Result = Head;
    return STATUS_SUCCESS;
}

static void HalpCallListRoutine(
    DEVICE_OBJECT *Device, HALP_LIST *Head, PDRIVER_LIST_CONTROL Routine, void *Context)
{
    KIRQL Old = KfRaiseIrql(DISPATCH_LEVEL);
    Routine(Device, Device->CurrentIrp, &Head->List, Context);
    KfLowerIrql(Old);
}

/*
 * DMA_OPERATIONS.GetScatterGatherList - call ExecutionRoutine with the runs of Length bytes from
 * CurrentVa on.
 *
 * Mdl:     CurrentVa lies in it; others may follow it. ExecutionRoutine: at DISPATCH_LEVEL, with
 *          the device's current IRP.
 * IRQL:    DISPATCH_LEVEL.
 * Returns: SUCCESS; BUFFER_TOO_SMALL: the MDLs end before; INSUFFICIENT_RESOURCES: more pages than
 * map registers, or no memory.
 * Owner:   driver; PutScatterGatherList.
 * Source:  DOC wdm, PGET_SCATTER_GATHER_LIST; OBS tests/kernel/hal/IoGetDmaAdapter.c
 */
NTSTATUS NTAPI HalpGetScatterGatherList(DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *DeviceObject,
    MDL *Mdl, void *CurrentVa, ULONG Length, PDRIVER_LIST_CONTROL ExecutionRoutine, void *Context,
    BOOLEAN WriteToDevice)
{
    HALP_LIST *Head;
    NTSTATUS Status = HalpMakeList(
        HalpAdapter(DmaAdapter), Mdl, CurrentVa, Length, WriteToDevice, NULL, 0, &Head);
    if (NT_SUCCESS(Status))
        HalpCallListRoutine(DeviceObject, Head, ExecutionRoutine, Context);
    return Status;
}

/*
 * DMA_OPERATIONS.BuildScatterGatherList - the same in a buffer of the driver's; BUFFER_TOO_SMALL,
 * too: it does not hold the list.
 * Source: DOC wdm, PBUILD_SCATTER_GATHER_LIST; OBS tests/kernel/hal/IoGetDmaAdapter.c
 */
NTSTATUS NTAPI HalpBuildScatterGatherList(DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *DeviceObject,
    MDL *Mdl, void *CurrentVa, ULONG Length, PDRIVER_LIST_CONTROL ExecutionRoutine, void *Context,
    BOOLEAN WriteToDevice, void *ScatterGatherBuffer, ULONG ScatterGatherLength)
{
    HALP_LIST *Head;
    if (ScatterGatherBuffer == NULL)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = HalpMakeList(HalpAdapter(DmaAdapter), Mdl, CurrentVa, Length, WriteToDevice,
        ScatterGatherBuffer, ScatterGatherLength, &Head);
    if (NT_SUCCESS(Status))
        HalpCallListRoutine(DeviceObject, Head, ExecutionRoutine, Context);
    return Status;
}

/*
 * DMA_OPERATIONS.PutScatterGatherList - the transfer is over: what the device wrote is in memory,
 * the list is gone.
 * IRQL: DISPATCH_LEVEL. Source: DOC wdm, PPUT_SCATTER_GATHER_LIST; OBS
 * tests/kernel/hal/IoGetDmaAdapter.c
 */
void NTAPI HalpPutScatterGatherList(
    DMA_ADAPTER *DmaAdapter, SCATTER_GATHER_LIST *ScatterGather, BOOLEAN WriteToDevice)
{
    HALP_LIST *Head = CONTAINING_RECORD(ScatterGather, HALP_LIST, List);
    (void)DmaAdapter;
    while (Head->Map != NULL && Head->Map->Pieces != 0) {
        const HALP_PIECE Piece = Head->Map->Piece[0];
        HalpFlushMap(Head->Map, Piece.Mdl, Piece.Va, Piece.Length, WriteToDevice);
    }
    HalpFreeMap(Head->Map);
    if (Head->Target != NULL)
        ExiFree(Head->Target);
    if (Head->Allocated)
        ExiFree(Head);
}

/*
 * DMA_OPERATIONS.CalculateScatterGatherList - the room BuildScatterGatherList needs at most.
 *
 * Mdl:     NULL: for any memory at CurrentVa. NumberOfMapRegisters: out, optional.
 * IRQL:    up to DISPATCH_LEVEL. Returns: as GetScatterGatherList.
 * Source:  DOC wdm, PCALCULATE_SCATTER_GATHER_LIST_SIZE; OBS tests/kernel/hal/IoGetDmaAdapter.c
 */
NTSTATUS NTAPI HalpCalculateScatterGatherList(DMA_ADAPTER *DmaAdapter, MDL *Mdl, void *CurrentVa,
    ULONG Length, ULONG *ListSize, ULONG *NumberOfMapRegisters)
{
    return HalpSizeList(
        HalpAdapter(DmaAdapter), Mdl, CurrentVa, Length, ListSize, NumberOfMapRegisters);
}

/* An MDL of the pages of a list; NULL: they do not lie as those of one buffer do, or no memory. */
static MDL *HalpMdlOfList(const SCATTER_GATHER_LIST *List)
{
    const SCATTER_GATHER_ELEMENT *Element = List->Elements;
    const ULONG InPage = (ULONG)(Element[0].Address.QuadPart % PAGE_SIZE);
    SIZE_T Bytes = 0, At = 0;
    for (ULONG Index = 0; Index < List->NumberOfElements; Index++)
        Bytes += Element[Index].Length;
    void *Start = (void *)(ULONG_PTR)InPage;
    MDL *Mdl = ExiAllocate(NonPagedPoolNx, MmSizeOfMdl(Start, Bytes), HALP_TAG_DMA, EX_KERNEL_SITE);
    if (Mdl == NULL)
        return NULL;
    MmInitializeMdl(Mdl, Start, Bytes);
    Mdl->MdlFlags |= MDL_PAGES_LOCKED;
    Mdl->MappedSystemVa = NULL;
    Mdl->Process = NULL;
    for (ULONG Index = 0; Index < List->NumberOfElements; Index++) {
        const ULONG64 First = (ULONG64)Element[Index].Address.QuadPart,
                      End = First + Element[Index].Length;
        if ((Index != 0 && First % PAGE_SIZE != 0) ||
            (Index + 1 < List->NumberOfElements && End % PAGE_SIZE != 0)) {
            ExiFree(Mdl);
            return NULL;
        }
        for (ULONG64 Page = First / PAGE_SIZE; Page * PAGE_SIZE < End; Page++)
            MmGetMdlPfnArray(Mdl)[At++] = (PFN_NUMBER)Page;
    }
    return Mdl;
}

/*
 * DMA_OPERATIONS.BuildMdlFromScatterGatherList - an MDL of what a list's addresses mean: the
 * original one, or the map registers.
 * IRQL: up to DISPATCH_LEVEL. Returns: SUCCESS; INVALID_PARAMETER: the list has one already;
 * INSUFFICIENT_RESOURCES: no memory, or runs that begin within a page. Owner: the list. Source: DOC
 * wdm, PBUILD_MDL_FROM_SCATTER_GATHER_LIST; INF the failures
 */
NTSTATUS NTAPI HalpBuildMdlFromScatterGatherList(
    DMA_ADAPTER *DmaAdapter, SCATTER_GATHER_LIST *ScatterGather, MDL *OriginalMdl, MDL **TargetMdl)
{
    HALP_LIST *Head = CONTAINING_RECORD(ScatterGather, HALP_LIST, List);
    (void)DmaAdapter;
    if (Head->Map == NULL) {
        *TargetMdl = OriginalMdl;
        return STATUS_SUCCESS;
    }
    if (Head->Target != NULL)
        return STATUS_INVALID_PARAMETER;
    Head->Target = HalpMdlOfList(ScatterGather);
    if (Head->Target == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *TargetMdl = Head->Target;
    return STATUS_SUCCESS;
}
