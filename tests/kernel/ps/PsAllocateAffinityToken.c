/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsAllocateAffinityToken, PsSetSystemMultipleGroupAffinityThread - an affinity over groups and
 * back.
 */
#include "ktest.h"

TEST(PsAllocateAffinityToken, KeepsWhatWasBefore)
{
    NTSTATUS(NTAPI * Allocate)(PVOID * Token) = (PVOID)KtestExport(L"PsAllocateAffinityToken");
    VOID(NTAPI * Free)(PVOID Token) = (PVOID)KtestExport(L"PsFreeAffinityToken");
    NTSTATUS(NTAPI * Set)(PGROUP_AFFINITY Affinity, USHORT Count, PVOID Token) =
        (PVOID)KtestExport(L"PsSetSystemMultipleGroupAffinityThread");
    VOID(NTAPI * Revert)
    (PVOID Token) = (PVOID)KtestExport(L"PsRevertToUserMultipleGroupAffinityThread");
    GROUP_AFFINITY Affinity = {.Mask = 1};
    PVOID Token;

    if (Allocate == NULL) {
        skip("new in Windows 11");
        return;
    }
    if (!CHECK_STATUS(Allocate(&Token), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(Set(&Affinity, 1, Token), STATUS_SUCCESS)) {
        CHECK_EQ(KeGetCurrentProcessorNumber(), 0);
        Revert(Token);
    }
    Affinity.Group = 900;
    CHECK_STATUS(Set(&Affinity, 1, Token), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Set(&Affinity, 0, Token), STATUS_INVALID_PARAMETER);
    Free(Token);
}
