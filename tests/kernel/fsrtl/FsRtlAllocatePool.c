/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlAllocatePool and its like, FsRtlAllocateResource; FsRtlIsNtstatusExpected,
 * FsRtlIsTotalDeviceFailure, FsRtlNormalizeNtstatus.
 */
#include "ktest.h"

NTKERNELAPI PVOID NTAPI FsRtlAllocatePool(POOL_TYPE PoolType, ULONG NumberOfBytes);
NTKERNELAPI PVOID NTAPI FsRtlAllocatePoolWithQuota(POOL_TYPE PoolType, ULONG NumberOfBytes);
NTKERNELAPI PVOID NTAPI FsRtlAllocatePoolWithTag(
    POOL_TYPE PoolType, ULONG NumberOfBytes, ULONG Tag);
NTKERNELAPI PVOID NTAPI FsRtlAllocatePoolWithQuotaTag(
    POOL_TYPE PoolType, ULONG NumberOfBytes, ULONG Tag);
NTKERNELAPI PERESOURCE NTAPI FsRtlAllocateResource(VOID);
NTKERNELAPI BOOLEAN NTAPI FsRtlIsNtstatusExpected(NTSTATUS Exception);
NTKERNELAPI BOOLEAN NTAPI FsRtlIsTotalDeviceFailure(NTSTATUS Status);
NTKERNELAPI NTSTATUS NTAPI FsRtlNormalizeNtstatus(NTSTATUS Exception, NTSTATUS GenericException);

#define MUCH 0xF0000000u
#define TIMES 64

static PVOID Block[TIMES];

/* Allocates until there is no more; what that raised. */
static NTSTATUS Exhaust(POOL_TYPE Type, BOOLEAN WithTag)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;
    volatile ULONG Count = 0;

    __try {
        while (Count < TIMES) {
            Block[Count] = WithTag ? FsRtlAllocatePoolWithTag(Type, MUCH, 'tseT')
                                   : FsRtlAllocatePool(Type, MUCH);
            Count++;
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    while (Count > 0)
        ExFreePool(Block[--Count]);
    return Status;
}

static VOID CheckBlock(PVOID Bytes, ULONG Tag)
{
    if (!CHECK(Bytes != NULL))
        return;
    RtlFillMemory(Bytes, 100, 0x55);
    if (Tag != 0)
        ExFreePoolWithTag(Bytes, Tag);
    else
        ExFreePool(Bytes);
}

TEST(FsRtlAllocatePool, AllocatesOrRaises)
{
    CheckBlock(FsRtlAllocatePool(PagedPool, 100), 0);
    CHECK_STATUS(Exhaust(PagedPool, FALSE), STATUS_INSUFFICIENT_RESOURCES);
}

TEST(FsRtlAllocatePoolWithTag, AllocatesOrRaises)
{
    CheckBlock(FsRtlAllocatePoolWithTag(NonPagedPool, 100, 'tseT'), 'tseT');
    CHECK_STATUS(Exhaust(NonPagedPool, TRUE), STATUS_INSUFFICIENT_RESOURCES);
}

TEST(FsRtlAllocatePoolWithQuota, Allocates)
{
    CheckBlock(FsRtlAllocatePoolWithQuota(PagedPool, 100), 0);
}

TEST(FsRtlAllocatePoolWithQuotaTag, Allocates)
{
    CheckBlock(FsRtlAllocatePoolWithQuotaTag(PagedPool, 100, 'tseT'), 'tseT');
}

TEST(FsRtlAllocateResource, GivesOneThatCanBeTaken)
{
    PERESOURCE Resource = FsRtlAllocateResource();

    if (!CHECK(Resource != NULL))
        return;
    KeEnterCriticalRegion();
    CHECK(ExAcquireResourceExclusiveLite(Resource, TRUE));
    CHECK(ExIsResourceAcquiredExclusiveLite(Resource));
    ExReleaseResourceLite(Resource);
    KeLeaveCriticalRegion();
}

TEST(FsRtlIsNtstatusExpected, KnowsWhatTellsOfABug)
{
    CHECK(!FsRtlIsNtstatusExpected(STATUS_ACCESS_VIOLATION));
    CHECK(!FsRtlIsNtstatusExpected(STATUS_DATATYPE_MISALIGNMENT));
    CHECK(!FsRtlIsNtstatusExpected(STATUS_ILLEGAL_INSTRUCTION));
    CHECK(!FsRtlIsNtstatusExpected(STATUS_INSTRUCTION_MISALIGNMENT));
    CHECK(FsRtlIsNtstatusExpected(STATUS_DISK_FULL));
    CHECK(FsRtlIsNtstatusExpected(STATUS_SUCCESS));
}

TEST(FsRtlIsTotalDeviceFailure, LeavesSectorsOut)
{
    CHECK(!FsRtlIsTotalDeviceFailure(STATUS_SUCCESS));
    CHECK(!FsRtlIsTotalDeviceFailure(STATUS_CRC_ERROR));
    CHECK(!FsRtlIsTotalDeviceFailure(STATUS_DEVICE_DATA_ERROR));
    CHECK(FsRtlIsTotalDeviceFailure(STATUS_NO_SUCH_DEVICE));
}

TEST(FsRtlNormalizeNtstatus, ReplacesWhatIsNotExpected)
{
    CHECK_STATUS(
        FsRtlNormalizeNtstatus(STATUS_DISK_FULL, STATUS_UNEXPECTED_IO_ERROR), STATUS_DISK_FULL);
    CHECK_STATUS(FsRtlNormalizeNtstatus(STATUS_ACCESS_VIOLATION, STATUS_UNEXPECTED_IO_ERROR),
        STATUS_UNEXPECTED_IO_ERROR);
}
