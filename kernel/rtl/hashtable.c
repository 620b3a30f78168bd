/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Dynamic hash tables: chains of entries that their owner embeds, found by a signature. The owner
 * serializes all calls, and grows or shrinks the table bucket by bucket (linear hashing). Entries
 * of one signature stand together in their chain; an enumerator stands in a chain, too, with the
 * signature no entry has. IRQL: <= DISPATCH_LEVEL.
 */
#include "rtl/hashtable.h"
#include "rtl/rtlp.h"

#define RTLP_FIRST_BUCKETS 128u
/* the first has RTLP_FIRST_BUCKETS, each other as many as all before it */
#define RTLP_SEGMENTS      20u
#define RTLP_MAX_BUCKETS   (RTLP_FIRST_BUCKETS << (RTLP_SEGMENTS - 1))
#define RTLP_MAX_SHIFT     (8 * sizeof(ULONG_PTR))
#define RTLP_OTHER_SIGNATURE 1 /* for entries that would have the reserved one */

typedef struct RTLP_DIRECTORY {
    LIST_ENTRY *Segment[RTLP_SEGMENTS];
} RTLP_DIRECTORY;

static inline ULONG RtlpSegmentOf(ULONG Bucket)
{
    return Bucket < RTLP_FIRST_BUCKETS ? 0 : 25 - (ULONG)__builtin_clz(Bucket);
}

static inline ULONG RtlpSegmentStart(ULONG Segment)
{
    return Segment == 0 ? 0 : RTLP_FIRST_BUCKETS << (Segment - 1);
}

static LIST_ENTRY *NTAPI RtlpChain(const RTL_DYNAMIC_HASH_TABLE *Table, ULONG Bucket)
{
    const RTLP_DIRECTORY *Directory = Table->Directory;
    ULONG Segment = RtlpSegmentOf(Bucket);

    return &Directory->Segment[Segment][Bucket - RtlpSegmentStart(Segment)];
}

/* Empty chains for a segment; FALSE: no memory. */
static BOOLEAN NTAPI RtlpAddSegment(RTLP_DIRECTORY *Directory, ULONG Segment, ULONG_PTR Site)
{
    ULONG Count = Segment == 0 ? RTLP_FIRST_BUCKETS : RtlpSegmentStart(Segment);
    LIST_ENTRY *Chains = RtlpAllocate(Count * sizeof(*Chains), Site);

    if (Chains == NULL)
        return FALSE;
    for (ULONG Index = 0; Index < Count; Index++)
        InitializeListHead(&Chains[Index]);
    Directory->Segment[Segment] = Chains;
    return TRUE;
}

static inline ULONG RtlpBucketOf(const RTL_DYNAMIC_HASH_TABLE *Table, ULONG_PTR Signature)
{
    ULONG64 Mixed = ((ULONG64)Signature >> Table->Shift) * 0x9E3779B97F4A7C15u;
    ULONG Hash = (ULONG)(Mixed >> 32);
    ULONG Bucket = Hash & Table->DivisorMask;

    return Bucket < Table->Pivot ? Hash & (Table->DivisorMask << 1 | 1) : Bucket;
}

static inline RTL_DYNAMIC_HASH_TABLE_ENTRY *RtlpHashEntry(LIST_ENTRY *Link)
{
    return CONTAINING_RECORD(Link, RTL_DYNAMIC_HASH_TABLE_ENTRY, Linkage);
}

/* Behind which link the entries of Signature are, or would be. */
static void NTAPI RtlpFillContext(const RTL_DYNAMIC_HASH_TABLE *Table,
    RTL_DYNAMIC_HASH_TABLE_CONTEXT *Context, ULONG_PTR Signature)
{
    LIST_ENTRY *Head = RtlpChain(Table, RtlpBucketOf(Table, Signature));
    LIST_ENTRY *Previous = Head;

    while (Previous->Flink != Head) {
        ULONG_PTR Other = RtlpHashEntry(Previous->Flink)->Signature;
        if (Other != RTL_HASH_RESERVED_SIGNATURE && Other >= Signature)
            break;
        Previous = Previous->Flink;
    }
    Context->ChainHead = Head;
    Context->PrevLinkage = Previous;
    Context->Signature = Signature;
}

