/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Questions about processes and threads that need no more than a look at the object. There are no PEBs and TEBs:
 * those who ask for one get NULL, as they do of the System process on Windows.
 */
#include "ps/psp.h"
#include "rtl/rtl.h"

/* A 32-bit client's PEB is nowhere; drivers ask only whether there is one. Where it lies on Windows; nothing is mapped here. */
#define PSP_WOW64_PEB ((void *)0x7FFDE000)

/* ---- processes ------------------------------------------------------------------------------------------------------------------- */

/* PsGetProcessImageFileName - the first 15 bytes of the image's file name. IRQL: any. Source: INF: undocumented. */
char *NTAPI PsGetProcessImageFileName(EPROCESS *Process)
{
    return Process->ImageName;
}

/*
 * SeLocateProcessImageName - the whole path of a process's image, \Device\Host\usr\bin\true for the host's /usr/bin/true; empty where
 * nobody knows it.
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
    UNICODE_STRING *Copy = ExiAllocate(PagedPool, sizeof(*Copy) + Length + sizeof(WCHAR), 0x6E496553 /* 'SeIn' */, Site);
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

/* PsGetProcessInheritedFromUniqueProcessId - who created it. IRQL: any. Source: INF: undocumented. */
HANDLE NTAPI PsGetProcessInheritedFromUniqueProcessId(EPROCESS *Process)
{
    return Process->ParentId;
}

/* PsGetProcessCreateTimeQuadPart - when, UTC. IRQL: up to APC_LEVEL. Source: DOC ntddk. */
LONGLONG NTAPI PsGetProcessCreateTimeQuadPart(EPROCESS *Process)
{
    return Process->CreateTime;
}

/* PsGetProcessExitTime - when the current process ended, UTC; 0 while it runs. IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs. */
LARGE_INTEGER NTAPI PsGetProcessExitTime(void)
{
    return (LARGE_INTEGER){.QuadPart = PsiCurrentThread()->Process->ExitTime};
}

/* PsGetProcessExitStatus - what it ended with; STATUS_PENDING while it runs. IRQL: up to APC_LEVEL. Source: DOC ntddk; INF PENDING. */
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

/* PsGetProcessSessionIdEx - the same, all ones for a process of no session, as System. IRQL: any. Source: INF: undocumented. */
ULONG NTAPI PsGetProcessSessionIdEx(EPROCESS *Process)
{
    return Process == PsiSystemProcess ? MAXULONG : Process->Token->SessionId;
}

/* PsGetCurrentProcessSessionId - of the current process. IRQL: any. Source: INF: undocumented. */
ULONG NTAPI PsGetCurrentProcessSessionId(void)
{
    return PsGetProcessSessionId(PsiCurrentThread()->Process);
}

/* PsGetProcessPeb - NULL: there are none. IRQL: any. Source: INF: undocumented; NULL is what System has on Windows. */
void *NTAPI PsGetProcessPeb(EPROCESS *Process)
{
    (void)Process;
    return NULL;
}

/* PsGetProcessWow64Process - not NULL for a 32-bit client of a 64-bit machine. Nothing to read there. Source: INF: undocumented. */
void *NTAPI PsGetProcessWow64Process(EPROCESS *Process)
{
    return Process->Wow64 ? PSP_WOW64_PEB : NULL;
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

/* PsGetProcessSectionBaseAddress - NULL: its image is none of NT's. Source: INF: undocumented. */
void *NTAPI PsGetProcessSectionBaseAddress(EPROCESS *Process)
{
    (void)Process;
    return NULL;
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

/* PsIsProtectedProcess - FALSE, except System, as on Windows. IRQL: any. Source: INF: undocumented. */
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

/* ---- threads ---------------------------------------------------------------------------------------------------------------------- */

/* PsIsSystemThread - TRUE for a thread of the System process. IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs. */
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

/* PsGetThreadProcess - the process it belongs to, whatever it is attached to. IRQL: any. Source: INF: undocumented. */
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

/* PsGetThreadExitStatus - what it ended with; STATUS_PENDING while it runs. IRQL: up to APC_LEVEL. Source: DOC ntddk. */
NTSTATUS NTAPI PsGetThreadExitStatus(ETHREAD *Thread)
{
    return Thread->ExitStatus;
}

/* PsGetThreadTeb - NULL: there are none. IRQL: any. Source: INF: undocumented. */
void *NTAPI PsGetThreadTeb(ETHREAD *Thread)
{
    (void)Thread;
    return NULL;
}

/* PsGetCurrentThreadProcess - the process the current thread belongs to. IRQL: any. Source: INF: undocumented. */
EPROCESS *NTAPI PsGetCurrentThreadProcess(void)
{
    return PsiCurrentThread()->Owner;
}

/* PsGetCurrentThreadProcessId - its identifier. IRQL: any. Source: INF: undocumented. */
HANDLE NTAPI PsGetCurrentThreadProcessId(void)
{
    return PsiCurrentThread()->Owner->UniqueProcessId;
}

/* PsGetCurrentThreadStackBase - the end of the kernel stack. IRQL: any. Source: INF: undocumented. */
void *NTAPI PsGetCurrentThreadStackBase(void)
{
    return PsiCurrentThread()->Tcb.StackBase;
}

/* PsGetCurrentThreadStackLimit - its lowest address. IRQL: any. Source: INF: undocumented. */
void *NTAPI PsGetCurrentThreadStackLimit(void)
{
    return PsiCurrentThread()->Tcb.StackLimit;
}

/* PsGetCurrentThreadPreviousMode - ExGetPreviousMode by another name. IRQL: any. Source: INF: undocumented. */
KPROCESSOR_MODE NTAPI PsGetCurrentThreadPreviousMode(void)
{
    return KiPreviousMode();
}
