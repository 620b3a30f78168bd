/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoMapTransfer and IoFlushAdapterBuffers - a device finds at the bus address what is in memory,
 * and what it writes there is in memory once the transfer is flushed, whether it reaches the memory
 * or not. Whoever does scatter/gather gets runs.
 */
#include "dma_test.h"

typedef PHYSICAL_ADDRESS(NTAPI *MAP_TRANSFER_ROUTINE)(PVOID, PMDL, PVOID, PVOID, PULONG, BOOLEAN);
typedef BOOLEAN(NTAPI *FLUSH_ROUTINE)(PVOID, PMDL, PVOID, PVOID, ULONG, BOOLEAN);

typedef struct SETUP {
    PDEVICE_OBJECT Device;
    PDMA_ADAPTER Dma;
    PUCHAR Buffer;
    PMDL Mdl;
    DMA_TURN Turn;
    KIRQL Old;
} SETUP;

/* A buffer of so many bytes, Offset into its first page, and the channel for it. */
static BOOLEAN Begin(
    SETUP *Setup, PUCHAR Memory, DEVICE_DESCRIPTION Description, ULONG Offset, ULONG Bytes)
{
    ULONG Registers = 0;

    RtlZeroMemory(Setup, sizeof(*Setup));
    Setup->Device = DmaDevice();
    Setup->Dma = IoGetDmaAdapter(NULL, &Description, &Registers);
    if (!CHECK(Setup->Device != NULL && Setup->Dma != NULL && Memory != NULL))
        return FALSE;
    Setup->Buffer = Memory + Offset;
    Setup->Mdl = IoAllocateMdl(Setup->Buffer, Bytes, FALSE, FALSE, NULL);
    if (!CHECK(Setup->Mdl != NULL))
        return FALSE;
    MmBuildMdlForNonPagedPool(Setup->Mdl);
    Setup->Turn.Action = DeallocateObjectKeepRegisters;
    KeRaiseIrql(DISPATCH_LEVEL, &Setup->Old);
    CHECK_STATUS(
        Setup->Dma->DmaOperations->AllocateAdapterChannel(Setup->Dma, Setup->Device,
            ADDRESS_AND_SIZE_TO_SPAN_PAGES(Setup->Buffer, Bytes), DmaControl, &Setup->Turn),
        STATUS_SUCCESS);
    return CHECK_EQ(Setup->Turn.Calls, 1);
}

static VOID End(SETUP *Setup, ULONG Bytes)
{
    Setup->Dma->DmaOperations->FreeMapRegisters(
        Setup->Dma, Setup->Turn.Registers, ADDRESS_AND_SIZE_TO_SPAN_PAGES(Setup->Buffer, Bytes));
    KeLowerIrql(Setup->Old);
    IoFreeMdl(Setup->Mdl);
    Setup->Dma->DmaOperations->PutDmaAdapter(Setup->Dma);
    IoDeleteDevice(Setup->Device);
}

/* Maps all of it, piece by piece; the device writes Value into each or looks whether it finds it.
 * Returns the pieces; 0: wrong. */
static ULONG Transfer(SETUP *Setup, ULONG Bytes, BOOLEAN WriteToDevice, UCHAR Value, LONGLONG Reach)
{
    PUCHAR Va = MmGetMdlVirtualAddress(Setup->Mdl);
    ULONG Done = 0, Pieces = 0;

    while (Done < Bytes) {
        ULONG Length = Bytes - Done;
        PHYSICAL_ADDRESS Address = Setup->Dma->DmaOperations->MapTransfer(
            Setup->Dma, Setup->Mdl, Setup->Turn.Registers, Va + Done, &Length, WriteToDevice);

        if (!CHECK(Length != 0 && Length <= Bytes - Done) ||
            !CHECK(Address.QuadPart + Length <= Reach))
            return 0;
        if (!CHECK(WriteToDevice ? DmaDeviceFinds(Address, Value, Length)
                                 : DmaDeviceWrites(Address, Value, Length)))
            return 0;
        Done += Length;
        Pieces++;
    }
    return Pieces;
}

