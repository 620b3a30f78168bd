/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * dma.h - an adapter of a bus master, and a buffer for it, for the sins about DMA.
 */
#ifndef TESTS_KERNEL_SINS_DMA_H
#define TESTS_KERNEL_SINS_DMA_H

#include "sin.h"

#define SIN_DMA_REGISTERS 5 /* of four pages, wherever in one they begin */
#define SIN_DMA_BYTES     (2 * PAGE_SIZE)

typedef struct SIN_DMA {
    PDMA_ADAPTER Adapter;
    PDEVICE_OBJECT Device;
    ULONG Registers;
    PMDL Mdl;       /* SIN_DMA_BYTES of non-paged pool */
    PUCHAR Va;
    PVOID Base;     /* map registers */
    PSCATTER_GATHER_LIST List;
    IO_ALLOCATION_ACTION Action;
} SIN_DMA;

static inline DEVICE_DESCRIPTION SinDescription(VOID)
{
    DEVICE_DESCRIPTION Description;

    RtlZeroMemory(&Description, sizeof(Description));
    Description.Version = DEVICE_DESCRIPTION_VERSION;
    Description.Master = TRUE;
    Description.ScatterGather = TRUE;
    Description.Dma32BitAddresses = TRUE;
    Description.InterfaceType = PCIBus;
    Description.MaximumLength = 4 * PAGE_SIZE;
    return Description;
}

static inline BOOLEAN SinGetAdapter(SIN_DMA *Dma, PDEVICE_OBJECT Device)
{
    DEVICE_DESCRIPTION Description = SinDescription();

    RtlZeroMemory(Dma, sizeof(*Dma));
    Dma->Device = Device;
    Dma->Adapter = IoGetDmaAdapter(NULL, &Description, &Dma->Registers);
    return Dma->Adapter != NULL;
}

static inline VOID SinPutAdapter(SIN_DMA *Dma)
{
    Dma->Adapter->DmaOperations->PutDmaAdapter(Dma->Adapter);
}

static inline IO_ALLOCATION_ACTION NTAPI SinControl(
    PDEVICE_OBJECT Device, PIRP Irp, PVOID Base, PVOID Context)
{
    SIN_DMA *Dma = Context;

    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    Dma->Base = Base;
    return Dma->Action;
}

/* At DISPATCH_LEVEL. */
static inline NTSTATUS SinTakeChannel(SIN_DMA *Dma, IO_ALLOCATION_ACTION Action, ULONG Registers)
{
    Dma->Action = Action;
    return Dma->Adapter->DmaOperations->AllocateAdapterChannel(
        Dma->Adapter, Dma->Device, Registers, SinControl, Dma);
}

static inline VOID SinFreeChannel(SIN_DMA *Dma)
{
    Dma->Adapter->DmaOperations->FreeAdapterChannel(Dma->Adapter);
}

static inline VOID SinFreeRegisters(SIN_DMA *Dma)
{
    Dma->Adapter->DmaOperations->FreeMapRegisters(Dma->Adapter, Dma->Base, SIN_DMA_REGISTERS);
}

static inline PHYSICAL_ADDRESS SinMapTransfer(SIN_DMA *Dma, PUCHAR Va, ULONG *Length)
{
    return Dma->Adapter->DmaOperations->MapTransfer(
        Dma->Adapter, Dma->Mdl, Dma->Base, Va, Length, FALSE);
}

static inline VOID SinFlush(SIN_DMA *Dma, PUCHAR Va, ULONG Length)
{
    Dma->Adapter->DmaOperations->FlushAdapterBuffers(
        Dma->Adapter, Dma->Mdl, Dma->Base, Va, Length, FALSE);
}

static inline VOID NTAPI SinListControl(
    PDEVICE_OBJECT Device, PIRP Irp, PSCATTER_GATHER_LIST List, PVOID Context)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    ((SIN_DMA *)Context)->List = List;
}

