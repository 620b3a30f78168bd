/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wait_test.h - threads that wait for an object, say that they got through, and end.
 */
#ifndef TESTS_KERNEL_KE_WAIT_TEST_H
#define TESTS_KERNEL_KE_WAIT_TEST_H

#include "kthread.h"

#define WAIT_TEST_THREADS 3

typedef struct WAIT_TEST {
    PVOID Object;         /* what they wait for */
    KSEMAPHORE Through;   /* a count for each that has */
    volatile LONG Passed; /* how many have */
    volatile LONG Wrong;  /* how many were told something else than STATUS_SUCCESS */
    PVOID Thread[WAIT_TEST_THREADS];
    LONG Started; /* WAIT_TEST_THREADS; fewer, and the test has failed, when memory is short */
} WAIT_TEST;

static VOID NTAPI WaitTestThread(PVOID Context)
{
    WAIT_TEST *Test = Context;

    if (KtestWait(Test->Object) != STATUS_SUCCESS)
        InterlockedIncrement(&Test->Wrong);
    InterlockedIncrement(&Test->Passed);
    KeReleaseSemaphore(&Test->Through, IO_NO_INCREMENT, 1, FALSE);
}

static inline VOID WaitTestStart(WAIT_TEST *Test, PVOID Object)
{
    ULONG Index;

    RtlZeroMemory(Test, sizeof(*Test));
    Test->Object = Object;
    KeInitializeSemaphore(&Test->Through, 0, MAXLONG);
    for (Index = 0; Index < WAIT_TEST_THREADS; Index++)
        Test->Thread[Index] = KtestStartThread(WaitTestThread, Test);
    for (Index = 0; Index < WAIT_TEST_THREADS; Index++)
        Test->Started += Test->Thread[Index] != NULL;
}

/* Waits until one more has got through. */
static inline VOID WaitTestNext(WAIT_TEST *Test)
{
    CHECK_STATUS(KtestWait(&Test->Through), STATUS_SUCCESS);
}

/* All have got through: waits for their ends. */
static inline VOID WaitTestEnd(WAIT_TEST *Test)
{
    ULONG Index;

    for (Index = 0; Index < WAIT_TEST_THREADS; Index++)
        KtestJoinThread(Test->Thread[Index]);
    CHECK_EQ(Test->Passed, Test->Started);
    CHECK_EQ(Test->Wrong, 0);
}

#endif
