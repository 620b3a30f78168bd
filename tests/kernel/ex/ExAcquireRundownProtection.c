/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Rundown protection - users come and go until the owner waits for the last to leave.
 */
#include "kthread.h"

typedef struct RUNDOWN_TEST {
    EX_RUNDOWN_REF Ref;
    KEVENT Waiting;
    volatile LONG Done;
} RUNDOWN_TEST;

static VOID NTAPI OwnerThread(PVOID Context)
{
    RUNDOWN_TEST *Test = Context;

    KeSetEvent(&Test->Waiting, IO_NO_INCREMENT, FALSE);
    ExWaitForRundownProtectionRelease(&Test->Ref);
    InterlockedExchange(&Test->Done, 1);
}

/* Until the owner has closed the door: from then on nobody comes in. */
static VOID AwaitClosed(PEX_RUNDOWN_REF Ref)
{
    LARGE_INTEGER Now = {0};

    while (ExAcquireRundownProtection(Ref)) {
        ExReleaseRundownProtection(Ref);
        KeDelayExecutionThread(KernelMode, FALSE, &Now);
    }
}

TEST(ExInitializeRundownProtection, LetsUsersIn)
{
    EX_RUNDOWN_REF Ref;

    RtlFillMemory(&Ref, sizeof(Ref), 0xAA);
    ExInitializeRundownProtection(&Ref);
    CHECK(ExAcquireRundownProtection(&Ref));
    ExReleaseRundownProtection(&Ref);
}

TEST(ExWaitForRundownProtectionRelease, WithNobodyIn)
{
    EX_RUNDOWN_REF Ref;

    ExInitializeRundownProtection(&Ref);
    CHECK(ExAcquireRundownProtection(&Ref));
    ExReleaseRundownProtection(&Ref);
    ExWaitForRundownProtectionRelease(&Ref);
    CHECK(!ExAcquireRundownProtection(&Ref));
    ExRundownCompleted(&Ref);
}

TEST(ExWaitForRundownProtectionRelease, WaitsForTheLast)
{
    RUNDOWN_TEST Test = {0};
    PVOID Thread;

    ExInitializeRundownProtection(&Test.Ref);
    KeInitializeEvent(&Test.Waiting, NotificationEvent, FALSE);
    CHECK(ExAcquireRundownProtection(&Test.Ref));
    CHECK(ExAcquireRundownProtectionEx(&Test.Ref, 3));
    Thread = KtestStartThread(OwnerThread, &Test);
    CHECK_STATUS(KtestWait(&Test.Waiting), STATUS_SUCCESS);
    AwaitClosed(&Test.Ref);
    CHECK(!ExAcquireRundownProtection(&Test.Ref));
    CHECK(!ExAcquireRundownProtectionEx(&Test.Ref, 2));
    ExReleaseRundownProtection(&Test.Ref);
    ExReleaseRundownProtectionEx(&Test.Ref, 2);
    CHECK_EQ(Test.Done, 0);
    ExReleaseRundownProtection(&Test.Ref);
    KtestJoinThread(Thread);
    CHECK_EQ(Test.Done, 1);
    CHECK(!ExAcquireRundownProtection(&Test.Ref));
}

TEST(ExRundownCompleted, ClosesForGood)
{
    EX_RUNDOWN_REF Ref;

    ExInitializeRundownProtection(&Ref);
    ExWaitForRundownProtectionRelease(&Ref);
    ExRundownCompleted(&Ref);
    CHECK(!ExAcquireRundownProtection(&Ref));
    ExWaitForRundownProtectionRelease(&Ref);
    CHECK(!ExAcquireRundownProtection(&Ref));
}

TEST(ExReInitializeRundownProtection, OpensAgain)
{
    EX_RUNDOWN_REF Ref;

    ExInitializeRundownProtection(&Ref);
    ExWaitForRundownProtectionRelease(&Ref);
    ExRundownCompleted(&Ref);
    ExReInitializeRundownProtection(&Ref);
    CHECK(ExAcquireRundownProtection(&Ref));
    ExReleaseRundownProtection(&Ref);
}

typedef struct USERS {
    EX_RUNDOWN_REF Ref;
    volatile LONG In, Down, Wrong;
} USERS;

static VOID NTAPI UserThread(PVOID Context)
{
    USERS *Users = Context;

    while (ExAcquireRundownProtection(&Users->Ref)) {
        InterlockedIncrement(&Users->In);
        if (Users->Down)
            InterlockedIncrement(&Users->Wrong);
        InterlockedDecrement(&Users->In);
        ExReleaseRundownProtection(&Users->Ref);
    }
}

TEST(ExAcquireRundownProtection, ByManyThreads)
{
    USERS Users = {0};
    PVOID Thread[3];
    ULONG Index, Round;

    for (Round = 0; Round < 20; Round++) {
        ExInitializeRundownProtection(&Users.Ref);
        for (Index = 0; Index < 3; Index++)
            Thread[Index] = KtestStartThread(UserThread, &Users);
        ExWaitForRundownProtectionRelease(&Users.Ref);
        CHECK_EQ(Users.In, 0);
        Users.Down = 1;
        for (Index = 0; Index < 3; Index++)
            KtestJoinThread(Thread[Index]);
        Users.Down = 0;
    }
    CHECK_EQ(Users.Wrong, 0);
}
