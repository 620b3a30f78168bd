/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * queue_test.h - queues of numbered entries.
 */
#ifndef TESTS_KERNEL_KE_QUEUE_TEST_H
#define TESTS_KERNEL_KE_QUEUE_TEST_H

#include "kthread.h"

/* Declared in ntifs.h only. */
typedef struct _KQUEUE {
    DISPATCHER_HEADER Header;
    LIST_ENTRY EntryListHead;
    volatile ULONG CurrentCount;
    ULONG MaximumCount;
    LIST_ENTRY ThreadListHead;
} KQUEUE, *PKQUEUE;

NTKERNELAPI VOID NTAPI KeInitializeQueue(PKQUEUE Queue, ULONG Count);
NTKERNELAPI LONG NTAPI KeReadStateQueue(PKQUEUE Queue);
NTKERNELAPI LONG NTAPI KeInsertQueue(PKQUEUE Queue, PLIST_ENTRY Entry);
NTKERNELAPI LONG NTAPI KeInsertHeadQueue(PKQUEUE Queue, PLIST_ENTRY Entry);
NTKERNELAPI PLIST_ENTRY NTAPI KeRemoveQueue(PKQUEUE Queue, KPROCESSOR_MODE WaitMode,
                                            PLARGE_INTEGER Timeout);
NTKERNELAPI PLIST_ENTRY NTAPI KeRundownQueue(PKQUEUE Queue);

/* Looks whether there is an entry. */
static inline PLIST_ENTRY QueueTestPoll(PKQUEUE Queue)
{
    LARGE_INTEGER Timeout;

    Timeout.QuadPart = 0;
    return KeRemoveQueue(Queue, KernelMode, &Timeout);
}

#define QUEUE_TEST_NOTHING ((PLIST_ENTRY)(LONG_PTR)STATUS_TIMEOUT)

#endif
