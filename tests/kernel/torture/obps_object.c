/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Names, handles, threads and processes: opened, closed, started, ended and looked up by several
 * threads.
 */
#include "../ob/ob_test.h"
#include "kvariable.h"
#include "torture.h"

const ULONG TortureTests = 4;

IMPORT_VARIABLE(POBJECT_TYPE, ExEventObjectType);
IMPORT_VARIABLE(POBJECT_TYPE, PsProcessType);
IMPORT_VARIABLE(POBJECT_TYPE, PsThreadType);

NTSYSAPI NTSTATUS NTAPI ZwDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
    HANDLE TargetProcessHandle, PHANDLE TargetHandle, ACCESS_MASK DesiredAccess,
    ULONG HandleAttributes, ULONG Options);
NTKERNELAPI NTSTATUS NTAPI PsLookupThreadByThreadId(HANDLE ThreadId, PETHREAD *Thread);
NTKERNELAPI NTSTATUS NTAPI PsLookupProcessByProcessId(HANDLE ProcessId, PEPROCESS *Process);
NTKERNELAPI HANDLE NTAPI PsGetThreadId(PETHREAD Thread);
NTKERNELAPI HANDLE NTAPI PsGetProcessId(PEPROCESS Process);
NTKERNELAPI HANDLE NTAPI PsGetThreadProcessId(PETHREAD Thread);

/* ---- names ----------------------------------------------------------------------------------- */

static const WCHAR *const NamePaths[] = {OB_TEST_FOLDER L"DotsysTorture0",
    OB_TEST_FOLDER L"DotsysTorture1", OB_TEST_FOLDER L"dotsysTORTURE1",
    OB_TEST_FOLDER L"DotsysTorture2"};

static VOID NTAPI NameThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;

    while (TortureGoesOn(Self)) {
        OB_TEST_NAME Name;
        HANDLE Handle = NULL;
        PVOID Object, Again;
        NTSTATUS Status;
        ULONG Way = TortureRandom(Self, 3);

        ObTestName(&Name, NamePaths[TortureRandom(Self, RTL_NUMBER_OF(NamePaths))],
            OBJ_CASE_INSENSITIVE | (Way == 0 ? OBJ_OPENIF : 0));
        if (Way == 2) {
            Status = ZwOpenEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes);
            TORTURE_CHECK(
                Self->Torture, Status == STATUS_SUCCESS || Status == STATUS_OBJECT_NAME_NOT_FOUND);
        } else {
            Status = ZwCreateEvent(
                &Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, TRUE);
            TORTURE_CHECK(Self->Torture,
                Status == STATUS_SUCCESS ||
                    Status ==
                        (Way == 0 ? STATUS_OBJECT_NAME_EXISTS : STATUS_OBJECT_NAME_COLLISION));
        }
        if (!NT_SUCCESS(Status))
            continue;
        Status = ObReferenceObjectByHandle(
            Handle, EVENT_MODIFY_STATE, IMPORTED(ExEventObjectType), KernelMode, &Object, NULL);
        if (TORTURE_CHECK(Self->Torture, Status == STATUS_SUCCESS)) {
            HANDLE Second;

            Status = ZwDuplicateObject(NtCurrentProcess(), Handle, NtCurrentProcess(), &Second, 0,
                OBJ_KERNEL_HANDLE, DUPLICATE_SAME_ACCESS);
            if (TORTURE_CHECK(Self->Torture, Status == STATUS_SUCCESS)) {
                Status = ObReferenceObjectByHandle(
                    Second, SYNCHRONIZE, IMPORTED(ExEventObjectType), KernelMode, &Again, NULL);
                if (TORTURE_CHECK(Self->Torture, Status == STATUS_SUCCESS)) {
                    TORTURE_CHECK(Self->Torture, Again == Object);
                    ObDereferenceObject(Again);
                }
                ZwClose(Second);
            }
            TORTURE_CHECK(Self->Torture, KeReadStateEvent(Object) != 0);
            ObDereferenceObject(Object);
        }
        TORTURE_CHECK(Self->Torture, ZwClose(Handle) == STATUS_SUCCESS);
    }
}

TEST(ZwCreateEvent, NamesComeAndGo)
{
    TORTURE Torture;
    ULONG Index;

    TortureBegin(&Torture, 2000);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, NameThread, NULL);
    TortureJoin(&Torture);
    for (Index = 0; Index < RTL_NUMBER_OF(NamePaths); Index++) {
        OB_TEST_NAME Name;
        HANDLE Handle;

        ObTestName(&Name, NamePaths[Index], 0);
        CHECK_STATUS(
            ZwOpenEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    }
}

/* ---- handles: closed by another thread than opened them -------------------------------------- */

#define HANDLE_PLACES 16

typedef struct HANDLE_RACE {
    PVOID volatile Place[HANDLE_PLACES]; /* handles of events */
} HANDLE_RACE;

