/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The exported pool routines: their parameter rules and failure behaviour over ExiAllocate and
 * ExiFree.
 */
#include "ex/exp.h"
#include "ke/turns.h"
#include "rtl/rtl.h"

#define EXP_DEFAULT_TAG 0x656E6F4Eu  /* 'None' */
#define EXP_QUOTA_FAIL 8             /* POOL_QUOTA_FAIL_INSTEAD_OF_RAISE */
#define EXP_RAISE 16                 /* POOL_RAISE_IF_ALLOCATION_FAILURE */
#define EXP_MUST_SUCCEED 2
#define EXP_PROTECTED 0x80000000u    /* PROTECTED_POOL bit of a tag */
#define EXP_NX_TYPE 512
/* LowPoolPrioritySpecialPoolOverrun - LowPoolPriority, and so on */
#define EXP_PRIORITY_OVERRUN 8u
#define EXP_PRIORITY_UNDERRUN 9u
#define EXP_PRIORITY_SPECIAL 9u      /* the bits of both */

#define EXP_POOL2_TYPES (POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED)
#define EXP_POOL2_KNOWN                                                                    \
    (EXP_POOL2_TYPES | POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED | POOL_FLAG_SESSION | \
        POOL_FLAG_CACHE_ALIGNED | POOL_FLAG_RAISE_ON_FAILURE)
#define EXP_POOL2_REQUIRED 0xFFFFFFFFu /* unknown bits above these are optional and ignored */

static __attribute__((noinline)) void NTAPI ExpCheckMustSucceed(
    ULONG PoolType, SIZE_T Bytes, ULONG Tag)
{
    if (RtlpIsSince(5, 1))
        KeBugCheckEx(BAD_POOL_CALLER, 0x9A, PoolType, Bytes, Tag);
}

static inline __attribute__((always_inline)) void *ExpAllocate(
    ULONG PoolType, SIZE_T Bytes, ULONG Tag, ULONG WatchFlags, ULONG_PTR Site)
{
    const BOOLEAN Watched = __builtin_expect(ExPoolWatch != NULL, FALSE) &&
        ExPoolWatch->CheckAllocation(PoolType, Bytes, Tag, Site);
    KIRQL Irql = KiGetIrql();
    if (Irql > DISPATCH_LEVEL || ((PoolType & PagedPool) && Irql > APC_LEVEL))
        KeBugCheckEx(BAD_POOL_CALLER, 8, Irql, PoolType, Bytes);
    if (Tag == 0)
        KeBugCheckEx(BAD_POOL_CALLER, 0x9B, PoolType, Bytes, Site);
    if (__builtin_expect((PoolType & EXP_MUST_SUCCEED) != 0, FALSE))
        ExpCheckMustSucceed(PoolType, Bytes, Tag);
    ULONG Kind = (PoolType & (PagedPool | EXP_CACHE_ALIGNED)) |
        (PoolType & EXP_NX_TYPE ? EXP_NX : 0);
    if (PoolType & POOL_ZERO_ALLOCATION)
        WatchFlags |= EX_ZERO;
    void *Block = Watched ? ExPoolWatch->Allocate((POOL_TYPE)Kind, Bytes, Tag, WatchFlags, Site)
                          : ExiAllocate((POOL_TYPE)Kind, Bytes, Tag, Site);
    if (Block != NULL && __builtin_expect((PoolType & POOL_ZERO_ALLOCATION) != 0, FALSE))
        __builtin_memset(Block, 0, Bytes);
    if (Block == NULL && (PoolType & EXP_MUST_SUCCEED))
        KeBugCheckEx(MUST_SUCCEED_POOL_EMPTY, Bytes, 0, 0, 0);
    if (Block == NULL && (PoolType & EXP_RAISE))
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    return Block;
}

void *ExpAllocateTyped(ULONG PoolType, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site)
{
    return ExpAllocate(PoolType, Bytes, Tag, 0, Site);
}

