/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeQueryNodeActiveAffinity2, KeQueryNodeActiveProcessorCount - a node's processors by group.
 */
#include "ktest.h"

TEST(KeQueryNodeActiveAffinity2, SaysHowManyGroups)
{
    NTSTATUS(NTAPI * Query)
    (USHORT Node, PGROUP_AFFINITY Affinities, USHORT Count, PUSHORT Required) = (PVOID)KtestExport(
        L"KeQueryNodeActiveAffinity2");
    USHORT(NTAPI * CountOf)(USHORT Node) = (PVOID)KtestExport(L"KeQueryNodeActiveProcessorCount");
    GROUP_AFFINITY Affinities[8];
    USHORT Required = 0;

    if (Query == NULL) {
        skip("new in Windows 11");
        return;
    }
    CHECK_STATUS(Query(0, NULL, 0, &Required), STATUS_BUFFER_TOO_SMALL);
    CHECK(Required >= 1 && Required <= 8);
    CHECK_STATUS(Query(0, Affinities, 8, &Required), STATUS_SUCCESS);
    CHECK(Affinities[0].Mask != 0);
    CHECK(CountOf(0) >= 1);
    CHECK_STATUS(Query(60000, Affinities, 8, &Required), STATUS_INVALID_PARAMETER);
}
