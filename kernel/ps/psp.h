/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/ps only. */
#pragma once

#include "ps/export.h"
#include "ps/ps.h"

extern KSPIN_LOCK PspLock; /* every process's thread list, and the list of all threads */
extern LIST_ENTRY PspThreadList;

void PspDeleteThread(void *Object);

/* What ke makes its own threads with: see KePrepareThread and KeStartThread. */
KTHREAD *PspPrepareThread(void);
NTSTATUS PspStartThread(KTHREAD *Thread, PKSTART_ROUTINE Routine, void *Context);
/* A thread of the System process that runs Routine outside the kernel; it enters when it has
 * something to do. */
NTSTATUS PspStartHostRoutine(void (*Routine)(void *Context), void *Context);

/* ---- process.c ------------------------------------------------------------------------------- */

#define PSP_TAG 0x63507350u /* 'PsPc' */

/* Referenced, not in the table. Table NULL: it has no handles. */
NTSTATUS PspCreateProcess(
    HANDLE Id, const char *Name, SE_TOKEN *Token, OB_HANDLE_TABLE *Table, EPROCESS **Process);
/* A pool copy with NT separators below \Device\Host; empty: no memory or no path. */
void PspSetPaths(EPROCESS *Process, const char *ImagePath, const char *CommandLine);
/* Asks the host for them unless they are known. PASSIVE_LEVEL. */
void PspLearnPaths(EPROCESS *Process);

/* ---- table.c --------------------------------------------------------------------------------- */

void PspInitializeTable(void);
/* Enters it before any other of that number. Hold: the table takes a reference, which
 * PspReleaseProcess gives back. */
void PspInsertProcess(EPROCESS *Process, BOOLEAN Hold);
void PspRemoveProcess(EPROCESS *Process);
void PspReleaseProcess(EPROCESS *Process);
EPROCESS *PspFindProcess(HANDLE Id, BOOLEAN Running); /* referenced, NULL: none. Running: not one
                                                         whose end was reported */
/* The object of a process of the host, made if there is none. */
NTSTATUS PspObtainProcess(const struct host_process *Host, EPROCESS **Process);
/* Lets those go that nobody but the table knows. TRUE: none of the host's is left. */
BOOLEAN PspReleaseUnused(void);
extern _Atomic LONG PspHostProcesses; /* objects there are */

/* ---- notify.c -------------------------------------------------------------------------------- */

void PspInitializeNotify(void);
extern _Atomic LONG PspProcessRoutines, PspThreadRoutines, PspImageRoutines;
/* Tells of the creation; the status drivers want it to have. Nothing if it has been told
 * already. */
NTSTATUS PspReportCreation(EPROCESS *Process, const CLIENT_ID *Creator);
/* Tells of the end once, signals the process and lets the table's reference go. */
void PspReportExit(EPROCESS *Process, NTSTATUS ExitStatus, LONG64 Time);
/* Created: on who creates it; begins: on itself, which other routines want to know; ends: all. */
enum PSP_THREAD_EVENT { PSP_THREAD_CREATED, PSP_THREAD_BEGINS, PSP_THREAD_ENDS };
void PspReportThread(const ETHREAD *Thread, enum PSP_THREAD_EVENT Event);

/* ---- watch.c --------------------------------------------------------------------------------- */

void PspInitializeWatch(void);
extern EPROCESS *PspDelivering; /* the process being told of: the watcher has a reference to it */
NTSTATUS PspStartWatch(void); /* if there is none. INSUFFICIENT_RESOURCES; a host that does not let
                                 itself be watched is no error */
void PspRefuseCreation(HANDLE Id, HANDLE ParentId); /* what the host says of it from now on is
                                                       withheld */
void PspReviewWatch(void);    /* ends it if nobody needs it any more */

#if defined(__i386__)
void PspInitializeIoMaps(void);
#endif

/* ---- information.c, threadinfo.c ------------------------------------------------------------- */

#define PSP_PRIORITY_CLASS_NORMAL 2
#define PSP_PRIORITY_CLASS_REALTIME 4
#define PSP_PRIORITY_CLASS_MOST 6
#define PSP_IO_PRIORITY_NORMAL 2
#define PSP_IO_PRIORITY_CRITICAL 4
#define PSP_PAGE_PRIORITY_NORMAL 5
#define PSP_LOW_REALTIME_PRIORITY 16
#define PSP_HIGHEST_PRIORITY 31
#define PSP_THREAD_SET_THREAD_TOKEN 0x80u
#define PSP_THREAD_IMPERSONATE 0x100u

KPRIORITY PspBasePriority(const EPROCESS *Process);
/* One more suspension, or one less (-1). SUSPEND_COUNT_EXCEEDED, THREAD_IS_TERMINATING. */
NTSTATUS PspAddSuspension(ETHREAD *Thread, LONG Change, ULONG *Previous);
/* With the access a service needs; the pseudo handles have all of it. */
NTSTATUS PspReferenceThread(HANDLE Handle, ACCESS_MASK Needed, ETHREAD **Thread);
NTSTATUS PspReferenceProcess(HANDLE Handle, ACCESS_MASK Needed, EPROCESS **Process);
BOOLEAN PspHasPrivilege(ULONG Privilege); /* of the previous mode */
/* Fixed is the size of an answer; *ReturnLength is optional. */
NTSTATUS PspReturnFixed(
    const void *Answer, ULONG Fixed, void *To, ULONG Length, ULONG *ReturnLength);

/* Ends a process, if that may be done; see NtTerminateProcess. */
NTSTATUS PspTerminate(EPROCESS *Process, NTSTATUS ExitStatus);

/* ---- job.c ----------------------------------------------------------------------------------- */

#define PSP_PROCESS_SET_QUOTA 0x100u

NTSTATUS PspCreateJobType(void);
void PspLeaveJob(EPROCESS *Process);

/* ---- impersonate.c --------------------------------------------------------------------------- */

void PspInitializeTokens(void); /* tells se whose tokens there are */
SE_TOKEN *PspReferenceToken(EPROCESS *Process);
/* Takes the reference to Token, gives that to the one before away. */
void PspSetToken(EPROCESS *Process, SE_TOKEN *Token);
/* Ends the thread's impersonation. */
void PspRundownTokens(ETHREAD *Thread);
/* The token handle's; NULL: ends the impersonation. Needs TOKEN_IMPERSONATE. */
NTSTATUS PspAssignToken(ETHREAD *Thread, HANDLE Token);
