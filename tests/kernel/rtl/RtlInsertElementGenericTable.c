/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInsertElementGenericTable and its family - generic tables on splay trees.
 */
#include "ktest.h"

/* All are numbers; the table's memory is Slot, which runs out. */
static UCHAR Slot[8][128];
static ULONG SlotUsed, SlotSize;
static ULONG Freed;

static RTL_GENERIC_COMPARE_RESULTS NTAPI Compare(
    PRTL_GENERIC_TABLE Table, PVOID First, PVOID Second)
{
    ULONG A = *(ULONG *)First, B = *(ULONG *)Second;

    (void)Table;
    return A < B ? GenericLessThan : A > B ? GenericGreaterThan : GenericEqual;
}

static PVOID NTAPI Allocate(PRTL_GENERIC_TABLE Table, CLONG Bytes)
{
    ULONG I;

    SlotSize = Bytes;
    if (Table->TableContext != &SlotUsed)
        return NULL;
    for (I = 0; I < 8; I++) {
        if (!(SlotUsed & (1u << I))) {
            SlotUsed |= 1u << I;
            return Slot[I];
        }
    }
    return NULL;
}

static VOID NTAPI Free(PRTL_GENERIC_TABLE Table, PVOID Buffer)
{
    ULONG I = (ULONG)((UCHAR(*)[128])Buffer - Slot);

    (void)Table;
    SlotUsed &= ~(1u << I);
    Freed++;
}

static VOID MakeTable(RTL_GENERIC_TABLE *Table)
{
    SlotUsed = 0;
    Freed = 0;
    RtlInitializeGenericTable(Table, Compare, Allocate, Free, &SlotUsed);
}

static ULONG *Insert(RTL_GENERIC_TABLE *Table, ULONG Value, BOOLEAN *New)
{
    return RtlInsertElementGenericTable(Table, &Value, sizeof(Value), New);
}

static VOID Fill(RTL_GENERIC_TABLE *Table)
{
    static const ULONG Values[] = {50, 20, 70, 10, 30};
    ULONG I;

    MakeTable(Table);
    for (I = 0; I < 5; I++)
        Insert(Table, Values[I], NULL);
}

TEST(RtlInitializeGenericTable, MakesAnEmptyTable)
{
    RTL_GENERIC_TABLE Table;

    MakeTable(&Table);
    CHECK(RtlIsGenericTableEmpty(&Table));
    CHECK_EQ(RtlNumberGenericTableElements(&Table), 0);
    CHECK_PTR(RtlEnumerateGenericTable(&Table, TRUE), NULL);
    CHECK_PTR(RtlGetElementGenericTable(&Table, 0), NULL);
}

TEST(RtlInsertElementGenericTable, CopiesTheElementBehindItsHeader)
{
    RTL_GENERIC_TABLE Table;
    BOOLEAN New = FALSE;
    ULONG *Data;
    ULONG Header = (ULONG)(sizeof(RTL_SPLAY_LINKS) + sizeof(LIST_ENTRY) + 7) & ~7u;

    MakeTable(&Table);
    Data = Insert(&Table, 5, &New);
    CHECK(New);
    CHECK_EQ(*Data, 5);
    CHECK_EQ(SlotSize, Header + sizeof(ULONG));
    CHECK_PTR(Data, Slot[0] + Header);
    CHECK_PTR(Table.TableRoot, Slot[0]);
    CHECK(!RtlIsGenericTableEmpty(&Table));
}

TEST(RtlInsertElementGenericTable, FindsTheOneThatIsThere)
{
    RTL_GENERIC_TABLE Table;
    BOOLEAN New = TRUE;
    ULONG *First;

    Fill(&Table);
    First = RtlGetElementGenericTable(&Table, 1);
    CHECK_PTR(Insert(&Table, 20, &New), First);
    CHECK(!New);
    CHECK_EQ(RtlNumberGenericTableElements(&Table), 5);
}

TEST(RtlInsertElementGenericTable, FailsWithoutMemory)
{
    RTL_GENERIC_TABLE Table;
    BOOLEAN New = TRUE;

    MakeTable(&Table);
    Table.TableContext = NULL;
    CHECK_PTR(Insert(&Table, 1, &New), NULL);
    CHECK(!New);
    CHECK(RtlIsGenericTableEmpty(&Table));
}

TEST(RtlDeleteElementGenericTable, FreesItOnce)
{
    RTL_GENERIC_TABLE Table;
    ULONG Value = 20;

    Fill(&Table);
    CHECK(RtlDeleteElementGenericTable(&Table, &Value));
    CHECK(!RtlDeleteElementGenericTable(&Table, &Value));
    CHECK_EQ(Freed, 1);
    CHECK_EQ(RtlNumberGenericTableElements(&Table), 4);
    CHECK_PTR(RtlLookupElementGenericTable(&Table, &Value), NULL);
    Value = 30;
    CHECK_EQ(*(ULONG *)RtlLookupElementGenericTable(&Table, &Value), 30);
}

TEST(RtlLookupElementGenericTable, MakesItTheRoot)
{
    RTL_GENERIC_TABLE Table;
    ULONG Value = 70;
    ULONG *Data;

    Fill(&Table);
    Data = RtlLookupElementGenericTable(&Table, &Value);
    if (CHECK(Data != NULL))
        CHECK_PTR((UCHAR(*)[128])Table.TableRoot - Slot, 2);
    Value = 60;
    CHECK_PTR(RtlLookupElementGenericTable(&Table, &Value), NULL);
}