static void NTAPI RtlpLinkHash(
    RTL_DYNAMIC_HASH_TABLE *Table, LIST_ENTRY *Head, LIST_ENTRY *After, LIST_ENTRY *Link)
{
    if (IsListEmpty(Head))
        Table->NonEmptyBuckets++;
    InsertHeadList(After, Link);
}

static void NTAPI RtlpUnlinkHash(RTL_DYNAMIC_HASH_TABLE *Table, LIST_ENTRY *Link)
{
    if (Link->Flink == Link->Blink) /* alone with the head */
        Table->NonEmptyBuckets--;
    RemoveEntryList(Link);
}

/*
 * RtlCreateHashTable - make an empty table.
 *
 * HashTable: *HashTable NULL: receives one that is allocated; else it is the caller's memory.
 *            Shift: low bits of signatures that say nothing. Flags: 0.
 * IRQL:    <= DISPATCH_LEVEL
 * Returns: FALSE: no memory; Flags not 0; a Shift that leaves no bits.
 * Owner:   the caller; RtlDeleteHashTable.
 * Source:  INF ntddk.h, which declares it: undocumented
 */
BOOLEAN NTAPI RtlCreateHashTable(RTL_DYNAMIC_HASH_TABLE **HashTable, ULONG Shift, ULONG Flags)
{
    ULONG_PTR Site = (ULONG_PTR)__builtin_return_address(0);
    RTL_DYNAMIC_HASH_TABLE *Table = *HashTable;
    RTLP_DIRECTORY *Directory;

    if (Flags != 0 || Shift >= RTLP_MAX_SHIFT)
        return FALSE;
    Directory = RtlpAllocate(sizeof(*Directory), Site);
    if (Directory == NULL)
        return FALSE;
    NtCrt_memset(Directory, 0, sizeof(*Directory));
    if (!RtlpAddSegment(Directory, 0, Site))
        goto FreeDirectory;
    if (Table == NULL) {
        Table = RtlpAllocate(sizeof(*Table), Site);
        if (Table == NULL)
            goto FreeSegment;
        Flags = RTL_HASH_ALLOCATED_HEADER;
    }
    NtCrt_memset(Table, 0, sizeof(*Table));
    Table->Flags = Flags;
    Table->Shift = Shift;
    Table->TableSize = RTLP_FIRST_BUCKETS;
    Table->DivisorMask = RTLP_FIRST_BUCKETS - 1;
    Table->Directory = Directory;
    *HashTable = Table;
    return TRUE;

FreeSegment:
    RtlpFree(Directory->Segment[0]);
FreeDirectory:
    RtlpFree(Directory);
    return FALSE;
}

/*
 * RtlDeleteHashTable - free a table's memory; entries left in it are their owner's.
 *
 * IRQL:    <= DISPATCH_LEVEL
 * Source:  INF as above
 */
void NTAPI RtlDeleteHashTable(RTL_DYNAMIC_HASH_TABLE *HashTable)
{
    RTLP_DIRECTORY *Directory = HashTable->Directory;

    for (ULONG Segment = 0; Segment < RTLP_SEGMENTS && Directory->Segment[Segment] != NULL;
         Segment++)
        RtlpFree(Directory->Segment[Segment]);
    RtlpFree(Directory);
    HashTable->Directory = NULL;
    if (HashTable->Flags & RTL_HASH_ALLOCATED_HEADER)
        RtlpFree(HashTable);
}

/*
 * RtlInsertEntryHashTable - put an entry into the table; others may have its signature.
 *
 * Context: optional: what a lookup of this signature filled in, or empty (ChainHead NULL), to be
 * filled in.
 * IRQL:    <= DISPATCH_LEVEL
 * Returns: TRUE
 * Source:  INF as above
 */
