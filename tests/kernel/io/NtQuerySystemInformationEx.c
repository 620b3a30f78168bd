/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtQuerySystemInformationEx - information that is asked of a group, or of a relationship of
 * processors.
 */
#include "sysinfo_test.h"

typedef NTSTATUS(NTAPI *QUERY_EX)(
    ULONG Class, PVOID Input, ULONG InputLength, PVOID To, ULONG Length, PULONG Needed);

static QUERY_EX Query(VOID)
{
    QUERY_EX Found = (QUERY_EX)(ULONG_PTR)KtestExport(L"NtQuerySystemInformationEx");

    if (Found == NULL)
        skip("newer than this Windows");
    return Found;
}

TEST(NtQuerySystemInformationEx, TellsOfRelationships)
{
    QUERY_EX QuerySystemEx = Query();
    ULONG Relationship = 0xFFFF, Needed = 0, Place, Cores = 0, Groups = 0;
    ULONG *Entry;
    UCHAR *List;

    if (QuerySystemEx == NULL)
        return;
    CHECK_STATUS(QuerySystemEx(107, &Relationship, sizeof(Relationship), NULL, 0, &Needed),
        STATUS_INFO_LENGTH_MISMATCH);
    List = ExAllocatePoolWithTag(NonPagedPool, Needed, 'tseT');
    if (!CHECK(List != NULL))
        return;
    CHECK_STATUS(QuerySystemEx(107, &Relationship, sizeof(Relationship), List, Needed, &Needed),
        STATUS_SUCCESS);
    for (Place = 0; Place < Needed; Place += Entry[1]) {
        Entry = (ULONG *)(List + Place);
        Cores += Entry[0] == 0;
        Groups += Entry[0] == 4;
        if (!CHECK(Entry[1] >= 8 && Place + Entry[1] <= Needed))
            break;
    }
    CHECK(Cores >= 1 && Cores <= (ULONG)KeNumberProcessors);
    CHECK_EQ(Groups, 1);
    ExFreePool(List);
}

TEST(NtQuerySystemInformationEx, AsksOfAGroup)
{
    QUERY_EX QuerySystemEx = Query();
    UCHAR Counts[64 * 48];
    USHORT Group = 0;
    ULONG Needed = 0;

    if (QuerySystemEx == NULL)
        return;
    CHECK_STATUS(
        QuerySystemEx(8, &Group, sizeof(Group), Counts, sizeof(Counts), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Needed % 48, 0);
    Group = 99;
    CHECK_STATUS(QuerySystemEx(8, &Group, sizeof(Group), Counts, sizeof(Counts), &Needed),
        STATUS_INVALID_PARAMETER);
}

TEST(NtQuerySystemInformationEx, RefusesWhatHasNoInput)
{
    QUERY_EX QuerySystemEx = Query();
    ULONG Value[16], Input = 0;

    if (QuerySystemEx == NULL)
        return;
    CHECK_STATUS(QuerySystemEx(107, NULL, 0, Value, sizeof(Value), NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(QuerySystemEx(0, &Input, sizeof(Input), Value, sizeof(Value), NULL),
        STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(
        ZwQuerySystemInformation(107, Value, sizeof(Value), NULL), STATUS_INVALID_INFO_CLASS);
}
