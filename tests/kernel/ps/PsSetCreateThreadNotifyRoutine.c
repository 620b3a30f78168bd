/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSetCreateThreadNotifyRoutine - a routine is told of threads before their creator goes on, and
 * of their ends.
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

TEST(PsSetCreateThreadNotifyRoutine, IsToldOfASystemThread)
{
    HANDLE Id = NULL;

    Created = Ended = 0;
    CHECK_STATUS(PsSetCreateThreadNotifyRoutine(Told), STATUS_SUCCESS);
    PstestOnThread(Run, &Id);
    CHECK(Created >= 1);
    CHECK(Of != NULL);
    CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(Told), STATUS_SUCCESS);
    CHECK(Ended >= 1);
    CHECK(Id != NULL);
}
