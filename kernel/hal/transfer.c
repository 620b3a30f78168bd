/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DMA transfers: which bus addresses an MDL's pages have, and the map registers that stand in for
 * those a device does not reach. Devices without scatter/gather get one run for all of a transfer.
 */
#include "hal/dma.h"
#include "hal/hal.h"

/* a transfer of the controller's stays within 64 KiB, or 128 of them by words */
#define HALP_ISA_BOUNDARY 0x10000u

/* ---- map registers --------------------------------------------------------------------------- */

HALP_MAP *HalpAllocateMap(const HALP_ADAPTER *Adapter, ULONG Registers, ULONG PieceRoom)
{
    ULONG64 End = Adapter->Highest / PAGE_SIZE + 1;
    ULONG Boundary = Adapter->Device.Master ? 0 : HALP_ISA_BOUNDARY / PAGE_SIZE;
    if (Boundary != 0 && Adapter->Device.DmaChannel > 4)
        Boundary *= 2;
    HALP_MAP *Map = ExiAllocate(NonPagedPoolNx,
        sizeof(*Map) + (SIZE_T)PieceRoom * sizeof(HALP_PIECE), HALP_TAG_DMA, EX_KERNEL_SITE);
    if (Map == NULL)
        return NULL;
    if (End > MM_RAM_BYTES / PAGE_SIZE)
        End = MM_RAM_BYTES / PAGE_SIZE;
    *Map = (HALP_MAP){.Count = Registers, .PieceRoom = PieceRoom, .Filled = Adapter->Copies};
    Map->Guards = Map->Filled && Boundary == 0;
    const ULONG Pages = Registers + 2 * Map->Guards;
    UCHAR *Start = MmAllocatePagesIn(Pages, MM_PAGE_KERNEL, 0, (ULONG)End, Boundary);
    if (Start == NULL) {
        ExiFree(Map);
        return NULL;
    }
    Map->Base = Start + (SIZE_T)Map->Guards * PAGE_SIZE;
    if (Map->Filled)
        __builtin_memset(Start, HALP_MAP_FILL, (SIZE_T)Pages * PAGE_SIZE);
    return Map;
}

void HalpFreeMap(HALP_MAP *Map)
{
    if (Map == NULL)
        return;
    MmFreePages(Map->Base - (SIZE_T)Map->Guards * PAGE_SIZE);
    ExiFree(Map);
}

static void *HalpVirtual(ULONG64 Physical)
{
    PHYSICAL_ADDRESS Address = {.QuadPart = (LONGLONG)Physical};
    return MmGetVirtualForPhysical(Address);
}

static ULONG64 HalpPhysicalOf(MDL *Mdl, const UCHAR *Va)
{
    SIZE_T Offset = (SIZE_T)(Va - (const UCHAR *)Mdl->StartVa);
    return (ULONG64)MmGetMdlPfnArray(Mdl)[Offset / PAGE_SIZE] * PAGE_SIZE + Offset % PAGE_SIZE;
}

/* Between map registers and the pages of an MDL. A client that has given its memory back loses what
 * it gave back. */
static void HalpCopyPiece(
    HALP_MAP *Map, const HALP_PIECE *Piece, const UCHAR *Va, ULONG Length, BOOLEAN WriteToDevice)
{
    while (Length != 0) {
        UCHAR *There = Map->Base + Piece->Offset + (Va - Piece->Va);
        ULONG Part = PAGE_SIZE - (ULONG)((ULONG_PTR)Va % PAGE_SIZE);
        Part = Part < Length ? Part : Length;
        void *Here = HalpVirtual(HalpPhysicalOf(Piece->Mdl, Va));
        (void)KeCopyGuarded(
            WriteToDevice ? (void *)There : Here, WriteToDevice ? Here : (void *)There, Part);
        Va += Part;
        Length -= Part;
    }
}

/* Where in the registers a part goes: behind the last one, on the same place in a page unless it is
 * packed or goes on there. */
static ULONG HalpPlacePiece(const HALP_MAP *Map, const MDL *Mdl, const UCHAR *Va, BOOLEAN Packed)
{
    const ULONG InPage = (ULONG)((ULONG_PTR)Va % PAGE_SIZE);
    if (Map->Pieces == 0)
        return InPage;
    const HALP_PIECE *Last = &Map->Piece[Map->Pieces - 1];
    const ULONG End = Last->Offset + Last->Length;
    if (Packed || (Last->Mdl == Mdl && Last->Va + Last->Length == Va))
        return End;
    return (ULONG)ROUND_TO_PAGES(End) + InPage;
}

