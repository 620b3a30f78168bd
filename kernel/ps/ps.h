/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * ps for the other components: processes and threads as objects. There is the System process, in
 * which drivers are loaded and system threads run, and one process for each client (embedded: the
 * program itself). Processes of the host are objects from the moment a driver asks for them or is
 * told of them. A host thread becomes a kernel thread at its first call and stops being one when it
 * ends.
 */
#pragma once

#include "ps/block.h"
#include "se/se.h"

typedef struct _EPROCESS {
    DISPATCHER_HEADER Header; /* signalled when the process has ended */
    HANDLE UniqueProcessId;
    OB_HANDLE_TABLE *HandleTable;
    SE_TOKEN *Token;       /* referenced; read and changed with PspReferenceToken and PspSetToken */
    LIST_ENTRY ThreadList; /* ETHREAD.ProcessLink, under PspLock */
    ULONG64 RunTime100ns;  /* of threads that have ended; under PspLock */
    LIST_ENTRY Link;       /* in the table by identifier, under its lock; to itself: not there */
    struct MM_SPACE *Space;           /* where its memory is, referenced; NULL: in this process */
    BOOLEAN Wow64;                    /* a 32-bit client of a 64-bit machine */
    void *Peb, *Wow64Peb, *ImageBase; /* in its own memory; a client's, once one of its threads has
                                         called. NULL: none */
    char ImageName[16];
    HANDLE ParentId;
    LONG64 CreateTime, ExitTime; /* UTC; 0: still runs */
    ULONG64 StartKey;            /* no other process of this machine has it, nor will have */
    NTSTATUS ExitStatus;         /* STATUS_PENDING while it runs */
    UNICODE_STRING ImagePath;    /* pool; empty: not known. Written once, under the table's lock */
    UNICODE_STRING CommandLine;
    _Atomic ULONG Flags; /* PSI_PROCESS_* */
    UCHAR PriorityClass; /* PROCESS_PRIORITY_CLASS_*: what drivers set and ask for; Linux's
                            scheduler is not told */
    UCHAR IoPriority, PagePriority;
    UCHAR IoMap;                 /* of ports its threads may access; 0: none */
    BOOLEAN BoostDisabled, BreakOnTermination;
    ULONG HardErrorMode;
    void *Win32Process, *WindowStation, *SecurityPort; /* whoever plays win32k or lsass keeps them
                                                          here */
    struct PSP_JOB *Job;                               /* referenced, NULL: none. Set once */
    LIST_ENTRY JobLink;                                /* in the job's list, under its lock */
    ULONG_PTR LookupSite;                              /* who asked for it last */
} EPROCESS;

#define PSI_PROCESS_HOST 1u     /* one of the host's, no client */
#define PSI_PROCESS_HELD 2u     /* the table has a reference, as it runs */
#define PSI_PROCESS_REPORTED 4u /* its creation, to drivers */
#define PSI_PROCESS_EXITING 8u  /* its end is being or has been reported */
#define PSI_PROCESS_OWN_TABLE 16u