TEST(RtlLookupElementGenericTableFull, SaysWhereItBelongs)
{
    RTL_GENERIC_TABLE Table;
    ULONG Value = 20;
    PVOID Place;
    TABLE_SEARCH_RESULT Result;
    BOOLEAN New;

    MakeTable(&Table);
    CHECK_PTR(RtlLookupElementGenericTableFull(&Table, &Value, &Place, &Result), NULL);
    CHECK_EQ(Result, TableEmptyTree);
    RtlInsertElementGenericTableFull(&Table, &Value, sizeof(Value), &New, Place, Result);
    CHECK(New);
    Value = 10;
    CHECK_PTR(RtlLookupElementGenericTableFull(&Table, &Value, &Place, &Result), NULL);
    CHECK_EQ(Result, TableInsertAsLeft);
    CHECK_PTR(Place, Slot[0]);
    RtlInsertElementGenericTableFull(&Table, &Value, sizeof(Value), &New, Place, Result);
    Value = 30;
    RtlLookupElementGenericTableFull(&Table, &Value, &Place, &Result);
    CHECK_EQ(Result, TableInsertAsRight);
    Value = 20;
    CHECK(RtlLookupElementGenericTableFull(&Table, &Value, &Place, &Result) != NULL);
    CHECK_EQ(Result, TableFoundNode);
    CHECK_PTR(Place, Slot[0]);
}

TEST(RtlInsertElementGenericTableFull, GivesTheOneThatWasFound)
{
    RTL_GENERIC_TABLE Table;
    ULONG Value = 30;
    PVOID Place, Found;
    TABLE_SEARCH_RESULT Result;
    BOOLEAN New = TRUE;

    Fill(&Table);
    Found = RtlLookupElementGenericTableFull(&Table, &Value, &Place, &Result);
    CHECK_PTR(RtlInsertElementGenericTableFull(&Table, &Value, sizeof(Value), &New, Place, Result),
        Found);
    CHECK(!New);
    CHECK_EQ(RtlNumberGenericTableElements(&Table), 5);
}

TEST(RtlEnumerateGenericTable, GoesInOrder)
{
    static const ULONG Expected[] = {10, 20, 30, 50, 70};
    RTL_GENERIC_TABLE Table;
    ULONG *Data;
    ULONG I = 0;

    Fill(&Table);
    for (Data = RtlEnumerateGenericTable(&Table, TRUE); Data != NULL && I < 5;
         Data = RtlEnumerateGenericTable(&Table, FALSE))
        CHECK_EQ(*Data, Expected[I++]);
    CHECK_EQ(I, 5);
    CHECK_PTR(Data, NULL);
}

TEST(RtlEnumerateGenericTableWithoutSplaying, LeavesTheRoot)
{
    static const ULONG Expected[] = {10, 20, 30, 50, 70};
    RTL_GENERIC_TABLE Table;
    PVOID Key = NULL;
    PVOID Root;
    ULONG *Data;
    ULONG I = 0;

    Fill(&Table);
    Root = Table.TableRoot;
    while ((Data = RtlEnumerateGenericTableWithoutSplaying(&Table, &Key)) != NULL && I < 5)
        CHECK_EQ(*Data, Expected[I++]);
    CHECK_EQ(I, 5);
    CHECK_PTR(Table.TableRoot, Root);
}

TEST(RtlGetElementGenericTable, CountsInTheOrderOfInsertion)
{
    static const ULONG Expected[] = {50, 20, 70, 10, 30};
    RTL_GENERIC_TABLE Table;
    ULONG I;
    ULONG Value = 50;

    Fill(&Table);
    for (I = 0; I < 5; I++)
        CHECK_EQ(*(ULONG *)RtlGetElementGenericTable(&Table, I), Expected[I]);
    CHECK_EQ(*(ULONG *)RtlGetElementGenericTable(&Table, 1), 20);
    CHECK_PTR(RtlGetElementGenericTable(&Table, 5), NULL);
    CHECK_PTR(RtlGetElementGenericTable(&Table, (ULONG)-1), NULL);
    RtlDeleteElementGenericTable(&Table, &Value);
    CHECK_EQ(*(ULONG *)RtlGetElementGenericTable(&Table, 0), 20);
}

TEST(RtlIsGenericTableEmpty, IsTrueAgainWhenAllAreDeleted)
{
    static const ULONG Values[] = {50, 20, 70, 10, 30};
    RTL_GENERIC_TABLE Table;
    ULONG I, Value;

    Fill(&Table);
    for (I = 0; I < 5; I++) {
        Value = Values[I];
        CHECK(!RtlIsGenericTableEmpty(&Table));
        RtlDeleteElementGenericTable(&Table, &Value);
    }
    CHECK(RtlIsGenericTableEmpty(&Table));
    CHECK_EQ(SlotUsed, 0);
}

TEST(RtlNumberGenericTableElements, Counts)
{
    RTL_GENERIC_TABLE Table;

    Fill(&Table);
    CHECK_EQ(RtlNumberGenericTableElements(&Table), 5);
}