BOOLEAN HalpHasRoom(const HALP_MAP *Map, const MDL *Mdl, const UCHAR *Va)
{
    return HalpPlacePiece(Map, Mdl, Va, FALSE) < Map->Count * PAGE_SIZE;
}

/* From what was filled up to End, both counted from the first register. */
static const UCHAR *HalpFindChange(const HALP_MAP *Map, LONG64 From, LONG64 End)
{
    for (; From < End; From++) {
        if (Map->Base[From] != HALP_MAP_FILL)
            return Map->Base + From;
    }
    return NULL;
}

const UCHAR *HalpFindOverwritten(const HALP_MAP *Map, const HALP_PIECE **Piece)
{
    const LONG64 Guard = (LONG64)Map->Guards * PAGE_SIZE;
    LONG64 Free = -Guard;
    *Piece = NULL;
    for (ULONG Index = 0; Map->Filled && Index <= Map->Pieces; Index++) {
        const HALP_PIECE *Next = Index < Map->Pieces ? &Map->Piece[Index] : NULL,
                         *Last = Index != 0 ? &Map->Piece[Index - 1] : NULL;
        const UCHAR *Found = HalpFindChange(Map, Free,
            Next != NULL ? (LONG64)Next->Offset : (LONG64)Map->Count * PAGE_SIZE + Guard);
        if (Found != NULL) {
            const ULONG Page = (ULONG)((Found - Map->Base) / PAGE_SIZE);
            if (Last != NULL && (Last->Offset + Last->Length - 1) / PAGE_SIZE == Page)
                *Piece = Last;
            else if (Next != NULL && Next->Offset / PAGE_SIZE == Page)
                *Piece = Next;
            return Found;
        }
        if (Next != NULL)
            Free = (LONG64)Next->Offset + Next->Length;
    }
    return NULL;
}

ULONG64 HalpMapPiece(
    HALP_MAP *Map, MDL *Mdl, UCHAR *Va, ULONG *Length, BOOLEAN Packed, BOOLEAN WriteToDevice)
{
    const ULONG Offset = HalpPlacePiece(Map, Mdl, Va, Packed), Room = Map->Count * PAGE_SIZE;
    HALP_PIECE *Last = Map->Pieces != 0 ? &Map->Piece[Map->Pieces - 1] : NULL;
    if (Offset >= Room)
        return 0;
    if (*Length > Room - Offset)
        *Length = Room - Offset;
    const HALP_PIECE New = {Mdl, Va, *Length, Offset};
    if (Last != NULL && Last->Mdl == Mdl && Last->Va + Last->Length == Va &&
        Last->Offset + Last->Length == Offset)
        Last->Length += *Length;
    else if (Map->Pieces < Map->PieceRoom)
        Map->Piece[Map->Pieces++] = New;
    else
        return 0;
    if (WriteToDevice)
        HalpCopyPiece(Map, &New, Va, *Length, TRUE);
    return (ULONG64)MmGetPhysicalAddress(Map->Base).QuadPart + Offset;
}

void HalpFlushMap(
    HALP_MAP *Map, const MDL *Mdl, const UCHAR *Va, ULONG Length, BOOLEAN WriteToDevice)
{
    ULONG Kept = 0;
    for (ULONG Index = 0; Index < Map->Pieces; Index++) {
        const HALP_PIECE Piece = Map->Piece[Index];
        const UCHAR *First = Piece.Va > Va ? Piece.Va : Va, *End = Piece.Va + Piece.Length;
        if (End > Va + Length)
            End = Va + Length;
        if (Piece.Mdl != Mdl || First >= End) {
            Map->Piece[Kept++] = Piece;
            continue;
        }
        if (!WriteToDevice)
            HalpCopyPiece(Map, &Piece, First, (ULONG)(End - First), FALSE);
        if (Map->Filled)
            __builtin_memset(Map->Base + Piece.Offset, HALP_MAP_FILL, Piece.Length);
    }
    Map->Pieces = Kept;
}

/* ---- runs ------------------------------------------------------------------------------------ */

