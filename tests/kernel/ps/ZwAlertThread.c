/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwAlertThread - alerts the thread behind a handle.
 */
#include "kthread.h"

/* Declared in ntifs.h only. */
NTSYSAPI NTSTATUS NTAPI ZwAlertThread(HANDLE ThreadHandle);

TEST(ZwAlertThread, EndsTheNextAlertableWait)
{
    KEVENT Event;
    LARGE_INTEGER Timeout;

    Timeout.QuadPart = 0;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    CHECK_STATUS(ZwAlertThread(ZwCurrentThread()), STATUS_SUCCESS);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout),
                 STATUS_TIMEOUT);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, TRUE, &Timeout),
                 STATUS_ALERTED);
    CHECK_STATUS(KeWaitForSingleObject(&Event, Executive, KernelMode, TRUE, &Timeout),
                 STATUS_TIMEOUT);
}

TEST(ZwAlertThread, OnlyThreads)
{
    CHECK_STATUS(ZwAlertThread(ZwCurrentProcess()), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ZwAlertThread(NULL), STATUS_INVALID_HANDLE);
}
