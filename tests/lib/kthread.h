/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * kthread.h - second threads for tests: started, and waited for until they have ended.
 *
 * Nothing here sleeps. What has to happen on another thread is waited for, at most KTEST_PATIENCE:
 * a test that waits longer has failed, and only then does the time matter.
 */
#ifndef DOTSYS_KTHREAD_H
#define DOTSYS_KTHREAD_H

#include "ktest.h"

#define KTEST_SECONDS(Count) (-10000000LL * (Count)) /* relative, in 100 ns */
#define KTEST_PATIENCE       KTEST_SECONDS(60)

/* Declared in ntifs.h only. */
NTSYSAPI NTSTATUS NTAPI ZwWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable,
                                              PLARGE_INTEGER Timeout);

/* Waits for Object as long as a test has patience: STATUS_TIMEOUT then. */
static inline NTSTATUS KtestWait(PVOID Object)
{
    LARGE_INTEGER Timeout;

    Timeout.QuadPart = KTEST_PATIENCE;
    return KeWaitForSingleObject(Object, Executive, KernelMode, FALSE, &Timeout);
}

/* Looks whether Object is signalled, and takes what a wait takes. */
static inline NTSTATUS KtestPoll(PVOID Object)
{
    LARGE_INTEGER Timeout;

    Timeout.QuadPart = 0;
    return KeWaitForSingleObject(Object, Executive, KernelMode, FALSE, &Timeout);
}

/* The thread object, referenced; NULL, and the test has failed, if there is none. */
static inline PVOID KtestStartThread(PKSTART_ROUTINE Routine, PVOID Context)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    PVOID Thread = NULL;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, &Attributes, NULL, NULL,
                                           Routine, Context),
                      STATUS_SUCCESS))
        return NULL;
    if (!CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
            STATUS_SUCCESS))
        Thread = NULL;
    ZwClose(Handle);
    return Thread;
}

/* Waits for the thread's end and lets its object go. NULL is no thread. */
static inline VOID KtestJoinThread(PVOID Thread)
{
    if (Thread == NULL)
        return;
    CHECK_STATUS(KtestWait(Thread), STATUS_SUCCESS);
    ObDereferenceObject(Thread);
}

#endif