/* FALSE: the controller's counter would wrap in between. */
static BOOLEAN HalpWithinBoundary(const HALP_ADAPTER *Adapter, ULONG64 Physical, ULONG Length)
{
    const ULONG Boundary = Adapter->Device.DmaChannel > 4 ? 2 * HALP_ISA_BOUNDARY
                                                          : HALP_ISA_BOUNDARY;
    return Adapter->Device.Master || Physical / Boundary == (Physical + Length - 1) / Boundary;
}

BOOLEAN HalpFindRun(const HALP_ADAPTER *Adapter, MDL *Mdl, const UCHAR *Va, ULONG Length,
    ULONG64 *Physical, ULONG *Run)
{
    ULONG Done = PAGE_SIZE - (ULONG)((ULONG_PTR)Va % PAGE_SIZE);
    *Physical = HalpPhysicalOf(Mdl, Va);
    const BOOLEAN Reached = *Physical <= Adapter->Highest && !Adapter->Copies;
    while (Done < Length && !Adapter->Copies) {
        const ULONG64 Next = HalpPhysicalOf(Mdl, Va + Done);
        if ((Next <= Adapter->Highest) != Reached || (Reached && Next != *Physical + Done))
            break;
        Done += PAGE_SIZE;
    }
    *Run = Done < Length ? Done : Length;
    return Reached;
}

/*
 * IoMapTransfer - bus addresses of a part of a transfer, from CurrentVa on.
 *
 * MapRegisterBase: as the channel's owner was given it. Length: in: what is left; out: how much of
 * it is one run there.
 * WriteToDevice: FALSE: the device writes into memory.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: the bus address. More than the map registers there are: DRIVER_VERIFIER_DMA_VIOLATION
 * stops the machine.
 * Source:  DOC wdm, DMA_OPERATIONS.MapTransfer; OBS tests/kernel/hal/IoMapTransfer.c
 */
PHYSICAL_ADDRESS NTAPI IoMapTransfer(DMA_ADAPTER *DmaAdapter, MDL *Mdl, void *MapRegisterBase,
    void *CurrentVa, ULONG *Length, BOOLEAN WriteToDevice)
{
    const HALP_ADAPTER *Adapter = HalpAdapter(DmaAdapter);
    const BOOLEAN Whole = !Adapter->Device.Master || !Adapter->Device.ScatterGather;
    ULONG64 Physical;
    ULONG Run;
    BOOLEAN Direct = HalpFindRun(Adapter, Mdl, CurrentVa, *Length, &Physical, &Run);
    if (Whole && (Run < *Length || !HalpWithinBoundary(Adapter, Physical, *Length)))
        Direct = FALSE;
    if (Direct || !Whole)
        *Length = Run;
    if (!Direct)
        Physical = MapRegisterBase != NULL
            ? HalpMapPiece(MapRegisterBase, Mdl, CurrentVa, Length, FALSE, WriteToDevice)
            : 0;
    if (Physical == 0)
        KeBugCheckEx(DRIVER_VERIFIER_DMA_VIOLATION, 0x00, 2,
            ADDRESS_AND_SIZE_TO_SPAN_PAGES(CurrentVa, *Length),
            MapRegisterBase != NULL ? ((const HALP_MAP *)MapRegisterBase)->Count : 0);
    if (!Adapter->Device.Master)
        HalpStartIsaDma(&Adapter->Device, Physical, *Length, WriteToDevice);
    return (PHYSICAL_ADDRESS){.QuadPart = (LONGLONG)Physical};
}

/*
 * IoFlushAdapterBuffers - the transfer of that much from CurrentVa on is over: what the device
 * wrote is in memory afterwards.
 * IRQL: up to DISPATCH_LEVEL. Returns: TRUE. Source: DOC wdm, FlushAdapterBuffers; OBS
 * tests/kernel/hal/IoMapTransfer.c
 */
BOOLEAN NTAPI IoFlushAdapterBuffers(DMA_ADAPTER *DmaAdapter, MDL *Mdl, void *MapRegisterBase,
    void *CurrentVa, ULONG Length, BOOLEAN WriteToDevice)
{
    (void)DmaAdapter;
    if (MapRegisterBase != NULL)
        HalpFlushMap(MapRegisterBase, Mdl, CurrentVa, Length, WriteToDevice);
    return TRUE;
}