TEST_FORBIDDEN(IoMapTransfer, ContiguousMemoryIsOneRun)
{
    PHYSICAL_ADDRESS Highest = {.QuadPart = 0xFFFFFFFF}, Address;
    PUCHAR Memory = MmAllocateContiguousMemory(3 * PAGE_SIZE, Highest);
    ULONG Length = 2 * PAGE_SIZE;
    SETUP Setup;

    if (!CHECK(Memory != NULL))
        return;
    if (Begin(&Setup, Memory, DmaMaster(TRUE, TRUE, 4 * PAGE_SIZE), 100, 2 * PAGE_SIZE)) {
        Address = Setup.Dma->DmaOperations->MapTransfer(
            Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Memory + 100, &Length, TRUE);
        CHECK_EQ(Length, 2 * PAGE_SIZE);
        CHECK_EQ(Address.QuadPart, MmGetPhysicalAddress(Memory + 100).QuadPart);
        CHECK(Setup.Dma->DmaOperations->FlushAdapterBuffers(
            Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Memory + 100, 2 * PAGE_SIZE, TRUE));
        End(&Setup, 2 * PAGE_SIZE);
    }
    MmFreeContiguousMemory(Memory);
}

TEST(IoMapTransfer, WhatTheDeviceDoesNotReachItReads)
{
    PUCHAR Memory = DmaHighMemory(4 * PAGE_SIZE);
    SETUP Setup;

    if (!CHECK(Memory != NULL))
        return;
    RtlFillMemory(Memory, 4 * PAGE_SIZE, 0xA5);
    if (Begin(&Setup, Memory, DmaMaster(TRUE, FALSE, 4 * PAGE_SIZE), 10, 3 * PAGE_SIZE)) {
        CHECK(Transfer(&Setup, 3 * PAGE_SIZE, TRUE, 0xA5, DMA_REACH_24) != 0);
        CHECK(Setup.Dma->DmaOperations->FlushAdapterBuffers(
            Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Setup.Buffer, 3 * PAGE_SIZE, TRUE));
        End(&Setup, 3 * PAGE_SIZE);
    }
    CHECK(DmaHolds(Memory, 0xA5, 4 * PAGE_SIZE));
    MmFreeContiguousMemory(Memory);
}

TEST(IoFlushAdapterBuffers, WhatTheDeviceDoesNotReachItWrites)
{
    PUCHAR Memory = DmaHighMemory(4 * PAGE_SIZE);
    SETUP Setup;

    if (!CHECK(Memory != NULL))
        return;
    RtlFillMemory(Memory, 4 * PAGE_SIZE, 0x11);
    if (Begin(&Setup, Memory, DmaMaster(TRUE, FALSE, 4 * PAGE_SIZE), 10, 3 * PAGE_SIZE)) {
        CHECK(Transfer(&Setup, 3 * PAGE_SIZE, FALSE, 0x77, DMA_REACH_24) != 0);
        CHECK(Setup.Dma->DmaOperations->FlushAdapterBuffers(
            Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Setup.Buffer, 3 * PAGE_SIZE, FALSE));
        End(&Setup, 3 * PAGE_SIZE);
    }
    CHECK(DmaHolds(Memory, 0x11, 10));
    CHECK(DmaHolds(Memory + 10, 0x77, 3 * PAGE_SIZE));
    CHECK(DmaHolds(Memory + 10 + 3 * PAGE_SIZE, 0x11, PAGE_SIZE - 10));
    MmFreeContiguousMemory(Memory);
}

