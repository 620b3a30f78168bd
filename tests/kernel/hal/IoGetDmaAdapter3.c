/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetDmaAdapter - the third version of the routines, by offsets into chains. The headers tests
 * are compiled with end before it.
 */
#include "dma_test.h"

typedef struct DESCRIPTION3 {
    DEVICE_DESCRIPTION First;
    ULONG DmaAddressWidth;
    ULONG DmaControllerInstance;
    ULONG DmaRequestLine;
    PHYSICAL_ADDRESS DeviceAddress;
} DESCRIPTION3;

typedef struct ADAPTER_INFO {
    ULONG Version, ReadDmaCounterAvailable, ScatterGatherLimit, DmaAddressWidth, Flags,
        MinimumTransferUnit;
} ADAPTER_INFO;

typedef struct TRANSFER_INFO {
    ULONG Version, MapRegisterCount, ScatterGatherElementCount, ScatterGatherListSize,
        LogicalPageCount;
} TRANSFER_INFO;

typedef struct OPERATIONS3 {
    DMA_OPERATIONS First;
    NTSTATUS(NTAPI *GetDmaAdapterInfo)(PDMA_ADAPTER, ADAPTER_INFO *);
    NTSTATUS(NTAPI *GetDmaTransferInfo)
    (PDMA_ADAPTER, PMDL, ULONGLONG, ULONG, BOOLEAN, TRANSFER_INFO *);
    NTSTATUS(NTAPI *InitializeDmaTransferContext)(PDMA_ADAPTER, PVOID);
    PVOID(NTAPI *AllocateCommonBufferEx)
    (PDMA_ADAPTER, PPHYSICAL_ADDRESS, ULONG, PPHYSICAL_ADDRESS, BOOLEAN, ULONG);
    NTSTATUS(NTAPI *AllocateAdapterChannelEx)
    (PDMA_ADAPTER, PDEVICE_OBJECT, PVOID, ULONG, ULONG, PDRIVER_CONTROL, PVOID, PVOID *);
    NTSTATUS(NTAPI *ConfigureAdapterChannel)(PDMA_ADAPTER, ULONG, PVOID);
    BOOLEAN(NTAPI *CancelAdapterChannel)(PDMA_ADAPTER, PDEVICE_OBJECT, PVOID);
    NTSTATUS(NTAPI *MapTransferEx)
    (PDMA_ADAPTER, PMDL, PVOID, ULONGLONG, ULONG, PULONG, BOOLEAN, PSCATTER_GATHER_LIST, ULONG,
        PVOID, PVOID);
    NTSTATUS(NTAPI *GetScatterGatherListEx)
    (PDMA_ADAPTER, PDEVICE_OBJECT, PVOID, PMDL, ULONGLONG, ULONG, ULONG, PVOID, PVOID, BOOLEAN,
        PVOID, PVOID, PSCATTER_GATHER_LIST *);
    NTSTATUS(NTAPI *BuildScatterGatherListEx)
    (PDMA_ADAPTER, PDEVICE_OBJECT, PVOID, PMDL, ULONGLONG, ULONG, ULONG, PVOID, PVOID, BOOLEAN,
        PVOID, ULONG, PVOID, PVOID, PSCATTER_GATHER_LIST *);
    NTSTATUS(NTAPI *FlushAdapterBuffersEx)(PDMA_ADAPTER, PMDL, PVOID, ULONGLONG, ULONG, BOOLEAN);
    VOID(NTAPI *FreeAdapterObject)(PDMA_ADAPTER, IO_ALLOCATION_ACTION);
    NTSTATUS(NTAPI *CancelMappedTransfer)(PDMA_ADAPTER, PVOID);
} OPERATIONS3;

#define SYNCHRONOUS 1
#define CONTEXT_BYTES 128

static OPERATIONS3 *Of(PDMA_ADAPTER Dma)
{
    return (OPERATIONS3 *)Dma->DmaOperations;
}

static PDMA_ADAPTER Adapter(ULONG Width, ULONG MaximumLength)
{
    DESCRIPTION3 Description;
    ULONG Registers = 0;

    RtlZeroMemory(&Description, sizeof(Description));
    Description.First = DmaMaster(TRUE, TRUE, MaximumLength);
    Description.First.Version = 3;
    Description.DmaAddressWidth = Width;
    return IoGetDmaAdapter(NULL, &Description.First, &Registers);
}