typedef struct _ETHREAD {
    KTHREAD Tcb;
    CLIENT_ID Cid;
    EPROCESS *Process;        /* the one it acts for */
    EPROCESS *Owner;          /* the one it belongs to, referenced */
    LIST_ENTRY ProcessLink;
    LIST_ENTRY Link;          /* all threads, under PspLock */
    LONG64 CreateTime, ExitTime;
    KSPIN_LOCK IrpLock;
    LIST_ENTRY IrpList;      /* IRP.ThreadListEntry of requests not completed; under IrpLock */
    struct _IRP *CurrentIrp; /* one that is not on the list: the thread is in it. See IopEnlistIrp
                              */
    BOOLEAN IrpWatched;      /* somebody is about to put CurrentIrp on the list */
    void (*StartRoutine)(void *Context); /* NTAPI; system threads */
    void *StartContext;
    void (*HostRoutine)(void *Context); /* in place of StartRoutine: one that stays outside the
                                           kernel */
    EPROCESS *AttachedFrom;             /* KeAttachProcess */
    LONG AttachDepth;                   /* times it was attached to another process */
    struct PSP_CALL *Call;              /* notify routines it is in, innermost first */
    BOOLEAN Unnoticed;                  /* the machine's own: drivers are not told of it */
    BOOLEAN Terminating;
    BOOLEAN HardErrorsAreDisabled;
    UCHAR IoPriority; /* IO_PRIORITY_HINT + 1 of its requests; 0: none was set */
    struct _DEVICE_OBJECT *DeviceToVerify; /* a file system's, not referenced */
    LONG SuspendCount;                     /* changed under PspLock */
    KEVENT Resumed;                        /* signalled while that is 0 */
    KAPC SuspendApc;                       /* in which a suspended thread waits */
    SE_TOKEN *ClientToken; /* it impersonates; referenced, NULL: none. This and the next three
                              change under the token lock */
    SECURITY_IMPERSONATION_LEVEL ClientLevel;
    BOOLEAN CopyOnOpen, EffectiveOnly;
    UCHAR PagePriority;
    BOOLEAN BoostDisabled, BreakOnTermination, Hidden;
    void *Win32Thread;
    void *Teb;                /* in its process's memory; NULL: none */
    GUID ActivityId;          /* EtwActivityIdControl */
    const GUID *Activity;     /* IoSetActivityIdThread; the driver's, NULL: none */
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

/* Makes the calling host thread a thread of Process. STATUS_INSUFFICIENT_RESOURCES,
 * STATUS_HOST_DOWN. */
NTSTATUS PsAttachHostThread(EPROCESS *Process);
/*
 * The same for one that stands for a thread of another process of the host: with its number, NULL:
 * its own; and where its process has the blocks drivers read, as that says.
 */
NTSTATUS PsAttachClientThread(EPROCESS *Process, HANDLE Id, const PS_BLOCKS *Blocks);
/* Runs by itself when an attached host thread ends; calls io's rundown first. */
void PsDetachHostThread(void);
/*
 * After the last thread was sent out of the kernel: no thread attaches or detaches any more, and
 * those that are about to be gone, are. What they use may be taken away then. FALSE: some are not,
 * after a second or two.
 */
BOOLEAN PsWaitForThreads(void);
/* However often it was suspended, the thread goes on: its process is being ended. It may be
 * suspended again. */
void PsiEndSuspension(ETHREAD *Thread);
/* The thread acts for another process from now on. It is the current thread. */
void PsiSetThreadProcess(ETHREAD *Thread, EPROCESS *Process);

/* ---- processes that come and go -------------------------------------------------------------- */

/*
 * A client's process with a handle table of its own. Id: its number on the host, if it has one.
 * ImagePath: the host's; CommandLine: both UTF-8, NULL: not known. Drivers are told unless they
 * have been, by PsiAskProcessCreation or because the process was seen on the host; the status they
 * gave is returned then. Returns a reference PsiEndProcess takes. OBJECT_NAME_COLLISION: there is a
 * client of that number; INSUFFICIENT_RESOURCES.
 */
NTSTATUS PsiCreateClientProcess(HANDLE Id, HANDLE ParentId, const char *ImagePath,
    const char *CommandLine, BOOLEAN Administrator, BOOLEAN Wow64, EPROCESS **Process);
/* Closes its handles as the current thread, tells drivers once, signals it. No thread acts for it
 * any more. PASSIVE_LEVEL. */
void PsiEndProcess(EPROCESS *Process, NTSTATUS ExitStatus);
/*
 * A process is about to be created: tells drivers and returns what they say. SUCCESS: it may run
 * and is not reported a second time; its end is reported when the host says so. Ask before a
 * process that has been forked gets its image; its parent calls PsiExpectCreation before it forks
 * and takes that back afterwards, or else the host may report the process first.
 */
void PsiExpectCreation(HANDLE ParentId, BOOLEAN Expect);
NTSTATUS PsiAskProcessCreation(
    HANDLE Id, HANDLE ParentId, const char *ImagePath, const char *CommandLine);
/* Calls those who want to know of images; ProcessId NULL: a driver's. ImagePath as above. */
void PsiNotifyImage(const char *ImagePath, HANDLE ProcessId, void *Base, SIZE_T Bytes);
/* server: ends a client's process for ZwTerminateProcess. NULL: it cannot be ended. */
extern NTSTATUS (*PsEndClient)(EPROCESS *Process, NTSTATUS ExitStatus);
/* A client's process has ended, and its handles are closed. NULL: nobody is told. */
extern void (*PsProcessEnded)(EPROCESS *Process);
/* ldr: the image an address is in was linked with /INTEGRITYCHECK. NULL: not asked. */
extern BOOLEAN (*PsImageHasIntegrity)(ULONG_PTR Address);

/* Takes out a routine in that memory that is still to be notified, waits until it has returned;
 * Setter: what it was set with. */
BOOLEAN PsTakeNotifyRoutine(
    ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine, const char **Setter);
/* A process of the host that code there asked for and that somebody still holds; not referenced.
 * Each is told of once. */
EPROCESS *PsTakeReferencedProcess(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Site);
/* How many system threads are in routines there, *Routine: the first one's. One that ends is given
 * a moment to. PASSIVE_LEVEL. */
ULONG PsCountThreadsIn(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine);

/* A process that uses the machine, the System process too. */
typedef struct PSI_CLIENT {
    HANDLE Id, ParentId;
    LONG64 CreateTime; /* UTC */
    BOOLEAN Administrator;
    char ImageName[16];
} PSI_CLIENT;
/* Fills at most Room entries and returns how many, in no order. */
ULONG PsiListClients(PSI_CLIENT *List, ULONG Room);

/*
 * The processes there are objects of and that have not ended, at most Room of them, each with a
 * reference that is the caller's; by time of creation, System first. Returns how many there are.
 */
ULONG PsiReferenceProcesses(EPROCESS **List, ULONG Room);

/* How the host's processes are watched: "proc connector", "/proc scan"; NULL: nobody wants to
 * know. */
const char *PsWatchSource(void);
/* For tests; set before the first routine is. */
extern enum host_process_source PsiWatchSource;
extern SIZE_T PsiWatchBytes;
/* No more events are looked for. Also after the machine has stopped. Any thread. */
void PsStopWatching(void);

/* Threads of a process one after the other: the one behind Thread (NULL: the first), referenced;
 * NULL: no more. */
ETHREAD *PsiNextThread(EPROCESS *Process, ETHREAD *Thread);
extern void (*PsThreadRundown)(ETHREAD *Thread); /* io: cancels the thread's requests; set at start
                                                  */

HANDLE NTAPI PsGetCurrentProcessId(void);
HANDLE NTAPI PsGetCurrentThreadId(void);
HANDLE NTAPI PsGetProcessId(EPROCESS *Process);
EPROCESS *NTAPI PsGetCurrentProcess(void);
EPROCESS *NTAPI IoGetCurrentProcess(void);
ETHREAD *NTAPI PsGetCurrentThread(void);
NTSTATUS NTAPI PsCreateSystemThread(HANDLE *ThreadHandle, ULONG DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, HANDLE ProcessHandle, CLIENT_ID *ClientId,
    PKSTART_ROUTINE StartRoutine, void *StartContext);
NTSTATUS NTAPI PsTerminateSystemThread(NTSTATUS ExitStatus);
BOOLEAN NTAPI PsGetVersion(ULONG *Major, ULONG *Minor, ULONG *Build, UNICODE_STRING *CSDVersion);
KPROCESSOR_MODE NTAPI ExGetPreviousMode(void);
