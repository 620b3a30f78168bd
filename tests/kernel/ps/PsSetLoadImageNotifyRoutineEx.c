/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSetLoadImageNotifyRoutineEx - the same with flags.
 */
#include "pstest.h"

static VOID NTAPI Told(PUNICODE_STRING Name, HANDLE ProcessId, PIMAGE_INFO Info)
{
    UNREFERENCED_PARAMETER(Name);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Info);
}

TEST(PsSetLoadImageNotifyRoutineEx, TakesNoFlags)
{
    LATER(PsSetLoadImageNotifyRoutineEx, NTSTATUS, PVOID Routine, ULONG_PTR Flags)

    CHECK_STATUS(PsSetLoadImageNotifyRoutineEx(Told, 0), STATUS_SUCCESS);
    CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_SUCCESS);
}
