/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSetCreateThreadNotifyRoutineEx - the same by type of notification.
 */
#include "pstest.h"

static LONG Created, Ended;
static HANDLE Of;

static VOID NTAPI Told(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create)
{
    UNREFERENCED_PARAMETER(ProcessId);
    if (Create) {
        Of = ThreadId; /* of whichever thread; the test looks at its own */
        InterlockedIncrement(&Created);
    } else if (ThreadId != NULL) {
        InterlockedIncrement(&Ended);
    }
}

static VOID NTAPI Run(PVOID Context)
{
    *(HANDLE *)Context = PsGetCurrentThreadId();
}

TEST(PsSetCreateThreadNotifyRoutineEx, IsToldOfASystemThread)
{
    HANDLE Id = NULL;
    LATER(PsSetCreateThreadNotifyRoutineEx, NTSTATUS, ULONG Type, PVOID Routine)

    Created = Ended = 0;
    CHECK_STATUS(PsSetCreateThreadNotifyRoutineEx(1, Told), STATUS_SUCCESS);
    PstestOnThread(Run, &Id);
    CHECK(Created >= 1);
    CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(Told), STATUS_SUCCESS);
    CHECK(Of != NULL && Id != NULL);
}

TEST(PsSetCreateThreadNotifyRoutineEx, RefusesAnotherType)
{
    LATER(PsSetCreateThreadNotifyRoutineEx, NTSTATUS, ULONG Type, PVOID Routine)

    CHECK_STATUS(PsSetCreateThreadNotifyRoutineEx(77, Told), STATUS_INVALID_PARAMETER);
}

static HANDLE Subject;
static PETHREAD ToldOn;

static VOID NTAPI ToldOnItself(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create)
{
    UNREFERENCED_PARAMETER(ProcessId);
    if (Create && ThreadId == PsGetCurrentThreadId()) {
        Subject = ThreadId;
        ToldOn = PsGetCurrentThread();
    }
}

TEST(PsSetCreateThreadNotifyRoutineEx, TellsOnTheNewThreadItself)
{
    HANDLE Id = NULL;
    LATER(PsSetCreateThreadNotifyRoutineEx, NTSTATUS, ULONG Type, PVOID Routine)

    Subject = NULL;
    ToldOn = NULL;
    CHECK_STATUS(
        PsSetCreateThreadNotifyRoutineEx(0 /* PsCreateThreadNotifyNonSystem */, ToldOnItself),
        STATUS_SUCCESS);
    PstestOnThread(Run, &Id);
    CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(ToldOnItself), STATUS_SUCCESS);
    CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(ToldOnItself), STATUS_PROCEDURE_NOT_FOUND);
    CHECK_PTR(Subject, Id);
    CHECK(ToldOn != NULL && ToldOn != PsGetCurrentThread());
}