static PMDL MdlOf(PVOID Buffer, ULONG Bytes)
{
    PMDL Mdl = IoAllocateMdl(Buffer, Bytes, FALSE, FALSE, NULL);

    if (CHECK(Mdl != NULL))
        MmBuildMdlForNonPagedPool(Mdl);
    return Mdl;
}

TEST(IoGetDmaAdapter3, WhatItSaysOfItself)
{
    PDMA_ADAPTER Dma = Adapter(32, 8 * PAGE_SIZE);
    ADAPTER_INFO Info = {.Version = 1};

    if (Dma == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK_EQ(Dma->Version, 3);
    CHECK(Dma->DmaOperations->Size >= sizeof(OPERATIONS3));
    CHECK_STATUS(Of(Dma)->GetDmaAdapterInfo(Dma, &Info), STATUS_SUCCESS);
    CHECK_EQ(Info.ReadDmaCounterAvailable, FALSE);
    CHECK_EQ(Info.DmaAddressWidth, 32);
    Info.Version = 77;
    CHECK(!NT_SUCCESS(Of(Dma)->GetDmaAdapterInfo(Dma, &Info)));
    Dma->DmaOperations->PutDmaAdapter(Dma);
}

TEST(IoGetDmaAdapter3, WhatATransferTakes)
{
    PDMA_ADAPTER Dma = Adapter(32, 8 * PAGE_SIZE);
    TRANSFER_INFO Info = {.Version = 1};
    PUCHAR Memory = DmaHighMemory(3 * PAGE_SIZE);
    PMDL Mdl;

    if (Dma == NULL) {
        skip("not on this Windows");
        return;
    }
    Mdl = MdlOf(Memory + 10, 2 * PAGE_SIZE);
    CHECK_STATUS(
        Of(Dma)->GetDmaTransferInfo(Dma, Mdl, 0, 2 * PAGE_SIZE, TRUE, &Info), STATUS_SUCCESS);
    CHECK(Info.MapRegisterCount >= 2 && Info.MapRegisterCount <= 3);
    CHECK(Info.ScatterGatherListSize >= sizeof(SCATTER_GATHER_LIST));
    IoFreeMdl(Mdl);
    MmFreeContiguousMemory(Memory);
    Dma->DmaOperations->PutDmaAdapter(Dma);
}

TEST(IoGetDmaAdapter3, AListAtOnce)
{
    PDMA_ADAPTER Dma = Adapter(24, 8 * PAGE_SIZE);
    UCHAR Context[CONTEXT_BYTES];
    PDEVICE_OBJECT Device = DmaDevice();
    PUCHAR Memory = DmaHighMemory(2 * PAGE_SIZE);
    PSCATTER_GATHER_LIST List = NULL;
    ULONG Index, Bytes = 0;
    PMDL Mdl;
    KIRQL Old;

    if (Dma == NULL) {
        skip("not on this Windows");
        return;
    }
    RtlZeroMemory(Memory, 2 * PAGE_SIZE);
    Mdl = MdlOf(Memory, 2 * PAGE_SIZE);
    CHECK_STATUS(Of(Dma)->InitializeDmaTransferContext(Dma, Context), STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Of(Dma)->GetScatterGatherListEx(Dma, Device, Context, Mdl, 100, PAGE_SIZE,
                     SYNCHRONOUS, NULL, NULL, FALSE, NULL, NULL, &List),
        STATUS_SUCCESS);
    if (CHECK(List != NULL)) {
        for (Index = 0; Index < List->NumberOfElements; Index++) {
            Bytes += List->Elements[Index].Length;
            CHECK(
                DmaDeviceWrites(List->Elements[Index].Address, 0x31, List->Elements[Index].Length));
        }
        CHECK_EQ(Bytes, PAGE_SIZE);
        Dma->DmaOperations->PutScatterGatherList(Dma, List, FALSE);
    }
    CHECK_STATUS(Of(Dma)->GetScatterGatherListEx(Dma, Device, Context, Mdl, 3 * PAGE_SIZE,
                     PAGE_SIZE, SYNCHRONOUS, NULL, NULL, FALSE, NULL, NULL, &List),
        STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(Of(Dma)->GetScatterGatherListEx(Dma, Device, Context, Mdl, 0, PAGE_SIZE, 0, NULL,
                     NULL, FALSE, NULL, NULL, &List),
        STATUS_INVALID_PARAMETER);
    KeLowerIrql(Old);
    CHECK(DmaHolds(Memory, 0, 100));
    CHECK(DmaHolds(Memory + 100, 0x31, PAGE_SIZE));
    CHECK(DmaHolds(Memory + 100 + PAGE_SIZE, 0, PAGE_SIZE - 100));
    IoFreeMdl(Mdl);
    MmFreeContiguousMemory(Memory);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(Device);
}

TEST(IoGetDmaAdapter3, ATransferInPieces)
{
    PDMA_ADAPTER Dma = Adapter(24, 8 * PAGE_SIZE);
    UCHAR Context[CONTEXT_BYTES], Other[CONTEXT_BYTES];
    union {
        SCATTER_GATHER_LIST List;
        UCHAR Room[sizeof(SCATTER_GATHER_LIST) + 4 * sizeof(SCATTER_GATHER_ELEMENT)];
    } Buffer;
    PDEVICE_OBJECT Device = DmaDevice();
    PUCHAR Memory = DmaHighMemory(2 * PAGE_SIZE);
    PVOID Registers = NULL, Unused = NULL;
    ULONG Length = 1500;
    DMA_TURN Turn = {.Action = DeallocateObject};
    PMDL Mdl;
    KIRQL Old;

    if (Dma == NULL) {
        skip("not on this Windows");
        return;
    }
    RtlFillMemory(Memory, 2 * PAGE_SIZE, 0x0F);
    Mdl = MdlOf(Memory, 2 * PAGE_SIZE);
    CHECK_STATUS(Of(Dma)->InitializeDmaTransferContext(Dma, Context), STATUS_SUCCESS);
    CHECK_STATUS(Of(Dma)->InitializeDmaTransferContext(Dma, Other), STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Of(Dma)->AllocateAdapterChannelEx(Dma, Device, Context, 2, 0, NULL, NULL, NULL),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Of(Dma)->AllocateAdapterChannelEx(
                     Dma, Device, Context, 2, SYNCHRONOUS, NULL, NULL, &Registers),
        STATUS_SUCCESS);
    /* The channel is taken: not at once, and who waits can be taken back. */
    CHECK_STATUS(
        Of(Dma)->AllocateAdapterChannelEx(Dma, Device, Other, 1, SYNCHRONOUS, NULL, NULL, &Unused),
        STATUS_INSUFFICIENT_RESOURCES);
    CHECK_STATUS(
        Of(Dma)->AllocateAdapterChannelEx(Dma, Device, Other, 1, 0, DmaControl, &Turn, NULL),
        STATUS_SUCCESS);
    CHECK(Of(Dma)->CancelAdapterChannel(Dma, Device, Other));
    CHECK(!Of(Dma)->CancelAdapterChannel(Dma, Device, Other));
    CHECK_STATUS(Of(Dma)->MapTransferEx(Dma, Mdl, Registers, PAGE_SIZE - 500, 0, &Length, TRUE,
                     &Buffer.List, sizeof(Buffer), NULL, NULL),
        STATUS_SUCCESS);
    CHECK_EQ(Length, 1500);
    if (CHECK(Buffer.List.NumberOfElements >= 1))
        CHECK(
            DmaDeviceFinds(Buffer.List.Elements[0].Address, 0x0F, Buffer.List.Elements[0].Length));
    CHECK_STATUS(Of(Dma)->FlushAdapterBuffersEx(Dma, Mdl, Registers, PAGE_SIZE - 500, 1500, TRUE),
        STATUS_SUCCESS);
    Of(Dma)->FreeAdapterObject(Dma, DeallocateObject);
    CHECK_EQ(Turn.Calls, 0);
    KeLowerIrql(Old);
    IoFreeMdl(Mdl);
    MmFreeContiguousMemory(Memory);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(Device);
}
