/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Threads: host threads that attach to the machine before they run anything of the program's. A
 * thread that is suspended stops when it next comes into the kernel, or before it begins; code of
 * the program's is not interrupted.
 */
#include "client.h"

#include <pthread.h>

#define BASEP_LEAST_STACK_BYTES (256u * 1024u)

enum BASEP_STARTED { BASEP_STARTING, BASEP_ATTACHED, BASEP_RELEASED, BASEP_GONE };

/* On the creator's stack, until the thread has been released. */
typedef struct BASEP_START {
    LPTHREAD_START_ROUTINE Routine;
    void *Argument;
    ACCESS_MASK Access;
    ULONG Attributes;
    HANDLE Handle;
    DWORD Id;
    NTSTATUS Status;
    _Atomic uint32_t State; /* enum BASEP_STARTED; the thread and its creator wake each other */
} BASEP_START;

static void BasepSetState(BASEP_START *Start, enum BASEP_STARTED State)
{
    Start->State = State;
    host_wake(&Start->State, 1);
}

static void *BasepThreadEntry(void *Argument)
{
    BASEP_START *Start = Argument;
    LPTHREAD_START_ROUTINE Routine = Start->Routine;
    void *Parameter = Start->Argument;

    Start->Id = GetCurrentThreadId();
    Start->Status = SysDuplicateObject(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(),
        &Start->Handle, Start->Access, Start->Attributes, 0);
    if (!NT_SUCCESS(Start->Status)) {
        BasepSetState(Start, BASEP_GONE);
        return NULL;
    }
    BasepSetState(Start, BASEP_ATTACHED);
    while (Start->State == BASEP_ATTACHED)
        host_wait(&Start->State, BASEP_ATTACHED, HOST_FOREVER);
    BasepSetState(Start, BASEP_GONE);
    SysAlertThread(NULL); /* into the kernel and out of it: this is where one that is suspended
                             stops */
    ExitThread(Routine(Parameter));
}

static int BasepStartHostThread(BASEP_START *Start, SIZE_T StackBytes)
{
    pthread_attr_t Attributes;
    pthread_t Thread;

    int Error = pthread_attr_init(&Attributes);
    if (Error != 0)
        return Error;
    pthread_attr_setdetachstate(&Attributes, PTHREAD_CREATE_DETACHED);
    if (StackBytes != 0)
        pthread_attr_setstacksize(&Attributes,
            StackBytes < BASEP_LEAST_STACK_BYTES ? BASEP_LEAST_STACK_BYTES
                                                 : (StackBytes + 0xFFF) & ~(SIZE_T)0xFFF);
    Error = pthread_create(&Thread, &Attributes, BasepThreadEntry, Start);
    pthread_attr_destroy(&Attributes);
    return Error;
}

static void BasepAwait(BASEP_START *Start, enum BASEP_STARTED Passed)
{
    while (Start->State == (uint32_t)Passed)
        host_wait(&Start->State, Passed, HOST_FOREVER);
}

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
    LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter, DWORD dwCreationFlags,
    LPDWORD lpThreadId)
{
    BASEP_START Start = {.Routine = lpStartAddress,
        .Argument = lpParameter,
        .Access = THREAD_ALL_ACCESS,
        .Attributes = lpThreadAttributes != NULL && lpThreadAttributes->bInheritHandle ? OBJ_INHERIT
                                                                                       : 0};

    if ((dwCreationFlags & ~(DWORD)(CREATE_SUSPENDED | STACK_SIZE_PARAM_IS_A_RESERVATION)) != 0)
        return BasepNoHandle(ERROR_INVALID_PARAMETER);
    if (BasepStartHostThread(&Start, dwStackSize) != 0)
        return BasepNoHandle(ERROR_NOT_ENOUGH_MEMORY);
    BasepAwait(&Start, BASEP_STARTING);
    if (Start.State == BASEP_GONE) {
        BasepFail(Start.Status);
        return NULL;
    }
    if ((dwCreationFlags & CREATE_SUSPENDED) != 0)
        SysSuspendThread(Start.Handle, NULL);
    if (lpThreadId != NULL)
        *lpThreadId = Start.Id;
    BasepSetState(&Start, BASEP_RELEASED);
    BasepAwait(&Start, BASEP_RELEASED);
    return Start.Handle;
}

VOID WINAPI ExitThread(DWORD dwExitCode)
{
    SysTerminateThread(NULL, (NTSTATUS)dwExitCode);
    pthread_exit(NULL);
}

/* ThreadBasicInformation, as the kernel answers it. */
static NTSTATUS BasepQueryThread(HANDLE Thread, THREAD_BASIC_INFORMATION *Information)
{
    return SysQueryInformationThread(
        Thread, ThreadBasicInformation, Information, sizeof(*Information), NULL);
}

BOOL WINAPI GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode)
{
    THREAD_BASIC_INFORMATION Information;
    NTSTATUS Status = BasepQueryThread(hThread, &Information);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    *lpExitCode = (DWORD)Information.ExitStatus;
    return TRUE;
}

DWORD WINAPI GetThreadId(HANDLE Thread)
{
    THREAD_BASIC_INFORMATION Information;
    NTSTATUS Status = BasepQueryThread(Thread, &Information);

    if (NT_SUCCESS(Status))
        return (DWORD)(ULONG_PTR)Information.ClientId.UniqueThread;
    BasepFail(Status);
    return 0;
}

HANDLE WINAPI OpenThread(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwThreadId)
{
    CLIENT_ID Id = {.UniqueThread = (HANDLE)(ULONG_PTR)dwThreadId};
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Thread = NULL;

    InitializeObjectAttributes(&Attributes, NULL, bInheritHandle ? OBJ_INHERIT : 0, NULL, NULL);
    NTSTATUS Status = SysOpenThread(&Thread, dwDesiredAccess, &Attributes, &Id);
    if (NT_SUCCESS(Status))
        return Thread;
    BasepFail(Status);
    return NULL;
}

DWORD WINAPI SuspendThread(HANDLE hThread)
{
    ULONG Count;
    NTSTATUS Status = SysSuspendThread(hThread, &Count);

    if (NT_SUCCESS(Status))
        return Count;
    BasepFail(Status);
    return (DWORD)-1;
}

DWORD WINAPI ResumeThread(HANDLE hThread)
{
    ULONG Count;
    NTSTATUS Status = SysResumeThread(hThread, &Count);

    if (NT_SUCCESS(Status))
        return Count;
    BasepFail(Status);
    return (DWORD)-1;
}

BOOL WINAPI SwitchToThread(VOID)
{
    host_yield();
    return TRUE;
}

/* The routine is what the kernel calls: of an APC's three arguments it looks at the first. */
DWORD WINAPI QueueUserAPC(PAPCFUNC pfnAPC, HANDLE hThread, ULONG_PTR dwData)
{
    NTSTATUS Status = SysQueueApcThread(
        hThread, (PKNORMAL_ROUTINE)(void *)pfnAPC, (void *)dwData, NULL, NULL);

    return NT_SUCCESS(Status) ? 1 : (DWORD)BasepFail(Status);
}