BOOLEAN NTAPI RtlInsertEntryHashTable(RTL_DYNAMIC_HASH_TABLE *HashTable,
    RTL_DYNAMIC_HASH_TABLE_ENTRY *Entry, ULONG_PTR Signature,
    RTL_DYNAMIC_HASH_TABLE_CONTEXT *Context)
{
    RTL_DYNAMIC_HASH_TABLE_CONTEXT Local = {NULL, NULL, 0};

    if (Context == NULL)
        Context = &Local;
    if (Signature == RTL_HASH_RESERVED_SIGNATURE)
        Signature = RTLP_OTHER_SIGNATURE;
    if (Context->ChainHead == NULL)
        RtlpFillContext(HashTable, Context, Signature);
    Entry->Signature = Signature;
    RtlpLinkHash(HashTable, Context->ChainHead, Context->PrevLinkage, &Entry->Linkage);
    HashTable->NumEntries++;
    return TRUE;
}

/*
 * RtlRemoveEntryHashTable - take an entry out of the table.
 *
 * Context: optional: left as it is when filled in, else filled in for the entry's signature.
 * IRQL:    <= DISPATCH_LEVEL
 * Returns: TRUE
 * Source:  INF as above
 */
BOOLEAN NTAPI RtlRemoveEntryHashTable(RTL_DYNAMIC_HASH_TABLE *HashTable,
    RTL_DYNAMIC_HASH_TABLE_ENTRY *Entry, RTL_DYNAMIC_HASH_TABLE_CONTEXT *Context)
{
    LIST_ENTRY *Previous = Entry->Linkage.Blink;

    RtlpUnlinkHash(HashTable, &Entry->Linkage);
    HashTable->NumEntries--;
    if (Context != NULL && Context->ChainHead == NULL)
        RtlpFillContext(HashTable, Context, Entry->Signature);
    else if (Context != NULL && Context->PrevLinkage == &Entry->Linkage)
        Context->PrevLinkage = Previous;
    return TRUE;
}

/* The first entry of the context's signature behind Link, enumerators left out. */
static RTL_DYNAMIC_HASH_TABLE_ENTRY *NTAPI RtlpNextMatch(
    RTL_DYNAMIC_HASH_TABLE_CONTEXT *Context, LIST_ENTRY *Link)
{
    while (Link->Flink != Context->ChainHead) {
        RTL_DYNAMIC_HASH_TABLE_ENTRY *Entry = RtlpHashEntry(Link->Flink);
        if (Entry->Signature == Context->Signature) {
            Context->PrevLinkage = Link;
            return Entry;
        }
        if (Entry->Signature != RTL_HASH_RESERVED_SIGNATURE)
            return NULL;
        Link = Link->Flink;
    }
    return NULL;
}

/*
 * RtlLookupEntryHashTable, RtlGetNextEntryHashTable - the first entry of a signature, and the next
 * one of the same.
 *
 * Context: filled in by the first, optional there; the second goes on from it.
 * IRQL:    <= DISPATCH_LEVEL
 * Returns: NULL: no (more) entry of that signature.
 * Source:  INF as above
 */
RTL_DYNAMIC_HASH_TABLE_ENTRY *NTAPI RtlLookupEntryHashTable(
    RTL_DYNAMIC_HASH_TABLE *HashTable, ULONG_PTR Signature, RTL_DYNAMIC_HASH_TABLE_CONTEXT *Context)
{
    RTL_DYNAMIC_HASH_TABLE_CONTEXT Local;

    if (Context == NULL)
        Context = &Local;
    if (Signature == RTL_HASH_RESERVED_SIGNATURE)
        Signature = RTLP_OTHER_SIGNATURE;
    RtlpFillContext(HashTable, Context, Signature);
    return RtlpNextMatch(Context, Context->PrevLinkage);
}

RTL_DYNAMIC_HASH_TABLE_ENTRY *NTAPI RtlGetNextEntryHashTable(
    RTL_DYNAMIC_HASH_TABLE *HashTable, RTL_DYNAMIC_HASH_TABLE_CONTEXT *Context)
{
    (void)HashTable;
    if (Context->PrevLinkage->Flink == Context->ChainHead)
        return NULL;
    return RtlpNextMatch(Context, Context->PrevLinkage->Flink);
}

