/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSetCreateProcessNotifyRoutineEx - as the classic one, for images linked with /INTEGRITYCHECK, as this is.
 */
#include "pstest.h"

static VOID NTAPI Told(PEPROCESS Process, HANDLE ProcessId, PVOID Info)
{
    UNREFERENCED_PARAMETER(Process);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Info);
}

TEST(PsSetCreateProcessNotifyRoutineEx, IsSetOnceAndRemovedOnce)
{
    LATER(PsSetCreateProcessNotifyRoutineEx, NTSTATUS, PVOID Routine, BOOLEAN Remove)

    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, TRUE), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(PsSetCreateProcessNotifyRoutineEx(Told, TRUE)));
}

TEST(PsSetCreateProcessNotifyRoutineEx, IsNotTheClassicOne)
{
    LATER(PsSetCreateProcessNotifyRoutineEx, NTSTATUS, PVOID Routine, BOOLEAN Remove)

    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(
        PsSetCreateProcessNotifyRoutine((PCREATE_PROCESS_NOTIFY_ROUTINE)(ULONG_PTR)Told, TRUE)));
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, TRUE), STATUS_SUCCESS);
}
