/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsLookupProcessByProcessId - the process of an identifier, with a reference.
 */
#include "pstest.h"

static VOID NTAPI Look(PVOID Context)
{
    *(HANDLE *)Context = PsGetCurrentThreadId();
}

TEST(PsLookupProcessByProcessId, FindsTheCurrentProcess)
{
    PEPROCESS Process = NULL;

    if (!CHECK_STATUS(PsLookupProcessByProcessId(PsGetCurrentProcessId(), &Process),
                      STATUS_SUCCESS))
        return;
    CHECK_PTR(Process, PsGetCurrentProcess());
    ObDereferenceObject(Process);
}

TEST(PsLookupProcessByProcessId, RefusesWhatIsNoProcess)
{
    PEPROCESS Process = (PEPROCESS)1;
    const NTSTATUS Missing = KtestIsSince(6, 0) ? STATUS_INVALID_CID : STATUS_INVALID_PARAMETER;

    CHECK_STATUS(PsLookupProcessByProcessId(PSTEST_NOBODY, &Process), Missing);
    CHECK_STATUS(PsLookupProcessByProcessId(NULL, &Process), Missing);
}

TEST(PsLookupProcessByProcessId, AThreadsIdIsNoProcess)
{
    HANDLE Id = NULL;
    PEPROCESS Process;

    PstestOnThread(Look, &Id);
    if (NT_SUCCESS(PsLookupProcessByProcessId(Id, &Process))) {
        CHECK(PsGetProcessId(Process) == Id); /* given anew meanwhile */
        ObDereferenceObject(Process);
    }
    CHECK(Id != NULL);
}
