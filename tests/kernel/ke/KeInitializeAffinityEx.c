/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeAffinityEx and the routines around it: sets of processors over all groups.
 * Windows 7 has them first; a set has room for 32 groups at most.
 */
#include "ktest.h"

typedef struct SET {
    USHORT Count;
    USHORT Size;
    ULONG Reserved;
    KAFFINITY Bitmap[64]; /* behind what the system has: must stay as it is */
} SET;

typedef struct ENUMERATION {
    SET *Affinity;
    KAFFINITY CurrentMask;
    USHORT CurrentIndex;
} ENUMERATION;

#define GROUP_BITS (sizeof(KAFFINITY) * 8)

static VOID(NTAPI *Initialize)(SET *Affinity);
static VOID(NTAPI *Add)(SET *Affinity, ULONG Index);
static VOID(NTAPI *Remove)(SET *Affinity, ULONG Index);
static LOGICAL(NTAPI *Check)(SET *Affinity, ULONG Index);
static LOGICAL(NTAPI *IsEmpty)(SET *Affinity);
static ULONG(NTAPI *CountSet)(SET *Affinity);

static PVOID Get(const WCHAR *Name)
{
    PVOID Routine = KtestExport(Name);
    CHECK(Routine != NULL);
    return Routine;
}

static BOOLEAN HasSets(VOID)
{
    if (KtestExport(L"KeInitializeAffinityEx") == NULL) {
        skip("new in Windows 7");
        return FALSE;
    }
    Initialize = Get(L"KeInitializeAffinityEx");
    Add = Get(L"KeAddProcessorAffinityEx");
    Remove = Get(L"KeRemoveProcessorAffinityEx");
    Check = Get(L"KeCheckProcessorAffinityEx");
    IsEmpty = Get(L"KeIsEmptyAffinityEx");
    CountSet = Get(L"KeCountSetBitsAffinityEx");
    return TRUE;
}

TEST(KeInitializeAffinityEx, IsEmptyAndKeepsToItsRoom)
{
    SET Set;

    if (!HasSets())
        return;
    RtlFillMemory(&Set, sizeof(Set), 0xA5);
    Initialize(&Set);
    CHECK_EQ(Set.Count, 1);
    CHECK(Set.Size >= 1 && Set.Size <= 32);
    CHECK_EQ(Set.Reserved, 0);
    CHECK_EQ(Set.Bitmap[0], 0);
    CHECK_EQ(Set.Bitmap[Set.Size - 1], 0);
    CHECK_EQ((UCHAR)Set.Bitmap[Set.Size], 0xA5);
    CHECK(IsEmpty(&Set));
    CHECK_EQ(CountSet(&Set), 0);
}

TEST(KeAddProcessorAffinityEx, AddsAndRemovesOne)
{
    ULONG(NTAPI * Highest)(SET * Affinity);
    LOGICAL(NTAPI * SetOne)(SET * Affinity, ULONG Index);
    LOGICAL(NTAPI * ClearOne)(SET * Affinity, ULONG Index);
    SET Set;

    if (!HasSets())
        return;
    Highest = Get(L"KeFindFirstSetLeftAffinityEx");
    SetOne = Get(L"KeInterlockedSetProcessorAffinityEx");
    ClearOne = Get(L"KeInterlockedClearProcessorAffinityEx");
    Initialize(&Set);
    CHECK_EQ(Highest(&Set), MAXULONG);
    Add(&Set, 0);
    CHECK_EQ(Set.Bitmap[0], 1);
    CHECK(Check(&Set, 0));
    CHECK(!Check(&Set, 1));
    CHECK_EQ(Highest(&Set), 0);
    CHECK(SetOne(&Set, 0));
    CHECK(ClearOne(&Set, 0));
    CHECK(!ClearOne(&Set, 0));
    CHECK(!SetOne(&Set, 0));
    CHECK_EQ(CountSet(&Set), 1);
    Remove(&Set, 0);
    CHECK(IsEmpty(&Set));
}