/* The first entry behind Link in its chain, or in the chains behind; *Bucket and *Head follow. */
static RTL_DYNAMIC_HASH_TABLE_ENTRY *NTAPI RtlpNextInTable(
    const RTL_DYNAMIC_HASH_TABLE *Table, LIST_ENTRY *Link, ULONG *Bucket, LIST_ENTRY **Head)
{
    for (;;) {
        for (Link = Link->Flink; Link != *Head; Link = Link->Flink) {
            if (RtlpHashEntry(Link)->Signature != RTL_HASH_RESERVED_SIGNATURE)
                return RtlpHashEntry(Link);
        }
        if (*Bucket + 1 >= Table->TableSize)
            return NULL;
        *Head = RtlpChain(Table, ++*Bucket);
        Link = *Head;
    }
}

/*
 * RtlInitEnumerationHashTable, RtlEnumerateEntryHashTable, RtlEndEnumerationHashTable - all
 * entries, in no order, one a call.
 *
 * Between calls entries may come and go, the one just given included; the table keeps its size
 * until the end. IRQL:    <= DISPATCH_LEVEL Returns: TRUE; the entry, NULL: no more. Source:  INF
 * as above
 */
BOOLEAN NTAPI RtlInitEnumerationHashTable(
    RTL_DYNAMIC_HASH_TABLE *HashTable, RTL_DYNAMIC_HASH_TABLE_ENUMERATOR *Enumerator)
{
    Enumerator->BucketIndex = 0;
    Enumerator->ChainHead = RtlpChain(HashTable, 0);
    Enumerator->HashEntry.Signature = RTL_HASH_RESERVED_SIGNATURE;
    RtlpLinkHash(
        HashTable, Enumerator->ChainHead, Enumerator->ChainHead, &Enumerator->HashEntry.Linkage);
    HashTable->NumEnumerators++;
    return TRUE;
}

RTL_DYNAMIC_HASH_TABLE_ENTRY *NTAPI RtlEnumerateEntryHashTable(
    RTL_DYNAMIC_HASH_TABLE *HashTable, RTL_DYNAMIC_HASH_TABLE_ENUMERATOR *Enumerator)
{
    LIST_ENTRY *Mark = &Enumerator->HashEntry.Linkage;
    RTL_DYNAMIC_HASH_TABLE_ENTRY *Entry = RtlpNextInTable(
        HashTable, Mark, &Enumerator->BucketIndex, &Enumerator->ChainHead);

    if (Entry == NULL)
        return NULL;
    RtlpUnlinkHash(HashTable, Mark);
    RtlpLinkHash(HashTable, Enumerator->ChainHead, &Entry->Linkage, Mark);
    return Entry;
}

void NTAPI RtlEndEnumerationHashTable(
    RTL_DYNAMIC_HASH_TABLE *HashTable, RTL_DYNAMIC_HASH_TABLE_ENUMERATOR *Enumerator)
{
    RtlpUnlinkHash(HashTable, &Enumerator->HashEntry.Linkage);
    HashTable->NumEnumerators--;
    Enumerator->ChainHead = NULL;
}

/*
 * RtlInitWeakEnumerationHashTable, RtlWeaklyEnumerateEntryHashTable, RtlEndWeakEnumerationHashTable
 * - the same for who changes nothing meanwhile: the table is only read.
 *
 * IRQL:    <= DISPATCH_LEVEL
 * Returns: TRUE; the entry, NULL: no more.
 * Source:  INF as above
 */
BOOLEAN NTAPI RtlInitWeakEnumerationHashTable(
    RTL_DYNAMIC_HASH_TABLE *HashTable, RTL_DYNAMIC_HASH_TABLE_ENUMERATOR *Enumerator)
{
    Enumerator->BucketIndex = 0;
    Enumerator->ChainHead = RtlpChain(HashTable, 0);
    Enumerator->CurEntry = Enumerator->ChainHead;
    return TRUE;
}

