/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetThreadExitStatus - STATUS_PENDING while the thread runs, then what it ended with.
 */
#include "pstest.h"

static VOID NTAPI End(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    PsTerminateSystemThread(STATUS_CANCELLED);
}

TEST(PsGetThreadExitStatus, IsWhatItEndedWith)
{
    PVOID Thread;
    LATER(PsGetThreadExitStatus, NTSTATUS, PETHREAD Thread)

    CHECK_STATUS(PsGetThreadExitStatus(PsGetCurrentThread()), STATUS_PENDING);
    Thread = KtestStartThread(End, NULL);
    if (Thread == NULL)
        return;
    CHECK_STATUS(KtestWait(Thread), STATUS_SUCCESS);
    CHECK_STATUS(PsGetThreadExitStatus(Thread), STATUS_CANCELLED);
    ObDereferenceObject(Thread);
}
