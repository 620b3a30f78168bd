/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The exported pool routines: their parameter rules and failure behaviour over ExiAllocate and ExiFree.
 */
#include "ex/exp.h"

#define EXP_DEFAULT_TAG 0x656E6F4Eu  /* 'None' */
#define EXP_QUOTA_FAIL 8             /* POOL_QUOTA_FAIL_INSTEAD_OF_RAISE */
#define EXP_RAISE 16                 /* POOL_RAISE_IF_ALLOCATION_FAILURE */
#define EXP_MUST_SUCCEED 2
#define EXP_PROTECTED 0x80000000u    /* PROTECTED_POOL bit of a tag */
#define EXP_NX_TYPE 512

#define EXP_POOL2_TYPES (POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED)
#define EXP_POOL2_KNOWN                                                                                                 \
    (EXP_POOL2_TYPES | POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED | POOL_FLAG_SESSION | POOL_FLAG_CACHE_ALIGNED | \
        POOL_FLAG_RAISE_ON_FAILURE)
#define EXP_POOL2_REQUIRED 0xFFFFFFFFu /* unknown bits above these are optional and ignored */

void *ExpAllocateTyped(ULONG PoolType, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site)
{
    KIRQL Irql = KiGetIrql();
    if (Irql > DISPATCH_LEVEL || ((PoolType & PagedPool) && Irql > APC_LEVEL))
        KeBugCheckEx(BAD_POOL_CALLER, 8, Irql, PoolType, Bytes);
    if (Tag == 0)
        KeBugCheckEx(BAD_POOL_CALLER, 0x9B, PoolType, Bytes, Site);
    ULONG Kind = (PoolType & (PagedPool | EXP_CACHE_ALIGNED)) | (PoolType & EXP_NX_TYPE ? EXP_NX : 0);
    void *Block = ExiAllocate((POOL_TYPE)Kind, Bytes, Tag, Site);
    if (Block == NULL && (PoolType & EXP_MUST_SUCCEED))
        KeBugCheckEx(MUST_SUCCEED_POOL_EMPTY, Bytes, 0, 0, 0);
    if (Block == NULL && (PoolType & EXP_RAISE))
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    return Block;
}

/*
 * ExAllocatePoolWithTag - allocate pool.
 *
 * Bytes:   zero gives the smallest block. Below PAGE_SIZE it crosses no page; from PAGE_SIZE on it is page-aligned.
 * IRQL:    up to DISPATCH_LEVEL; PagedPool up to APC_LEVEL (bugcheck BAD_POOL_CALLER 8).
 * Returns: memory aligned to 16 (x64), contents undefined; NULL, or with POOL_RAISE_IF_ALLOCATION_FAILURE an exception.
 * Source:  DOC wdm/ExAllocatePoolWithTag; OBS tests/kernel/ex.
 */
void *NTAPI ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag)
{
    return ExpAllocateTyped(PoolType, Bytes, Tag, EX_CALLER);
}

/* ExAllocatePool - the same with tag 'None'. Source: DOC wdm/ExAllocatePool. */
void *NTAPI ExAllocatePool(POOL_TYPE PoolType, SIZE_T Bytes)
{
    return ExpAllocateTyped(PoolType, Bytes, EXP_DEFAULT_TAG, EX_CALLER);
}

/* ExAllocatePoolWithTagPriority - the same; memory is never so short that a priority decides. Source: DOC wdm. */
void *NTAPI ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag, EX_POOL_PRIORITY Priority)
{
    (void)Priority;
    return ExpAllocateTyped(PoolType, Bytes, Tag, EX_CALLER);
}

static void *ExpAllocateQuota(ULONG PoolType, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site)
{
    void *Block = ExpAllocateTyped(PoolType & ~(ULONG)(EXP_QUOTA_FAIL | EXP_RAISE), Bytes, Tag, Site);
    if (Block == NULL && !(PoolType & EXP_QUOTA_FAIL))
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    return Block;
}