static VOID NTAPI HandleThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    HANDLE_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        PVOID volatile *Place = &Race->Place[TortureRandom(Self, HANDLE_PLACES)];
        OBJECT_ATTRIBUTES Attributes;
        HANDLE Handle;
        PVOID Object;
        LONG State;

        InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
        if (!TORTURE_CHECK(Self->Torture,
                NT_SUCCESS(ZwCreateEvent(
                    &Handle, EVENT_ALL_ACCESS, &Attributes, SynchronizationEvent, TRUE))))
            return;
        Handle = TortureExchange(Place, Handle);
        if (Handle == NULL)
            continue;
        /* Taken out of its place it is ours alone, whoever made it. */
        if (TORTURE_CHECK(Self->Torture, ZwSetEvent(Handle, &State) == STATUS_SUCCESS))
            TORTURE_CHECK(Self->Torture, State == 1);
        if (TORTURE_CHECK(Self->Torture,
                NT_SUCCESS(ObReferenceObjectByHandle(Handle, SYNCHRONIZE,
                    IMPORTED(ExEventObjectType), KernelMode, &Object, NULL)))) {
            TORTURE_CHECK(Self->Torture, ZwClose(Handle) == STATUS_SUCCESS);
            TORTURE_CHECK(Self->Torture, KtestPoll(Object) == STATUS_SUCCESS);
            ObDereferenceObject(Object);
        }
    }
}

TEST(ZwClose, ByAnotherThread)
{
    TORTURE Torture;
    HANDLE_RACE Race;
    ULONG Index;

    TortureBegin(&Torture, 3000);
    RtlZeroMemory((PVOID)(ULONG_PTR)&Race, sizeof(Race));
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, HandleThread, &Race);
    TortureJoin(&Torture);
    for (Index = 0; Index < HANDLE_PLACES; Index++) {
        if (Race.Place[Index] != NULL)
            CHECK_STATUS(ZwClose(Race.Place[Index]), STATUS_SUCCESS);
    }
}

/* ---- threads: started, looked up, ended ------------------------------------------------------ */

typedef struct THREAD_RACE {
    volatile LONG Started, Ran;
    PVOID volatile Newest; /* id of a thread that may be gone */
} THREAD_RACE;

static VOID NTAPI ShortThread(PVOID Context)
{
    THREAD_RACE *Race = Context;

    TortureExchange(&Race->Newest, PsGetCurrentThreadId());
    InterlockedIncrement(&Race->Ran);
    if (((ULONG_PTR)PsGetCurrentThreadId() & 4) != 0)
        PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID NTAPI ThreadStarter(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    THREAD_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        OBJECT_ATTRIBUTES Attributes;
        CLIENT_ID Id;
        HANDLE Handle;
        PVOID Thread;

        InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
        if (!TORTURE_CHECK(Self->Torture,
                NT_SUCCESS(PsCreateSystemThread(
                    &Handle, THREAD_ALL_ACCESS, &Attributes, NULL, &Id, ShortThread, Race))))
            return;
        InterlockedIncrement(&Race->Started);
        if (TORTURE_CHECK(Self->Torture,
                NT_SUCCESS(ObReferenceObjectByHandle(
                    Handle, SYNCHRONIZE, IMPORTED(PsThreadType), KernelMode, &Thread, NULL)))) {
            TORTURE_CHECK(Self->Torture, PsGetThreadId(Thread) == Id.UniqueThread);
            TORTURE_CHECK(Self->Torture, PsGetThreadProcessId(Thread) == Id.UniqueProcess);
            if (TortureRandom(Self, 2) != 0) {
                ZwClose(Handle);
                Handle = NULL;
            }
            TORTURE_WAIT(Self->Torture, Thread);
            ObDereferenceObject(Thread);
        }
        if (Handle != NULL)
            ZwClose(Handle);
    }
}

static VOID NTAPI ThreadLooker(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    THREAD_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        HANDLE Id = Race->Newest;
        PETHREAD Thread;

        if (Id == NULL || !NT_SUCCESS(PsLookupThreadByThreadId(Id, &Thread))) {
            TortureYield();
            continue;
        }
        TORTURE_CHECK(Self->Torture, PsGetThreadId(Thread) == Id);
        TORTURE_WAIT(Self->Torture, Thread);
        ObDereferenceObject(Thread);
    }
}

TEST(PsCreateSystemThread, StartedAndEnded)
{
    TORTURE Torture;
    THREAD_RACE Race;
    ULONG Index;

    TortureBegin(&Torture, 300);
    RtlZeroMemory((PVOID)(ULONG_PTR)&Race, sizeof(Race));
    for (Index = 0; Index < 3; Index++)
        TortureStart(&Torture, ThreadStarter, &Race);
    TortureStart(&Torture, ThreadLooker, &Race);
    TortureJoin(&Torture);
    CHECK_EQ(Race.Ran, Race.Started);
}

/* ---- references to a process ----------------------------------------------------------------- */

static VOID NTAPI ProcessThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;

    while (TortureGoesOn(Self)) {
        PEPROCESS Process;
        HANDLE Handle;

        if (!TORTURE_CHECK(Self->Torture,
                NT_SUCCESS(PsLookupProcessByProcessId(PsGetCurrentProcessId(), &Process))))
            return;
        TORTURE_CHECK(Self->Torture, Process == PsGetCurrentProcess());
        TORTURE_CHECK(Self->Torture, PsGetProcessId(Process) == PsGetCurrentProcessId());
        if (TORTURE_CHECK(Self->Torture,
                NT_SUCCESS(ObOpenObjectByPointer(Process, OBJ_KERNEL_HANDLE, NULL, SYNCHRONIZE,
                    IMPORTED(PsProcessType), KernelMode, &Handle)))) {
            TORTURE_CHECK(Self->Torture, ObTestPoll(Handle) == STATUS_TIMEOUT);
            ZwClose(Handle);
        }
        ObDereferenceObject(Process);
    }
}

TEST(PsLookupProcessByProcessId, ReferencesComeAndGo)
{
    TORTURE Torture;
    ULONG Index;

    TortureBegin(&Torture, 3000);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, ProcessThread, NULL);
    TortureJoin(&Torture);
}
