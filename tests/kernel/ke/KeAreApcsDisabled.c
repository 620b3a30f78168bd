/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAreApcsDisabled - about regions, not about the IRQL.
 */
#include "region_test.h"

TEST(KeAreApcsDisabled, CountsBothKindsOfRegion)
{
    BOOLEAN Critical, Guarded;

    KeEnterCriticalRegion();
    Critical = KeAreApcsDisabled();
    KeLeaveCriticalRegion();
    KeEnterGuardedRegion();
    Guarded = KeAreApcsDisabled();
    KeLeaveGuardedRegion();
    CHECK_EQ(Critical, TRUE);
    CHECK_EQ(Guarded, TRUE);
}

TEST(KeAreApcsDisabled, DoesNotLookAtTheIrql)
{
    BOOLEAN Before = KeAreApcsDisabled();
    BOOLEAN Raised;
    KIRQL Old;

    KeRaiseIrql(APC_LEVEL, &Old);
    Raised = KeAreApcsDisabled();
    KeLowerIrql(Old);
    CHECK_EQ(Raised, Before);
}

typedef struct OTHER_THREAD {
    KEVENT Inside;
    KEVENT Leave;
} OTHER_THREAD;

static VOID NTAPI RegionThread(PVOID Context)
{
    OTHER_THREAD *Test = Context;

    KeEnterGuardedRegion();
    KeSetEvent(&Test->Inside, IO_NO_INCREMENT, FALSE);
    KtestWait(&Test->Leave);
    KeLeaveGuardedRegion();
}

TEST(KeAreApcsDisabled, IsTheThreadsOwn)
{
    OTHER_THREAD Test;
    PVOID Thread;
    ULONG Before = RegionTestState();

    KeInitializeEvent(&Test.Inside, NotificationEvent, FALSE);
    KeInitializeEvent(&Test.Leave, NotificationEvent, FALSE);
    Thread = KtestStartThread(RegionThread, &Test);
    if (Thread == NULL)
        return;
    CHECK_STATUS(KtestWait(&Test.Inside), STATUS_SUCCESS);
    CHECK_EQ(RegionTestState(), Before);
    KeSetEvent(&Test.Leave, IO_NO_INCREMENT, FALSE);
    KtestJoinThread(Thread);
}
