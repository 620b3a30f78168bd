/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetCurrentThread - the object PsCreateSystemThread made.
 */
#include "kthread.h"

static VOID NTAPI LookingThread(PVOID Context)
{
    *(PVOID *)Context = PsGetCurrentThread();
}

TEST(PsGetCurrentThread, IsTheThreadsOwnObject)
{
    PVOID Seen = NULL;
    PVOID Thread = KtestStartThread(LookingThread, &Seen);

    KtestJoinThread(Thread);
    CHECK_PTR(Seen, Thread);
    CHECK((PVOID)PsGetCurrentThread() != Thread);
}
