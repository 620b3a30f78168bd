/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Heaps of drivers. One that may grow takes each block from paged pool, booked to its caller; one
 * at an address the driver gives stays there, and so does its header. A heap's lock, its own or the
 * resource its creator gave, guards its list of blocks, which for a heap at a fixed address is in
 * the order of addresses: what lies between two is free.
 */
#include <string.h>

#include "ex/exp.h"
#include "ex/heap.h"
#include "ex/resource.h"

#define EXP_HEAP_TAG      0x70616548 /* 'Heap' */
#define EXP_HEAP_MARK     0x48454150
#define HEAP_NO_SERIALIZE        0x01
#define HEAP_GROWABLE            0x02
#define HEAP_GENERATE_EXCEPTIONS 0x04
#define HEAP_ZERO_MEMORY         0x08

typedef struct EXP_HEAP {
    ULONG Mark;
    ULONG Flags;
    SIZE_T Limit; /* bytes of blocks and their headers at most; 0: as many as there are */
    SIZE_T Used;
    LIST_ENTRY Blocks;
    ERESOURCE *Lock; /* NULL: callers serialize */
    ERESOURCE OwnLock;
    UCHAR *First, *End, *Committed; /* of a heap at a fixed address; First NULL: none */
    EXP_HEAP_COMMIT *Commit;
} EXP_HEAP;

typedef struct EXP_HEAP_BLOCK {
    LIST_ENTRY Entry;
    EXP_HEAP *Heap;
    SIZE_T Bytes; /* as asked for */
} EXP_HEAP_BLOCK;

static SIZE_T ExpBlockSpan(SIZE_T Bytes)
{
    return sizeof(EXP_HEAP_BLOCK) +
        ((Bytes + MEMORY_ALLOCATION_ALIGNMENT - 1) & ~(SIZE_T)(MEMORY_ALLOCATION_ALIGNMENT - 1));
}

static void ExpLockHeap(EXP_HEAP *Heap, ULONG Flags)
{
    if (Heap->Lock != NULL && !(Flags & HEAP_NO_SERIALIZE))
        ExEnterCriticalRegionAndAcquireResourceExclusive(Heap->Lock);
}

static void ExpUnlockHeap(EXP_HEAP *Heap, ULONG Flags)
{
    if (Heap->Lock != NULL && !(Flags & HEAP_NO_SERIALIZE))
        ExReleaseResourceAndLeaveCriticalRegion(Heap->Lock);
}

/* What may be used up to End is; FALSE: the driver's routine would not. */
static BOOLEAN ExpCommitHeap(EXP_HEAP *Heap, UCHAR *End)
{
    while (Heap->Committed < End) {
        PVOID Address = Heap->Committed;
        SIZE_T Bytes = (SIZE_T)(End - Heap->Committed + PAGE_SIZE - 1) & ~(SIZE_T)(PAGE_SIZE - 1);
        if (Heap->Commit == NULL || !NT_SUCCESS(Heap->Commit(Heap, &Address, &Bytes)) || Bytes == 0)
            return FALSE;
        Heap->Committed += Bytes;
    }
    return TRUE;
}

/* The first gap of a fixed heap that has room for Span bytes; *Before: the entry it follows.
 * Locked. */
static EXP_HEAP_BLOCK *ExpFindGap(EXP_HEAP *Heap, SIZE_T Span, LIST_ENTRY **Before)
{
    UCHAR *At = Heap->First;

    *Before = &Heap->Blocks;
    for (LIST_ENTRY *Entry = Heap->Blocks.Flink; Entry != &Heap->Blocks; Entry = Entry->Flink) {
        EXP_HEAP_BLOCK *Block = CONTAINING_RECORD(Entry, EXP_HEAP_BLOCK, Entry);
        if ((SIZE_T)((UCHAR *)Block - At) >= Span)
            break;
        At = (UCHAR *)Block + ExpBlockSpan(Block->Bytes);
        *Before = Entry;
    }
    /* Behind the last block the end is the limit; in front of another it was just seen to fit. */
    if ((*Before)->Flink == &Heap->Blocks && (SIZE_T)(Heap->End - At) < Span)
        return NULL;
    return ExpCommitHeap(Heap, At + Span) ? (EXP_HEAP_BLOCK *)(void *)At : NULL;
}

static EXP_HEAP_BLOCK *ExpTakeBlock(EXP_HEAP *Heap, SIZE_T Size, ULONG_PTR Site)
{
    SIZE_T Span = ExpBlockSpan(Size);
    LIST_ENTRY *Before = Heap->Blocks.Blink;
    EXP_HEAP_BLOCK *Block;

    if (Span < Size || (Heap->Limit != 0 && Span > Heap->Limit - Heap->Used))
        return NULL;
    Block = Heap->First != NULL ? ExpFindGap(Heap, Span, &Before)
                                : ExiAllocate(PagedPool, Span, EXP_HEAP_TAG, Site);
    if (Block == NULL)
        return NULL;
    Block->Heap = Heap;
    Block->Bytes = Size;
    InsertHeadList(Before, &Block->Entry);
    Heap->Used += Span;
    return Block;
}

