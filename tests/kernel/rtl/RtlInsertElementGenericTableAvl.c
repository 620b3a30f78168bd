/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInsertElementGenericTableAvl and its family - generic tables on AVL trees.
 */
#include "ktest.h"

#define SLOTS 256
#define HEADER ((ULONG)(sizeof(RTL_BALANCED_LINKS) + 7) & ~7u)

typedef struct SLOT {
    __attribute__((aligned(16))) UCHAR Bytes[HEADER + 8];
    BOOLEAN Used;
} SLOT;

static SLOT Slot[SLOTS];
static ULONG SlotSize;
static BOOLEAN NoMemory;

static RTL_GENERIC_COMPARE_RESULTS NTAPI Compare(PRTL_AVL_TABLE Table, PVOID First, PVOID Second)
{
    ULONG A = *(ULONG *)First, B = *(ULONG *)Second;

    (void)Table;
    return A < B ? GenericLessThan : A > B ? GenericGreaterThan : GenericEqual;
}

/* Tens are equal. */
static RTL_GENERIC_COMPARE_RESULTS NTAPI CompareTens(
    PRTL_AVL_TABLE Table, PVOID First, PVOID Second)
{
    ULONG A = *(ULONG *)First / 10, B = *(ULONG *)Second / 10;

    (void)Table;
    return A < B ? GenericLessThan : A > B ? GenericGreaterThan : GenericEqual;
}

static PVOID NTAPI Allocate(PRTL_AVL_TABLE Table, CLONG Bytes)
{
    ULONG I;

    (void)Table;
    SlotSize = Bytes;
    for (I = 0; I < SLOTS && !NoMemory; I++) {
        if (!Slot[I].Used) {
            Slot[I].Used = TRUE;
            return Slot[I].Bytes;
        }
    }
    return NULL;
}

static VOID NTAPI Free(PRTL_AVL_TABLE Table, PVOID Buffer)
{
    (void)Table;
    CONTAINING_RECORD(Buffer, SLOT, Bytes)->Used = FALSE;
}

static VOID MakeTable(RTL_AVL_TABLE *Table)
{
    RtlZeroMemory(Slot, sizeof(Slot));
    NoMemory = FALSE;
    RtlInitializeGenericTableAvl(Table, Compare, Allocate, Free, NULL);
}

static ULONG *Insert(RTL_AVL_TABLE *Table, ULONG Value, BOOLEAN *New)
{
    return RtlInsertElementGenericTableAvl(Table, &Value, sizeof(Value), New);
}

static ULONG *Lookup(RTL_AVL_TABLE *Table, ULONG Value)
{
    return RtlLookupElementGenericTableAvl(Table, &Value);
}

static VOID Fill(RTL_AVL_TABLE *Table)
{
    static const ULONG Values[] = {50, 20, 70, 10, 30};
    ULONG I;

    MakeTable(Table);
    for (I = 0; I < 5; I++)
        Insert(Table, Values[I], NULL);
}

/* The height; -1: a balance, a parent or the order is wrong. */
static LONG Height(const RTL_BALANCED_LINKS *Links, const RTL_BALANCED_LINKS *Parent)
{
    LONG Left, Right;

    if (Links == NULL)
        return 0;
    Left = Height(Links->LeftChild, Links);
    Right = Height(Links->RightChild, Links);
    if (Left < 0 || Right < 0 || Links->Parent != Parent || Right - Left != Links->Balance ||
        Right - Left > 1 || Right - Left < -1)
        return -1;
    return (Left > Right ? Left : Right) + 1;
}

static BOOLEAN IsBalanced(RTL_AVL_TABLE *Table)
{
    LONG Depth = Height(Table->BalancedRoot.RightChild, &Table->BalancedRoot);

    return Depth >= 0 && (ULONG)Depth == Table->DepthOfTree;
}

TEST(RtlInitializeGenericTableAvl, MakesAnEmptyTable)
{
    RTL_AVL_TABLE Table;

    MakeTable(&Table);
    CHECK(RtlIsGenericTableEmptyAvl(&Table));
    CHECK_EQ(RtlNumberGenericTableElementsAvl(&Table), 0);
    CHECK_PTR(RtlEnumerateGenericTableAvl(&Table, TRUE), NULL);
    CHECK_PTR(RtlGetElementGenericTableAvl(&Table, 0), NULL);
    CHECK_PTR(Lookup(&Table, 1), NULL);
}