/*
 * ExAllocatePoolWithQuotaTag - allocate and charge the process. Clients have no quota limit here.
 * Raises:  STATUS_INSUFFICIENT_RESOURCES, unless POOL_QUOTA_FAIL_INSTEAD_OF_RAISE is given: then NULL.
 * Source:  DOC wdm/ExAllocatePoolWithQuotaTag.
 */
void *NTAPI ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag)
{
    return ExpAllocateQuota(PoolType, Bytes, Tag, EX_CALLER);
}

/* ExAllocatePoolWithQuota - the same with tag 'None'. Source: DOC wdm. */
void *NTAPI ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T Bytes)
{
    return ExpAllocateQuota(PoolType, Bytes, EXP_DEFAULT_TAG, EX_CALLER);
}

/*
 * ExAllocatePool2 - allocate pool, zeroed unless POOL_FLAG_UNINITIALIZED.
 *
 * Flags:   exactly one of NON_PAGED, NON_PAGED_EXECUTE, PAGED; unknown bits in the low 32 are an error, in the high ones
 *          ignored. Bytes and Tag: not zero.
 * Returns: NULL on bad parameters or shortage; with POOL_FLAG_RAISE_ON_FAILURE raises INVALID_PARAMETER or
 *          INSUFFICIENT_RESOURCES instead.
 * Source:  DOC wdm/ExAllocatePool2; INF the statuses raised.
 */
void *NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T Bytes, ULONG Tag)
{
    POOL_FLAGS Kind = Flags & EXP_POOL2_TYPES;
    BOOLEAN Raise = (Flags & POOL_FLAG_RAISE_ON_FAILURE) != 0;
    if ((Flags & EXP_POOL2_REQUIRED & ~(POOL_FLAGS)EXP_POOL2_KNOWN) != 0 || Kind == 0 || (Kind & (Kind - 1)) != 0 ||
        Bytes == 0 || Tag == 0) {
        if (Raise)
            ExRaiseStatus(STATUS_INVALID_PARAMETER);
        return NULL;
    }
    ULONG PoolType = Kind == POOL_FLAG_PAGED ? PagedPool : Kind == POOL_FLAG_NON_PAGED ? EXP_NX_TYPE : NonPagedPool;
    if (Flags & POOL_FLAG_CACHE_ALIGNED)
        PoolType |= EXP_CACHE_ALIGNED;
    void *Block = ExpAllocateTyped(PoolType, Bytes, Tag, EX_CALLER);
    if (Block == NULL) {
        if (Raise)
            ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
        return NULL;
    }
    if (!(Flags & POOL_FLAG_UNINITIALIZED))
        __builtin_memset(Block, 0, Bytes);
    return Block;
}

/*
 * ExFreePoolWithTag - free pool.
 *
 * Tag:    compared only for blocks allocated with the PROTECTED_POOL bit: bugcheck BAD_POOL_CALLER 0xA on a mismatch.
 * IRQL:   up to DISPATCH_LEVEL; paged blocks up to APC_LEVEL (bugcheck BAD_POOL_CALLER 9).
 * Stops the machine with BAD_POOL_CALLER for what is no block (0x46), a user address (0x40), a freed block (7).
 * Source: DOC wdm/ExFreePoolWithTag, bug check 0xC2.
 */
void NTAPI ExFreePoolWithTag(void *Block, ULONG Tag)
{
    EX_POOL_BLOCK Known;
    if (ExQueryPoolBlock(Block, &Known)) {
        KIRQL Irql = KiGetIrql();
        if ((Known.Tag & EXP_PROTECTED) && Tag != 0 && Known.Tag != Tag)
            KeBugCheckEx(BAD_POOL_CALLER, 0xA, (ULONG_PTR)Block, Known.Tag, Tag);
        if (Irql > DISPATCH_LEVEL || ((Known.Type & PagedPool) && Irql > APC_LEVEL))
            KeBugCheckEx(BAD_POOL_CALLER, 9, Irql, (ULONG_PTR)Known.Type, (ULONG_PTR)Block);
    }
    ExiFree(Block);
}

/* ExFreePool - free pool, whatever its tag. Source: DOC wdm/ExFreePool. */
void NTAPI ExFreePool(void *Block)
{
    ExFreePoolWithTag(Block, 0);
}
