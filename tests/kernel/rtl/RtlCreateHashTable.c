/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCreateHashTable and its family - dynamic hash tables, which Windows 7 brought.
 */
#include "ktest.h"

typedef struct ENTRY {
    LIST_ENTRY Linkage;
    ULONG_PTR Signature;
    ULONG Number;
} ENTRY;

typedef struct CONTEXT_ {
    PLIST_ENTRY ChainHead, PrevLinkage;
    ULONG_PTR Signature;
} PLACE;

typedef struct ENUMERATOR {
    LIST_ENTRY Linkage;
    ULONG_PTR Signature;
    PLIST_ENTRY ChainHead;
    ULONG BucketIndex;
} ENUMERATOR;

typedef struct TABLE {
    ULONG Flags, Shift, TableSize, Pivot, DivisorMask, NumEntries, NonEmptyBuckets, NumEnumerators;
    PVOID Directory;
} TABLE;

static BOOLEAN(NTAPI *Create)(TABLE **, ULONG, ULONG);
static VOID(NTAPI *Delete)(TABLE *);
static BOOLEAN(NTAPI *Insert)(TABLE *, ENTRY *, ULONG_PTR, PLACE *);
static BOOLEAN(NTAPI *Remove)(TABLE *, ENTRY *, PLACE *);
static ENTRY *(NTAPI *Lookup)(TABLE *, ULONG_PTR, PLACE *);
static ENTRY *(NTAPI *Next)(TABLE *, PLACE *);
static BOOLEAN(NTAPI *Begin)(TABLE *, ENUMERATOR *), (NTAPI *BeginWeak)(TABLE *, ENUMERATOR *);
static ENTRY *(NTAPI *Enumerate)(TABLE *, ENUMERATOR *),
    *(NTAPI *EnumerateWeak)(TABLE *, ENUMERATOR *);
static VOID(NTAPI *End)(TABLE *, ENUMERATOR *), (NTAPI *EndWeak)(TABLE *, ENUMERATOR *);
static BOOLEAN(NTAPI *Expand)(TABLE *), (NTAPI *Contract)(TABLE *);

#define FIND(Variable, Name) (Variable = (PVOID)KtestExport(L"Rtl" #Name))

static TABLE *Table;
static ENTRY Entry[600];

/* A table with Count entries of signatures 8, 16, 24 and so on; FALSE: skipped. */
static BOOLEAN Make(ULONG Count)
{
    ULONG I;

    if (FIND(Create, CreateHashTable) == NULL) {
        skip("newer than this Windows");
        return FALSE;
    }
    FIND(Delete, DeleteHashTable);
    FIND(Insert, InsertEntryHashTable);
    FIND(Remove, RemoveEntryHashTable);
    FIND(Lookup, LookupEntryHashTable);
    FIND(Next, GetNextEntryHashTable);
    FIND(Begin, InitEnumerationHashTable);
    FIND(Enumerate, EnumerateEntryHashTable);
    FIND(End, EndEnumerationHashTable);
    FIND(BeginWeak, InitWeakEnumerationHashTable);
    FIND(EnumerateWeak, WeaklyEnumerateEntryHashTable);
    FIND(EndWeak, EndWeakEnumerationHashTable);
    FIND(Expand, ExpandHashTable);
    FIND(Contract, ContractHashTable);
    Table = NULL;
    if (!CHECK(Create(&Table, 0, 0)))
        return FALSE;
    for (I = 0; I < Count; I++) {
        Entry[I].Number = I;
        CHECK(Insert(Table, &Entry[I], 8 * (ULONG_PTR)(I + 1), NULL));
    }
    return TRUE;
}

static BOOLEAN AllFound(ULONG Count)
{
    ULONG I;

    for (I = 0; I < Count; I++) {
        if (Lookup(Table, 8 * (ULONG_PTR)(I + 1), NULL) != &Entry[I])
            return FALSE;
    }
    return Table->NumEntries == Count;
}

TEST(RtlCreateHashTable, AllocatesATableOrTakesOne)
{
    TABLE Own;
    TABLE *Pointer = &Own;

    if (!Make(0))
        return;
    CHECK(Table != NULL);
    CHECK_EQ(Table->TableSize, 128);
    CHECK_EQ(Table->NumEntries, 0);
    Delete(Table);
    CHECK(Create(&Pointer, 4, 0));
    CHECK_PTR(Pointer, &Own);
    CHECK_EQ(Own.Shift, 4);
    Delete(Pointer);
}

TEST(RtlDeleteHashTable, LeavesTheEntries)
{
    if (!Make(3))
        return;
    Delete(Table);
    CHECK_EQ(Entry[2].Number, 2);
    CHECK_EQ(Entry[2].Signature, 24);
}

TEST(RtlInsertEntryHashTable, CountsEntriesAndBuckets)
{
    PLACE Place = {NULL, NULL, 0};
    ENTRY Zero;

    if (!Make(100))
        return;
    CHECK(AllFound(100));
    CHECK(Table->NonEmptyBuckets > 0 && Table->NonEmptyBuckets <= 100);
    CHECK(Insert(Table, &Zero, 0, &Place)); /* kept apart from what no entry may have */
    CHECK(Place.ChainHead != NULL);
    CHECK(Zero.Signature != 0);
    CHECK_PTR(Lookup(Table, 0, NULL), &Zero);
    Delete(Table);
}

