/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The service control manager: what services.exe and the boot are on Windows. Its database is the
 * registry, through the same Nt services everybody uses; what it keeps itself is who has a service
 * open, what it is doing and how it last ended.
 *
 * Clients call the Sys functions below. Arguments are flat: handles, numbers, strings, and buffers
 * that hold offsets and no pointers, so that a call can cross a process boundary. Failures that
 * Windows has only as Win32 errors are statuses made by SCM_ERROR, which translate back.
 */
#pragma once

#include "io/io.h"

/* Makes the object types of service handles. Needs no current thread. */
NTSTATUS ScmInitialize(void);

/*
 * Starts the services whose Start is boot, system and auto, in Windows' order, and does what their
 * ErrorControl says on failure. In the kernel, PASSIVE_LEVEL. An error status: the boot failed.
 */
NTSTATUS ScmBoot(LDR_ERROR *Error);

#define SCM_ERROR(Win32) ((NTSTATUS)(0xC0070000u | (Win32)))

/* A service's state, laid out as Win32's SERVICE_STATUS_PROCESS. */
typedef struct SCM_STATUS {
    ULONG Type;
    ULONG State;    /* SERVICE_STOPPED … */
    ULONG Accepted; /* controls */
    ULONG ExitCode;
    ULONG SpecificExitCode;
    ULONG CheckPoint;
    ULONG WaitHint;
    ULONG ProcessId;
    ULONG Flags;
} SCM_STATUS;

enum SCM_TEXT {
    SCM_NAME,
    SCM_PATH,
    SCM_GROUP,
    SCM_DEPEND, /* strings, each with its end, and an empty one; a group's name follows a '+' */
    SCM_OBJECT, /* a driver's object name, a service's account */
    SCM_DISPLAY,
    SCM_DESCRIPTION,
    SCM_TEXT_COUNT
};

/* A service's configuration, as asked for and as it is. Texts follow; each ends with a null. */
typedef struct SCM_CONFIG {
    ULONG Bytes;                /* of all */
    ULONG Type;                 /* SCM_NO_CHANGE in a request: stays as it is */
    ULONG Start;
    ULONG ErrorControl;
    ULONG Tag;                  /* 0: none; in a request any other value: one is to be allocated */
    ULONG Text[SCM_TEXT_COUNT]; /* where it is, in bytes from the beginning, even; 0: there is none,
                                   or it stays */
} SCM_CONFIG;
#define SCM_NO_CHANGE 0xFFFFFFFFu
#define SCM_CONFIG_LIMIT 0x20000u /* bytes of a request */

/* One of a list of services. Name, display name and group follow, each with its end; the next one
 * is 8-byte aligned. */
typedef struct SCM_ENTRY {
    ULONG Bytes; /* to the next one */
    SCM_STATUS Status;
    ULONG Name, Display, Group; /* offsets from the beginning of the entry */
} SCM_ENTRY;

/*
 * ScmOpenManager, ScmOpenService, ScmCreateService, ScmClose: handles. Tag (may be NULL) receives
 * an allocated tag. ScmStart returns when the driver runs. ScmControl: Status (may be NULL) is
 * written when the control was refused for the state the service is in, too. ScmQueryConfig,
 * ScmEnumServices, ScmEnumDependents, ScmTranslateName: STATUS_BUFFER_TOO_SMALL and what is needed
 * in *Needed, when the buffer does not hold all. ScmTranslateName: the key name of a display name
 * or the display name of a key name, with its end.
 */
#define SCM_SERVICES(S)                                                                      \
    S(ScmOpenManager, 2, (HANDLE *, ACCESS_MASK))                                            \
    S(ScmOpenService, 4, (HANDLE, UNICODE_STRING *, ACCESS_MASK, HANDLE *))                  \
    S(ScmCreateService, 6, (HANDLE, SCM_CONFIG *, ULONG, ACCESS_MASK, ULONG *, HANDLE *))    \
    S(ScmClose, 1, (HANDLE))                                                                 \
    S(ScmDelete, 1, (HANDLE))                                                                \
    S(ScmStart, 1, (HANDLE))                                                                 \
    S(ScmControl, 3, (HANDLE, ULONG, SCM_STATUS *))                                          \
    S(ScmQueryStatus, 2, (HANDLE, SCM_STATUS *))                                             \
    S(ScmQueryConfig, 4, (HANDLE, void *, ULONG, ULONG *))                                   \
    S(ScmChangeConfig, 4, (HANDLE, SCM_CONFIG *, ULONG, ULONG *))                            \
    S(ScmEnumServices, 5, (HANDLE, void *, ULONG, ULONG *, ULONG *))                         \
    S(ScmEnumDependents, 5, (HANDLE, void *, ULONG, ULONG *, ULONG *))                       \
    S(ScmTranslateName, 6, (HANDLE, BOOLEAN, UNICODE_STRING *, void *, ULONG, ULONG *))

#define SCM_SERVICE_DECLARE(Name, Count, Types) \
    NTSTATUS NTAPI Nt##Name Types;              \
    NTSTATUS Sys##Name Types;
SCM_SERVICES(SCM_SERVICE_DECLARE)
#undef SCM_SERVICE_DECLARE