TEST(KeQueryActiveProcessorAffinity, HasAllThereAre)
{
    ULONG(NTAPI * Query)(SET * Affinity) = NULL;
    SET Set;

    if (!HasSets())
        return;
    Query = Get(L"KeQueryActiveProcessorAffinity");
    CHECK_EQ(Query(&Set), CountSet(&Set));
    CHECK_EQ(Set.Bitmap[0], KeQueryActiveProcessors());
    CHECK(Check(&Set, 0));
}

TEST(KeAndAffinityEx, CombinesTwo)
{
    LOGICAL(NTAPI * And)(SET * A, SET * B, SET * Result);
    LOGICAL(NTAPI * Or)(SET * A, SET * B, SET * Result);
    LOGICAL(NTAPI * Subtract)(SET * A, SET * B, SET * Result);
    LOGICAL(NTAPI * IsEqual)(SET * A, SET * B);
    LOGICAL(NTAPI * IsSubset)(SET * A, SET * B);
    VOID(NTAPI * Copy)(SET * To, SET * From);
    VOID(NTAPI * Complement)(SET * To, SET * From);
    SET A, B, Result;

    if (!HasSets())
        return;
    And = Get(L"KeAndAffinityEx");
    Or = Get(L"KeOrAffinityEx");
    Subtract = Get(L"KeSubtractAffinityEx");
    IsEqual = Get(L"KeIsEqualAffinityEx");
    IsSubset = Get(L"KeIsSubsetAffinityEx");
    Copy = Get(L"KeCopyAffinityEx");
    Complement = Get(L"KeComplementAffinityEx");
    Initialize(&A);
    Initialize(&B);
    Initialize(&Result);
    Add(&A, 0);
    Add(&A, 2);
    Add(&B, 2);
    CHECK(And(&A, &B, &Result));
    CHECK_EQ(Result.Bitmap[0], 4);
    CHECK(Or(&A, &B, &Result));
    CHECK_EQ(Result.Bitmap[0], 5);
    CHECK(Subtract(&A, &B, &Result));
    CHECK_EQ(Result.Bitmap[0], 1);
    CHECK(!Subtract(&B, &A, NULL));
    CHECK(IsSubset(&B, &A));
    CHECK(!IsSubset(&A, &B));
    CHECK(!IsEqual(&A, &B));
    Copy(&Result, &B);
    CHECK(IsEqual(&Result, &B));
    Complement(&Result, &A);
    CHECK(!And(&Result, &A, NULL));
    CHECK(Check(&Result, 1));
    CHECK(!Check(&Result, 2));
}

TEST(KeAddGroupAffinityEx, GoesByGroup)
{
    VOID(NTAPI * AddGroup)(SET * Affinity, USHORT Group, KAFFINITY Mask);
    VOID(NTAPI * RemoveGroup)(SET * Affinity, USHORT Group, KAFFINITY Mask);
    KAFFINITY(NTAPI * QueryGroup)(SET * Affinity, USHORT Group);
    NTSTATUS(NTAPI * First)(PGROUP_AFFINITY Group, SET * Affinity);
    LOGICAL(NTAPI * Single)(SET * Affinity, PUSHORT Group);
    LOGICAL(NTAPI * AndGroup)(SET * Affinity, PGROUP_AFFINITY Group, PGROUP_AFFINITY Result);
    GROUP_AFFINITY Group = {.Mask = 6}, Result;
    USHORT Number = 9;
    SET Set;

    if (!HasSets())
        return;
    AddGroup = Get(L"KeAddGroupAffinityEx");
    RemoveGroup = Get(L"KeRemoveGroupAffinityEx");
    QueryGroup = Get(L"KeQueryGroupAffinityEx");
    First = Get(L"KeFirstGroupAffinityEx");
    Single = Get(L"KeIsSingleGroupAffinityEx");
    AndGroup = Get(L"KeAndGroupAffinityEx");
    Initialize(&Set);
    CHECK(!NT_SUCCESS(First(&Result, &Set)));
    AddGroup(&Set, 0, 3);
    CHECK_EQ(QueryGroup(&Set, 0), 3);
    CHECK_EQ(QueryGroup(&Set, 1), 0);
    if (CHECK(AndGroup(&Set, &Group, &Result)))
        CHECK_EQ(Result.Mask, 2);
    CHECK_STATUS(First(&Result, &Set), STATUS_SUCCESS);
    CHECK_EQ(Result.Mask, 3);
    CHECK_EQ(Result.Group, 0);
    CHECK(Single(&Set, &Number));
    CHECK_EQ(Number, 0);
    if (Set.Size > 1) {
        AddGroup(&Set, 1, 1);
        CHECK_EQ(Set.Count, 2);
        CHECK(Check(&Set, GROUP_BITS));
        CHECK(!Single(&Set, NULL));
        RemoveGroup(&Set, 1, 1);
    }
    RemoveGroup(&Set, 0, 3);
    CHECK(IsEmpty(&Set));
}

