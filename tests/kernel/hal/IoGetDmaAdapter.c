/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetDmaAdapter - adapters by what a device can do, and the routines for scatter/gather lists.
 */
#include "dma_test.h"

typedef struct LIST_TURN {
    ULONG Calls;
    PSCATTER_GATHER_LIST List;
    PDEVICE_OBJECT Device;
    KIRQL Irql;
} LIST_TURN;

static VOID NTAPI ListControl(
    PDEVICE_OBJECT Device, PIRP Irp, PSCATTER_GATHER_LIST List, PVOID Context)
{
    LIST_TURN *Turn = Context;

    (VOID)Irp;
    Turn->Calls++;
    Turn->List = List;
    Turn->Device = Device;
    Turn->Irql = KeGetCurrentIrql();
}

static ULONG ListBytes(PSCATTER_GATHER_LIST List)
{
    ULONG Index, Bytes = 0;

    for (Index = 0; Index < List->NumberOfElements; Index++)
        Bytes += List->Elements[Index].Length;
    return Bytes;
}

static BOOLEAN ListIsBelow(PSCATTER_GATHER_LIST List, LONGLONG Reach)
{
    ULONG Index;

    for (Index = 0; Index < List->NumberOfElements; Index++)
        if (List->Elements[Index].Address.QuadPart + List->Elements[Index].Length > Reach)
            return FALSE;
    return TRUE;
}

static VOID WriteByList(PSCATTER_GATHER_LIST List, UCHAR Value)
{
    ULONG Index;

    for (Index = 0; Index < List->NumberOfElements; Index++)
        CHECK(DmaDeviceWrites(List->Elements[Index].Address, Value, List->Elements[Index].Length));
}

static PMDL MdlOf(PVOID Buffer, ULONG Bytes)
{
    PMDL Mdl = IoAllocateMdl(Buffer, Bytes, FALSE, FALSE, NULL);

    if (CHECK(Mdl != NULL))
        MmBuildMdlForNonPagedPool(Mdl);
    return Mdl;
}

TEST(IoGetDmaAdapter, ATableForABusMaster)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, TRUE, 0x10000);
    ULONG Registers = 0;
    PDMA_ADAPTER Dma = IoGetDmaAdapter(NULL, &Description, &Registers);

    if (!CHECK(Dma != NULL))
        return;
    CHECK(Registers >= 0x10000 / PAGE_SIZE);
    CHECK_EQ(Dma->Version, 1);
    CHECK(Dma->DmaOperations->Size >= FIELD_OFFSET(DMA_OPERATIONS, CalculateScatterGatherList));
    CHECK(Dma->DmaOperations->GetDmaAlignment(Dma) != 0);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    Description.Version = DEVICE_DESCRIPTION_VERSION2;
    Dma = IoGetDmaAdapter(NULL, &Description, &Registers);
    if (!CHECK(Dma != NULL))
        return;
    CHECK_EQ(Dma->Version, 2);
    CHECK(Dma->DmaOperations->Size >= sizeof(DMA_OPERATIONS));
    Dma->DmaOperations->PutDmaAdapter(Dma);
}

TEST_FORBIDDEN(IoGetDmaAdapter, NoSuchVersion)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, TRUE, 0x10000);
    ULONG Registers = 0;

    Description.Version = 77;
    CHECK(IoGetDmaAdapter(NULL, &Description, &Registers) == NULL);
    CHECK_EQ(Registers, 0);
}

TEST_FORBIDDEN(IoGetDmaAdapter, GetScatterGatherList)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, TRUE, 8 * PAGE_SIZE);
    PDEVICE_OBJECT Device = DmaDevice();
    ULONG Registers = 0;
    PDMA_ADAPTER Dma = IoGetDmaAdapter(NULL, &Description, &Registers);
    PUCHAR Memory = DmaHighMemory(4 * PAGE_SIZE);
    LIST_TURN Turn = {0};
    PMDL Mdl;
    KIRQL Old;

    if (!CHECK(Device != NULL && Dma != NULL && Memory != NULL))
        return;
    Mdl = MdlOf(Memory + 8, 3 * PAGE_SIZE);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Dma->DmaOperations->GetScatterGatherList(
                     Dma, Device, Mdl, Memory + 8 + 100, 2 * PAGE_SIZE, ListControl, &Turn, TRUE),
                 STATUS_SUCCESS);
    CHECK_EQ(Turn.Calls, 1);
    CHECK_EQ(Turn.Irql, DISPATCH_LEVEL);
    CHECK_PTR(Turn.Device, Device);
    if (CHECK(Turn.List != NULL)) {
        CHECK_EQ(ListBytes(Turn.List), 2 * PAGE_SIZE);
        CHECK_EQ(
            Turn.List->Elements[0].Address.QuadPart, MmGetPhysicalAddress(Memory + 108).QuadPart);
        Dma->DmaOperations->PutScatterGatherList(Dma, Turn.List, TRUE);
    }
    /* Past the end of what the MDL describes. */
    CHECK_STATUS(Dma->DmaOperations->GetScatterGatherList(
                     Dma, Device, Mdl, Memory + 8 + 100, 3 * PAGE_SIZE, ListControl, &Turn, TRUE),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Turn.Calls, 1);
    KeLowerIrql(Old);
    IoFreeMdl(Mdl);
    MmFreeContiguousMemory(Memory);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(Device);
}

