/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * DMA of verified drivers, for the files of kernel/vf that look at it. Their adapters have tables
 * of routines of ours, which are what the exports of the same names are replaced by, too; all
 * transfers go through map registers, and common buffers have something around them.
 *
 * An adapter that is put back stays until its driver is unloaded, so that who uses it is told so.
 */
#pragma once

#include "io/io.h"

#include "hal/dma3.h"
#include "vf/vfp.h"

enum VFP_DMA_KIND {
    VFP_DMA_BUFFER,    /* a common one; Key: its address */
    VFP_DMA_WAITING,   /* a request for the channel; Key: its wait block */
    VFP_DMA_CHANNEL,   /* the driver's turn with it; Key: its map registers, NULL: it wanted none */
    VFP_DMA_REGISTERS, /* kept without the channel; Key: the base */
    VFP_DMA_LIST,      /* Key: the list */
    VFP_DMA_KINDS,
};

/* Something a driver has of an adapter, and gives back. */
typedef struct VFP_DMA_ITEM {
    struct VFP_DMA_ITEM *Next;
    enum VFP_DMA_KIND Kind;
    ULONG Amount; /* bytes of a buffer, or map registers */
    const void *Key;
    PHYSICAL_ADDRESS Logical; /* of a buffer */
    struct VFP_ADAPTER *Adapter;
    PDRIVER_CONTROL Routine; /* of the driver's, for its turn */
    void *Context;
} VFP_DMA_ITEM;

typedef struct VFP_ADAPTER {
    struct VFP_ADAPTER *Next;
    DMA_ADAPTER *Dma;
    const DMA_OPERATIONS *Hal; /* the HAL's own routines */
    ULONG_PTR Site;            /* who asked for it */
    ULONG MapRegisters;
    BOOLEAN Released;
    BOOLEAN Incomplete; /* there was no memory for an item: one that is not there may be the
                           driver's */
    ULONG ListsMade, ListsPut;
    VFP_DMA_ITEM *Items;
} VFP_ADAPTER;

/* ---- Adapters and what there is of them (dma.c) ---------------------------------------------- */

static inline const HALP_DMA_OPERATIONS3 *VfpHal3(const VFP_ADAPTER *Adapter)
{
    return (const HALP_DMA_OPERATIONS3 *)(const void *)Adapter->Hal;
}

extern const LDR_REPLACEMENT VfpDmaTable[], VfpDmaTransferTable[];

void VfpPrepareDma(void);
/* Of a driver that is unloaded: stops the machine for what it has left, frees what was put back. */
void VfpReleaseAdapters(const LDR_IMAGE *Image);

/*
 * The adapter a driver's routine was called with, and at an IRQL of up to Irql. NULL: it is not a
 * verified driver's.
 */
VFP_ADAPTER *VfpEnterDma(DMA_ADAPTER *Dma, KIRQL Irql, ULONG_PTR Site, const char *Routine);
/* The same for routines that only the third version has: stops the machine where that is NULL. */
VFP_ADAPTER *VfpEnterDma3(DMA_ADAPTER *Dma, KIRQL Irql, ULONG_PTR Site, const char *Routine);
/* The IRQL must be that one. */
void VfpCheckDmaIrql(KIRQL Irql, ULONG_PTR Site, const char *Routine);

/* NULL: no memory. IRQL: up to DISPATCH_LEVEL. */
VFP_DMA_ITEM *VfpAddDmaItem(
    VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, const void *Key, ULONG Amount);
/* One that was taken is the adapter's again. */
void VfpLinkDmaItem(VFP_ADAPTER *Adapter, VFP_DMA_ITEM *Item);
/* Takes one of a kind and key, NULL: any. NULL: there is none. The caller frees it with ExiFree. */
VFP_DMA_ITEM *VfpTakeDmaItem(VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, const void *Key);
/* The same, and frees it. FALSE: there is none. */
BOOLEAN VfpDropDmaItem(VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, const void *Key);
/* The one of a kind and key becomes another. */
void VfpTurnDmaItem(VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, const void *Key,
    enum VFP_DMA_KIND NewKind, const void *NewKey);
/* How many there are of a kind, and what they amount to. */
ULONG VfpCountDma(const VFP_ADAPTER *Adapter, enum VFP_DMA_KIND Kind, ULONG *Amount);
/* Whether these are map registers of the adapter. */
BOOLEAN VfpHasRegisters(const VFP_ADAPTER *Adapter, const void *MapRegisterBase);

/* ---- Common buffers (dmabuffer.c) ------------------------------------------------------------ */

void *NTAPI VfHalAllocateCommonBuffer(DMA_ADAPTER *DmaAdapter, ULONG Length,
    PHYSICAL_ADDRESS *LogicalAddress, BOOLEAN CacheEnabled);
void NTAPI VfHalFreeCommonBuffer(DMA_ADAPTER *DmaAdapter, ULONG Length,
    PHYSICAL_ADDRESS LogicalAddress, void *VirtualAddress, BOOLEAN CacheEnabled);
void *NTAPI VfpAllocateCommonBufferEx(DMA_ADAPTER *DmaAdapter, PHYSICAL_ADDRESS *MaximumAddress,
    ULONG Length, PHYSICAL_ADDRESS *LogicalAddress, BOOLEAN CacheEnabled, NODE_REQUIREMENT Node);

/* ---- Channels, map registers, transfers (dmatransfer.c) -------------------------------------- */

/* The pages of an MDL a device is to use must be locked. */
void VfpCheckDmaMdl(const MDL *Mdl, ULONG_PTR Site, const char *Routine);
/* Nobody has written to where nothing is mapped. */
void VfpCheckMapRegisters(const HALP_MAP *Map, ULONG_PTR Site);
/* Fills in what the verifier has of both versions' routines. */
void VfpFillTransferRoutines(HALP_DMA_OPERATIONS3 *Operations);

/* ---- Scatter/gather lists (dmalist.c) -------------------------------------------------------- */

void VfpFillListRoutines(HALP_DMA_OPERATIONS3 *Operations);

#define VfpStopDma(Code, P2, P3, P4, Site, ...)                                                    \
    VfStop(DRIVER_VERIFIER_DMA_VIOLATION, (Code), (ULONG_PTR)(P2), (ULONG_PTR)(P3),                \
        (ULONG_PTR)(P4), (Site), __VA_ARGS__)