TEST(KeProcessorGroupAffinity, OneGroup)
{
    VOID(NTAPI * Make)(PGROUP_AFFINITY Group, ULONG Index);
    VOID(NTAPI * AddTo)(PGROUP_AFFINITY Group, ULONG Index);
    VOID(NTAPI * RemoveFrom)(PGROUP_AFFINITY Group, ULONG Index);
    LOGICAL(NTAPI * IsIn)(PGROUP_AFFINITY Group, ULONG Index);
    ULONG(NTAPI * Count)(PGROUP_AFFINITY Group);
    ULONG(NTAPI * Left)(PGROUP_AFFINITY Group);
    ULONG(NTAPI * Right)(PGROUP_AFFINITY Group);
    GROUP_AFFINITY Group;

    if (!HasSets())
        return;
    Make = Get(L"KeProcessorGroupAffinity");
    AddTo = Get(L"KeAddProcessorGroupAffinity");
    RemoveFrom = Get(L"KeRemoveProcessorGroupAffinity");
    IsIn = Get(L"KeCheckProcessorGroupAffinity");
    Count = Get(L"KeCountSetBitsGroupAffinity");
    Left = Get(L"KeFindFirstSetLeftGroupAffinity");
    Right = Get(L"KeFindFirstSetRightGroupAffinity");
    Make(&Group, 0);
    CHECK_EQ(Group.Mask, 1);
    CHECK_EQ(Group.Group, 0);
    CHECK_EQ(Count(&Group), 1);
    CHECK_EQ(Left(&Group), 0);
    CHECK_EQ(Right(&Group), 0);
    CHECK(IsIn(&Group, 0));
    RemoveFrom(&Group, 0);
    CHECK(!IsIn(&Group, 0));
    CHECK_EQ(Left(&Group), MAXULONG);
    CHECK_EQ(Right(&Group), MAXULONG);
    AddTo(&Group, 0);
    CHECK_EQ(Count(&Group), 1);
}

TEST(KeEnumerateNextProcessor, TellsEachOnce)
{
    VOID(NTAPI * Begin)(ENUMERATION * Context, SET * Affinity);
    VOID(NTAPI * BeginGroup)(ENUMERATION * Context, PGROUP_AFFINITY Group);
    NTSTATUS(NTAPI * Next)(PULONG Index, ENUMERATION * Context);
    GROUP_AFFINITY Group = {.Mask = 1};
    ENUMERATION Context;
    ULONG Index = 77, Told = 0;
    SET Set;

    if (!HasSets())
        return;
    Begin = Get(L"KeInitializeEnumerationContext");
    BeginGroup = Get(L"KeInitializeEnumerationContextFromGroup");
    Next = Get(L"KeEnumerateNextProcessor");
    ((ULONG(NTAPI *)(SET *))Get(L"KeQueryActiveProcessorAffinity"))(&Set);
    Begin(&Context, &Set);
    while (Next(&Index, &Context) == STATUS_SUCCESS) {
        CHECK_EQ(Index, Told);
        Told++;
    }
    CHECK_EQ(Told, CountSet(&Set));
    CHECK(!NT_SUCCESS(Next(&Index, &Context)));
    BeginGroup(&Context, &Group);
    CHECK_STATUS(Next(&Index, &Context), STATUS_SUCCESS);
    CHECK_EQ(Index, 0);
    CHECK(!NT_SUCCESS(Next(&Index, &Context)));
}