TEST(IoGetDmaAdapter, MorePagesThanMapRegisters)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, FALSE, PAGE_SIZE);
    PDEVICE_OBJECT Device = DmaDevice();
    ULONG Registers = 0;
    PDMA_ADAPTER Dma = IoGetDmaAdapter(NULL, &Description, &Registers);
    PUCHAR Memory = DmaHighMemory(64 * PAGE_SIZE);
    LIST_TURN Turn = {0};
    PMDL Mdl;
    KIRQL Old;

    if (!CHECK(Device != NULL && Dma != NULL && Memory != NULL && Registers < 64))
        return;
    Mdl = MdlOf(Memory, 64 * PAGE_SIZE);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Dma->DmaOperations->GetScatterGatherList(
                     Dma, Device, Mdl, Memory, 64 * PAGE_SIZE, ListControl, &Turn, TRUE),
        STATUS_INSUFFICIENT_RESOURCES);
    KeLowerIrql(Old);
    CHECK_EQ(Turn.Calls, 0);
    IoFreeMdl(Mdl);
    MmFreeContiguousMemory(Memory);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(Device);
}

/* Two MDLs one after the other, of memory the device does not reach. */
TEST(IoGetDmaAdapter, AChainTheDeviceDoesNotReach)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, FALSE, 8 * PAGE_SIZE);
    PDEVICE_OBJECT Device = DmaDevice();
    ULONG Registers = 0;
    PDMA_ADAPTER Dma = IoGetDmaAdapter(NULL, &Description, &Registers);
    PUCHAR Memory = DmaHighMemory(2 * PAGE_SIZE), Other = DmaHighMemory(PAGE_SIZE);
    LIST_TURN Turn = {0};
    PMDL Mdl, Next;
    KIRQL Old;

    if (!CHECK(Device != NULL && Dma != NULL && Memory != NULL && Other != NULL))
        return;
    RtlZeroMemory(Memory, 2 * PAGE_SIZE);
    RtlZeroMemory(Other, PAGE_SIZE);
    Mdl = MdlOf(Memory + 16, PAGE_SIZE);
    Next = MdlOf(Other + 32, 1000);
    Mdl->Next = Next;
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Dma->DmaOperations->GetScatterGatherList(
                     Dma, Device, Mdl, Memory + 16, PAGE_SIZE + 500, ListControl, &Turn, FALSE),
                 STATUS_SUCCESS);
    if (CHECK(Turn.List != NULL)) {
        CHECK_EQ(ListBytes(Turn.List), PAGE_SIZE + 500);
        CHECK(ListIsBelow(Turn.List, DMA_REACH_24));
        WriteByList(Turn.List, 0x5C);
        Dma->DmaOperations->PutScatterGatherList(Dma, Turn.List, FALSE);
    }
    KeLowerIrql(Old);
    CHECK(DmaHolds(Memory, 0, 16));
    CHECK(DmaHolds(Memory + 16, 0x5C, PAGE_SIZE));
    CHECK(DmaHolds(Memory + 16 + PAGE_SIZE, 0, PAGE_SIZE - 16));
    CHECK(DmaHolds(Other, 0, 32));
    CHECK(DmaHolds(Other + 32, 0x5C, 500));
    CHECK(DmaHolds(Other + 532, 0, 500));
    Mdl->Next = NULL;
    IoFreeMdl(Mdl);
    IoFreeMdl(Next);
    MmFreeContiguousMemory(Memory);
    MmFreeContiguousMemory(Other);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(Device);
}

