/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentProcess - and IoGetCurrentProcess, which is the same.
 */
#include "kthread.h"

static VOID NTAPI LookingThread(PVOID Context)
{
    *(PEPROCESS *)Context = PsGetCurrentProcess();
}

TEST(PsGetCurrentProcess, IsOneForAllSystemThreads)
{
    PEPROCESS Other = NULL;

    KtestJoinThread(KtestStartThread(LookingThread, &Other));
    CHECK(Other != NULL);
    CHECK_PTR(Other, PsGetCurrentProcess());
}

TEST(IoGetCurrentProcess, IsTheSame)
{
    CHECK_PTR(IoGetCurrentProcess(), PsGetCurrentProcess());
}