RTL_DYNAMIC_HASH_TABLE_ENTRY *NTAPI RtlWeaklyEnumerateEntryHashTable(
    RTL_DYNAMIC_HASH_TABLE *HashTable, RTL_DYNAMIC_HASH_TABLE_ENUMERATOR *Enumerator)
{
    RTL_DYNAMIC_HASH_TABLE_ENTRY *Entry = RtlpNextInTable(
        HashTable, Enumerator->CurEntry, &Enumerator->BucketIndex, &Enumerator->ChainHead);

    Enumerator->CurEntry = Entry != NULL ? &Entry->Linkage : Enumerator->ChainHead->Blink;
    return Entry;
}

void NTAPI RtlEndWeakEnumerationHashTable(
    RTL_DYNAMIC_HASH_TABLE *HashTable, RTL_DYNAMIC_HASH_TABLE_ENUMERATOR *Enumerator)
{
    (void)HashTable;
    Enumerator->ChainHead = NULL;
}

/* Puts all entries of From where they belong now, in their order. */
static void NTAPI RtlpRehash(RTL_DYNAMIC_HASH_TABLE *Table, LIST_ENTRY *From)
{
    LIST_ENTRY *Last, *Link;

    if (IsListEmpty(From))
        return;
    Table->NonEmptyBuckets--;
    Last = From->Blink;
    Last->Flink = NULL;
    Link = From->Flink;
    InitializeListHead(From);
    while (Link != NULL) {
        RTL_DYNAMIC_HASH_TABLE_CONTEXT Context;
        LIST_ENTRY *Next = Link->Flink;
        RtlpFillContext(Table, &Context, RtlpHashEntry(Link)->Signature);
        RtlpLinkHash(Table, Context.ChainHead, Context.PrevLinkage, Link);
        Link = Next;
    }
}

/*
 * RtlExpandHashTable - one bucket more: the entries of one are spread over two.
 *
 * IRQL:    <= DISPATCH_LEVEL
 * Returns: FALSE: no memory, an enumeration is going on, or the table is as large as it gets.
 * Source:  INF as above
 */
BOOLEAN NTAPI RtlExpandHashTable(RTL_DYNAMIC_HASH_TABLE *HashTable)
{
    RTLP_DIRECTORY *Directory = HashTable->Directory;
    ULONG Segment = RtlpSegmentOf(HashTable->TableSize);
    LIST_ENTRY *Split;

    if (HashTable->NumEnumerators != 0 || HashTable->TableSize >= RTLP_MAX_BUCKETS)
        return FALSE;
    if (Directory->Segment[Segment] == NULL &&
        !RtlpAddSegment(Directory, Segment, (ULONG_PTR)__builtin_return_address(0)))
        return FALSE;
    Split = RtlpChain(HashTable, HashTable->Pivot);
    HashTable->TableSize++;
    if (++HashTable->Pivot > HashTable->DivisorMask) {
        HashTable->DivisorMask = HashTable->DivisorMask << 1 | 1;
        HashTable->Pivot = 0;
    }
    RtlpRehash(HashTable, Split);
    return TRUE;
}

/*
 * RtlContractHashTable - one bucket less: its entries go to the one they were spread from.
 *
 * IRQL:    <= DISPATCH_LEVEL
 * Returns: FALSE: an enumeration is going on, or the table is as small as it gets.
 * Source:  INF as above
 */
BOOLEAN NTAPI RtlContractHashTable(RTL_DYNAMIC_HASH_TABLE *HashTable)
{
    RTLP_DIRECTORY *Directory = HashTable->Directory;
    ULONG Last = HashTable->TableSize - 1;
    ULONG Segment = RtlpSegmentOf(Last);

    if (HashTable->NumEnumerators != 0 || HashTable->TableSize == RTLP_FIRST_BUCKETS)
        return FALSE;
    if (HashTable->Pivot == 0) {
        HashTable->DivisorMask >>= 1;
        HashTable->Pivot = HashTable->DivisorMask + 1;
    }
    HashTable->Pivot--;
    HashTable->TableSize = Last;
    RtlpRehash(HashTable, RtlpChain(HashTable, Last));
    if (RtlpSegmentStart(Segment) == Last) {
        RtlpFree(Directory->Segment[Segment]);
        Directory->Segment[Segment] = NULL;
    }
    return TRUE;
}
