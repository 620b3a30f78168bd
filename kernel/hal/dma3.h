/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The third version of the DMA routines, for adapters described with
 * DEVICE_DESCRIPTION_VERSION3. */
#pragma once

#include "hal/dma.h"

#define HALP_DEVICE_DESCRIPTION_VERSION3 3u
#define HALP_DMA_SYNCHRONOUS_CALLBACK 1u
#define HALP_ADAPTER_INFO_SYNCHRONOUS_CALLBACK 1u

typedef struct HALP_DMA_ADAPTER_INFO {
    ULONG Version; /* 1 */
    ULONG ReadDmaCounterAvailable;
    ULONG ScatterGatherLimit;
    ULONG DmaAddressWidth;
    ULONG Flags;
    ULONG MinimumTransferUnit;
} HALP_DMA_ADAPTER_INFO;

typedef struct HALP_DMA_TRANSFER_INFO {
    ULONG Version; /* 1; 2: with LogicalPageCount */
    ULONG MapRegisterCount;
    ULONG ScatterGatherElementCount;
    ULONG ScatterGatherListSize;
    ULONG LogicalPageCount;
} HALP_DMA_TRANSFER_INFO;

/* How a transfer of the controller's ended; for bus masters there is no such routine. */
typedef void NTAPI HALP_COMPLETION(
    DMA_ADAPTER *DmaAdapter, DEVICE_OBJECT *DeviceObject, void *CompletionContext, ULONG Status);

typedef struct HALP_DMA_OPERATIONS3 {
    DMA_OPERATIONS First;
    NTSTATUS (NTAPI *GetDmaAdapterInfo)(DMA_ADAPTER *, HALP_DMA_ADAPTER_INFO *);
    NTSTATUS(NTAPI *GetDmaTransferInfo)
    (DMA_ADAPTER *, MDL *, ULONG64 Offset, ULONG Length, BOOLEAN, HALP_DMA_TRANSFER_INFO *);
    NTSTATUS (NTAPI *InitializeDmaTransferContext)(DMA_ADAPTER *, void *Context);
    void *(NTAPI *AllocateCommonBufferEx)(DMA_ADAPTER *, PHYSICAL_ADDRESS *Maximum, ULONG Length,
        PHYSICAL_ADDRESS *Logical, BOOLEAN, NODE_REQUIREMENT);
    NTSTATUS(NTAPI *AllocateAdapterChannelEx)
    (DMA_ADAPTER *, DEVICE_OBJECT *, void *Context, ULONG Registers, ULONG Flags, PDRIVER_CONTROL,
        void *ExecutionContext, void **MapRegisterBase);
    NTSTATUS (NTAPI *ConfigureAdapterChannel)(DMA_ADAPTER *, ULONG FunctionNumber, void *Context);
    BOOLEAN (NTAPI *CancelAdapterChannel)(DMA_ADAPTER *, DEVICE_OBJECT *, void *Context);
    NTSTATUS(NTAPI *MapTransferEx)
    (DMA_ADAPTER *, MDL *, void *MapRegisterBase, ULONG64 Offset, ULONG DeviceOffset, ULONG *Length,
        BOOLEAN WriteToDevice, SCATTER_GATHER_LIST *Buffer, ULONG BufferLength, HALP_COMPLETION *,
        void *CompletionContext);
    NTSTATUS(NTAPI *GetScatterGatherListEx)
    (DMA_ADAPTER *, DEVICE_OBJECT *, void *Context, MDL *, ULONG64 Offset, ULONG Length,
        ULONG Flags, PDRIVER_LIST_CONTROL, void *ExecutionContext, BOOLEAN WriteToDevice,
        HALP_COMPLETION *, void *CompletionContext, SCATTER_GATHER_LIST **);
    NTSTATUS(NTAPI *BuildScatterGatherListEx)
    (DMA_ADAPTER *, DEVICE_OBJECT *, void *Context, MDL *, ULONG64 Offset, ULONG Length,
        ULONG Flags, PDRIVER_LIST_CONTROL, void *ExecutionContext, BOOLEAN WriteToDevice,
        void *Buffer, ULONG BufferLength, HALP_COMPLETION *, void *CompletionContext,
        SCATTER_GATHER_LIST **);
    NTSTATUS(NTAPI *FlushAdapterBuffersEx)
    (DMA_ADAPTER *, MDL *, void *MapRegisterBase, ULONG64 Offset, ULONG Length,
        BOOLEAN WriteToDevice);
    void (NTAPI *FreeAdapterObject)(DMA_ADAPTER *, IO_ALLOCATION_ACTION);
    NTSTATUS (NTAPI *CancelMappedTransfer)(DMA_ADAPTER *, void *Context);
} HALP_DMA_OPERATIONS3;

extern HALP_DMA_OPERATIONS3 HalpDmaOperations3;

/* adapter.c: fills in the part all versions have. */
void HalpFillDmaOperations(DMA_OPERATIONS *Operations, SIZE_T Bytes);

/* channel.c. The block says device, IRP and context. Now: not to wait: INSUFFICIENT_RESOURCES.
 * Routine NULL: kept at once. */
NTSTATUS HalpRequestChannel(HALP_ADAPTER *Adapter, WAIT_CONTEXT_BLOCK *Wcb, ULONG Registers,
    PDRIVER_CONTROL Routine, BOOLEAN Now);
/* Takes a request back that waits. FALSE: it does not. */
BOOLEAN HalpCancelRequest(HALP_CHANNEL *Channel, WAIT_CONTEXT_BLOCK *Wcb);
/* The channel goes to the next one. */
void HalpReleaseChannel(HALP_CHANNEL *Channel);