TEST(RtlRemoveEntryHashTable, TakesOneOut)
{
    ULONG I;

    if (!Make(10))
        return;
    CHECK(Remove(Table, &Entry[4], NULL));
    CHECK_PTR(Lookup(Table, 40, NULL), NULL);
    CHECK_EQ(Table->NumEntries, 9);
    for (I = 0; I < 10; I++) {
        if (I != 4)
            Remove(Table, &Entry[I], NULL);
    }
    CHECK_EQ(Table->NumEntries, 0);
    CHECK_EQ(Table->NonEmptyBuckets, 0);
    Delete(Table);
}

TEST(RtlLookupEntryHashTable, FindsNothingWhereNothingIs)
{
    PLACE Place;

    if (!Make(10))
        return;
    CHECK_PTR(Lookup(Table, 9, &Place), NULL);
    CHECK_PTR(Lookup(Table, 8, &Place), &Entry[0]);
    Delete(Table);
}

TEST(RtlGetNextEntryHashTable, GivesAllOfOneSignature)
{
    PLACE Place;
    ENTRY More[3];
    ENTRY *Found;
    ULONG Count = 0, I;

    if (!Make(20))
        return;
    for (I = 0; I < 3; I++)
        Insert(Table, &More[I], 80, NULL);
    for (Found = Lookup(Table, 80, &Place); Found != NULL && Count < 10;
         Found = Next(Table, &Place)) {
        CHECK_EQ(Found->Signature, 80);
        Count++;
    }
    CHECK_EQ(Count, 4);
    Delete(Table);
}

TEST(RtlEnumerateEntryHashTable, GivesEachOnceThoughTheyGo)
{
    ENUMERATOR At;
    ENTRY *Found;
    BOOLEAN Seen[200] = {FALSE};
    ULONG Count = 0;

    if (!Make(200))
        return;
    CHECK(Begin(Table, &At));
    CHECK_EQ(Table->NumEnumerators, 1);
    while ((Found = Enumerate(Table, &At)) != NULL && Count < 500) {
        CHECK(!Seen[Found->Number]);
        Seen[Found->Number] = TRUE;
        Count++;
        if (Found->Number % 2)
            Remove(Table, Found, NULL);
    }
    CHECK_EQ(Count, 200);
    CHECK(!Expand(Table));
    CHECK(!Contract(Table));
    End(Table, &At);
    CHECK_EQ(Table->NumEnumerators, 0);
    CHECK_EQ(Table->NumEntries, 100);
    Delete(Table);
}

TEST(RtlInitEnumerationHashTable, OfAnEmptyTableFindsNothing)
{
    ENUMERATOR At;

    if (!Make(0))
        return;
    Begin(Table, &At);
    CHECK_PTR(Enumerate(Table, &At), NULL);
    End(Table, &At);
    CHECK_EQ(Table->NonEmptyBuckets, 0);
    Delete(Table);
}

TEST(RtlEndEnumerationHashTable, LeavesNothingInTheTable)
{
    ENUMERATOR At;

    if (!Make(1))
        return;
    Begin(Table, &At);
    Enumerate(Table, &At);
    End(Table, &At);
    CHECK(AllFound(1));
    CHECK_EQ(Table->NonEmptyBuckets, 1);
    Delete(Table);
}

TEST(RtlWeaklyEnumerateEntryHashTable, GivesEachOnce)
{
    ENUMERATOR At;
    ULONG Count = 0, Sum = 0;
    ENTRY *Found;

    if (!Make(200))
        return;
    CHECK(BeginWeak(Table, &At));
    CHECK_EQ(Table->NumEnumerators, 0);
    while ((Found = EnumerateWeak(Table, &At)) != NULL && Count < 500) {
        Count++;
        Sum += Found->Number;
    }
    EndWeak(Table, &At);
    CHECK_EQ(Count, 200);
    CHECK_EQ(Sum, 199 * 200 / 2);
    Delete(Table);
}

TEST(RtlInitWeakEnumerationHashTable, MayBeLeftInTheMiddle)
{
    ENUMERATOR At;

    if (!Make(5))
        return;
    BeginWeak(Table, &At);
    CHECK(EnumerateWeak(Table, &At) != NULL);
    EndWeak(Table, &At);
    CHECK(AllFound(5));
    Delete(Table);
}

TEST(RtlEndWeakEnumerationHashTable, LetsTheTableGrowAgain)
{
    ENUMERATOR At;

    if (!Make(5))
        return;
    BeginWeak(Table, &At);
    EndWeak(Table, &At);
    CHECK(Expand(Table));
    Delete(Table);
}

TEST(RtlExpandHashTable, KeepsEveryEntryWithinReach)
{
    ULONG I;

    if (!Make(600))
        return;
    for (I = 0; I < 500; I++) {
        if (!CHECK(Expand(Table)) || !CHECK_EQ(Table->TableSize, 129 + I) || !CHECK(AllFound(600)))
            break;
    }
    Delete(Table);
}

TEST(RtlContractHashTable, KeepsEveryEntryWithinReach)
{
    ULONG I;

    if (!Make(600))
        return;
    CHECK(!Contract(Table)); /* never below what it began with */
    for (I = 0; I < 400; I++)
        Expand(Table);
    for (I = 0; I < 400; I++) {
        if (!CHECK(Contract(Table)) || !CHECK(AllFound(600)))
            break;
    }
    CHECK_EQ(Table->TableSize, 128);
    CHECK(!Contract(Table));
    Delete(Table);
}
