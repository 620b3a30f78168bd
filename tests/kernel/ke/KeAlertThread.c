/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAlertThread, KeTestAlertThread - the state, and the waits it ends.
 */
#include "apc_test.h"

TEST(KeAlertThread, EndsTheNextAlertableWait)
{
    KEVENT Event;
    LARGE_INTEGER Timeout;

    Timeout.QuadPart = 0;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    CHECK_EQ(KeAlertThread(KeGetCurrentThread(), KernelMode), FALSE);
    CHECK_EQ(KeAlertThread(KeGetCurrentThread(), KernelMode), TRUE);
    CHECK_STATUS(KtestPoll(&Event), STATUS_TIMEOUT);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, TRUE, &Timeout),
                 STATUS_ALERTED);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, TRUE, &Timeout),
                 STATUS_TIMEOUT);
}

TEST(KeAlertThread, ASignalledObjectComesFirst)
{
    KEVENT Event;

    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    KeAlertThread(KeGetCurrentThread(), KernelMode);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, TRUE, NULL), STATUS_SUCCESS);
    CHECK_EQ(KeTestAlertThread(KernelMode), TRUE);
}

TEST(KeTestAlertThread, ModesAreApart)
{
    KeAlertThread(KeGetCurrentThread(), UserMode);
    CHECK_EQ(KeTestAlertThread(KernelMode), FALSE);
    CHECK_EQ(KeTestAlertThread(UserMode), TRUE);
    CHECK_EQ(KeTestAlertThread(UserMode), FALSE);
}

typedef struct ALERTED {
    KEVENT Begun, Event;
    volatile NTSTATUS Status;
} ALERTED;

static VOID NTAPI AlertedThread(PVOID Context)
{
    ALERTED *Test = Context;

    KeSetEvent(&Test->Begun, IO_NO_INCREMENT, FALSE);
    Test->Status = KeWaitForSingleObject(&Test->Event, Executive, KernelMode, TRUE, NULL);
}

/* Whether it waits already or comes to that: the alert is not lost. */
TEST(KeAlertThread, EndsAWaitUnderWay)
{
    ULONG Round;

    for (Round = 0; Round < 100; Round++) {
        ALERTED Test;
        PVOID Thread;

        KeInitializeEvent(&Test.Begun, SynchronizationEvent, FALSE);
        KeInitializeEvent(&Test.Event, NotificationEvent, FALSE);
        Thread = KtestStartThread(AlertedThread, &Test);
        if (Thread == NULL)
            return;
        KtestWait(&Test.Begun);
        KeAlertThread(Thread, KernelMode);
        KtestJoinThread(Thread);
        if (!CHECK_STATUS(Test.Status, STATUS_ALERTED))
            return;
    }
}