/* The block at BaseAddress if it is one of Heap's. Locked. */
static EXP_HEAP_BLOCK *ExpBlockOf(EXP_HEAP *Heap, PVOID BaseAddress)
{
    EXP_HEAP_BLOCK *Block = (EXP_HEAP_BLOCK *)BaseAddress - 1;

    if (BaseAddress == NULL || ((ULONG_PTR)BaseAddress & (MEMORY_ALLOCATION_ALIGNMENT - 1)) != 0)
        return NULL;
    return Block->Heap == Heap ? Block : NULL;
}

static BOOLEAN ExpPlaceHeap(
    EXP_HEAP *Heap, SIZE_T ReserveSize, SIZE_T CommitSize, EXP_HEAP_COMMIT *Commit)
{
    UCHAR *Base = (UCHAR *)Heap;

    Heap->First = (UCHAR *)(((ULONG_PTR)(Heap + 1) + MEMORY_ALLOCATION_ALIGNMENT - 1) &
                            ~(ULONG_PTR)(MEMORY_ALLOCATION_ALIGNMENT - 1));
    Heap->End = Base + ReserveSize;
    Heap->Committed = Base + (Commit == NULL ? ReserveSize : CommitSize);
    Heap->Commit = Commit;
    Heap->Limit = (SIZE_T)-1;
    return Heap->First <= Heap->Committed && Heap->Committed <= Heap->End;
}

/*
 * RtlCreateHeap - make a heap.
 *
 * Flags:   HEAP_GROWABLE, HEAP_NO_SERIALIZE, HEAP_GENERATE_EXCEPTIONS (failing allocations raise).
 *          HeapBase: optional: memory of ReserveSize bytes the heap is to live in, CommitSize of
 *          which may be used, or all if Parameters has no CommitRoutine to ask for more.
 *          ReserveSize without HeapBase: how much a heap that may not grow has; 0: CommitSize, or
 *          64 pages. Lock: optional resource to use.
 * IRQL:    <= APC_LEVEL
 * Returns: NULL: no memory, or arguments that do not go together: Lock without serialization, a
 *          CommitRoutine without HeapBase or for a heap that may grow, a HeapBase too small.
 * Owner:   the driver; RtlDestroyHeap.
 * Source:  DOC ntifs/RtlCreateHeap
 */
PVOID NTAPI RtlCreateHeap(ULONG Flags, PVOID HeapBase, SIZE_T ReserveSize, SIZE_T CommitSize,
    PVOID Lock, const EXP_HEAP_PARAMETERS *Parameters)
{
    EXP_HEAP_COMMIT *Commit = Parameters != NULL && Parameters->Length == sizeof(*Parameters)
        ? Parameters->CommitRoutine
        : NULL;
    EXP_HEAP *Heap = HeapBase;

    if (Commit != NULL && (HeapBase == NULL || (Flags & HEAP_GROWABLE)))
        return NULL;
    if (Lock != NULL && (Flags & HEAP_NO_SERIALIZE))
        return NULL;
    if (HeapBase == NULL)
        Heap = ExiAllocate(NonPagedPool, sizeof(*Heap), EXP_HEAP_TAG, EX_CALLER);
    else if (ReserveSize < sizeof(*Heap) || (Commit != NULL && CommitSize < sizeof(*Heap)))
        return NULL;
    if (Heap == NULL)
        return NULL;
    memset(Heap, 0, sizeof(*Heap));
    Heap->Flags = Flags;
    InitializeListHead(&Heap->Blocks);
    if (HeapBase != NULL) {
        if (!ExpPlaceHeap(Heap, ReserveSize, CommitSize, Commit))
            return NULL;
    } else if (!(Flags & HEAP_GROWABLE)) {
        Heap->Limit = ReserveSize != 0 ? ReserveSize
            : CommitSize != 0          ? CommitSize
                                       : 64 * PAGE_SIZE;
    }
    if (Lock == NULL && !(Flags & HEAP_NO_SERIALIZE))
        ExInitializeResourceLite(&Heap->OwnLock);
    if (!(Flags & HEAP_NO_SERIALIZE))
        Heap->Lock = Lock != NULL ? Lock : &Heap->OwnLock;
    Heap->Mark = EXP_HEAP_MARK;
    return Heap;
}

/*
 * RtlDestroyHeap - free a heap and all its blocks; memory its creator gave stays the creator's.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: NULL; HeapHandle: that is no heap.
 * Source:  DOC ntifs/RtlDestroyHeap
 */
