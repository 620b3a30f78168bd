/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsRemoveCreateThreadNotifyRoutine - a routine that was removed is told nothing.
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

TEST(PsRemoveCreateThreadNotifyRoutine, EndsIt)
{
    HANDLE Id = NULL;

    CHECK_STATUS(PsSetCreateThreadNotifyRoutine(Told), STATUS_SUCCESS);
    CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(Told), STATUS_SUCCESS);
    Created = Ended = 0;
    PstestOnThread(Run, &Id);
    CHECK_EQ(Created, 0);
    CHECK_EQ(Ended, 0);
    CHECK(Id != NULL);
}

TEST(PsRemoveCreateThreadNotifyRoutine, RefusesWhatIsNotSet)
{
    CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(Told), STATUS_PROCEDURE_NOT_FOUND);
}
