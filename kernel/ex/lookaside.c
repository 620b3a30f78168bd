/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Lookaside lists. The list is in the driver's memory and belongs to the code compiled into it:
 * that pops an entry, or calls Allocate when there is none, and pushes one, or calls Free when
 * Depth entries are there. What is made here are the fields, and what the default Allocate and Free
 * do. A list keeps few entries; the pools keep free blocks of their own at hand.
 */
#include "ex/exp.h"
#include "ex/lookaside.h"
#include "ex/slist.h"

#define EXP_LIST_DEPTH 4u
#define EXP_LIST_MAXIMUM_DEPTH 256u

typedef struct EXP_LOOKASIDE_CALLS {
    union {
        PALLOCATE_FUNCTION Allocate;
        PALLOCATE_FUNCTION_EX AllocateEx;
    };
    union {
        PFREE_FUNCTION Free;
        PFREE_FUNCTION_EX FreeEx;
    };
} EXP_LOOKASIDE_CALLS;

static void ExpPrepareLookaside(GENERAL_LOOKASIDE_POOL *List, const EXP_LOOKASIDE_CALLS *Calls,
    ULONG PoolType, SIZE_T Size, ULONG Tag)
{
    *List = (GENERAL_LOOKASIDE_POOL){
        .Depth = EXP_LIST_DEPTH, .MaximumDepth = EXP_LIST_MAXIMUM_DEPTH};
    List->Type = (POOL_TYPE)PoolType;
    List->Size = (ULONG)Size;
    List->Tag = Tag;
    List->AllocateEx = Calls->AllocateEx;
    List->FreeEx = Calls->FreeEx;
    InitializeListHead(&List->ListEntry);
}

/* A GENERAL_LOOKASIDE is the same with the alignment of a cache line, which drivers need not have
 * kept to. */
static GENERAL_LOOKASIDE_POOL *ExpPlainList(void *Lookaside)
{
    return Lookaside;
}

static void ExpPreparePlain(void *Lookaside, PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
    ULONG PoolType, SIZE_T Size, ULONG Tag)
{
    const EXP_LOOKASIDE_CALLS Calls = {
        .Allocate = Allocate != NULL ? Allocate : ExAllocatePoolWithTag,
        .Free = Free != NULL ? Free : ExFreePool};
    ExpPrepareLookaside(ExpPlainList(Lookaside), &Calls, PoolType, Size, Tag);
}

static void ExpEmptyPlain(void *Lookaside)
{
    GENERAL_LOOKASIDE_POOL *List = ExpPlainList(Lookaside);
    SLIST_ENTRY *Entry = ExpInterlockedFlushSList(&List->ListHead), *Next;
    for (; Entry != NULL; Entry = Next) {
        Next = Entry->Next;
        List->Free(Entry);
    }
}

/*
 * ExInitializeNPagedLookasideList - a list of blocks of non-paged pool.
 *
 * Lookaside: 16-byte aligned, non-paged. Allocate, Free: NULL: ExAllocatePoolWithTag and
 *            ExFreePool. Flags: 0, POOL_RAISE_IF_ALLOCATION_FAILURE, POOL_NX_ALLOCATION. Depth:
 *            reserved, not looked at.
 * IRQL:    up to DISPATCH_LEVEL. Owner: driver; ExDeleteNPagedLookasideList.
 * Source:  DOC wdm/ExInitializeNPagedLookasideList; OBS
 *          tests/kernel/ex/ExInitializeNPagedLookasideList.c
 */
void NTAPI ExInitializeNPagedLookasideList(NPAGED_LOOKASIDE_LIST *Lookaside,
    PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
    USHORT Depth)
{
    (void)Depth;
    ExpPreparePlain(Lookaside, Allocate, Free, NonPagedPool | Flags, Size, Tag);
}

/*
 * ExDeleteNPagedLookasideList - give the entries it keeps to Free.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/ExDeleteNPagedLookasideList; OBS
 * tests/kernel/ex/ExDeleteNPagedLookasideList.c
 */
void NTAPI ExDeleteNPagedLookasideList(NPAGED_LOOKASIDE_LIST *Lookaside)
{
    ExpEmptyPlain(Lookaside);
}

/*
 * ExInitializePagedLookasideList - the same for paged pool; the list itself is in non-paged memory.
 * IRQL: up to APC_LEVEL. Source: DOC wdm/ExInitializePagedLookasideList; OBS
 * tests/kernel/ex/ExInitializePagedLookasideList.c
 */
void NTAPI ExInitializePagedLookasideList(PAGED_LOOKASIDE_LIST *Lookaside,
    PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
    USHORT Depth)
{
    (void)Depth;
    ExpPreparePlain(Lookaside, Allocate, Free, PagedPool | Flags, Size, Tag);
}

/* ExDeletePagedLookasideList - the same. IRQL: up to APC_LEVEL. Source: DOC
 * wdm/ExDeletePagedLookasideList; OBS as above. */
void NTAPI ExDeletePagedLookasideList(PAGED_LOOKASIDE_LIST *Lookaside)
{
    ExpEmptyPlain(Lookaside);
}