TEST(IoGetDmaAdapter, BuildScatterGatherList)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, TRUE, 8 * PAGE_SIZE);
    PDEVICE_OBJECT Device = DmaDevice();
    ULONG Registers = 0, Size = 0, Pages = 0;
    PDMA_ADAPTER Dma;
    PUCHAR Memory = DmaHighMemory(4 * PAGE_SIZE);
    LIST_TURN Turn = {0};
    PVOID Room;
    PMDL Mdl, Target = NULL;
    KIRQL Old;

    Description.Version = DEVICE_DESCRIPTION_VERSION2;
    Dma = IoGetDmaAdapter(NULL, &Description, &Registers);
    if (!CHECK(Device != NULL && Dma != NULL && Memory != NULL))
        return;
    Mdl = MdlOf(Memory + 8, 3 * PAGE_SIZE);
    CHECK_STATUS(Dma->DmaOperations->CalculateScatterGatherList(
                     Dma, NULL, Memory + 8, 3 * PAGE_SIZE, &Size, &Pages),
        STATUS_SUCCESS);
    CHECK(Pages >= 4);
    CHECK(Size >= sizeof(SCATTER_GATHER_LIST));
    CHECK_STATUS(Dma->DmaOperations->CalculateScatterGatherList(
                     Dma, Mdl, Memory + 8, 3 * PAGE_SIZE, &Size, NULL),
        STATUS_SUCCESS);
    Room = ExAllocatePoolWithTag(NonPagedPool, Size, 'amDT');
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Dma->DmaOperations->BuildScatterGatherList(Dma, Device, Mdl, Memory + 8,
                     3 * PAGE_SIZE, ListControl, &Turn, FALSE, Room, 8),
        STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Turn.Calls, 0);
    CHECK_STATUS(Dma->DmaOperations->BuildScatterGatherList(Dma, Device, Mdl, Memory + 8,
                     3 * PAGE_SIZE, ListControl, &Turn, FALSE, Room, Size),
        STATUS_SUCCESS);
    if (CHECK_EQ(Turn.Calls, 1)) {
        CHECK((PUCHAR)Turn.List >= (PUCHAR)Room && (PUCHAR)Turn.List < (PUCHAR)Room + Size);
        CHECK_EQ(ListBytes(Turn.List), 3 * PAGE_SIZE);
        CHECK_STATUS(
            Dma->DmaOperations->BuildMdlFromScatterGatherList(Dma, Turn.List, Mdl, &Target),
            STATUS_SUCCESS);
        CHECK(Target != NULL);
        WriteByList(Turn.List, 0x6D);
        Dma->DmaOperations->PutScatterGatherList(Dma, Turn.List, FALSE);
    }
    KeLowerIrql(Old);
    CHECK(DmaHolds(Memory + 8, 0x6D, 3 * PAGE_SIZE));
    ExFreePool(Room);
    IoFreeMdl(Mdl);
    MmFreeContiguousMemory(Memory);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(Device);
}

/* Of what stands in for the buffer. */
TEST(IoGetDmaAdapter, BuildMdlFromScatterGatherList)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, FALSE, 8 * PAGE_SIZE);
    PDEVICE_OBJECT Device = DmaDevice();
    ULONG Registers = 0;
    PDMA_ADAPTER Dma;
    PUCHAR Memory = DmaHighMemory(2 * PAGE_SIZE);
    LIST_TURN Turn = {0};
    PMDL Mdl, Target = NULL;
    KIRQL Old;

    Description.Version = DEVICE_DESCRIPTION_VERSION2;
    Dma = IoGetDmaAdapter(NULL, &Description, &Registers);
    if (!CHECK(Device != NULL && Dma != NULL && Memory != NULL))
        return;
    Mdl = MdlOf(Memory, 2 * PAGE_SIZE);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Dma->DmaOperations->GetScatterGatherList(
                     Dma, Device, Mdl, Memory, 2 * PAGE_SIZE, ListControl, &Turn, TRUE),
        STATUS_SUCCESS);
    if (CHECK_EQ(Turn.Calls, 1)) {
        CHECK_STATUS(
            Dma->DmaOperations->BuildMdlFromScatterGatherList(Dma, Turn.List, Mdl, &Target),
            STATUS_SUCCESS);
        if (CHECK(Target != NULL)) {
            CHECK_EQ(MmGetMdlByteCount(Target), 2 * PAGE_SIZE);
            CHECK_EQ(
                MmGetMdlPfnArray(Target)[0], Turn.List->Elements[0].Address.QuadPart / PAGE_SIZE);
        }
        Dma->DmaOperations->PutScatterGatherList(Dma, Turn.List, TRUE);
    }
    KeLowerIrql(Old);
    IoFreeMdl(Mdl);
    MmFreeContiguousMemory(Memory);
    Dma->DmaOperations->PutDmaAdapter(Dma);
    IoDeleteDevice(Device);
}
