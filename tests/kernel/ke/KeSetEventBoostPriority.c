/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSetEventBoostPriority, KeIsWaitListEmpty - who waits for an event, and waking one.
 */
#include "kthread.h"

typedef BOOLEAN(NTAPI *IS_EMPTY)(PVOID Object);
typedef VOID(NTAPI *BOOST)(PKEVENT Event, PKTHREAD *Thread);

static VOID NTAPI Waits(PVOID Context)
{
    CHECK_STATUS(KtestWait(Context), STATUS_SUCCESS);
}

static VOID UntilSomebodyWaits(IS_EMPTY IsEmpty, PKEVENT Event)
{
    LARGE_INTEGER Nothing;

    Nothing.QuadPart = 0;
    while (IsEmpty(Event))
        KeDelayExecutionThread(KernelMode, FALSE, &Nothing);
}

TEST(KeSetEventBoostPriority, WakesAndTellsWho)
{
    BOOST Boost = (BOOST)KtestExport(L"KeSetEventBoostPriority");
    IS_EMPTY IsEmpty = (IS_EMPTY)KtestExport(L"KeIsWaitListEmpty");
    PKTHREAD Told = NULL;
    PVOID Thread;
    KEVENT Event;

    if (Boost == NULL || IsEmpty == NULL) {
        skip("not exported here");
        return;
    }
    KeInitializeEvent(&Event, SynchronizationEvent, FALSE);
    CHECK(IsEmpty(&Event));

    /* Nobody waits: it stays signalled for the next one. */
    Boost(&Event, &Told);
    CHECK_PTR(Told, NULL);
    CHECK_STATUS(KtestPoll(&Event), STATUS_SUCCESS);
    CHECK_STATUS(KtestPoll(&Event), STATUS_TIMEOUT);

    Thread = KtestStartThread(Waits, &Event);
    if (Thread == NULL)
        return;
    UntilSomebodyWaits(IsEmpty, &Event);
    Boost(&Event, &Told);
    CHECK_PTR(Told, Thread);
    KtestJoinThread(Thread);
    CHECK(IsEmpty(&Event));
    CHECK_EQ(KeReadStateEvent(&Event), 0);

    Thread = KtestStartThread(Waits, &Event);
    if (Thread == NULL)
        return;
    UntilSomebodyWaits(IsEmpty, &Event);
    Boost(&Event, NULL);
    KtestJoinThread(Thread);
}
