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
    NTSTATUS Status = PsLookupProcessByProcessId(PSTEST_NOBODY, &Process);

    CHECK(Status == STATUS_INVALID_PARAMETER || Status == STATUS_INVALID_CID);
    Status = PsLookupProcessByProcessId(NULL, &Process);
    CHECK(Status == STATUS_INVALID_PARAMETER || Status == STATUS_INVALID_CID);
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
