/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryLogicalProcessorRelationship - records of cores, packages, nodes and groups, each with its
 * size.
 */
#include <ntddk.h>

#include "ktest.h"

typedef NTSTATUS(NTAPI *QUERY)(PPROCESSOR_NUMBER, LOGICAL_PROCESSOR_RELATIONSHIP, PVOID, PULONG);

typedef struct RECORD {
    LOGICAL_PROCESSOR_RELATIONSHIP Relationship;
    ULONG Size;
} RECORD;

static QUERY Query(VOID)
{
    QUERY Routine = (QUERY)KtestExport(L"KeQueryLogicalProcessorRelationship");

    if (Routine == NULL)
        skip("newer than this Windows");
    return Routine;
}

TEST(KeQueryLogicalProcessorRelationship, GroupsInTwoCalls)
{
    QUERY Ask = Query();
    ULONG Length = 0, Needed;
    RECORD *Record;

    if (Ask == NULL)
        return;
    CHECK_STATUS(Ask(NULL, RelationGroup, NULL, &Length), STATUS_INFO_LENGTH_MISMATCH);
    if (!CHECK(Length >= sizeof(RECORD)))
        return;
    Needed = Length;
    Record = ExAllocatePoolWithTag(NonPagedPool, Length, 'leRT');
    if (!CHECK(Record != NULL))
        return;
    CHECK_STATUS(Ask(NULL, RelationGroup, Record, &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, Needed);
    CHECK_EQ(Record->Relationship, RelationGroup);
    CHECK_EQ(Record->Size, Needed);
    ExFreePool(Record);
}

TEST(KeQueryLogicalProcessorRelationship, AllRecordsFollowOneAnother)
{
    QUERY Ask = Query();
    ULONG Length = 0, At = 0, Kinds = 0;
    PUCHAR Records;

    if (Ask == NULL)
        return;
    CHECK_STATUS(Ask(NULL, RelationAll, NULL, &Length), STATUS_INFO_LENGTH_MISMATCH);
    Records = ExAllocatePoolWithTag(NonPagedPool, Length, 'leRT');
    if (!CHECK(Records != NULL))
        return;
    CHECK_STATUS(Ask(NULL, RelationAll, Records, &Length), STATUS_SUCCESS);
    while (At < Length) {
        const RECORD *Record = (const RECORD *)(Records + At);

        if (!CHECK(Record->Size >= sizeof(RECORD) && Record->Size <= Length - At))
            break;
        Kinds |= 1u << Record->Relationship;
        At += Record->Size;
    }
    CHECK_EQ(At, Length);
    CHECK(Kinds & 1u << RelationProcessorCore);
    CHECK(Kinds & 1u << RelationProcessorPackage);
    CHECK(Kinds & 1u << RelationNumaNode);
    CHECK(Kinds & 1u << RelationGroup);
    ExFreePool(Records);
}

TEST(KeQueryLogicalProcessorRelationship, NoSuchProcessor)
{
    QUERY Ask = Query();
    PROCESSOR_NUMBER Processor = {.Group = 99};
    ULONG Length = 0;

    if (Ask == NULL)
        return;
    CHECK_STATUS(Ask(&Processor, RelationProcessorCore, NULL, &Length), STATUS_INVALID_PARAMETER);
}
