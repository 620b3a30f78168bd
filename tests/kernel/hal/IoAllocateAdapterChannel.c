/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoAllocateAdapterChannel, IoFreeAdapterChannel and IoFreeMapRegisters, by the table of routines
 * and by name - one request has the channel at a time; what its routine returns says for how long.
 */
#include "dma_test.h"

typedef NTSTATUS(NTAPI *ALLOCATE_CHANNEL)(PVOID, PDEVICE_OBJECT, ULONG, PDRIVER_CONTROL, PVOID);
typedef VOID(NTAPI *FREE_CHANNEL)(PVOID);
typedef VOID(NTAPI *FREE_REGISTERS)(PVOID, PVOID, ULONG);

static PDMA_ADAPTER Adapter(ULONG MaximumLength, ULONG *Registers)
{
    DEVICE_DESCRIPTION Description = DmaMaster(FALSE, TRUE, MaximumLength);

    *Registers = 0;
    return IoGetDmaAdapter(NULL, &Description, Registers);
}

TEST(IoAllocateAdapterChannel, ARoutineThatGivesItBack)
{
    ALLOCATE_CHANNEL Allocate = (ALLOCATE_CHANNEL)KtestExport(L"IoAllocateAdapterChannel");
    PDEVICE_OBJECT Device = DmaDevice();
    ULONG Registers;
    PDMA_ADAPTER Dma = Adapter(4 * PAGE_SIZE, &Registers);
    DMA_TURN Turn = {.Action = DeallocateObject};
    KIRQL Old;

    if (!CHECK(Device != NULL && Dma != NULL && Allocate != NULL))
        return;
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Allocate(Dma, Device, 1, DmaControl, &Turn), STATUS_SUCCESS);
    CHECK_EQ(Turn.Calls, 1);
    CHECK_EQ(Turn.Irql, DISPATCH_LEVEL);
    CHECK_PTR(Turn.Device, Device);
    CHECK_STATUS(Dma->DmaOperations->AllocateAdapterChannel(Dma, Device, 1, DmaControl, &Turn),
        STATUS_SUCCESS);
    CHECK_EQ(Turn.Calls, 2);
    KeLowerIrql(Old);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(Device);
}

TEST_FORBIDDEN(IoFreeAdapterChannel, TheNextInLineHasIt)
{
    ALLOCATE_CHANNEL Allocate = (ALLOCATE_CHANNEL)KtestExport(L"IoAllocateAdapterChannel");
    FREE_CHANNEL Free = (FREE_CHANNEL)KtestExport(L"IoFreeAdapterChannel");
    PDEVICE_OBJECT First = DmaDevice(), Second = DmaDevice();
    ULONG Registers;
    PDMA_ADAPTER Dma = Adapter(4 * PAGE_SIZE, &Registers);
    DMA_TURN One = {.Action = KeepObject}, Two = {.Action = KeepObject};
    KIRQL Old;

    if (!CHECK(First != NULL && Second != NULL && Dma != NULL && Allocate != NULL && Free != NULL))
        return;
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Allocate(Dma, First, 2, DmaControl, &One), STATUS_SUCCESS);
    CHECK_STATUS(Allocate(Dma, Second, 2, DmaControl, &Two), STATUS_SUCCESS);
    CHECK_EQ(One.Calls, 1);
    CHECK_EQ(Two.Calls, 0);
    Free(Dma);
    CHECK_EQ(Two.Calls, 1);
    CHECK_PTR(Two.Device, Second);
    Dma->DmaOperations->FreeAdapterChannel(Dma);
    CHECK_STATUS(Allocate(Dma, First, 2, DmaControl, &One), STATUS_SUCCESS);
    CHECK_EQ(One.Calls, 2);
    Free(Dma);
    KeLowerIrql(Old);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(First);
    IoDeleteDevice(Second);
}

