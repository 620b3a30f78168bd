/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoInitializeRemoveLockEx, IoAcquireRemoveLockEx, IoReleaseRemoveLockEx,
 * IoReleaseRemoveLockAndWaitEx - through the DDK's macros; this driver is a checked one, so its
 * locks have the debug block. The removal waits for every use.
 */
#include "io_test.h"

static IO_REMOVE_LOCK RemoveLock; /* Windows wants it initialised once */

typedef struct REMOVE_FREE_LOCK {
    IO_REMOVE_LOCK_COMMON_BLOCK Common;
} REMOVE_FREE_LOCK;

static KEVENT RemoveGo;
static LONG RemoveReleased;

/* A use that ends on another thread. */
static VOID NTAPI RemoveUser(PVOID Context)
{
    KeWaitForSingleObject(&RemoveGo, Executive, KernelMode, FALSE, NULL);
    InterlockedIncrement(&RemoveReleased);
    IoReleaseRemoveLock(&RemoveLock, Context);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(IoAcquireRemoveLockEx, TheRemovalWaitsForUses)
{
    CHAR First;
    CHAR Second;
    HANDLE Thread;

    IoInitializeRemoveLock(&RemoveLock, IO_TEST_TAG, 0, 0);
    KeInitializeEvent(&RemoveGo, NotificationEvent, FALSE);
    CHECK_STATUS(IoAcquireRemoveLock(&RemoveLock, &First), STATUS_SUCCESS);
    CHECK_STATUS(IoAcquireRemoveLock(&RemoveLock, &First), STATUS_SUCCESS);
    IoReleaseRemoveLock(&RemoveLock, &First);
    CHECK_STATUS(IoAcquireRemoveLock(&RemoveLock, &Second), STATUS_SUCCESS);
    if (!CHECK_STATUS(PsCreateSystemThread(&Thread, THREAD_ALL_ACCESS, NULL, NULL, NULL,
                                           RemoveUser, &Second), STATUS_SUCCESS)) {
        IoReleaseRemoveLock(&RemoveLock, &Second);
        IoReleaseRemoveLockAndWait(&RemoveLock, &First);
        return;
    }
    KeSetEvent(&RemoveGo, IO_NO_INCREMENT, FALSE);
    IoReleaseRemoveLockAndWait(&RemoveLock, &First);
    CHECK_EQ(RemoveReleased, 1);
    CHECK_STATUS(IoAcquireRemoveLock(&RemoveLock, &First), STATUS_DELETE_PENDING);
    ZwWaitForSingleObject(Thread, FALSE, NULL);
    ZwClose(Thread);
}

/* A lock as a free driver has it, without the debug block. */
TEST(IoReleaseRemoveLockAndWaitEx, NothingElseHeld)
{
    static REMOVE_FREE_LOCK Free;
    PIO_REMOVE_LOCK Lock = (PIO_REMOVE_LOCK)&Free;
    CHAR Tag;

    IoInitializeRemoveLockEx(Lock, IO_TEST_TAG, 1, 2, sizeof(Free));
    CHECK_STATUS(IoAcquireRemoveLockEx(Lock, &Tag, __FILE__, __LINE__, sizeof(Free)),
                 STATUS_SUCCESS);
    CHECK_STATUS(IoAcquireRemoveLockEx(Lock, NULL, __FILE__, __LINE__, sizeof(Free)),
                 STATUS_SUCCESS);
    IoReleaseRemoveLockEx(Lock, NULL, sizeof(Free));
    IoReleaseRemoveLockAndWaitEx(Lock, &Tag, sizeof(Free));
    CHECK_STATUS(IoAcquireRemoveLockEx(Lock, &Tag, __FILE__, __LINE__, sizeof(Free)),
                 STATUS_DELETE_PENDING);
}
