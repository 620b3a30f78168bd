/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Mutexes: shared ones, which are the machine's, and critical sections, which are the process's
 * own. */
#include "client.h"

HANDLE WINAPI CreateMutexExW(
    LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCWSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)
{
    BASEP_OBJECT Object;
    HANDLE Mutex = NULL;

    if ((dwFlags & ~(DWORD)CREATE_MUTEX_INITIAL_OWNER) != 0)
        return BasepNoHandle(ERROR_INVALID_PARAMETER);
    if (!BasepNewObject(lpMutexAttributes, lpName, &Object))
        return NULL;
    NTSTATUS Status = SysCreateMutant(
        &Mutex, dwDesiredAccess, &Object.Attributes, (dwFlags & CREATE_MUTEX_INITIAL_OWNER) != 0);
    return BasepCreated(Status, Mutex);
}

HANDLE WINAPI CreateMutexExA(
    LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess)
{
    BASEP_WIDE Name;

    if (!BasepWidenName(lpName, &Name))
        return NULL;
    HANDLE Mutex = CreateMutexExW(lpMutexAttributes, Name.Text, dwFlags, dwDesiredAccess);
    BasepFreeWide(&Name);
    return Mutex;
}

HANDLE WINAPI CreateMutexW(
    LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCWSTR lpName)
{
    return CreateMutexExW(lpMutexAttributes, lpName, bInitialOwner ? CREATE_MUTEX_INITIAL_OWNER : 0,
        MUTEX_ALL_ACCESS);
}

HANDLE WINAPI CreateMutexA(
    LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCSTR lpName)
{
    return CreateMutexExA(lpMutexAttributes, lpName, bInitialOwner ? CREATE_MUTEX_INITIAL_OWNER : 0,
        MUTEX_ALL_ACCESS);
}

HANDLE WINAPI OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    return BasepOpenObject(SysOpenMutant, dwDesiredAccess, bInheritHandle, lpName);
}

HANDLE WINAPI OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
    return BasepOpenObjectA(SysOpenMutant, dwDesiredAccess, bInheritHandle, lpName);
}

BOOL WINAPI ReleaseMutex(HANDLE hMutex)
{
    NTSTATUS Status = SysReleaseMutant(hMutex, NULL);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

/* ---- critical sections ----------------------------------------------------------------------- */

#define BASEP_FREE ((LONG)-1)
#define BASEP_ENTERED 0
#define BASEP_CONTENDED 1

static inline _Atomic uint32_t *BasepLockWord(CRITICAL_SECTION *Section)
{
    return (_Atomic uint32_t *)(void *)&Section->LockCount;
}

static inline HANDLE BasepThisThread(void)
{
    static _Thread_local DWORD Id; /* asking Linux each time would be most of the cost */

    if (Id == 0)
        Id = GetCurrentThreadId();
    return (HANDLE)(ULONG_PTR)Id;
}

BOOL WINAPI InitializeCriticalSectionAndSpinCount(
    LPCRITICAL_SECTION lpCriticalSection, DWORD dwSpinCount)
{
    *lpCriticalSection = (CRITICAL_SECTION){
        .LockCount = BASEP_FREE, .SpinCount = dwSpinCount & 0x00FFFFFF};
    return TRUE;
}

VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
    InitializeCriticalSectionAndSpinCount(lpCriticalSection, 0);
}

VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
    *lpCriticalSection = (CRITICAL_SECTION){.LockCount = BASEP_FREE};
}

static BOOL BasepTakeSection(CRITICAL_SECTION *Section)
{
    LONG Free = BASEP_FREE;

    if (!__atomic_compare_exchange_n(
            &Section->LockCount, &Free, BASEP_ENTERED, FALSE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return FALSE;
    return TRUE;
}

BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
    HANDLE Self = BasepThisThread();

    if (__atomic_load_n(&lpCriticalSection->OwningThread, __ATOMIC_RELAXED) != Self) {
        if (!BasepTakeSection(lpCriticalSection))
            return FALSE;
        __atomic_store_n(&lpCriticalSection->OwningThread, Self, __ATOMIC_RELAXED);
    }
    lpCriticalSection->RecursionCount++;
    return TRUE;
}

VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
    HANDLE Self = BasepThisThread();

    for (ULONG_PTR Spin = 0; Spin <= lpCriticalSection->SpinCount; Spin++) {
        if (TryEnterCriticalSection(lpCriticalSection))
            return;
        host_pause();
    }
    while (__atomic_exchange_n(&lpCriticalSection->LockCount, BASEP_CONTENDED, __ATOMIC_ACQUIRE) !=
        BASEP_FREE)
        host_wait(BasepLockWord(lpCriticalSection), BASEP_CONTENDED, HOST_FOREVER);
    __atomic_store_n(&lpCriticalSection->OwningThread, Self, __ATOMIC_RELAXED);
    lpCriticalSection->RecursionCount = 1;
}

VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION lpCriticalSection)
{
    if (--lpCriticalSection->RecursionCount != 0)
        return;
    __atomic_store_n(&lpCriticalSection->OwningThread, NULL, __ATOMIC_RELAXED);
    if (__atomic_exchange_n(&lpCriticalSection->LockCount, BASEP_FREE, __ATOMIC_RELEASE) ==
        BASEP_CONTENDED)
        host_wake(BasepLockWord(lpCriticalSection), 1);
}