TEST(RtlInsertElementGenericTableAvl, CopiesTheElementBehindItsHeader)
{
    RTL_AVL_TABLE Table;
    BOOLEAN New = FALSE;
    ULONG *Data;

    MakeTable(&Table);
    Data = Insert(&Table, 5, &New);
    CHECK(New);
    CHECK_EQ(*Data, 5);
    CHECK_EQ(SlotSize, HEADER + sizeof(ULONG));
    CHECK_PTR(Data, Slot[0].Bytes + HEADER);
    CHECK_PTR(Insert(&Table, 5, &New), Data);
    CHECK(!New);
    CHECK_EQ(RtlNumberGenericTableElementsAvl(&Table), 1);
}

TEST(RtlInsertElementGenericTableAvl, FailsWithoutMemory)
{
    RTL_AVL_TABLE Table;
    BOOLEAN New = TRUE;

    MakeTable(&Table);
    NoMemory = TRUE;
    CHECK_PTR(Insert(&Table, 1, &New), NULL);
    CHECK(!New);
    CHECK(RtlIsGenericTableEmptyAvl(&Table));
}

TEST(RtlInsertElementGenericTableAvl, StaysBalanced)
{
    RTL_AVL_TABLE Table;
    ULONG I;

    MakeTable(&Table);
    for (I = 0; I < 127; I++)
        Insert(&Table, I, NULL);
    CHECK(IsBalanced(&Table));
    CHECK_EQ(Table.DepthOfTree, 7);
}

TEST(RtlDeleteElementGenericTableAvl, StaysBalancedWhateverComesAndGoes)
{
    RTL_AVL_TABLE Table;
    BOOLEAN There[200] = {FALSE};
    ULONG Count = 0, Random = 12345, I, Value;
    BOOLEAN New;

    MakeTable(&Table);
    for (I = 0; I < 3000; I++) {
        Random = Random * 1103515245 + 12345;
        Value = (Random >> 16) % 200;
        if (Random & 0x8000) {
            Insert(&Table, Value, &New);
            if (!CHECK_EQ(New, !There[Value]))
                return;
            Count += New;
            There[Value] = TRUE;
        } else {
            if (!CHECK_EQ(RtlDeleteElementGenericTableAvl(&Table, &Value), There[Value]))
                return;
            Count -= There[Value];
            There[Value] = FALSE;
        }
        if (!CHECK(IsBalanced(&Table)) ||
            !CHECK_EQ(RtlNumberGenericTableElementsAvl(&Table), Count))
            return;
    }
    for (Value = 0; Value < 200; Value++)
        CHECK_EQ(Lookup(&Table, Value) != NULL, There[Value]);
}

TEST(RtlLookupElementGenericTableAvl, FindsWhatIsThere)
{
    RTL_AVL_TABLE Table;

    Fill(&Table);
    CHECK_EQ(*Lookup(&Table, 30), 30);
    CHECK_PTR(Lookup(&Table, 31), NULL);
}

TEST(RtlLookupElementGenericTableFullAvl, SaysWhereItBelongs)
{
    RTL_AVL_TABLE Table;
    ULONG Value = 20;
    PVOID Place;
    TABLE_SEARCH_RESULT Result;

    MakeTable(&Table);
    CHECK_PTR(RtlLookupElementGenericTableFullAvl(&Table, &Value, &Place, &Result), NULL);
    CHECK_EQ(Result, TableEmptyTree);
    Fill(&Table);
    CHECK_EQ(*(ULONG *)RtlLookupElementGenericTableFullAvl(&Table, &Value, &Place, &Result), 20);
    CHECK_EQ(Result, TableFoundNode);
    Value = 5;
    CHECK_PTR(RtlLookupElementGenericTableFullAvl(&Table, &Value, &Place, &Result), NULL);
    CHECK_EQ(Result, TableInsertAsLeft);
    Value = 35;
    CHECK_PTR(RtlLookupElementGenericTableFullAvl(&Table, &Value, &Place, &Result), NULL);
    CHECK_EQ(Result, TableInsertAsRight);
}

