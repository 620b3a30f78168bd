/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsRemoveLoadImageNotifyRoutine - refuses what is not set.
 */
#include "pstest.h"

static VOID NTAPI Told(PUNICODE_STRING Name, HANDLE ProcessId, PIMAGE_INFO Info)
{
    UNREFERENCED_PARAMETER(Name);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Info);
}

TEST(PsRemoveLoadImageNotifyRoutine, RefusesWhatIsNotSet)
{
    CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_PROCEDURE_NOT_FOUND);
}
