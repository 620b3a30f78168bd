/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What win32k keeps with processes and threads. There is none here; the places are there for a
 * driver that sets them, and empty until then, as they are on Windows for a process that has no
 * windows.
 */
#include "ps/psp.h"
#include "ps/win32.h"

/* Puts New where Old is, or takes New away again where that is the wish: Old is what must be
 * there. */
static NTSTATUS PspReplace(void **Place, void *New, void *Old)
{
    void *Expected = New != NULL ? NULL : Old;
    return __atomic_compare_exchange_n(
               Place, &Expected, New, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)
        ? STATUS_SUCCESS
        : STATUS_UNSUCCESSFUL;
}

/* PsGetProcessWin32Process - what was set, NULL before. IRQL: any. Source: INF: undocumented; OBS
 * tests/kernel/ps */
void *NTAPI PsGetProcessWin32Process(EPROCESS *Process)
{
    return Process->Win32Process;
}

/* PsGetCurrentProcessWin32Process - of the current process. IRQL: any. Source: INF: undocumented;
 * OBS tests/kernel/ps */
void *NTAPI PsGetCurrentProcessWin32Process(void)
{
    return PsiCurrentThread()->Process->Win32Process;
}

/*
 * PsSetProcessWin32Process - sets it where there is none, or with New NULL takes Old away.
 * IRQL: any. Returns: SUCCESS; UNSUCCESSFUL: something else is there; PROCESS_IS_TERMINATING: too
 * late to set one.
 * Source: INF: undocumented; OBS tests/kernel/ps/PsSetProcessWin32Process.c
 */
NTSTATUS NTAPI PsSetProcessWin32Process(
    EPROCESS *Process, void *Win32Process, void *PreviousWin32Process)
{
    if (Win32Process != NULL && (Process->Flags & PSI_PROCESS_EXITING))
        return STATUS_PROCESS_IS_TERMINATING;
    return PspReplace(&Process->Win32Process, Win32Process, PreviousWin32Process);
}

/* PsGetThreadWin32Thread - what was set, NULL before. IRQL: any. Source: INF: undocumented; OBS
 * tests/kernel/ps */
void *NTAPI PsGetThreadWin32Thread(ETHREAD *Thread)
{
    return Thread->Win32Thread;
}

/* PsGetCurrentThreadWin32Thread - of the current thread. IRQL: any. Source: INF: undocumented; OBS
 * tests/kernel/ps */
void *NTAPI PsGetCurrentThreadWin32Thread(void)
{
    return PsiCurrentThread()->Win32Thread;
}

/*
 * PsGetCurrentThreadWin32ThreadAndEnterCriticalRegion - the same, in a critical region from then
 * on; *ProcessId: of its process.
 * IRQL: up to APC_LEVEL. Source: INF: undocumented; OBS tests/kernel/ps/PsSetProcessWin32Process.c
 */
void *NTAPI PsGetCurrentThreadWin32ThreadAndEnterCriticalRegion(HANDLE *ProcessId)
{
    ETHREAD *Thread = PsiCurrentThread();
    *ProcessId = Thread->Cid.UniqueProcess;
    KeEnterCriticalRegion();
    return Thread->Win32Thread;
}

/* PsSetThreadWin32Thread - as PsSetProcessWin32Process. IRQL: any. Source: INF: undocumented; OBS
 * tests/kernel/ps */
NTSTATUS NTAPI PsSetThreadWin32Thread(ETHREAD *Thread, void *Win32Thread, void *PreviousWin32Thread)
{
    return PspReplace(&Thread->Win32Thread, Win32Thread, PreviousWin32Thread);
}

/* PsGetProcessWin32WindowStation - what was set, NULL before. IRQL: any. Source: INF: undocumented;
 * OBS tests/kernel/ps */
void *NTAPI PsGetProcessWin32WindowStation(EPROCESS *Process)
{
    return Process->WindowStation;
}

/* PsSetProcessWindowStation - sets it. IRQL: any. Source: INF: undocumented; OBS tests/kernel/ps */
void NTAPI PsSetProcessWindowStation(EPROCESS *Process, void *WindowStation)
{
    Process->WindowStation = WindowStation;
}

/* PsGetProcessSecurityPort - what was set, NULL before. IRQL: any. Source: INF: undocumented; OBS
 * tests/kernel/ps */
void *NTAPI PsGetProcessSecurityPort(EPROCESS *Process)
{
    return Process->SecurityPort;
}

/* PsSetProcessSecurityPort - sets it. IRQL: any. Returns: SUCCESS. Source: INF: undocumented; OBS
 * tests/kernel/ps */
NTSTATUS NTAPI PsSetProcessSecurityPort(EPROCESS *Process, void *Port)
{
    Process->SecurityPort = Port;
    return STATUS_SUCCESS;
}