TEST(RtlInsertElementGenericTableFullAvl, InsertsWhereItWasTold)
{
    RTL_AVL_TABLE Table;
    ULONG Value = 35;
    PVOID Place, Data;
    TABLE_SEARCH_RESULT Result;
    BOOLEAN New;

    Fill(&Table);
    RtlLookupElementGenericTableFullAvl(&Table, &Value, &Place, &Result);
    Data = RtlInsertElementGenericTableFullAvl(&Table, &Value, sizeof(Value), &New, Place, Result);
    CHECK(New);
    CHECK_PTR(Lookup(&Table, 35), Data);
    CHECK(IsBalanced(&Table));
    RtlLookupElementGenericTableFullAvl(&Table, &Value, &Place, &Result);
    CHECK_PTR(
        RtlInsertElementGenericTableFullAvl(&Table, &Value, sizeof(Value), &New, Place, Result),
        Data);
    CHECK(!New);
}

TEST(RtlLookupFirstMatchingElementGenericTableAvl, FindsTheFirst)
{
    typedef PVOID(NTAPI * LOOKUP)(PRTL_AVL_TABLE, PVOID, PVOID *);
    LOOKUP First = (LOOKUP)KtestExport(L"RtlLookupFirstMatchingElementGenericTableAvl");
    RTL_AVL_TABLE Table;
    ULONG I, Value = 55;
    PVOID Key = NULL;
    ULONG *Data;

    if (First == NULL) {
        skip("newer than this Windows");
        return;
    }
    MakeTable(&Table);
    for (I = 0; I < 100; I++)
        Insert(&Table, I, NULL);
    Table.CompareRoutine = CompareTens;
    Data = First(&Table, &Value, &Key);
    if (CHECK(Data != NULL))
        CHECK_EQ(*Data, 50);
    CHECK_EQ(*(ULONG *)RtlEnumerateGenericTableWithoutSplayingAvl(&Table, &Key), 51);
    Value = 1000;
    CHECK_PTR(First(&Table, &Value, &Key), NULL);
}

TEST(RtlEnumerateGenericTableAvl, GoesInOrder)
{
    static const ULONG Expected[] = {10, 20, 30, 50, 70};
    RTL_AVL_TABLE Table;
    ULONG *Data;
    ULONG I = 0;

    Fill(&Table);
    for (Data = RtlEnumerateGenericTableAvl(&Table, TRUE); Data != NULL && I < 5;
         Data = RtlEnumerateGenericTableAvl(&Table, FALSE))
        CHECK_EQ(*Data, Expected[I++]);
    CHECK_EQ(I, 5);
}

TEST(RtlEnumerateGenericTableAvl, GoesOnBehindADeletedElement)
{
    RTL_AVL_TABLE Table;
    ULONG Value = 20;

    Fill(&Table);
    RtlEnumerateGenericTableAvl(&Table, TRUE);
    CHECK_EQ(*(ULONG *)RtlEnumerateGenericTableAvl(&Table, FALSE), 20);
    RtlDeleteElementGenericTableAvl(&Table, &Value);
    CHECK_EQ(*(ULONG *)RtlEnumerateGenericTableAvl(&Table, FALSE), 30);
}

TEST(RtlEnumerateGenericTableWithoutSplayingAvl, KeepsItsPlaceWithTheCaller)
{
    RTL_AVL_TABLE Table;
    PVOID One = NULL, Two = NULL;
    ULONG Count = 0;

    Fill(&Table);
    CHECK_EQ(*(ULONG *)RtlEnumerateGenericTableWithoutSplayingAvl(&Table, &One), 10);
    CHECK_EQ(*(ULONG *)RtlEnumerateGenericTableWithoutSplayingAvl(&Table, &Two), 10);
    CHECK_EQ(*(ULONG *)RtlEnumerateGenericTableWithoutSplayingAvl(&Table, &One), 20);
    while (RtlEnumerateGenericTableWithoutSplayingAvl(&Table, &Two) != NULL)
        Count++;
    CHECK_EQ(Count, 4);
}

