/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What NtQuerySystemInformation and NtSetSystemInformation are made of; shared by the files sys*.c
 * of this folder. */
#pragma once

#include "exports/exports.h"
#include "io/iop.h"
#include "ldr/ldr.h"
#include "nt/sysinfo.h"

#define IOP_TAG_SYSTEM_INFORMATION 0x66497953u /* 'SyIf' */

/*
 * An answer under way: built in pool, since the caller's memory may be a client's. Needed counts
 * what the whole answer takes; Buffer has the first Kept bytes of it, no more than the caller asked
 * for.
 */
typedef struct IOP_ANSWER {
    SYSTEM_INFORMATION_CLASS Class;
    const void *Input; /* for classes that have one, a copy of what the caller gave */
    ULONG InputBytes;
    UCHAR *Caller;   /* where it goes: strings in it are pointed to there */
    ULONG Length;    /* bytes the caller has room for */
    UCHAR *Buffer;   /* pool, NULL: nothing kept yet */
    ULONG Capacity;  /* bytes of Buffer */
    ULONG Needed;
    BOOLEAN NoMemory;
} IOP_ANSWER;

/* Zeroed room for Bytes more; NULL: does not fit, and is counted only. Valid until the next
 * call. */
void *IopExtendAnswer(IOP_ANSWER *Answer, ULONG Bytes);
/* What an earlier call returned, by its offset; NULL: it did not fit. */
void *IopAnswerAt(IOP_ANSWER *Answer, ULONG Offset, ULONG Bytes);

/* Each adds what its class answers with. A status that is no success ends the query with it. */
typedef NTSTATUS (*IOP_SYSTEM_QUERY)(IOP_ANSWER *Answer);

NTSTATUS IopQueryFixed(IOP_ANSWER *Answer);          /* sysfixed.c */
ULONG IopFixedBytes(SYSTEM_INFORMATION_CLASS Class); /* 0: none of those */
NTSTATUS IopQueryProcesses(IOP_ANSWER *Answer);      /* sysprocess.c */
NTSTATUS IopQueryProcessId(IOP_ANSWER *Answer);
NTSTATUS IopQueryHandles(IOP_ANSWER *Answer);        /* syshandle.c */
NTSTATUS IopQueryHandlesEx(IOP_ANSWER *Answer);
NTSTATUS IopQueryModules(IOP_ANSWER *Answer);        /* sysmodule.c */
NTSTATUS IopQueryModulesEx(IOP_ANSWER *Answer);
/* The host's time zone, into what is zeros. */
void IopFillZone(RTL_TIME_ZONE_INFORMATION *Zone);
NTSTATUS IopQueryPerProcessor(IOP_ANSWER *Answer);   /* sysprocessor.c */
NTSTATUS IopQueryLogicalProcessors(IOP_ANSWER *Answer);
NTSTATUS IopQueryProcessorGroups(IOP_ANSWER *Answer);
NTSTATUS IopQueryNuma(IOP_ANSWER *Answer);
NTSTATUS IopQueryFirmware(IOP_ANSWER *Answer);       /* sysfirmware.c */
NTSTATUS IopSetFirmwareHandler(const void *Information, ULONG Length);

/* A loaded module, as it is reported. Names stay as long as the image does. */
typedef struct IOP_MODULE {
    const char *Folder;
    const char *Name;
    void *Base;
    ULONG Bytes;
    ULONG TimeDateStamp;
    ULONG_PTR PreferredBase;
} IOP_MODULE;

BOOLEAN IopDescribeOwnModule(ULONG Index, IOP_MODULE *Module); /* 0: ntoskrnl.exe, 1: hal.dll;
                                                                  FALSE: no more */
void IopDescribeImage(const LDR_IMAGE *Image, IOP_MODULE *Module);
/* loadedmodule.c: *Section is for DRIVER_OBJECT.DriverSection. */
NTSTATUS IopEnterModule(LDR_IMAGE *Image, void **Section);
void IopLeaveModule(void *Section);
void IopResetModuleList(void);

void IopResetModules(void);
void IopResetFirmware(void);
void IopResetHives(void); /* loadkey.c */
void IopShutdownHives(void); /* writes back those that are loaded */
void IopResetSystemInformation(void);

BOOLEAN IopCallerHasPrivilege(ULONG Privilege);

NTSTATUS NTAPI NtQuerySystemInformation(
    SYSTEM_INFORMATION_CLASS Class, void *Information, ULONG Length, ULONG *ReturnLength);
NTSTATUS NTAPI ZwQuerySystemInformation(
    SYSTEM_INFORMATION_CLASS Class, void *Information, ULONG Length, ULONG *ReturnLength);
NTSTATUS NTAPI NtQuerySystemInformationEx(SYSTEM_INFORMATION_CLASS Class, void *InputBuffer,
    ULONG InputBufferLength, void *Information, ULONG Length, ULONG *ReturnLength);
NTSTATUS NTAPI NtSetSystemInformation(
    SYSTEM_INFORMATION_CLASS Class, void *Information, ULONG Length);
NTSTATUS NTAPI ZwSetSystemTime(LARGE_INTEGER *SystemTime, LARGE_INTEGER *PreviousTime);
NTSTATUS NTAPI ZwSetSystemInformation(
    SYSTEM_INFORMATION_CLASS Class, void *Information, ULONG Length);