/* The channel goes on at once, the registers stay. */
TEST(IoFreeMapRegisters, OfARoutineThatKeptThem)
{
    FREE_REGISTERS Free = (FREE_REGISTERS)KtestExport(L"IoFreeMapRegisters");
    PDEVICE_OBJECT First = DmaDevice(), Second = DmaDevice();
    ULONG Registers;
    PDMA_ADAPTER Dma = Adapter(4 * PAGE_SIZE, &Registers);
    DMA_TURN One = {.Action = DeallocateObjectKeepRegisters},
             Two = {.Action = DeallocateObjectKeepRegisters};
    KIRQL Old;

    if (!CHECK(First != NULL && Second != NULL && Dma != NULL && Free != NULL))
        return;
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Dma->DmaOperations->AllocateAdapterChannel(Dma, First, 1, DmaControl, &One),
        STATUS_SUCCESS);
    CHECK_STATUS(Dma->DmaOperations->AllocateAdapterChannel(Dma, Second, 1, DmaControl, &Two),
        STATUS_SUCCESS);
    CHECK_EQ(One.Calls, 1);
    CHECK_EQ(Two.Calls, 1);
    Free(Dma, One.Registers, 1);
    Dma->DmaOperations->FreeMapRegisters(Dma, Two.Registers, 1);
    KeLowerIrql(Old);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(First);
    IoDeleteDevice(Second);
}

TEST_FORBIDDEN(IoAllocateAdapterChannel, MoreRegistersThanThereAre)
{
    PDEVICE_OBJECT Device = DmaDevice();
    ULONG Registers;
    PDMA_ADAPTER Dma = Adapter(4 * PAGE_SIZE, &Registers);
    DMA_TURN Turn = {.Action = DeallocateObject};
    KIRQL Old;

    if (!CHECK(Device != NULL && Dma != NULL))
        return;
    CHECK(Registers >= 5);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(
        Dma->DmaOperations->AllocateAdapterChannel(Dma, Device, Registers + 1, DmaControl, &Turn),
        STATUS_INSUFFICIENT_RESOURCES);
    CHECK_EQ(Turn.Calls, 0);
    CHECK_STATUS(
        Dma->DmaOperations->AllocateAdapterChannel(Dma, Device, Registers, DmaControl, &Turn),
        STATUS_SUCCESS);
    CHECK_EQ(Turn.Calls, 1);
    KeLowerIrql(Old);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(Device);
}

typedef NTSTATUS(NTAPI *HAL_ALLOCATE)(PVOID, PWAIT_CONTEXT_BLOCK, ULONG, PDRIVER_CONTROL);

/* With a block of the caller's, for devices that have several requests in line. */
TEST_FORBIDDEN(HalAllocateAdapterChannel, TwoBlocksOfOneDevice)
{
    HAL_ALLOCATE Allocate = (HAL_ALLOCATE)KtestExport(L"HalAllocateAdapterChannel");
    PDEVICE_OBJECT Device = DmaDevice();
    ULONG Registers;
    PDMA_ADAPTER Dma = Adapter(4 * PAGE_SIZE, &Registers);
    DMA_TURN One = {.Action = KeepObject}, Two = {.Action = DeallocateObject};
    static WAIT_CONTEXT_BLOCK First, Second;
    KIRQL Old;

    if (!CHECK(Device != NULL && Dma != NULL && Allocate != NULL))
        return;
    First.DeviceObject = Second.DeviceObject = Device;
    First.DeviceContext = &One;
    Second.DeviceContext = &Two;
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Allocate(Dma, &First, 1, DmaControl), STATUS_SUCCESS);
    CHECK_STATUS(Allocate(Dma, &Second, 1, DmaControl), STATUS_SUCCESS);
    CHECK_EQ(One.Calls, 1);
    CHECK_EQ(Two.Calls, 0);
    Dma->DmaOperations->FreeAdapterChannel(Dma);
    CHECK_EQ(Two.Calls, 1);
    CHECK_STATUS(Allocate(Dma, &First, Registers + 1, DmaControl), STATUS_INSUFFICIENT_RESOURCES);
    KeLowerIrql(Old);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(Device);
}
