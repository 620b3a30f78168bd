/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetSystemGroupAffinityThread and its kin, and what there is to know of processors, groups and
 * nodes.
 */
#include <ntddk.h>

#include "ktest.h"

typedef VOID(NTAPI *SET)(PGROUP_AFFINITY, PGROUP_AFFINITY);
typedef VOID(NTAPI *REVERT)(PGROUP_AFFINITY);
typedef USHORT(NTAPI *COUNT)(VOID);
typedef KAFFINITY(NTAPI *GROUP)(USHORT);
typedef NTSTATUS(NTAPI *NUMBER)(ULONG, PPROCESSOR_NUMBER);
typedef ULONG(NTAPI *INDEX)(PPROCESSOR_NUMBER);
typedef USHORT(NTAPI *NODE_COUNT)(USHORT);
typedef VOID(NTAPI *NODE_AFFINITY)(USHORT, PGROUP_AFFINITY, PUSHORT);

TEST(KeSetSystemGroupAffinityThread, ThereAndBack)
{
    SET Set = (SET)KtestExport(L"KeSetSystemGroupAffinityThread");
    REVERT Revert = (REVERT)KtestExport(L"KeRevertToUserGroupAffinityThread");
    GROUP_AFFINITY Wanted, Before, Between;

    if (Set == NULL || Revert == NULL) {
        skip("newer than this Windows");
        return;
    }
    RtlZeroMemory(&Wanted, sizeof(Wanted));
    Wanted.Mask = 1;
    RtlFillMemory(&Before, sizeof(Before), 0xEE);
    Set(&Wanted, &Before);
    CHECK_EQ(Before.Mask, 0);
    CHECK_EQ(KeGetCurrentProcessorNumber(), 0);
    Wanted.Mask = KeQueryActiveProcessors();
    Set(&Wanted, &Between);
    CHECK_EQ(Between.Mask, 1);
    CHECK_EQ(Between.Group, 0);
    Revert(&Between);
    CHECK_EQ(KeGetCurrentProcessorNumber(), 0);
    Revert(&Before);
}

TEST(KeSetSystemGroupAffinityThread, NoSuchGroup)
{
    SET Set = (SET)KtestExport(L"KeSetSystemGroupAffinityThread");
    GROUP_AFFINITY Wanted, Before;

    if (Set == NULL) {
        skip("newer than this Windows");
        return;
    }
    RtlZeroMemory(&Wanted, sizeof(Wanted));
    Wanted.Mask = 1;
    Wanted.Group = 9;
    RtlFillMemory(&Before, sizeof(Before), 0xEE);
    Set(&Wanted, &Before);
    CHECK_EQ(Before.Mask, 0);
    CHECK_EQ(Before.Group, 0);
}

TEST(KeQueryActiveGroupCount, GroupsAndTheirProcessors)
{
    COUNT Active = (COUNT)KtestExport(L"KeQueryActiveGroupCount"),
          Maximum = (COUNT)KtestExport(L"KeQueryMaximumGroupCount");
    GROUP Query = (GROUP)KtestExport(L"KeQueryGroupAffinity");

    if (Active == NULL || Maximum == NULL || Query == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Active() >= 1);
    CHECK(Maximum() >= Active());
    CHECK_EQ(Query(0), KeQueryActiveProcessors());
    CHECK_EQ(Query(999), 0);
}

TEST(KeQueryMaximumGroupCount, NoMoreThanWindowsHas)
{
    COUNT Maximum = (COUNT)KtestExport(L"KeQueryMaximumGroupCount");

    if (Maximum == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Maximum() >= 1 && Maximum() <= 32);
}

TEST(KeGetProcessorNumberFromIndex, ThereAndBack)
{
    NUMBER FromIndex = (NUMBER)KtestExport(L"KeGetProcessorNumberFromIndex");
    INDEX FromNumber = (INDEX)KtestExport(L"KeGetProcessorIndexFromNumber");
    PROCESSOR_NUMBER Processor;
    ULONG Number;

    if (FromIndex == NULL || FromNumber == NULL) {
        skip("newer than this Windows");
        return;
    }
    for (Number = 0; Number < 64 && KeQueryActiveProcessors() >> Number != 0; Number++) {
        CHECK_STATUS(FromIndex(Number, &Processor), STATUS_SUCCESS);
        CHECK_EQ(Processor.Group, 0);
        CHECK_EQ(Processor.Number, Number);
        CHECK_EQ(FromNumber(&Processor), Number);
        if (Number == sizeof(KAFFINITY) * 8 - 1)
            break;
    }
    CHECK_STATUS(FromIndex(9999, &Processor), STATUS_INVALID_PARAMETER);
}

TEST(KeGetProcessorIndexFromNumber, NoSuchProcessor)
{
    INDEX FromNumber = (INDEX)KtestExport(L"KeGetProcessorIndexFromNumber");
    PROCESSOR_NUMBER Processor;

    if (FromNumber == NULL) {
        skip("newer than this Windows");
        return;
    }
    RtlZeroMemory(&Processor, sizeof(Processor));
    Processor.Group = 99;
    CHECK_EQ(FromNumber(&Processor), 0xFFFFFFFF);
    Processor.Group = 0;
    Processor.Number = 200;
    CHECK_EQ(FromNumber(&Processor), 0xFFFFFFFF);
}

TEST(KeQueryNodeActiveAffinity, TheNodesProcessors)
{
    NODE_AFFINITY Query = (NODE_AFFINITY)KtestExport(L"KeQueryNodeActiveAffinity");
    NODE_COUNT Most = (NODE_COUNT)KtestExport(L"KeQueryNodeMaximumProcessorCount");
    COUNT HighestNode = (COUNT)KtestExport(L"KeQueryHighestNodeNumber"),
          Current = (COUNT)KtestExport(L"KeGetCurrentNodeNumber");
    GROUP_AFFINITY Affinity;
    USHORT Count = 0;

    if (Query == NULL || Most == NULL || HighestNode == NULL || Current == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Current() <= HighestNode());
    Query(0, &Affinity, &Count);
    CHECK(Affinity.Mask != 0);
    CHECK(Count != 0);
    CHECK(Most(0) >= Count);
    Query(0, NULL, NULL);
}

TEST(KeQueryHighestNodeNumber, NodesAreCountedFromZero)
{
    COUNT HighestNode = (COUNT)KtestExport(L"KeQueryHighestNodeNumber");
    NODE_COUNT Most = (NODE_COUNT)KtestExport(L"KeQueryNodeMaximumProcessorCount");

    if (HighestNode == NULL || Most == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(HighestNode() < 64);
    CHECK(Most(HighestNode()) != 0);
}
