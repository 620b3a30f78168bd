/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsCreateSystemThread - the thread runs, and its object and handle tell when it has ended.
 */
#include "kthread.h"

typedef struct THREAD_TEST {
    PVOID Context; /* what the thread was given */
    KIRQL Irql;
    KPROCESSOR_MODE Mode;
    PEPROCESS Process;
    CLIENT_ID Cid;
} THREAD_TEST;

static VOID NTAPI ObservingThread(PVOID Context)
{
    THREAD_TEST *Test = Context;

    Test->Context = Context;
    Test->Irql = KeGetCurrentIrql();
    Test->Mode = ExGetPreviousMode();
    Test->Process = PsGetCurrentProcess();
    Test->Cid.UniqueProcess = PsGetCurrentProcessId();
    Test->Cid.UniqueThread = PsGetCurrentThreadId();
}

TEST(PsCreateSystemThread, RunsTheRoutineInTheSystemProcess)
{
    THREAD_TEST Test;

    RtlFillMemory(&Test, sizeof(Test), 0xEE);
    KtestJoinThread(KtestStartThread(ObservingThread, &Test));
    CHECK_PTR(Test.Context, &Test);
    CHECK_EQ(Test.Irql, PASSIVE_LEVEL);
    CHECK_EQ(Test.Mode, KernelMode);
    CHECK_PTR(Test.Cid.UniqueProcess, PsGetCurrentProcessId());
}

/* DriverEntry, too, runs in the System process. */
TEST(PsCreateSystemThread, NoProcessMeansTheSystemProcess)
{
    THREAD_TEST Test;

    RtlFillMemory(&Test, sizeof(Test), 0xEE);
    KtestJoinThread(KtestStartThread(ObservingThread, &Test));
    CHECK_PTR(Test.Process, PsGetCurrentProcess());
}

TEST(PsCreateSystemThread, GivesTheClientId)
{
    THREAD_TEST Test;
    CLIENT_ID Cid = {NULL, NULL};
    HANDLE Handle;
    PVOID Thread;

    RtlFillMemory(&Test, sizeof(Test), 0xEE);
    if (!CHECK_STATUS(PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, &Cid,
                                           ObservingThread, &Test),
                      STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
            STATUS_SUCCESS))
        KtestJoinThread(Thread);
    ZwClose(Handle);
    CHECK(Cid.UniqueThread != NULL);
    CHECK_PTR(Cid.UniqueThread, Test.Cid.UniqueThread);
    CHECK_PTR(Cid.UniqueProcess, Test.Cid.UniqueProcess);
}

static VOID NTAPI WaitingThread(PVOID Context)
{
    KtestWait(Context);
}

TEST(PsCreateSystemThread, TheHandleIsSignalledAtTheEnd)
{
    KEVENT Event;
    HANDLE Handle;
    LARGE_INTEGER Timeout;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    if (!CHECK_STATUS(PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
                                           WaitingThread, &Event),
                      STATUS_SUCCESS))
        return;
    Timeout.QuadPart = 0;
    CHECK_STATUS(ZwWaitForSingleObject(Handle, FALSE, &Timeout), STATUS_TIMEOUT);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    Timeout.QuadPart = KTEST_PATIENCE;
    CHECK_STATUS(ZwWaitForSingleObject(Handle, FALSE, &Timeout), STATUS_SUCCESS);
    ZwClose(Handle);
}

typedef struct END_TEST {
    KEVENT Go;
    KEVENT Done;
} END_TEST;

static VOID NTAPI EndingThread(PVOID Context)
{
    END_TEST *Test = Context;

    KtestWait(&Test->Go);
    KeSetEvent(&Test->Done, IO_NO_INCREMENT, FALSE);
}

/* The thread goes on without anybody who could look at it. */
TEST(PsCreateSystemThread, ClosingTheHandleDoesNotEndTheThread)
{
    END_TEST Test;
    HANDLE Handle;
    PVOID Thread;

    KeInitializeEvent(&Test.Go, NotificationEvent, FALSE);
    KeInitializeEvent(&Test.Done, NotificationEvent, FALSE);
    if (!CHECK_STATUS(
            PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, EndingThread, &Test),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
                 STATUS_SUCCESS);
    ZwClose(Handle);
    CHECK_STATUS(KtestPoll(&Test.Done), STATUS_TIMEOUT);
    KeSetEvent(&Test.Go, IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KtestWait(&Test.Done), STATUS_SUCCESS);
    KtestJoinThread(Thread);
}

#define THREADS 8

static VOID NTAPI CountingThread(PVOID Context)
{
    InterlockedIncrement(Context);
}

TEST(PsCreateSystemThread, MakesManyAtOnce)
{
    LONG Count = 0;
    PVOID Thread[THREADS];
    ULONG Index, Round;

    for (Round = 0; Round < 8; Round++) {
        for (Index = 0; Index < THREADS; Index++)
            Thread[Index] = KtestStartThread(CountingThread, &Count);
        for (Index = 0; Index < THREADS; Index++)
            KtestJoinThread(Thread[Index]);
    }
    CHECK_EQ(Count, 8 * THREADS);
}

typedef struct TREE {
    ULONG Depth;
    PVOID Child;
} TREE;

static VOID NTAPI NestedThread(PVOID Context)
{
    TREE *Tree = Context;
    HANDLE Handle;

    if (Tree->Depth == 0)
        return;
    Tree->Depth--;
    if (NT_SUCCESS(PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, NestedThread,
                                        Tree))) {
        LARGE_INTEGER Timeout;

        Timeout.QuadPart = KTEST_PATIENCE;
        ZwWaitForSingleObject(Handle, FALSE, &Timeout);
        ZwClose(Handle);
    }
}

TEST(PsCreateSystemThread, AThreadMayCreateThreads)
{
    TREE Tree = {5, NULL};

    KtestJoinThread(KtestStartThread(NestedThread, &Tree));
    CHECK_EQ(Tree.Depth, 0);
}

TEST(PsCreateSystemThread, ActsForTheProcessItIsGiven)
{
    THREAD_TEST Test;
    HANDLE Handle = NULL;
    PVOID Thread;

    RtlFillMemory(&Test, sizeof(Test), 0xEE);
    if (!CHECK_STATUS(PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NtCurrentProcess(),
                          NULL, ObservingThread, &Test),
            STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
            STATUS_SUCCESS))
        KtestJoinThread(Thread);
    ZwClose(Handle);
    CHECK_PTR(Test.Process, PsGetCurrentProcess());
}

TEST(PsCreateSystemThread, RefusesWhatIsNoProcess)
{
    THREAD_TEST Test;
    HANDLE Handle = NULL;

    CHECK_STATUS(PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NtCurrentThread(), NULL,
                     ObservingThread, &Test),
        STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL,
                     (HANDLE)(ULONG_PTR)0x7FFFFFF0, NULL, ObservingThread, &Test),
        STATUS_INVALID_HANDLE);
}
