/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * ps for the other components: processes and threads as objects. There is the System process, in which drivers are
 * loaded and system threads run, and one process for each client (embedded: the program itself). A host thread
 * becomes a kernel thread at its first call and stops being one when it ends.
 */
#pragma once

#include "se/se.h"

typedef struct _EPROCESS {
    DISPATCHER_HEADER Header; /* signalled when the process has ended */
    HANDLE UniqueProcessId;
    OB_HANDLE_TABLE *HandleTable;
    SE_TOKEN *Token;          /* referenced */
    LIST_ENTRY ThreadList;    /* ETHREAD.ProcessLink, under PspLock */
    LIST_ENTRY Link;
    BOOLEAN Wow64;            /* a 32-bit client of a 64-bit machine */
    char ImageName[16];
} EPROCESS;

typedef struct _ETHREAD {
    KTHREAD Tcb;
    CLIENT_ID Cid;
    EPROCESS *Process;        /* referenced */
    LIST_ENTRY ProcessLink;
    KSPIN_LOCK IrpLock;
    LIST_ENTRY IrpList;       /* IRP.ThreadListEntry of requests not completed; under IrpLock */
    struct _IRP *CurrentIrp;  /* one that is not on the list: the thread is in it. See IopEnlistIrp */
    BOOLEAN IrpWatched;       /* somebody is about to put CurrentIrp on the list */
    void (*StartRoutine)(void *Context); /* NTAPI; system threads */
    void *StartContext;
    NTSTATUS ExitStatus;
    _Atomic uint32_t Started; /* enum PSP_STARTED; system threads: who creates one waits for it */
} ETHREAD;

extern EPROCESS *PsiSystemProcess;
extern EPROCESS *PsiClientProcess; /* the embedding program */
extern OBJECT_TYPE *PsProcessObjectType, *PsThreadObjectType;

NTSTATUS PsInitialize(BOOLEAN OrdinaryUser);
void PsTerminate(void);

static inline ETHREAD *PsiCurrentThread(void)
{
    return (ETHREAD *)KiCurrentThread();
}

/* Makes the calling host thread a thread of Process. STATUS_INSUFFICIENT_RESOURCES, STATUS_HOST_DOWN. */
NTSTATUS PsAttachHostThread(EPROCESS *Process);
/* Runs by itself when an attached host thread ends; calls io's rundown first. */
void PsDetachHostThread(void);
/*
 * After the last thread was sent out of the kernel: no thread attaches or detaches any more, and those that are about to be
 * gone, are. What they use may be taken away then. FALSE: some are not, after a second or two.
 */
BOOLEAN PsWaitForThreads(void);
/* The thread acts for another process from now on. It is the current thread. */
void PsiSetThreadProcess(ETHREAD *Thread, EPROCESS *Process);

/* Threads of a process one after the other: the one behind Thread (NULL: the first), referenced; NULL: no more. */
ETHREAD *PsiNextThread(EPROCESS *Process, ETHREAD *Thread);
extern void (*PsThreadRundown)(ETHREAD *Thread); /* io: cancels the thread's requests; set at start */

HANDLE NTAPI PsGetCurrentProcessId(void);
HANDLE NTAPI PsGetCurrentThreadId(void);
HANDLE NTAPI PsGetProcessId(EPROCESS *Process);
EPROCESS *NTAPI PsGetCurrentProcess(void);
EPROCESS *NTAPI IoGetCurrentProcess(void);
ETHREAD *NTAPI PsGetCurrentThread(void);
NTSTATUS NTAPI PsCreateSystemThread(HANDLE *ThreadHandle, ULONG DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes,
    HANDLE ProcessHandle, CLIENT_ID *ClientId, PKSTART_ROUTINE StartRoutine, void *StartContext);
NTSTATUS NTAPI PsTerminateSystemThread(NTSTATUS ExitStatus);
BOOLEAN NTAPI PsGetVersion(ULONG *Major, ULONG *Minor, ULONG *Build, UNICODE_STRING *CSDVersion);
KPROCESSOR_MODE NTAPI ExGetPreviousMode(void);
