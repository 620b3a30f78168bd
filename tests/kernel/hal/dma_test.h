/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * dma_test.h - for tests of DMA: a device that reads and writes memory by bus address, and buffers
 * where it does or does not reach.
 */
#ifndef DMA_TEST_H
#define DMA_TEST_H

#include <ntddk.h>

#include "ktest.h"

#define DMA_REACH_24 ((LONGLONG)0x1000000)

static inline DEVICE_DESCRIPTION DmaMaster(
    BOOLEAN ScatterGather, BOOLEAN Reach32, ULONG MaximumLength)
{
    DEVICE_DESCRIPTION Description;

    RtlZeroMemory(&Description, sizeof(Description));
    Description.Version = DEVICE_DESCRIPTION_VERSION;
    Description.Master = TRUE;
    Description.ScatterGather = ScatterGather;
    Description.Dma32BitAddresses = Reach32;
    Description.InterfaceType = PCIBus;
    Description.MaximumLength = MaximumLength;
    return Description;
}

static inline PDEVICE_OBJECT DmaDevice(VOID)
{
    PDEVICE_OBJECT Device = NULL;

    CHECK_STATUS(IoCreateDevice(KtestDriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device),
        STATUS_SUCCESS);
    return Device;
}

/* Contiguous memory a device with 24 address lines does not reach. */
static inline PUCHAR DmaHighMemory(SIZE_T Bytes)
{
    PHYSICAL_ADDRESS Lowest, Highest, Boundary;

    Lowest.QuadPart = DMA_REACH_24;
    Highest.QuadPart = 0xFFFFFFFF;
    Boundary.QuadPart = 0;
    return MmAllocateContiguousMemorySpecifyCache(Bytes, Lowest, Highest, Boundary, MmCached);
}

/* What a device does at a bus address. */
static inline BOOLEAN DmaDeviceWrites(PHYSICAL_ADDRESS Address, UCHAR Value, ULONG Length)
{
    PVOID Mapped = MmMapIoSpace(Address, Length, MmCached);

    if (Mapped == NULL)
        return FALSE;
    RtlFillMemory(Mapped, Length, Value);
    MmUnmapIoSpace(Mapped, Length);
    return TRUE;
}

static inline BOOLEAN DmaDeviceFinds(PHYSICAL_ADDRESS Address, UCHAR Value, ULONG Length)
{
    PUCHAR Mapped = MmMapIoSpace(Address, Length, MmCached);
    BOOLEAN Same = TRUE;
    ULONG Index;

    if (Mapped == NULL)
        return FALSE;
    for (Index = 0; Index < Length && Same; Index++)
        Same = Mapped[Index] == Value;
    MmUnmapIoSpace(Mapped, Length);
    return Same;
}

static inline BOOLEAN DmaHolds(const UCHAR *Buffer, UCHAR Value, ULONG Length)
{
    ULONG Index;

    for (Index = 0; Index < Length; Index++)
        if (Buffer[Index] != Value)
            return FALSE;
    return TRUE;
}

/* A driver's turn with the channel. */
typedef struct DMA_TURN {
    IO_ALLOCATION_ACTION Action;
    ULONG Calls;
    PVOID Registers;
    PDEVICE_OBJECT Device;
    KIRQL Irql;
} DMA_TURN;

static inline IO_ALLOCATION_ACTION NTAPI DmaControl(
    PDEVICE_OBJECT Device, PIRP Irp, PVOID MapRegisterBase, PVOID Context)
{
    DMA_TURN *Turn = Context;

    (VOID)Irp;
    Turn->Calls++;
    Turn->Device = Device;
    Turn->Registers = MapRegisterBase;
    Turn->Irql = KeGetCurrentIrql();
    return Turn->Action;
}

#endif
