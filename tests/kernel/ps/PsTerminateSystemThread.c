/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsTerminateSystemThread - ends the calling thread where it stands.
 */
#include "kthread.h"

typedef struct END_TEST {
    LONG Before;
    LONG After;
} END_TEST;

static __attribute__((noinline)) VOID EndHere(END_TEST *Test)
{
    Test->Before++;
    PsTerminateSystemThread(STATUS_SUCCESS);
    Test->After++;
}

static VOID NTAPI EndingThread(PVOID Context)
{
    EndHere(Context);
    ((END_TEST *)Context)->After++;
}

TEST(PsTerminateSystemThread, DoesNotReturn)
{
    END_TEST Test = {0, 0};

    KtestJoinThread(KtestStartThread(EndingThread, &Test));
    CHECK_EQ(Test.Before, 1);
    CHECK_EQ(Test.After, 0);
}

/* Nothing a thread leaves behind keeps others from ending the same way. */
TEST(PsTerminateSystemThread, LetsManyThreadsEnd)
{
    END_TEST Test = {0, 0};
    ULONG Round;

    for (Round = 0; Round < 20; Round++)
        KtestJoinThread(KtestStartThread(EndingThread, &Test));
    CHECK_EQ(Test.Before, 20);
    CHECK_EQ(Test.After, 0);
}

static VOID NTAPI FailingThread(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    PsTerminateSystemThread(STATUS_UNSUCCESSFUL);
}

TEST(PsTerminateSystemThread, AnyExitStatusSignalsTheThread)
{
    PVOID Thread = KtestStartThread(FailingThread, NULL);

    if (Thread == NULL)
        return;
    CHECK_STATUS(KtestWait(Thread), STATUS_SUCCESS);
    ObDereferenceObject(Thread);
}
