/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Shared by the files of kernel/scm only. One lock, a mutex, guards records and every change of a
 * service's key; it is never held while a driver's code runs.
 */
#pragma once

#include "cm/cm.h"
#include "kd/kd.h"
#include "rtl/rtl.h"
#include "rtl/status.h"
#include "scm/scm.h"

#define SCM_TAG 0x206D6353u /* 'Scm ' */
#define SCM_NAME_LIMIT 256u /* characters of a service's name or display name */

enum SCM_WIN32 {
    SCM_FILE_NOT_FOUND = 2,
    SCM_NOT_SUPPORTED = 50,
    SCM_INVALID_PARAMETER = 87,
    SCM_INVALID_NAME = 123,
    SCM_DEPENDENTS_RUNNING = 1051,
    SCM_INVALID_CONTROL = 1052,
    SCM_ALREADY_RUNNING = 1056,
    SCM_INVALID_ACCOUNT = 1057,
    SCM_DISABLED = 1058,
    SCM_CIRCULAR = 1059,
    SCM_DOES_NOT_EXIST = 1060,
    SCM_CANNOT_ACCEPT = 1061,
    SCM_NOT_ACTIVE = 1062,
    SCM_DEPENDENCY_FAIL = 1068,
    SCM_MARKED_FOR_DELETE = 1072,
    SCM_EXISTS = 1073,
    SCM_DEPENDENCY_DELETED = 1075,
    SCM_NEVER_STARTED = 1077,
    SCM_DUPLICATE_NAME = 1078,
};

/* Access rights of manager and service handles; names as in winsvc.h. */
#define SC_MANAGER_CONNECT 0x0001
#define SC_MANAGER_CREATE_SERVICE 0x0002
#define SC_MANAGER_ENUMERATE_SERVICE 0x0004
#define SC_MANAGER_LOCK 0x0008
#define SC_MANAGER_QUERY_LOCK_STATUS 0x0010
#define SC_MANAGER_MODIFY_BOOT_CONFIG 0x0020
#define SC_MANAGER_ALL_ACCESS 0x000F003F
#define SERVICE_QUERY_CONFIG 0x0001
#define SERVICE_CHANGE_CONFIG 0x0002
#define SERVICE_QUERY_STATUS 0x0004
#define SERVICE_ENUMERATE_DEPENDENTS 0x0008
#define SERVICE_START 0x0010
#define SERVICE_STOP 0x0020
#define SERVICE_PAUSE_CONTINUE 0x0040
#define SERVICE_INTERROGATE 0x0080
#define SERVICE_USER_DEFINED_CONTROL 0x0100
#define SERVICE_ALL_ACCESS 0x000F01FF

#define SCM_DRIVER_TYPES                                                    \
    (SERVICE_KERNEL_DRIVER | SERVICE_FILE_SYSTEM_DRIVER | SERVICE_ADAPTER | \
        SERVICE_RECOGNIZER_DRIVER)
#define SCM_WIN32_TYPES 0x30u
#define SCM_INTERACTIVE 0x100u

enum SCM_STATE { SCM_STOPPED = 1, SCM_START_PENDING, SCM_STOP_PENDING, SCM_RUNNING };
#define SCM_ACCEPT_STOP 1u

/* ---- record.c: what the registry does not have. Under the lock ------------------------------- */

typedef struct SCM_RECORD {
    LIST_ENTRY Link;
    ULONG Handles;
    ULONG ExitCode;
    BOOLEAN Starting; /* somebody is */
    KEVENT Started;   /* set unless somebody is */
    BOOLEAN Deleted;  /* marked */
    UNICODE_STRING Name;
    WCHAR Text[];
} SCM_RECORD;

void ScmAcquire(void);
void ScmRelease(void);
void ScmResetRecords(void);
/* NULL: there is none, out of memory. Records stay until their service is deleted. */
SCM_RECORD *ScmFindRecord(const UNICODE_STRING *Name);
SCM_RECORD *ScmGetRecord(const UNICODE_STRING *Name);
/* The service is marked, stopped and closed: its key and its record go. Otherwise nothing
 * happens. */
void ScmPurge(SCM_RECORD *Record);
void ScmDriverRemoved(const UNICODE_STRING *Name); /* IoDriverRemoved */