/*
 * ExAllocatePoolWithTag - allocate pool.
 *
 * PoolType: with POOL_ZERO_ALLOCATION the block is zeroed; POOL_COLD_ALLOCATION changes nothing, as
 *           nothing is paged out.
 * Bytes:   zero gives the smallest block. Below PAGE_SIZE it crosses no page; from PAGE_SIZE on it
 *          is page-aligned.
 * Tag:     zero stops the machine: BAD_POOL_CALLER 0x9B.
 * IRQL:    up to DISPATCH_LEVEL; PagedPool up to APC_LEVEL (bugcheck BAD_POOL_CALLER 8).
 * Returns: memory aligned to 16, contents undefined; NULL, or with POOL_RAISE_IF_ALLOCATION_FAILURE
 *          an exception. The pools that must succeed are Windows 2000's: MUST_SUCCEED_POOL_EMPTY
 *          stops the machine when they do not; later BAD_POOL_CALLER 0x9A when they are asked for.
 * Source:  DOC wdm/ExAllocatePoolWithTag, wdm/ExAllocatePoolZero, bug checks 0x41 and 0xC2; OBS
 *          tests/kernel/ex.
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

/*
 * ExAllocatePoolWithTagPriority - the same, with a say in who goes without when there is little
 * left. The pools have one limit for all, so no priority is refused before another; its special
 * pool bits say at which end of its page a block lies when the verifier has it in special pool.
 * Source: DOC wdm/ExAllocatePoolWithTagPriority.
 */
void *NTAPI ExAllocatePoolWithTagPriority(
    POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag, EX_POOL_PRIORITY Priority)
{
    const ULONG Special = (ULONG)Priority & EXP_PRIORITY_SPECIAL;
    const ULONG WatchFlags = Special == EXP_PRIORITY_OVERRUN    ? EX_SPECIAL_POOL_OVERRUN
                             : Special == EXP_PRIORITY_UNDERRUN ? EX_SPECIAL_POOL_UNDERRUN
                                                                : 0;
    return ExpAllocate(PoolType, Bytes, Tag, WatchFlags, EX_CALLER);
}

/*
 * Nobody has set a limit on any process's pool quota, as on a Windows as it was installed: a charge
 * is refused only with the memory.
 */
static void *ExpAllocateQuota(ULONG PoolType, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site)
{
    void *Block = ExpAllocateTyped(
        PoolType & ~(ULONG)(EXP_QUOTA_FAIL | EXP_RAISE), Bytes, Tag, Site);
    if (Block == NULL && !(PoolType & EXP_QUOTA_FAIL))
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    return Block;
}

/*
 * ExAllocatePoolWithQuotaTag - allocate and charge the current process.
 * Raises:  STATUS_INSUFFICIENT_RESOURCES, unless POOL_QUOTA_FAIL_INSTEAD_OF_RAISE is given: then
 *          NULL.
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

static void *ExpAllocateByFlags(POOL_FLAGS Flags, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site)
{
    POOL_FLAGS Kind = Flags & EXP_POOL2_TYPES;
    BOOLEAN Raise = (Flags & POOL_FLAG_RAISE_ON_FAILURE) != 0;
    if ((Flags & EXP_POOL2_REQUIRED & ~(POOL_FLAGS)EXP_POOL2_KNOWN) != 0 || Kind == 0 ||
        (Kind & (Kind - 1)) != 0 || Bytes == 0 || Tag == 0) {
        if (Raise)
            ExRaiseStatus(STATUS_INVALID_PARAMETER);
        return NULL;
    }
    ULONG PoolType = Kind == POOL_FLAG_PAGED ? PagedPool
        : Kind == POOL_FLAG_NON_PAGED        ? EXP_NX_TYPE
                                             : NonPagedPool;
    if (Flags & POOL_FLAG_CACHE_ALIGNED)
        PoolType |= EXP_CACHE_ALIGNED;
    if (!(Flags & POOL_FLAG_UNINITIALIZED))
        PoolType |= POOL_ZERO_ALLOCATION;
    void *Block = ExpAllocateTyped(PoolType, Bytes, Tag, Site);
    if (Block == NULL && Raise)
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    return Block;
}

/*
 * ExAllocatePool2 - allocate pool, zeroed unless POOL_FLAG_UNINITIALIZED.
 *
 * Flags:   exactly one of NON_PAGED, NON_PAGED_EXECUTE, PAGED; unknown bits in the low 32 are an
 *          error, in the high ones ignored. Bytes and Tag: not zero.
 * Returns: NULL on bad parameters or shortage; with POOL_FLAG_RAISE_ON_FAILURE raises
 *          INVALID_PARAMETER or INSUFFICIENT_RESOURCES instead.
 * Source:  DOC wdm/ExAllocatePool2; INF the statuses raised.
 */
void *NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T Bytes, ULONG Tag)
{
    return ExpAllocateByFlags(Flags, Bytes, Tag, EX_CALLER);
}

/*
 * Whether what a list of extended parameters asks for can be done: a secure pool needs a hypervisor
 * beneath the kernel.
 */