static NTSTATUS NTAPI MatchOdd(PRTL_AVL_TABLE Table, PVOID Data, PVOID MatchData)
{
    (void)Table;
    if (*(ULONG *)Data >= *(ULONG *)MatchData)
        return STATUS_NO_MORE_MATCHES;
    return *(ULONG *)Data / 10 % 2 != 0 ? STATUS_SUCCESS : STATUS_NO_MATCH;
}

TEST(RtlEnumerateGenericTableLikeADirectory, GivesWhatMatches)
{
    RTL_AVL_TABLE Table;
    PVOID Key = NULL;
    ULONG Deleted = 0, From = 0, Limit = 70;
    ULONG *Data;

    Fill(&Table);
    Data = RtlEnumerateGenericTableLikeADirectory(
        &Table, MatchOdd, &Limit, FALSE, &Key, &Deleted, &From);
    CHECK(Data != NULL && *Data == 10);
    Data = RtlEnumerateGenericTableLikeADirectory(
        &Table, MatchOdd, &Limit, TRUE, &Key, &Deleted, &From);
    CHECK(Data != NULL && *Data == 30);
    Data = RtlEnumerateGenericTableLikeADirectory(
        &Table, MatchOdd, &Limit, FALSE, &Key, &Deleted, &From);
    CHECK(Data != NULL && *Data == 30);
    Data = RtlEnumerateGenericTableLikeADirectory(
        &Table, MatchOdd, &Limit, TRUE, &Key, &Deleted, &From);
    CHECK(Data != NULL && *Data == 50);
    CHECK_PTR(RtlEnumerateGenericTableLikeADirectory(
                  &Table, MatchOdd, &Limit, TRUE, &Key, &Deleted, &From),
        NULL);
}

TEST(RtlEnumerateGenericTableLikeADirectory, FindsItsPlaceAgainAfterADeletion)
{
    RTL_AVL_TABLE Table;
    PVOID Key = NULL;
    ULONG Deleted = 0, From = 15, Value = 20;
    ULONG *Data;

    Fill(&Table);
    Data = RtlEnumerateGenericTableLikeADirectory(&Table, NULL, NULL, TRUE, &Key, &Deleted, &From);
    CHECK(Data != NULL && *Data == 20);
    From = 20;
    RtlDeleteElementGenericTableAvl(&Table, &Value);
    Data = RtlEnumerateGenericTableLikeADirectory(&Table, NULL, NULL, TRUE, &Key, &Deleted, &From);
    CHECK(Data != NULL && *Data == 30);
}

TEST(RtlEnumerateGenericTableLikeADirectory, FindsNothingInAnEmptyTable)
{
    RTL_AVL_TABLE Table;
    PVOID Key = NULL;
    ULONG Deleted = 0, From = 0;

    MakeTable(&Table);
    CHECK_PTR(
        RtlEnumerateGenericTableLikeADirectory(&Table, NULL, NULL, FALSE, &Key, &Deleted, &From),
        NULL);
}

TEST(RtlGetElementGenericTableAvl, CountsInOrder)
{
    RTL_AVL_TABLE Table;
    ULONG I;

    MakeTable(&Table);
    for (I = 0; I < 50; I++)
        Insert(&Table, I * 7 % 50, NULL);
    for (I = 0; I < 50; I++)
        CHECK_EQ(*(ULONG *)RtlGetElementGenericTableAvl(&Table, I * 11 % 50), I * 11 % 50);
    CHECK_PTR(RtlGetElementGenericTableAvl(&Table, 50), NULL);
    CHECK_PTR(RtlGetElementGenericTableAvl(&Table, (ULONG)-1), NULL);
}

TEST(RtlNumberGenericTableElementsAvl, Counts)
{
    RTL_AVL_TABLE Table;

    Fill(&Table);
    CHECK_EQ(RtlNumberGenericTableElementsAvl(&Table), 5);
}

TEST(RtlIsGenericTableEmptyAvl, IsFalseWithOne)
{
    RTL_AVL_TABLE Table;

    Fill(&Table);
    CHECK(!RtlIsGenericTableEmptyAvl(&Table));
}
