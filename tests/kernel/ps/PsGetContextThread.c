/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetContextThread, PsSetContextThread - registers of user mode. Threads that have some are those
 * of clients: tests/unit/client/context_test.c. What is refused is here.
 */
#include "pstest.h"

typedef NTSTATUS NTAPI CONTEXT_ROUTINE(PETHREAD Thread, PCONTEXT Context, KPROCESSOR_MODE Mode);

static void RefusesWrongMemory(CONTEXT_ROUTINE *Routine)
{
    PCONTEXT Context = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Context), 'tseT');

    if (!CHECK(Context != NULL))
        return;
    RtlZeroMemory(Context, sizeof(*Context));
    Context->ContextFlags = CONTEXT_CONTROL;
    CHECK_STATUS(Routine(PsGetCurrentThread(), Context, UserMode), STATUS_ACCESS_VIOLATION);
    ExFreePoolWithTag(Context, 'tseT');
}

static VOID NTAPI EndsAtOnce(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
}

static void RefusesThreadThatHasEnded(CONTEXT_ROUTINE *Routine)
{
    PCONTEXT Context = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Context), 'tseT');
    PVOID Thread = KtestStartThread((PKSTART_ROUTINE)(PVOID)EndsAtOnce, NULL);

    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    if (CHECK(Context != NULL)) {
        RtlZeroMemory(Context, sizeof(*Context));
        Context->ContextFlags = CONTEXT_CONTROL;
        CHECK(!NT_SUCCESS(Routine(Thread, Context, KernelMode)));
        ExFreePoolWithTag(Context, 'tseT');
    }
    KtestJoinThread(Thread);
}

TEST(PsGetContextThread, RefusesKernelMemoryForUserMode)
{
    CONTEXT_ROUTINE *Get = (PVOID)KtestExport(L"PsGetContextThread");
    CONTEXT_ROUTINE *Set = (PVOID)KtestExport(L"PsSetContextThread");

    RefusesWrongMemory(Get);
    RefusesWrongMemory(Set);
}

TEST(PsSetContextThread, RefusesThreadThatHasEnded)
{
    CONTEXT_ROUTINE *Get = (PVOID)KtestExport(L"PsGetContextThread");
    CONTEXT_ROUTINE *Set = (PVOID)KtestExport(L"PsSetContextThread");

    RefusesThreadThatHasEnded(Get);
    RefusesThreadThatHasEnded(Set);
}