void ScmQueryState(const UNICODE_STRING *Name, ULONG Type, SCM_STATUS *Status);
static inline BOOLEAN ScmIsDriver(ULONG Type)
{
    return (Type & SCM_DRIVER_TYPES) != 0;
}

/* ---- database.c: services in the registry ---------------------------------------------------- */

/* "\Registry\…\Services\Name", in pool. */
NTSTATUS ScmPath(const UNICODE_STRING *Name, UNICODE_STRING *Path);
NTSTATUS ScmOpenServiceKey(const UNICODE_STRING *Name, HANDLE *Key);
/* 1060: no such service, or a key that is none. The configuration is pool (ExiFree). */
NTSTATUS ScmReadConfig(const UNICODE_STRING *Name, SCM_CONFIG **Config);
/* Writes what Config has. New: values that are not given get Windows' defaults. */
NTSTATUS ScmWriteConfig(const UNICODE_STRING *Name, const SCM_CONFIG *Config, BOOLEAN New);
NTSTATUS ScmSetDeleteFlag(const UNICODE_STRING *Name);
NTSTATUS ScmDeleteKey(const UNICODE_STRING *Name);

/* Every service's configuration, in the order of the keys. */
typedef struct SCM_LIST {
    SCM_CONFIG **Config;
    ULONG Count, Room;
} SCM_LIST;
NTSTATUS ScmReadAll(SCM_LIST *List);
void ScmFreeList(SCM_LIST *List);
SCM_CONFIG *ScmFindInList(const SCM_LIST *List, const UNICODE_STRING *Name); /* NULL: none */
/* Removes keys that were marked for deletion when the machine ended. */
NTSTATUS ScmPurgeOld(void);

/* ---- config.c -------------------------------------------------------------------------------- */

/* The text of a configuration; empty (Buffer NULL): it has none. SCM_DEPEND: all its strings. */
UNICODE_STRING ScmText(const SCM_CONFIG *Config, enum SCM_TEXT Which);
/* The next dependency after At, {0} to begin with. FALSE: there are no more. */
BOOLEAN ScmNextDependency(const SCM_CONFIG *Config, UNICODE_STRING *At);
/* A pool copy of a caller's configuration, checked for its form. */
NTSTATUS ScmCaptureConfig(const SCM_CONFIG *From, ULONG Bytes, SCM_CONFIG **Config);
/* A configuration from its parts; Texts without a Buffer are left out. */
NTSTATUS ScmBuildConfig(
    const SCM_CONFIG *Numbers, const UNICODE_STRING *Texts, SCM_CONFIG **Config);
NTSTATUS ScmCheckName(const UNICODE_STRING *Name);
/* What CreateService and ChangeServiceConfig refuse. Old NULL: a new service. */
NTSTATUS ScmCheckConfig(const UNICODE_STRING *Name, const SCM_CONFIG *Config, const SCM_CONFIG *Old,
    const SCM_LIST *All);
NTSTATUS ScmFreeTag(const SCM_LIST *All, const UNICODE_STRING *Group, ULONG *Tag);
static inline BOOLEAN ScmSameName(const UNICODE_STRING *First, const UNICODE_STRING *Second)
{
    return RtlEqualUnicodeString(First, Second, TRUE);
}

/* ---- start.c --------------------------------------------------------------------------------- */

/* Starts what a service depends on, then the service. Without the lock. */
NTSTATUS ScmStartService(const UNICODE_STRING *Name);
NTSTATUS ScmStopService(const UNICODE_STRING *Name);
/* For boot and system drivers: starts nothing else, but of each group it depends on a member must
 * run. */
NTSTATUS ScmLoadService(const UNICODE_STRING *Name, LDR_ERROR *Error);

/* ---- order.c --------------------------------------------------------------------------------- */

/* Sorts services by group, tag and key: the order they start in. */
NTSTATUS ScmSortList(SCM_LIST *List);

/* ---- handle.c -------------------------------------------------------------------------------- */

/* The record a service handle leads to; it stays while *Object is referenced. */
NTSTATUS ScmReferenceService(HANDLE Handle, ACCESS_MASK Access, void **Object, SCM_RECORD **Record);
NTSTATUS ScmReferenceManager(HANDLE Handle, ACCESS_MASK Access);
/* under the lock */
NTSTATUS ScmMakeServiceHandle(SCM_RECORD *Record, ACCESS_MASK Access, HANDLE *Handle);
NTSTATUS ScmCreateTypes(void);
