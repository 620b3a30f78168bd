/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSetCreateProcessNotifyRoutine - a routine is set once and removed once.
 */
#include "pstest.h"

static VOID NTAPI Told(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create)
{
    UNREFERENCED_PARAMETER(ParentId);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Create);
}

TEST(PsSetCreateProcessNotifyRoutine, IsSetOnceAndRemovedOnce)
{
    CHECK_STATUS(PsSetCreateProcessNotifyRoutine(Told, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutine(Told, TRUE), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(PsSetCreateProcessNotifyRoutine(Told, TRUE)));
}

TEST(PsSetCreateProcessNotifyRoutine, MayBeSetAgain)
{
    ULONG Round;

    for (Round = 0; Round < 20; Round++) {
        CHECK_STATUS(PsSetCreateProcessNotifyRoutine(Told, FALSE), STATUS_SUCCESS);
        CHECK_STATUS(PsSetCreateProcessNotifyRoutine(Told, TRUE), STATUS_SUCCESS);
    }
}

TEST(PsSetCreateProcessNotifyRoutine, RefusesTheSameTwice)
{
    CHECK_STATUS(PsSetCreateProcessNotifyRoutine(Told, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutine(Told, FALSE), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutine(Told, TRUE), STATUS_SUCCESS);
}