/* Twice with the same registers, and a buffer that does not begin a page. */
TEST(IoFlushAdapterBuffers, RegistersAreUsedAgain)
{
    PUCHAR Memory = DmaHighMemory(PAGE_SIZE);
    SETUP Setup;

    if (!CHECK(Memory != NULL))
        return;
    RtlZeroMemory(Memory, PAGE_SIZE);
    if (Begin(&Setup, Memory, DmaMaster(TRUE, FALSE, PAGE_SIZE), 512, 512)) {
        CHECK_EQ(Transfer(&Setup, 512, FALSE, 0x21, DMA_REACH_24), 1);
        CHECK(Setup.Dma->DmaOperations->FlushAdapterBuffers(
            Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Setup.Buffer, 512, FALSE));
        CHECK(DmaHolds(Setup.Buffer, 0x21, 512));
        CHECK_EQ(Transfer(&Setup, 512, TRUE, 0x21, DMA_REACH_24), 1);
        CHECK(Setup.Dma->DmaOperations->FlushAdapterBuffers(
            Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Setup.Buffer, 512, TRUE));
        CHECK_EQ(Transfer(&Setup, 512, FALSE, 0x22, DMA_REACH_24), 1);
        CHECK(Setup.Dma->DmaOperations->FlushAdapterBuffers(
            Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Setup.Buffer, 512, FALSE));
        CHECK(DmaHolds(Setup.Buffer, 0x22, 512));
        End(&Setup, 512);
    }
    MmFreeContiguousMemory(Memory);
}

/* Pages that do not follow one another: one run for those who can do no scatter/gather. */
TEST(IoMapTransfer, OneRunWithoutScatterGather)
{
    PUCHAR Memory = DmaHighMemory(4 * PAGE_SIZE);
    SETUP Setup;

    if (!CHECK(Memory != NULL))
        return;
    RtlFillMemory(Memory, 4 * PAGE_SIZE, 0x3C);
    if (Begin(&Setup, Memory, DmaMaster(FALSE, TRUE, 4 * PAGE_SIZE), 0, 4 * PAGE_SIZE)) {
        /* What an MDL of scattered pages is: these, the other way round. */
        PPFN_NUMBER Pfn = MmGetMdlPfnArray(Setup.Mdl);
        PFN_NUMBER First = Pfn[0];

        Pfn[0] = Pfn[3];
        Pfn[3] = First;
        CHECK_EQ(Transfer(&Setup, 4 * PAGE_SIZE, TRUE, 0x3C, 0x100000000), 1);
        CHECK(Setup.Dma->DmaOperations->FlushAdapterBuffers(
            Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Setup.Buffer, 4 * PAGE_SIZE, TRUE));
        CHECK_EQ(Transfer(&Setup, 4 * PAGE_SIZE, FALSE, 0x99, 0x100000000), 1);
        CHECK(Setup.Dma->DmaOperations->FlushAdapterBuffers(
            Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Setup.Buffer, 4 * PAGE_SIZE, FALSE));
        Pfn[3] = Pfn[0];
        Pfn[0] = First;
        CHECK(DmaHolds(Memory, 0x99, 4 * PAGE_SIZE));
        End(&Setup, 4 * PAGE_SIZE);
    }
    MmFreeContiguousMemory(Memory);
}

TEST(IoMapTransfer, ByName)
{
    MAP_TRANSFER_ROUTINE Map = (MAP_TRANSFER_ROUTINE)KtestExport(L"IoMapTransfer");
    FLUSH_ROUTINE Flush = (FLUSH_ROUTINE)KtestExport(L"IoFlushAdapterBuffers");
    PUCHAR Memory = DmaHighMemory(PAGE_SIZE);
    ULONG Length = PAGE_SIZE;
    SETUP Setup;

    if (!CHECK(Memory != NULL && Map != NULL && Flush != NULL))
        return;
    if (Begin(&Setup, Memory, DmaMaster(TRUE, FALSE, PAGE_SIZE), 0, PAGE_SIZE)) {
        PHYSICAL_ADDRESS Address = Map(
            Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Memory, &Length, FALSE);

        CHECK_EQ(Length, PAGE_SIZE);
        CHECK(Address.QuadPart < DMA_REACH_24);
        CHECK(DmaDeviceWrites(Address, 0x42, PAGE_SIZE));
        CHECK(Flush(Setup.Dma, Setup.Mdl, Setup.Turn.Registers, Memory, PAGE_SIZE, FALSE));
        CHECK(DmaHolds(Memory, 0x42, PAGE_SIZE));
        End(&Setup, PAGE_SIZE);
    }
    MmFreeContiguousMemory(Memory);
}