static BOOLEAN ExpCheckExtended(const POOL_EXTENDED_PARAMETER *Parameter, ULONG Count)
{
    if ((Parameter == NULL) != (Count == 0))
        return FALSE;
    for (ULONG Index = 0; Index < Count; Index++) {
        if (Parameter[Index].Optional)
            continue;
        if (Parameter[Index].Type != PoolExtendedParameterPriority &&
            Parameter[Index].Type != PoolExtendedParameterNumaNode)
            return FALSE;
    }
    return TRUE;
}

/*
 * ExAllocatePool3 - ExAllocatePool2 with parameters of its own.
 *
 * ExtendedParameters: priority and NUMA node, which decide nothing where there is one node and one
 *          limit. What is not known, or not there (secure pools), is an error unless it is marked
 *          optional.
 * Returns: as ExAllocatePool2.
 * Source:  DOC wdm/ExAllocatePool3; INF secure pools without virtualization-based security.
 */
void *NTAPI ExAllocatePool3(POOL_FLAGS Flags, SIZE_T Bytes, ULONG Tag,
    const POOL_EXTENDED_PARAMETER *ExtendedParameters, ULONG ExtendedParametersCount)
{
    if (!ExpCheckExtended(ExtendedParameters, ExtendedParametersCount)) {
        if (Flags & POOL_FLAG_RAISE_ON_FAILURE)
            ExRaiseStatus(STATUS_INVALID_PARAMETER);
        return NULL;
    }
    return ExpAllocateByFlags(Flags, Bytes, Tag, EX_CALLER);
}

static inline __attribute__((always_inline)) void ExpFree(void *Block, ULONG Tag, ULONG_PTR Site)
{
    EX_POOL_BLOCK Known;
    if (__builtin_expect(ExPoolWatch != NULL, FALSE))
        ExPoolWatch->CheckFree(Block, Site);
    if (ExQueryPoolBlock(Block, &Known)) {
        if (__builtin_expect(KeTracker != NULL, FALSE))
            KeTracker->Freed(Block, Known.Bytes);
        KIRQL Irql = KiGetIrql();
        if ((Known.Tag & EXP_PROTECTED) && Tag != 0 && Known.Tag != Tag)
            KeBugCheckEx(BAD_POOL_CALLER, 0xA, (ULONG_PTR)Block, Known.Tag, Tag);
        if (Irql > DISPATCH_LEVEL || ((Known.Type & PagedPool) && Irql > APC_LEVEL))
            KeBugCheckEx(BAD_POOL_CALLER, 9, Irql, (ULONG_PTR)Known.Type, (ULONG_PTR)Block);
    }
    ExiFree(Block);
}

/*
 * ExFreePoolWithTag - free pool.
 *
 * Tag:    compared only for blocks allocated with the PROTECTED_POOL bit: bugcheck BAD_POOL_CALLER
 *         0xA on a mismatch.
 * IRQL:   up to DISPATCH_LEVEL; paged blocks up to APC_LEVEL (bugcheck BAD_POOL_CALLER 9). Stops
 *         the machine with BAD_POOL_CALLER for what is no block (0x46), a user address (0x40), a
 *         freed block (7).
 * Source: DOC wdm/ExFreePoolWithTag, bug check 0xC2.
 */
void NTAPI ExFreePoolWithTag(void *Block, ULONG Tag)
{
    ExpFree(Block, Tag, EX_CALLER);
}

/* ExFreePool - free pool, whatever its tag. Source: DOC wdm/ExFreePool. */
void NTAPI ExFreePool(void *Block)
{
    ExpFree(Block, 0, EX_CALLER);
}

/*
 * ExFreePool2 - free a block of ExAllocatePool3.
 *
 * ExtendedParameters: a secure pool's, which no block of these pools is in; others mean nothing
 * when a block is freed. The rest is as for ExFreePoolWithTag. Source: DOC wdm/ExFreePool2.
 */
void NTAPI ExFreePool2(void *Block, ULONG Tag, const POOL_EXTENDED_PARAMETER *ExtendedParameters,
    ULONG ExtendedParametersCount)
{
    (void)ExtendedParameters;
    (void)ExtendedParametersCount;
    ExpFree(Block, Tag, EX_CALLER);
}

/*
 * ExQueryPoolBlockSize - bytes a block was asked for with.
 *
 * QuotaCharged: FALSE: no block is charged to anybody.
 * Returns: 0 for what is no block. Source: INF ntifs.h, undocumented.
 */
SIZE_T NTAPI ExQueryPoolBlockSize(void *PoolBlock, BOOLEAN *QuotaCharged)
{
    EX_POOL_BLOCK Known;
    *QuotaCharged = FALSE;
    return ExQueryPoolBlock(PoolBlock, &Known) ? Known.Bytes : 0;
}
