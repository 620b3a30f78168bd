/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * HalAllocateCommonBuffer, HalFreeCommonBuffer, HalFlushCommonBuffer, HalGetAdapter and
 * HalReadDmaCounter - memory of driver and device; adapters of drivers without plug and play.
 */
#include "dma_test.h"

typedef PVOID(NTAPI *ALLOCATE)(PVOID, ULONG, PPHYSICAL_ADDRESS, BOOLEAN);
typedef VOID(NTAPI *RELEASE)(PVOID, ULONG, PHYSICAL_ADDRESS, PVOID, BOOLEAN);
typedef BOOLEAN(NTAPI *FLUSH)(PVOID, ULONG, PHYSICAL_ADDRESS, PVOID);
typedef PDMA_ADAPTER(NTAPI *GET)(PDEVICE_DESCRIPTION, PULONG);
typedef ULONG(NTAPI *COUNT)(PVOID);

static VOID UseBuffer(PDMA_ADAPTER Dma, ALLOCATE Allocate, RELEASE Release, LONGLONG Reach)
{
    PHYSICAL_ADDRESS Logical = {.QuadPart = 0};
    PUCHAR Buffer = Allocate(Dma, 3 * PAGE_SIZE, &Logical, TRUE);

    if (!CHECK(Buffer != NULL))
        return;
    CHECK_EQ((ULONG_PTR)Buffer % PAGE_SIZE, 0);
    CHECK(Logical.QuadPart + 3 * PAGE_SIZE <= Reach);
    RtlFillMemory(Buffer, 3 * PAGE_SIZE, 0x18);
    CHECK(DmaDeviceFinds(Logical, 0x18, 3 * PAGE_SIZE));
    CHECK(DmaDeviceWrites(Logical, 0x19, 3 * PAGE_SIZE));
    CHECK(DmaHolds(Buffer, 0x19, 3 * PAGE_SIZE));
    Release(Dma, 3 * PAGE_SIZE, Logical, Buffer, TRUE);
}

TEST(HalAllocateCommonBuffer, DriverAndDeviceSeeTheSame)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, TRUE, 0x10000);
    ALLOCATE Allocate = (ALLOCATE)KtestExport(L"HalAllocateCommonBuffer");
    RELEASE Release = (RELEASE)KtestExport(L"HalFreeCommonBuffer");
    ULONG Registers = 0;
    PDMA_ADAPTER Dma = IoGetDmaAdapter(NULL, &Description, &Registers);

    if (!CHECK(Dma != NULL && Allocate != NULL && Release != NULL))
        return;
    UseBuffer(Dma, Allocate, Release, 0x100000000);
    UseBuffer(Dma, (ALLOCATE)Dma->DmaOperations->AllocateCommonBuffer,
        (RELEASE)Dma->DmaOperations->FreeCommonBuffer, 0x100000000);
    Dma->DmaOperations->PutDmaAdapter(Dma);
}

TEST(HalAllocateCommonBuffer, WhereTheDeviceReaches)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, FALSE, 0x10000);
    ULONG Registers = 0;
    PDMA_ADAPTER Dma = IoGetDmaAdapter(NULL, &Description, &Registers);

    if (!CHECK(Dma != NULL))
        return;
    UseBuffer(Dma, (ALLOCATE)Dma->DmaOperations->AllocateCommonBuffer,
        (RELEASE)Dma->DmaOperations->FreeCommonBuffer, DMA_REACH_24);
    Dma->DmaOperations->PutDmaAdapter(Dma);
}

TEST(HalAllocateCommonBuffer, MoreThanThereIs)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, FALSE, 0x10000);
    ULONG Registers = 0;
    PDMA_ADAPTER Dma = IoGetDmaAdapter(NULL, &Description, &Registers);
    PHYSICAL_ADDRESS Logical = {.QuadPart = 0x1234};

    if (!CHECK(Dma != NULL))
        return;
    CHECK(Dma->DmaOperations->AllocateCommonBuffer(Dma, 0x7FFFF000, &Logical, FALSE) == NULL);
    Dma->DmaOperations->PutDmaAdapter(Dma);
}

TEST(HalFlushCommonBuffer, MemoryIsCoherent)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, TRUE, 0x10000);
    FLUSH Flush = (FLUSH)KtestExport(L"HalFlushCommonBuffer");
    ULONG Registers = 0;
    PDMA_ADAPTER Dma = IoGetDmaAdapter(NULL, &Description, &Registers);
    PHYSICAL_ADDRESS Logical;
    PVOID Buffer;

    if (Flush == NULL) {
        skip("not on this Windows");
        return;
    }
    Buffer = Dma->DmaOperations->AllocateCommonBuffer(Dma, PAGE_SIZE, &Logical, TRUE);
    if (CHECK(Buffer != NULL)) {
        CHECK(Flush(Dma, PAGE_SIZE, Logical, Buffer));
        Dma->DmaOperations->FreeCommonBuffer(Dma, PAGE_SIZE, Logical, Buffer, TRUE);
    }
    Dma->DmaOperations->PutDmaAdapter(Dma);
}

TEST_FORBIDDEN(HalGetAdapter, ABusMasterWithoutPlugAndPlay)
{
    DEVICE_DESCRIPTION Description = DmaMaster(FALSE, TRUE, 0x4000);
    GET Get = (GET)KtestExport(L"HalGetAdapter");
    ALLOCATE Allocate = (ALLOCATE)KtestExport(L"HalAllocateCommonBuffer");
    RELEASE Release = (RELEASE)KtestExport(L"HalFreeCommonBuffer");
    ULONG Registers = 0;
    PDMA_ADAPTER Dma;

    if (!CHECK(Get != NULL && Allocate != NULL && Release != NULL))
        return;
    Dma = Get(&Description, &Registers);
    if (!CHECK(Dma != NULL))
        return;
    CHECK(Registers >= 4);
    UseBuffer(Dma, Allocate, Release, 0x100000000);
    Description.Version = 77;
    CHECK(Get(&Description, &Registers) == NULL);
}

TEST(HalReadDmaCounter, NothingIsLeftOfNoTransfer)
{
    DEVICE_DESCRIPTION Description = DmaMaster(TRUE, TRUE, 0x4000);
    COUNT Count = (COUNT)KtestExport(L"HalReadDmaCounter");
    ULONG Registers = 0;
    PDMA_ADAPTER Dma = IoGetDmaAdapter(NULL, &Description, &Registers);

    if (!CHECK(Dma != NULL && Count != NULL))
        return;
    CHECK_EQ(Count(Dma), 0);
    CHECK_EQ(Dma->DmaOperations->ReadDmaCounter(Dma), 0);
    Dma->DmaOperations->PutDmaAdapter(Dma);
}
