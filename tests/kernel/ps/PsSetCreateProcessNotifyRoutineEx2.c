/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSetCreateProcessNotifyRoutineEx2 - the same by type of notification.
 */
#include "pstest.h"

static VOID NTAPI Told(PEPROCESS Process, HANDLE ProcessId, PVOID Info)
{
    UNREFERENCED_PARAMETER(Process);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Info);
}

TEST(PsSetCreateProcessNotifyRoutineEx2, IsSetOnceAndRemovedOnce)
{
    LATER(PsSetCreateProcessNotifyRoutineEx2, NTSTATUS, ULONG Type, PVOID Routine, BOOLEAN Remove)

    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx2(0, Told, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx2(0, Told, TRUE), STATUS_SUCCESS);
}

TEST(PsSetCreateProcessNotifyRoutineEx2, RefusesAnotherType)
{
    LATER(PsSetCreateProcessNotifyRoutineEx2, NTSTATUS, ULONG Type, PVOID Routine, BOOLEAN Remove)

    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx2(77, Told, FALSE), STATUS_INVALID_PARAMETER);
}
