/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentThreadId - differs between threads that run at a time.
 */
#include "kthread.h"

static VOID NTAPI LookingThread(PVOID Context)
{
    *(HANDLE *)Context = PsGetCurrentThreadId();
}

TEST(PsGetCurrentThreadId, IsTheThreadsOwn)
{
    HANDLE Other = NULL;
    HANDLE Mine = PsGetCurrentThreadId();

    CHECK(Mine != NULL);
    CHECK_PTR(PsGetCurrentThreadId(), Mine);
    KtestJoinThread(KtestStartThread(LookingThread, &Other));
    CHECK(Other != NULL);
    CHECK(Other != Mine);
}
