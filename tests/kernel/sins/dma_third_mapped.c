/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Gives the channel back before it has flushed the transfer, by the third version of the routines.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x10 1 * *
 */
#include "dma.h"

/* The headers this is compiled with end before them. */
typedef struct SIN_DESCRIPTION3 {
    DEVICE_DESCRIPTION First;
    ULONG DmaAddressWidth;
    ULONG DmaControllerInstance;
    ULONG DmaRequestLine;
    PHYSICAL_ADDRESS DeviceAddress;
} SIN_DESCRIPTION3;

typedef struct SIN_OPERATIONS3 {
    DMA_OPERATIONS First;
    PVOID GetDmaAdapterInfo;
    PVOID GetDmaTransferInfo;
    NTSTATUS(NTAPI *InitializeDmaTransferContext)(PDMA_ADAPTER, PVOID);
    PVOID AllocateCommonBufferEx;
    NTSTATUS(NTAPI *AllocateAdapterChannelEx)(
        PDMA_ADAPTER, PDEVICE_OBJECT, PVOID, ULONG, ULONG, PDRIVER_CONTROL, PVOID, PVOID *);
    PVOID ConfigureAdapterChannel;
    PVOID CancelAdapterChannel;
    NTSTATUS(NTAPI *MapTransferEx)(PDMA_ADAPTER, PMDL, PVOID, ULONGLONG, ULONG, PULONG, BOOLEAN,
                                   PSCATTER_GATHER_LIST, ULONG, PVOID, PVOID);
    PVOID GetScatterGatherListEx;
    PVOID BuildScatterGatherListEx;
    NTSTATUS(NTAPI *FlushAdapterBuffersEx)(PDMA_ADAPTER, PMDL, PVOID, ULONGLONG, ULONG, BOOLEAN);
    VOID(NTAPI *FreeAdapterObject)(PDMA_ADAPTER, IO_ALLOCATION_ACTION);
} SIN_OPERATIONS3;

#define SIN_CONTEXT_BYTES 128
#define SIN_SYNCHRONOUS   1

static VOID SinTransfer(SIN_DMA *Dma, BOOLEAN Sinful)
{
    static UCHAR Context[SIN_CONTEXT_BYTES];
    static UCHAR List[sizeof(SCATTER_GATHER_LIST) + 2 * sizeof(SCATTER_GATHER_ELEMENT)];
    SIN_OPERATIONS3 *Routines = (SIN_OPERATIONS3 *)Dma->Adapter->DmaOperations;
    ULONG Length = 16;

    Routines->InitializeDmaTransferContext(Dma->Adapter, Context);
    if (!NT_SUCCESS(Routines->AllocateAdapterChannelEx(
            Dma->Adapter, Dma->Device, Context, 1, SIN_SYNCHRONOUS, NULL, NULL, &Dma->Base)))
        return;
    Routines->MapTransferEx(Dma->Adapter, Dma->Mdl, Dma->Base, 0, 0, &Length, FALSE,
                            (PSCATTER_GATHER_LIST)List, sizeof(List), NULL, NULL);
    if (!Sinful)
        Routines->FlushAdapterBuffersEx(Dma->Adapter, Dma->Mdl, Dma->Base, 0, 16, FALSE);
    Routines->FreeAdapterObject(Dma->Adapter, DeallocateObject);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DESCRIPTION3 Description;
    SIN_DMA Dma;
    ULONG Registers;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    KeLowerIrql(Irql);
    SinPutAdapter(&Dma);
    RtlZeroMemory(&Description, sizeof(Description));
    Description.First = SinDescription();
    Description.First.Version = 3;
    Description.DmaAddressWidth = 32;
    Dma.Adapter = IoGetDmaAdapter(NULL, &Description.First, &Registers);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    if (Dma.Adapter != NULL)
        SinTransfer(&Dma, Sinful);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
