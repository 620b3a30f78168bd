/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Questions about processes and threads that need no more than a look at the object. There are no
 * PEBs and TEBs: those who ask for one get NULL, as they do of the System process on Windows.
 */
#include "ps/control.h"
#include "ps/psp.h"
#include "rtl/rtl.h"

/* A 32-bit client's PEB is nowhere; drivers ask only whether there is one. Where it lies on
 * Windows; nothing is mapped here. */
#define PSP_WOW64_PEB ((void *)0x7FFDE000)

/* ---- processes ------------------------------------------------------------------------------- */

/* PsGetProcessImageFileName - the first 15 bytes of the image's file name. IRQL: any. Source: INF:
 * undocumented. */
char *NTAPI PsGetProcessImageFileName(EPROCESS *Process)
{
    return Process->ImageName;
}

/*
 * SeLocateProcessImageName - the whole path of a process's image, \Device\Host\usr\bin\true for the
 * host's /usr/bin/true; empty where nobody knows it.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Owner:   caller; ExFreePool(*ImageFileName), which holds the characters, too.
 * Source:  DOC ntddk/SeLocateProcessImageName; OBS tests/kernel/ps/SeLocateProcessImageName.c
 */
NTSTATUS NTAPI SeLocateProcessImageName(EPROCESS *Process, UNICODE_STRING **ImageFileName)
{
    const ULONG_PTR Site = EX_CALLER;
    PspLearnPaths(Process);
    USHORT Length = __atomic_load_n(&Process->ImagePath.Length, __ATOMIC_ACQUIRE);
    UNICODE_STRING *Copy = ExiAllocate(
        PagedPool, sizeof(*Copy) + Length + sizeof(WCHAR), 0x6E496553 /* 'SeIn' */, Site);
    if (Copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Copy->Buffer = (WCHAR *)(void *)(Copy + 1);
    Copy->Length = Length;
    Copy->MaximumLength = (USHORT)(Length + sizeof(WCHAR));
    if (Length != 0)
        __builtin_memcpy(Copy->Buffer, Process->ImagePath.Buffer, Length);
    Copy->Buffer[Length / sizeof(WCHAR)] = 0;
    *ImageFileName = Copy;
    return STATUS_SUCCESS;
}

/* PsGetProcessInheritedFromUniqueProcessId - who created it. IRQL: any. Source: INF:
 * undocumented. */
HANDLE NTAPI PsGetProcessInheritedFromUniqueProcessId(EPROCESS *Process)
{
    return Process->ParentId;
}

/* PsGetProcessCreateTimeQuadPart - when, UTC. IRQL: up to APC_LEVEL. Source: DOC ntddk. */
LONGLONG NTAPI PsGetProcessCreateTimeQuadPart(EPROCESS *Process)
{
    return Process->CreateTime;
}

/* PsGetProcessStartKey - a number no other process has. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * ntddk; OBS tests/kernel/ps/PsGetProcessStartKey.c */
ULONG64 NTAPI PsGetProcessStartKey(EPROCESS *Process)
{
    return Process->StartKey;
}

/* PsGetProcessExitTime - when the current process ended, UTC; 0 while it runs. IRQL: up to
 * DISPATCH_LEVEL. Source: DOC ntifs. */
LARGE_INTEGER NTAPI PsGetProcessExitTime(void)
{
    return (LARGE_INTEGER){.QuadPart = PsiCurrentThread()->Process->ExitTime};
}

/* PsGetProcessExitStatus - what it ended with; STATUS_PENDING while it runs. IRQL: up to APC_LEVEL.
 * Source: DOC ntddk; INF PENDING. */
NTSTATUS NTAPI PsGetProcessExitStatus(EPROCESS *Process)
{
    return Process->ExitStatus;
}

/* PsGetProcessExitProcessCalled - TRUE: it is ending. IRQL: any. Source: INF: undocumented. */
BOOLEAN NTAPI PsGetProcessExitProcessCalled(EPROCESS *Process)
{
    return (Process->Flags & PSI_PROCESS_EXITING) != 0;
}

/* PsGetProcessSessionId - the session; 0 for System. IRQL: any. Source: INF: undocumented. */
ULONG NTAPI PsGetProcessSessionId(EPROCESS *Process)
{
    return Process == PsiSystemProcess ? 0 : Process->Token->SessionId;
}

/* PsGetProcessSessionIdEx - the same, all ones for a process of no session, as System. IRQL: any.
 * Source: INF: undocumented. */
ULONG NTAPI PsGetProcessSessionIdEx(EPROCESS *Process)
{
    return Process == PsiSystemProcess ? MAXULONG : Process->Token->SessionId;
}

/* PsGetCurrentProcessSessionId - of the current process. IRQL: any. Source: INF: undocumented. */
ULONG NTAPI PsGetCurrentProcessSessionId(void)
{
    return PsGetProcessSessionId(PsiCurrentThread()->Process);
}

/*
 * PsGetProcessPeb - a client's environment block, in its memory; NULL: of System, of a process of
 * the host that is no client, or of one that has not called yet. What is in it: block.c. IRQL: any.
 * Source: INF: undocumented; tests/kernel/ps/PsGetProcessPeb.c, tests/e2e/served_test.py
 */
void *NTAPI PsGetProcessPeb(EPROCESS *Process)
{
    return __atomic_load_n(&Process->Peb, __ATOMIC_ACQUIRE);
}

/*
 * PsGetProcessWow64Process - the 32-bit environment block of a 32-bit client of a 64-bit machine;
 * NULL: it is none. Before it has called, an address at which nothing is to be read. IRQL: any.
 * Source: INF: undocumented; tests as above.
 */
void *NTAPI PsGetProcessWow64Process(EPROCESS *Process)
{
    if (!Process->Wow64)
        return NULL;
    void *Peb = __atomic_load_n(&Process->Wow64Peb, __ATOMIC_RELAXED);
    return Peb != NULL ? Peb : PSP_WOW64_PEB;
}

/* PsGetCurrentProcessWow64Process - of the current process. Source: INF: undocumented. */
void *NTAPI PsGetCurrentProcessWow64Process(void)
{
    return PsGetProcessWow64Process(PsiCurrentThread()->Process);
}

/* PsGetProcessDebugPort - NULL: nobody debugs it through NT. Source: INF: undocumented. */
void *NTAPI PsGetProcessDebugPort(EPROCESS *Process)
{
    (void)Process;
    return NULL;
}

/*
 * PsGetProcessSectionBaseAddress - where a client's program lies in its memory: an image of Linux.
 * NULL as PsGetProcessPeb.
 * IRQL: any. Source: INF: undocumented; tests as above.
 */
void *NTAPI PsGetProcessSectionBaseAddress(EPROCESS *Process)
{
    return PsGetProcessPeb(Process) != NULL ? Process->ImageBase : NULL;
}

/* PsIsProcessBeingDebugged - FALSE. IRQL: any. Source: INF: undocumented. */
BOOLEAN NTAPI PsIsProcessBeingDebugged(EPROCESS *Process)
{
    (void)Process;
    return FALSE;
}

/* PsIsSystemProcess - TRUE for System. IRQL: any. Source: INF: undocumented. */
BOOLEAN NTAPI PsIsSystemProcess(EPROCESS *Process)
{
    return Process == PsiSystemProcess;
}

/* PsIsProtectedProcess - FALSE, except System, as on Windows. IRQL: any. Source: INF:
 * undocumented. */
BOOLEAN NTAPI PsIsProtectedProcess(EPROCESS *Process)
{
    return Process == PsiSystemProcess;
}

/* PsIsProtectedProcessLight - FALSE. IRQL: any. Source: INF: undocumented. */
BOOLEAN NTAPI PsIsProtectedProcessLight(EPROCESS *Process)
{
    (void)Process;
    return FALSE;
}

/* ---- threads --------------------------------------------------------------------------------- */

/* PsIsSystemThread - TRUE for a thread of the System process. IRQL: up to DISPATCH_LEVEL. Source:
 * DOC ntifs. */
BOOLEAN NTAPI PsIsSystemThread(ETHREAD *Thread)
{
    return Thread->Tcb.SystemThread;
}

/* PsIsThreadTerminating - TRUE: it is ending. IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs. */
BOOLEAN NTAPI PsIsThreadTerminating(ETHREAD *Thread)
{
    return Thread->Terminating;
}

/* PsGetThreadId - its identifier. IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk. */
HANDLE NTAPI PsGetThreadId(ETHREAD *Thread)
{
    return Thread->Cid.UniqueThread;
}

/* PsGetThreadProcess - the process it belongs to, whatever it is attached to. IRQL: any. Source:
 * INF: undocumented. */
EPROCESS *NTAPI PsGetThreadProcess(ETHREAD *Thread)
{
    return Thread->Owner;
}

/* IoThreadToProcess - the same. IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs. */
EPROCESS *NTAPI IoThreadToProcess(ETHREAD *Thread)
{
    return Thread->Owner;
}

/* PsGetThreadProcessId - the identifier of that process. IRQL: any. Source: DOC ntddk. */
HANDLE NTAPI PsGetThreadProcessId(ETHREAD *Thread)
{
    return Thread->Owner->UniqueProcessId;
}

/* PsGetThreadSessionId - the session of that process. IRQL: any. Source: INF: undocumented. */
ULONG NTAPI PsGetThreadSessionId(ETHREAD *Thread)
{
    return PsGetProcessSessionId(Thread->Owner);
}

/* PsGetThreadCreateTime - when it was made, UTC. IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk. */
LONGLONG NTAPI PsGetThreadCreateTime(ETHREAD *Thread)
{
    return Thread->CreateTime;
}

/* PsGetThreadExitStatus - what it ended with; STATUS_PENDING while it runs. IRQL: up to APC_LEVEL.
 * Source: DOC ntddk. */
NTSTATUS NTAPI PsGetThreadExitStatus(ETHREAD *Thread)
{
    return Thread->ExitStatus;
}

/*
 * PsGetThreadTeb - the environment block of a client's thread, in its process's memory; NULL: of a
 * system thread. IRQL: any.
 * Source: INF: undocumented; tests/kernel/ps/PsGetThreadTeb.c, tests/e2e/served_test.py
 */
void *NTAPI PsGetThreadTeb(ETHREAD *Thread)
{
    return Thread->Teb;
}

/* PsGetCurrentThreadTeb - that of the current thread; NULL while it is attached to another process.
 * Source: INF; tests as above. */
void *NTAPI PsGetCurrentThreadTeb(void)
{
    const ETHREAD *Thread = PsiCurrentThread();
    return Thread->Process == Thread->Owner ? Thread->Teb : NULL;
}

/* PsGetCurrentThreadProcess - the process the current thread belongs to. IRQL: any. Source: INF:
 * undocumented. */
EPROCESS *NTAPI PsGetCurrentThreadProcess(void)
{
    return PsiCurrentThread()->Owner;
}

/* PsGetCurrentThreadProcessId - its identifier. IRQL: any. Source: INF: undocumented. */
HANDLE NTAPI PsGetCurrentThreadProcessId(void)
{
    return PsiCurrentThread()->Owner->UniqueProcessId;
}

/* PsGetCurrentThreadStackBase - the end of the kernel stack. IRQL: any. Source: INF:
 * undocumented. */
void *NTAPI PsGetCurrentThreadStackBase(void)
{
    return PsiCurrentThread()->Tcb.StackBase;
}

/* PsGetCurrentThreadStackLimit - its lowest address. IRQL: any. Source: INF: undocumented. */
void *NTAPI PsGetCurrentThreadStackLimit(void)
{
    return PsiCurrentThread()->Tcb.StackLimit;
}

/* PsGetCurrentThreadPreviousMode - ExGetPreviousMode by another name. IRQL: any. Source: INF:
 * undocumented. */
KPROCESSOR_MODE NTAPI PsGetCurrentThreadPreviousMode(void)
{
    return KiPreviousMode();
}
