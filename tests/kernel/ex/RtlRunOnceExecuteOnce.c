/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlRunOnceInitialize, RtlRunOnceBeginInitialize, RtlRunOnceComplete, RtlRunOnceExecuteOnce, which
 * Windows Vista brought.
 */
#include "ktest.h"

#define CHECK_ONLY  1
#define ASYNC       2
#define INIT_FAILED 4

typedef ULONG NTAPI INIT(PVOID *RunOnce, PVOID Parameter, PVOID *Context);

static VOID(NTAPI *Initialize)(PVOID *RunOnce);
static NTSTATUS(NTAPI *Begin)(PVOID *RunOnce, ULONG Flags, PVOID *Context);
static NTSTATUS(NTAPI *Complete)(PVOID *RunOnce, ULONG Flags, PVOID Context);
static NTSTATUS(NTAPI *ExecuteOnce)(PVOID *RunOnce, INIT *InitFn, PVOID Parameter, PVOID *Context);

static PVOID Once;
static ULONG64 Something;

static BOOLEAN Have(VOID)
{
    Initialize = (PVOID)KtestExport(L"RtlRunOnceInitialize");
    Begin = (PVOID)KtestExport(L"RtlRunOnceBeginInitialize");
    Complete = (PVOID)KtestExport(L"RtlRunOnceComplete");
    ExecuteOnce = (PVOID)KtestExport(L"RtlRunOnceExecuteOnce");
    if (ExecuteOnce == NULL) {
        skip("newer than this Windows");
        return FALSE;
    }
    Initialize(&Once);
    return TRUE;
}

TEST(RtlRunOnceInitialize, ClearsThePointer)
{
    Once = &Something;
    if (Have())
        CHECK_PTR(Once, NULL);
}

TEST(RtlRunOnceBeginInitialize, HasTheFirstCallerDoIt)
{
    PVOID Context = NULL;

    if (!Have())
        return;
    CHECK_STATUS(Begin(&Once, CHECK_ONLY, &Context), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(Begin(&Once, 0, &Context), STATUS_PENDING);
    CHECK_STATUS(Begin(&Once, CHECK_ONLY, &Context), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(Complete(&Once, 0, &Something), STATUS_SUCCESS);
    CHECK_STATUS(Begin(&Once, CHECK_ONLY, &Context), STATUS_SUCCESS);
    CHECK_PTR(Context, &Something);
    CHECK_STATUS(Begin(&Once, 0, NULL), STATUS_SUCCESS);
}

TEST(RtlRunOnceComplete, LetsTheNextTryAfterAFailure)
{
    if (!Have())
        return;
    CHECK_STATUS(Begin(&Once, 0, NULL), STATUS_PENDING);
    CHECK_STATUS(Complete(&Once, INIT_FAILED, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Begin(&Once, 0, NULL), STATUS_PENDING);
    CHECK_STATUS(Complete(&Once, 0, NULL), STATUS_SUCCESS);
}

TEST(RtlRunOnceComplete, LetsOneOfManyWin)
{
    PVOID Context = NULL;

    if (!Have())
        return;
    CHECK_STATUS(Begin(&Once, ASYNC, NULL), STATUS_PENDING);
    CHECK_STATUS(Begin(&Once, ASYNC, NULL), STATUS_PENDING);
    CHECK_STATUS(Complete(&Once, ASYNC, &Something), STATUS_SUCCESS);
    CHECK_STATUS(Complete(&Once, ASYNC, NULL), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(Begin(&Once, ASYNC, &Context), STATUS_SUCCESS);
    CHECK_PTR(Context, &Something);
}

TEST(RtlRunOnceComplete, RefusesWhatWasNotBegun)
{
    if (!Have())
        return;
    CHECK(!NT_SUCCESS(Complete(&Once, 0, NULL)));
    CHECK(!NT_SUCCESS(Complete(&Once, 0x100, NULL)));
    CHECK_STATUS(Begin(&Once, 0, NULL), STATUS_PENDING);
    CHECK(!NT_SUCCESS(Complete(&Once, ASYNC, NULL)));
    CHECK(!NT_SUCCESS(Complete(&Once, 0, (PVOID)1)));
    CHECK_STATUS(Complete(&Once, 0, NULL), STATUS_SUCCESS);
}

static LONG Calls;

static ULONG NTAPI Fails(PVOID *RunOnce, PVOID Parameter, PVOID *Context)
{
    (void)RunOnce;
    (void)Parameter;
    (void)Context;
    Calls++;
    return FALSE;
}

static ULONG NTAPI Succeeds(PVOID *RunOnce, PVOID Parameter, PVOID *Context)
{
    (void)RunOnce;
    Calls++;
    *Context = Parameter;
    return TRUE;
}

TEST(RtlRunOnceExecuteOnce, CallsUntilItSucceeds)
{
    PVOID Context = NULL;

    if (!Have())
        return;
    Calls = 0;
    CHECK_STATUS(ExecuteOnce(&Once, Fails, NULL, NULL), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(ExecuteOnce(&Once, Succeeds, &Something, &Context), STATUS_SUCCESS);
    CHECK_PTR(Context, &Something);
    Context = NULL;
    CHECK_STATUS(ExecuteOnce(&Once, Fails, NULL, &Context), STATUS_SUCCESS);
    CHECK_PTR(Context, &Something);
    CHECK_EQ(Calls, 2);
}

/* Two threads: the second comes while the first is still initializing. */
static KEVENT Entered, GoOn;
static volatile NTSTATUS Second;

static ULONG NTAPI Waits(PVOID *RunOnce, PVOID Parameter, PVOID *Context)
{
    KeSetEvent(&Entered, 0, FALSE);
    KeWaitForSingleObject(&GoOn, Executive, KernelMode, FALSE, NULL);
    return Succeeds(RunOnce, Parameter, Context);
}

static VOID NTAPI First(PVOID Argument)
{
    (void)Argument;
    ExecuteOnce(&Once, Waits, &Something, NULL);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID NTAPI Other(PVOID Argument)
{
    (void)Argument;
    KeSetEvent(&GoOn, 0, FALSE); /* whether it waits yet or not, it must not call */
    Second = ExecuteOnce(&Once, Waits, NULL, NULL);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static PVOID Start(PKSTART_ROUTINE Routine)
{
    HANDLE Handle;
    PVOID Thread = NULL;

    if (!CHECK_STATUS(
            PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Routine, NULL),
            STATUS_SUCCESS))
        return NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
        STATUS_SUCCESS);
    ZwClose(Handle);
    return Thread;
}

TEST(RtlRunOnceExecuteOnce, HasOthersWait)
{
    PVOID One, Two;

    if (!Have())
        return;
    KeInitializeEvent(&Entered, NotificationEvent, FALSE);
    KeInitializeEvent(&GoOn, NotificationEvent, FALSE);
    Calls = 0;
    Second = STATUS_PENDING;
    One = Start(First);
    KeWaitForSingleObject(&Entered, Executive, KernelMode, FALSE, NULL);
    Two = Start(Other);
    if (CHECK(One != NULL && Two != NULL)) {
        KeWaitForSingleObject(One, Executive, KernelMode, FALSE, NULL);
        KeWaitForSingleObject(Two, Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(One);
        ObDereferenceObject(Two);
    }
    CHECK_STATUS(Second, STATUS_SUCCESS);
    CHECK_EQ(Calls, 1);
}
