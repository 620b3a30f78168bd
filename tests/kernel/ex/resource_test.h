/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * resource_test.h - threads that acquire a resource in one way or the other, say so, and release it
 * when told to.
 */
#ifndef TESTS_KERNEL_EX_RESOURCE_TEST_H
#define TESTS_KERNEL_EX_RESOURCE_TEST_H

#include "kthread.h"

typedef BOOLEAN(NTAPI *RESOURCE_ACQUIRE)(PERESOURCE Resource, BOOLEAN Wait);

typedef struct RESOURCE_USER {
    PERESOURCE Resource;
    RESOURCE_ACQUIRE Acquire;
    BOOLEAN Wait;
    KEVENT Tried, Leave;
    BOOLEAN Got;
    volatile LONG *Order; /* shared; raised by each user that gets it */
    LONG Place;
    PVOID Thread;
} RESOURCE_USER;

static VOID NTAPI ResourceUserThread(PVOID Context)
{
    RESOURCE_USER *User = Context;

    KeEnterCriticalRegion();
    User->Got = User->Acquire(User->Resource, User->Wait);
    if (User->Order != NULL)
        User->Place = InterlockedIncrement(User->Order);
    KeSetEvent(&User->Tried, IO_NO_INCREMENT, FALSE);
    if (User->Got) {
        KtestWait(&User->Leave);
        ExReleaseResourceLite(User->Resource);
    }
    KeLeaveCriticalRegion();
}

/* A user that waits for the resource if it must. */
static inline VOID ResourceUserStart(
    RESOURCE_USER *User, PERESOURCE Resource, RESOURCE_ACQUIRE Acquire)
{
    RtlZeroMemory(User, sizeof(*User));
    User->Resource = Resource;
    User->Acquire = Acquire;
    User->Wait = TRUE;
    KeInitializeEvent(&User->Tried, NotificationEvent, FALSE);
    KeInitializeEvent(&User->Leave, NotificationEvent, FALSE);
    User->Thread = KtestStartThread(ResourceUserThread, User);
}

/* Waits until it has the resource. */
static inline VOID ResourceUserGot(RESOURCE_USER *User)
{
    CHECK_STATUS(KtestWait(&User->Tried), STATUS_SUCCESS);
    CHECK(User->Got);
}

static inline BOOLEAN ResourceUserWaits(RESOURCE_USER *User)
{
    return KtestPoll(&User->Tried) == STATUS_TIMEOUT;
}

/* Has it release what it has or gets, and end. */
static inline VOID ResourceUserEnd(RESOURCE_USER *User)
{
    KeSetEvent(&User->Leave, IO_NO_INCREMENT, FALSE);
    KtestJoinThread(User->Thread);
}

/* Whether another thread gets it without waiting; it releases it at once. */
static inline BOOLEAN ResourceTry(PERESOURCE Resource, RESOURCE_ACQUIRE Acquire)
{
    RESOURCE_USER User;

    RtlZeroMemory(&User, sizeof(User));
    User.Resource = Resource;
    User.Acquire = Acquire;
    KeInitializeEvent(&User.Tried, NotificationEvent, FALSE);
    KeInitializeEvent(&User.Leave, NotificationEvent, TRUE);
    KtestJoinThread(KtestStartThread(ResourceUserThread, &User));
    return User.Got;
}

/* There is no event for a thread having begun to wait: looks until so many do. */
static inline VOID ResourceAwaitWaiters(PERESOURCE Resource, ULONG Exclusive, ULONG Shared)
{
    LONGLONG Patience = 60 * 1000;
    LARGE_INTEGER Interval;

    Interval.QuadPart = -10000;
    while ((ExGetExclusiveWaiterCount(Resource) != Exclusive ||
               ExGetSharedWaiterCount(Resource) != Shared) &&
        Patience-- > 0)
        KeDelayExecutionThread(KernelMode, FALSE, &Interval);
    CHECK_EQ(ExGetExclusiveWaiterCount(Resource), Exclusive);
    CHECK_EQ(ExGetSharedWaiterCount(Resource), Shared);
}

/* A resource of the test's own, in a critical region. */
static inline VOID ResourceBegin(PERESOURCE Resource)
{
    CHECK_STATUS(ExInitializeResourceLite(Resource), STATUS_SUCCESS);
    KeEnterCriticalRegion();
}

static inline VOID ResourceEnd(PERESOURCE Resource)
{
    KeLeaveCriticalRegion();
    CHECK_STATUS(ExDeleteResourceLite(Resource), STATUS_SUCCESS);
}

#endif
