/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DMA. Bus addresses are physical addresses. A page a device cannot reach - above what it has
 * address lines for, or memory of a client in this process, whose frame numbers are made up - is
 * copied through map registers: pages of RAM it does reach, copied to when a transfer is mapped and
 * from when it is flushed.
 */
#pragma once

#include "ex/ex.h"
#include "nt/hal.h"
#include "nt/io.h"

#define HALP_TAG_DMA 0x616D4448u /* 'HDma' */

/* Where a part of a transfer lies in the map registers. */
typedef struct HALP_PIECE {
    MDL *Mdl;
    UCHAR *Va; /* as the MDL counts */
    ULONG Length;
    ULONG Offset; /* from the first register */
} HALP_PIECE;

#define HALP_MAP_FILL 0x0F

/*
 * Map registers of one request: what drivers know as MapRegisterBase. Not locked: a transfer is one
 * driver's. Of an adapter that copies everything they are filled wherever nothing is mapped, and
 * have a page on either side if the controller does not mind.
 */
typedef struct HALP_MAP {
    UCHAR *Base; /* Count pages, one behind the other */
    ULONG Guards; /* pages before Base, and as many behind the last */
    BOOLEAN Filled;
    ULONG Count;
    ULONG PieceRoom, Pieces;
    HALP_PIECE Piece[];
} HALP_MAP;

/* Who may use the device's one channel. */
typedef struct HALP_CHANNEL {
    KSPIN_LOCK Lock;
    BOOLEAN Busy;
    LIST_ENTRY Waiting; /* WAIT_CONTEXT_BLOCK.WaitQueueEntry */
    HALP_MAP *Held;     /* of the driver that keeps it */
} HALP_CHANNEL;

typedef struct HALP_ADAPTER {
    DMA_ADAPTER Public;
    DEVICE_DESCRIPTION Device;
    ULONG64 Highest;    /* physical address the device reaches */
    ULONG MapRegisters; /* as many as one request may have */
    BOOLEAN Copies;     /* page by page, whether the device reaches it or not: for the verifier */
    HALP_CHANNEL *Channel;
    HALP_CHANNEL Own; /* of a bus master; others share the controller's */
} HALP_ADAPTER;

static inline HALP_ADAPTER *HalpAdapter(DMA_ADAPTER *Public)
{
    return CONTAINING_RECORD(Public, HALP_ADAPTER, Public);
}

void HalpResetDma(void);

/* transfer.c. Registers for PieceRoom pieces; NULL: no memory. HalpFreeMap takes NULL. */
HALP_MAP *HalpAllocateMap(const HALP_ADAPTER *Adapter, ULONG Registers, ULONG PieceRoom);
void HalpFreeMap(HALP_MAP *Map);
/* How much of a part of an MDL is one run of bus addresses, *Physical its first; FALSE: the device
 * does not reach this run. */
BOOLEAN HalpFindRun(const HALP_ADAPTER *Adapter, MDL *Mdl, const UCHAR *Va, ULONG Length,
    ULONG64 *Physical, ULONG *Run);
/*
 * Takes map registers for a part of an MDL, less of it if there are no more; Packed: right behind
 * what there is. Copies what the device is to read. Returns the bus address; 0: there are none
 * left.
 */
ULONG64 HalpMapPiece(
    HALP_MAP *Map, MDL *Mdl, UCHAR *Va, ULONG *Length, BOOLEAN Packed, BOOLEAN WriteToDevice);
/* Whether there is a register left for what begins at Va. */
BOOLEAN HalpHasRoom(const HALP_MAP *Map, const MDL *Mdl, const UCHAR *Va);
/* The first byte somebody wrote to where nothing is mapped; NULL: there is none. *Piece: the one on
 * the same page, NULL: none. */
const UCHAR *HalpFindOverwritten(const HALP_MAP *Map, const HALP_PIECE **Piece);
/* Ends that; copies what the device has written. */
void HalpFlushMap(
    HALP_MAP *Map, const MDL *Mdl, const UCHAR *Va, ULONG Length, BOOLEAN WriteToDevice);

