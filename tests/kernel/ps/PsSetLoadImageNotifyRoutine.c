/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSetLoadImageNotifyRoutine - a routine for images is set and removed.
 */
#include "pstest.h"

static VOID NTAPI Told(PUNICODE_STRING Name, HANDLE ProcessId, PIMAGE_INFO Info)
{
    UNREFERENCED_PARAMETER(Name);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Info);
}

TEST(PsSetLoadImageNotifyRoutine, IsSetAndRemoved)
{
    CHECK_STATUS(PsSetLoadImageNotifyRoutine(Told), STATUS_SUCCESS);
    CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_SUCCESS);
}