PVOID NTAPI RtlDestroyHeap(PVOID HeapHandle)
{
    EXP_HEAP *Heap = HeapHandle;

    if (Heap == NULL || Heap->Mark != EXP_HEAP_MARK)
        return HeapHandle;
    Heap->Mark = 0;
    while (Heap->First == NULL && !IsListEmpty(&Heap->Blocks))
        ExiFree(CONTAINING_RECORD(RemoveHeadList(&Heap->Blocks), EXP_HEAP_BLOCK, Entry));
    if (Heap->Lock == &Heap->OwnLock)
        ExDeleteResourceLite(&Heap->OwnLock);
    if (Heap->First == NULL)
        ExiFree(Heap);
    return NULL;
}

/*
 * RtlAllocateHeap - a block of Size bytes.
 *
 * Flags:   HEAP_ZERO_MEMORY, and what may be left to RtlCreateHeap: HEAP_NO_SERIALIZE,
 *          HEAP_GENERATE_EXCEPTIONS.
 * IRQL:    <= APC_LEVEL
 * Returns: NULL: no memory; with HEAP_GENERATE_EXCEPTIONS STATUS_NO_MEMORY is raised instead.
 * Owner:   the driver; RtlFreeHeap, or the heap's end.
 * Source:  DOC ntifs/RtlAllocateHeap
 */
PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, SIZE_T Size)
{
    EXP_HEAP *Heap = HeapHandle;
    EXP_HEAP_BLOCK *Block;

    ExpLockHeap(Heap, Flags);
    Block = ExpTakeBlock(Heap, Size, EX_CALLER);
    ExpUnlockHeap(Heap, Flags);
    if (Block == NULL) {
        if ((Flags | Heap->Flags) & HEAP_GENERATE_EXCEPTIONS)
            ExRaiseStatus(STATUS_NO_MEMORY);
        return NULL;
    }
    if ((Flags | Heap->Flags) & HEAP_ZERO_MEMORY)
        memset(Block + 1, 0, Size);
    return Block + 1;
}

/*
 * RtlFreeHeap - give a block back; NULL is nothing to free.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: BaseAddress is no block of this heap.
 * Source:  DOC ntifs/RtlFreeHeap
 */
BOOLEAN NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress)
{
    EXP_HEAP *Heap = HeapHandle;
    EXP_HEAP_BLOCK *Block;

    if (BaseAddress == NULL)
        return TRUE;
    ExpLockHeap(Heap, Flags);
    Block = ExpBlockOf(Heap, BaseAddress);
    if (Block != NULL) {
        RemoveEntryList(&Block->Entry);
        Heap->Used -= ExpBlockSpan(Block->Bytes);
        Block->Heap = NULL;
        if (Heap->First == NULL)
            ExiFree(Block);
    }
    ExpUnlockHeap(Heap, Flags);
    return Block != NULL;
}

/*
 * RtlSizeHeap - how many bytes a block was allocated with.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: (SIZE_T)-1: BaseAddress is no block of this heap.
 * Source:  INF HeapSize (DOC heapapi), which is documented
 */
SIZE_T NTAPI RtlSizeHeap(PVOID HeapHandle, ULONG Flags, PVOID BaseAddress)
{
    EXP_HEAP *Heap = HeapHandle;
    const EXP_HEAP_BLOCK *Block;
    SIZE_T Size;

    ExpLockHeap(Heap, Flags);
    Block = ExpBlockOf(Heap, BaseAddress);
    Size = Block != NULL ? Block->Bytes : (SIZE_T)-1;
    ExpUnlockHeap(Heap, Flags);
    return Size;
}

/*
 * RtlZeroHeap - clear the free parts of a heap; what pools have is theirs and cleared by nobody.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS
 * Source:  INF its name: undocumented
 */
NTSTATUS NTAPI RtlZeroHeap(PVOID HeapHandle, ULONG Flags)
{
    EXP_HEAP *Heap = HeapHandle;
    UCHAR *At = Heap->First;

    ExpLockHeap(Heap, Flags);
    if (At != NULL) {
        for (LIST_ENTRY *Entry = Heap->Blocks.Flink; Entry != &Heap->Blocks; Entry = Entry->Flink) {
            EXP_HEAP_BLOCK *Block = CONTAINING_RECORD(Entry, EXP_HEAP_BLOCK, Entry);
            memset(At, 0, (SIZE_T)((UCHAR *)Block - At));
            At = (UCHAR *)Block + ExpBlockSpan(Block->Bytes);
        }
        if (Heap->Committed > At)
            memset(At, 0, (SIZE_T)(Heap->Committed - At));
    }
    ExpUnlockHeap(Heap, Flags);
    return STATUS_SUCCESS;
}
