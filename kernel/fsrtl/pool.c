/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Memory for file systems: pool that comes or raises, and resources, each made once and kept for
 * good. FsrtlpResourceNext is counted up without a lock.
 */
#include "ex/resource.h"
#include "fsrtl/wait.h"

#define FSRTLP_RESOURCES 16

static ERESOURCE FsrtlpResource[FSRTLP_RESOURCES];
static LONG FsrtlpResourceNext;

static PVOID FsrtlpAllocate(POOL_TYPE Type, ULONG Bytes, ULONG Tag, ULONG_PTR Site)
{
    PVOID Block = ExiAllocate(
        Type & ~(POOL_TYPE)(POOL_QUOTA_FAIL_INSTEAD_OF_RAISE | POOL_RAISE_IF_ALLOCATION_FAILURE),
        Bytes, Tag, Site);

    if (Block == NULL)
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    return Block;
}

/*
 * FsRtlAllocatePool, FsRtlAllocatePoolWithTag, FsRtlAllocatePoolWithQuota,
 * FsRtlAllocatePoolWithQuotaTag - a block of pool.
 *
 * No quotas are kept here.
 * IRQL:    <= DISPATCH_LEVEL
 * Returns: the block; raises STATUS_INSUFFICIENT_RESOURCES when there is none.
 * Owner:   driver; ExFreePool.
 * Source:  DOC ntifs/FsRtlAllocatePool, FsRtlAllocatePoolWithTag, FsRtlAllocatePoolWithQuota,
 *          FsRtlAllocatePoolWithQuotaTag
 */
PVOID NTAPI FsRtlAllocatePool(POOL_TYPE PoolType, ULONG NumberOfBytes)
{
    return FsrtlpAllocate(PoolType, NumberOfBytes, FSRTL_TAG, EX_CALLER);
}

PVOID NTAPI FsRtlAllocatePoolWithQuota(POOL_TYPE PoolType, ULONG NumberOfBytes)
{
    return FsrtlpAllocate(PoolType, NumberOfBytes, FSRTL_TAG, EX_CALLER);
}

PVOID NTAPI FsRtlAllocatePoolWithTag(POOL_TYPE PoolType, ULONG NumberOfBytes, ULONG Tag)
{
    return FsrtlpAllocate(PoolType, NumberOfBytes, Tag, EX_CALLER);
}

PVOID NTAPI FsRtlAllocatePoolWithQuotaTag(POOL_TYPE PoolType, ULONG NumberOfBytes, ULONG Tag)
{
    return FsrtlpAllocate(PoolType, NumberOfBytes, Tag, EX_CALLER);
}

/*
 * FsRtlAllocateAePushLock, FsRtlFreeAePushLock - a push lock that would spread over processors;
 * here it is one like others.
 *
 * PoolType: with POOL_RAISE_IF_ALLOCATION_FAILURE (16) a lack of memory raises
 * INSUFFICIENT_RESOURCES.
 * IRQL:    <= APC_LEVEL
 * Returns: NULL: there is no memory.
 * Source:  DOC ntifs/FsRtlAllocateAePushLock, FsRtlFreeAePushLock
 */
PVOID NTAPI FsRtlAllocateAePushLock(POOL_TYPE PoolType, ULONG Tag)
{
    const POOL_TYPE Type = (POOL_TYPE)((ULONG)PoolType & ~(ULONG)POOL_RAISE_IF_ALLOCATION_FAILURE);
    if (Type != PoolType)
        return FsrtlpAllocate(Type, sizeof(ULONG_PTR), Tag, EX_CALLER);
    return ExiAllocateZero(Type, sizeof(ULONG_PTR), Tag, EX_CALLER);
}

void NTAPI FsRtlFreeAePushLock(PVOID AePushLock)
{
    ExiFree(AePushLock);
}

/*
 * FsRtlAllocateResource - a resource that others may have been given, too: the system has a few and
 * gives them in turn.
 *
 * IRQL:    any
 * Owner:   the system; neither freed nor deleted.
 * Source:  DOC ntifs/FsRtlAllocateResource
 */
ERESOURCE *NTAPI FsRtlAllocateResource(void)
{
    ULONG Next = (ULONG)__atomic_fetch_add(&FsrtlpResourceNext, 1, __ATOMIC_RELAXED);

    return &FsrtlpResource[Next % FSRTLP_RESOURCES];
}

void FsrtlInitialize(void)
{
    FsrtlpBeginWaiters();
    for (ULONG Index = 0; Index < FSRTLP_RESOURCES; Index++)
        ExInitializeResourceLite(&FsrtlpResource[Index]);
}