/* isadma.c: the controller's channels. */
BOOLEAN HalpIsIsaChannel(ULONG Channel);
void HalpStartIsaDma(
    const DEVICE_DESCRIPTION *Device, ULONG64 Physical, ULONG Length, BOOLEAN WriteToDevice);
ULONG HalpReadIsaCounter(ULONG Channel);

/* ---- Exports, and what is in the table ------------------------------------------------------- */

DMA_ADAPTER *NTAPI IoGetDmaAdapter(DEVICE_OBJECT *PhysicalDeviceObject,
    DEVICE_DESCRIPTION *DeviceDescription, ULONG *NumberOfMapRegisters);
DMA_ADAPTER *NTAPI HalGetAdapter(
    DEVICE_DESCRIPTION *DeviceDescription, ULONG *NumberOfMapRegisters);
void *NTAPI HalAllocateCommonBuffer(
    DMA_ADAPTER *DmaAdapter, ULONG Length, PHYSICAL_ADDRESS *LogicalAddress, BOOLEAN CacheEnabled);
void NTAPI HalFreeCommonBuffer(DMA_ADAPTER *DmaAdapter, ULONG Length,
    PHYSICAL_ADDRESS LogicalAddress, void *VirtualAddress, BOOLEAN CacheEnabled);
BOOLEAN NTAPI HalFlushCommonBuffer(
    DMA_ADAPTER *DmaAdapter, ULONG Length, PHYSICAL_ADDRESS LogicalAddress, void *VirtualAddress);
ULONG NTAPI HalReadDmaCounter(DMA_ADAPTER *DmaAdapter);

NTSTATUS NTAPI IoAllocateAdapterChannel(DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *DeviceObject,
    ULONG NumberOfMapRegisters, PDRIVER_CONTROL ExecutionRoutine, void *Context);
NTSTATUS NTAPI HalAllocateAdapterChannel(DMA_ADAPTER *DmaAdapter, WAIT_CONTEXT_BLOCK *Wcb,
    ULONG NumberOfMapRegisters, PDRIVER_CONTROL ExecutionRoutine);
void NTAPI IoFreeAdapterChannel(DMA_ADAPTER *DmaAdapter);
void NTAPI IoFreeMapRegisters(
    DMA_ADAPTER *DmaAdapter, void *MapRegisterBase, ULONG NumberOfMapRegisters);
PHYSICAL_ADDRESS NTAPI IoMapTransfer(DMA_ADAPTER *DmaAdapter, MDL *Mdl, void *MapRegisterBase,
    void *CurrentVa, ULONG *Length, BOOLEAN WriteToDevice);
BOOLEAN NTAPI IoFlushAdapterBuffers(DMA_ADAPTER *DmaAdapter, MDL *Mdl, void *MapRegisterBase,
    void *CurrentVa, ULONG Length, BOOLEAN WriteToDevice);

NTSTATUS NTAPI HalpGetScatterGatherList(DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *DeviceObject,
    MDL *Mdl, void *CurrentVa, ULONG Length, PDRIVER_LIST_CONTROL ExecutionRoutine, void *Context,
    BOOLEAN WriteToDevice);
void NTAPI HalpPutScatterGatherList(
    DMA_ADAPTER *DmaAdapter, SCATTER_GATHER_LIST *ScatterGather, BOOLEAN WriteToDevice);
NTSTATUS NTAPI HalpCalculateScatterGatherList(DMA_ADAPTER *DmaAdapter, MDL *Mdl, void *CurrentVa,
    ULONG Length, ULONG *ListSize, ULONG *NumberOfMapRegisters);
NTSTATUS NTAPI HalpBuildScatterGatherList(DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *DeviceObject,
    MDL *Mdl, void *CurrentVa, ULONG Length, PDRIVER_LIST_CONTROL ExecutionRoutine, void *Context,
    BOOLEAN WriteToDevice, void *ScatterGatherBuffer, ULONG ScatterGatherLength);
NTSTATUS NTAPI HalpBuildMdlFromScatterGatherList(
    DMA_ADAPTER *DmaAdapter, SCATTER_GATHER_LIST *ScatterGather, MDL *OriginalMdl, MDL **TargetMdl);