/*
 * ExAllocateFromPagedLookasideList - what newer headers have inline.
 * IRQL: up to APC_LEVEL. Returns: NULL: Allocate had none. Source: DOC
 * wdm/ExAllocateFromPagedLookasideList; OBS as above.
 */
void *NTAPI ExAllocateFromPagedLookasideList(PAGED_LOOKASIDE_LIST *Lookaside)
{
    GENERAL_LOOKASIDE_POOL *List = ExpPlainList(Lookaside);
    List->TotalAllocates++;
    void *Entry = ExpInterlockedPopEntrySList(&List->ListHead);
    if (Entry != NULL)
        return Entry;
    List->AllocateMisses++;
    if (List->Allocate == ExAllocatePoolWithTag)
        /* the driver's, not ours */
        return ExpAllocateTyped(List->Type, List->Size, List->Tag, EX_CALLER);
    return List->Allocate(List->Type, List->Size, List->Tag);
}

/* ExFreeToPagedLookasideList - the same. IRQL: up to APC_LEVEL. Source: DOC
 * wdm/ExFreeToPagedLookasideList; OBS as above. */
void NTAPI ExFreeToPagedLookasideList(PAGED_LOOKASIDE_LIST *Lookaside, void *Entry)
{
    GENERAL_LOOKASIDE_POOL *List = ExpPlainList(Lookaside);
    List->TotalFrees++;
    if (ExQueryDepthSList(&List->ListHead) < List->Depth) {
        ExpInterlockedPushEntrySList(&List->ListHead, Entry);
        return;
    }
    List->FreeMisses++;
    List->Free(Entry);
}

/* ---- the extended form ----------------------------------------------------------------------- */

static void *NTAPI ExpAllocateForList(
    POOL_TYPE PoolType, SIZE_T Bytes, ULONG Tag, LOOKASIDE_LIST_EX *Lookaside)
{
    (void)Lookaside;
    return ExpAllocateTyped(PoolType, Bytes, Tag, EX_CALLER);
}

static void NTAPI ExpFreeForList(void *Buffer, LOOKASIDE_LIST_EX *Lookaside)
{
    (void)Lookaside;
    ExFreePool(Buffer);
}

static BOOLEAN ExpIsPoolType(POOL_TYPE PoolType)
{
    ULONG Base = (ULONG)PoolType &
        ~(ULONG)(POOL_NX_ALLOCATION | POOL_COLD_ALLOCATION | NonPagedPoolCacheAligned |
            NonPagedPoolSession);
    return Base == NonPagedPool || Base == PagedPool;
}

/*
 * ExInitializeLookasideListEx - a list of either pool, whose routines are told which list they work
 * for.
 *
 * Lookaside: 16-byte aligned, non-paged. Allocate, Free: NULL: pool. Flags: one of 0,
 *            EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL (an allocation that fails raises) and
 *            EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE. Depth: reserved, not looked at.
 * IRQL:    up to DISPATCH_LEVEL. Owner: driver; ExDeleteLookasideListEx.
 * Returns: SUCCESS; INVALID_PARAMETER_4: PoolType; INVALID_PARAMETER_5: Flags.
 * Source:  DOC wdm/ExInitializeLookasideListEx; OBS tests/kernel/ex/ExInitializeLookasideListEx.c
 */
NTSTATUS NTAPI ExInitializeLookasideListEx(LOOKASIDE_LIST_EX *Lookaside,
    PALLOCATE_FUNCTION_EX Allocate, PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags,
    SIZE_T Size, ULONG Tag, USHORT Depth)
{
    const EXP_LOOKASIDE_CALLS Calls = {
        .AllocateEx = Allocate != NULL ? Allocate : ExpAllocateForList,
        .FreeEx = Free != NULL ? Free : ExpFreeForList};
    ULONG Raise = 0;
    (void)Depth;
    if (!ExpIsPoolType(PoolType))
        return STATUS_INVALID_PARAMETER_4;
    if (Flags > EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE)
        return STATUS_INVALID_PARAMETER_5;
    if (Flags == EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL)
        Raise = POOL_RAISE_IF_ALLOCATION_FAILURE;
    else if (Flags == EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE)
        Raise = POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    ExpPrepareLookaside(&Lookaside->L, &Calls, (ULONG)PoolType | Raise, Size, Tag);
    return STATUS_SUCCESS;
}

/*
 * ExFlushLookasideListEx - give the entries it keeps to Free. IRQL: up to DISPATCH_LEVEL.
 * Source: DOC wdm/ExFlushLookasideListEx; OBS tests/kernel/ex/ExFlushLookasideListEx.c
 */
void NTAPI ExFlushLookasideListEx(LOOKASIDE_LIST_EX *Lookaside)
{
    SLIST_ENTRY *Entry = ExpInterlockedFlushSList(&Lookaside->L.ListHead), *Next;
    for (; Entry != NULL; Entry = Next) {
        Next = Entry->Next;
        Lookaside->L.FreeEx(Entry, Lookaside);
    }
}

/* ExDeleteLookasideListEx - the same, for good. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * wdm/ExDeleteLookasideListEx; OBS. */
void NTAPI ExDeleteLookasideListEx(LOOKASIDE_LIST_EX *Lookaside)
{
    ExFlushLookasideListEx(Lookaside);
}