static inline NTSTATUS SinGetList(SIN_DMA *Dma, PUCHAR Va, ULONG Length)
{
    return Dma->Adapter->DmaOperations->GetScatterGatherList(
        Dma->Adapter, Dma->Device, Dma->Mdl, Va, Length, SinListControl, Dma, FALSE);
}

static inline VOID SinPutList(SIN_DMA *Dma)
{
    Dma->Adapter->DmaOperations->PutScatterGatherList(Dma->Adapter, Dma->List, FALSE);
}

/* An adapter, a buffer, and DISPATCH_LEVEL, for transfers. */
static inline BOOLEAN SinBegin(SIN_DMA *Dma, PDEVICE_OBJECT Device, KIRQL *Irql)
{
    if (!SinGetAdapter(Dma, Device))
        return FALSE;
    Dma->Va = ExAllocatePoolWithTag(NonPagedPoolNx, SIN_DMA_BYTES, SIN_TAG);
    Dma->Mdl = Dma->Va != NULL ? IoAllocateMdl(Dma->Va, SIN_DMA_BYTES, FALSE, FALSE, NULL) : NULL;
    if (Dma->Mdl == NULL)
        return FALSE;
    MmBuildMdlForNonPagedPool(Dma->Mdl);
    KeRaiseIrql(DISPATCH_LEVEL, Irql);
    return TRUE;
}

static inline VOID SinEnd(SIN_DMA *Dma, KIRQL Irql)
{
    KeLowerIrql(Irql);
    IoFreeMdl(Dma->Mdl);
    ExFreePoolWithTag(Dma->Va, SIN_TAG);
    SinPutAdapter(Dma);
}

/* What a device writes to a bus address. */
static inline VOID SinDeviceWrites(LONGLONG Address, UCHAR Value)
{
    PHYSICAL_ADDRESS Physical;
    PUCHAR Mapped;

    Physical.QuadPart = Address;
    Mapped = MmMapIoSpace(Physical, 1, MmCached);
    if (Mapped != NULL) {
        *Mapped = Value;
        MmUnmapIoSpace(Mapped, 1);
    }
}

/* ---- What several sins do, each beside another end ------------------------------------------- */

/* Writes to a common buffer of 100 bytes. */
static inline NTSTATUS SinWriteCommonBuffer(PDEVICE_OBJECT DeviceObject, LONG Offset)
{
    SIN_DMA Dma;
    PDMA_OPERATIONS Routines;
    PHYSICAL_ADDRESS Logical;
    PUCHAR Buffer;

    if (!SinGetAdapter(&Dma, DeviceObject))
        return STATUS_INSUFFICIENT_RESOURCES;
    Routines = Dma.Adapter->DmaOperations;
    Buffer = Routines->AllocateCommonBuffer(Dma.Adapter, 100, &Logical, TRUE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Buffer[Offset] = 1;
    Routines->FreeCommonBuffer(Dma.Adapter, 100, Logical, Buffer, TRUE);
    SinPutAdapter(&Dma);
    return STATUS_SUCCESS;
}

/* Has its device write, which is given a buffer of 16 bytes. */
static inline NTSTATUS SinLetDeviceWrite(PDEVICE_OBJECT DeviceObject, LONG Offset)
{
    SIN_DMA Dma;
    ULONG Length = 16;
    PHYSICAL_ADDRESS Address;
    KIRQL Irql;

    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTakeChannel(&Dma, DeallocateObjectKeepRegisters, SIN_DMA_REGISTERS);
    Address = SinMapTransfer(&Dma, Dma.Va + 64, &Length);
    SinDeviceWrites(Address.QuadPart + Offset, 1);
    SinFlush(&Dma, Dma.Va + 64, 16);
    SinFreeRegisters(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}

/* Wants a scatter/gather list of a part of the MDL's SIN_DMA_BYTES. */
static inline NTSTATUS SinWantList(PDEVICE_OBJECT DeviceObject, LONG Offset, ULONG Length)
{
    SIN_DMA Dma;
    KIRQL Irql;

    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinGetList(&Dma, Dma.Va + Offset, Length);
    SinPutList(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}

#endif
