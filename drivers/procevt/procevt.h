/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * procevt.h - what the procevt driver and its clients agree on.
 *
 * Include windows.h (on Windows winioctl.h, too) or a DDK header first. The structures are the same
 * for 32- and 64-bit programs. An open handle has a queue of its own, from CreateFile to
 * CloseHandle.
 */
#ifndef PROCEVT_H
#define PROCEVT_H

#define PROCEVT_DEVICE_NAME L"\\Device\\ProcEvt"
#define PROCEVT_LINK_NAME   L"\\DosDevices\\ProcEvt"
#define PROCEVT_USER_NAME   "\\\\.\\ProcEvt"

/* As in EPROCESS: at most 15 characters and a NUL. */
#define PROCEVT_NAME_BYTES 16

/* What a PROCEVT_ENTRY tells. */
#define PROCEVT_EXITED  0
#define PROCEVT_CREATED 1
#define PROCEVT_LOST    2 /* memory was short, or nobody fetched: Lost events are missing here */

typedef struct PROCEVT_ENTRY {
    ULONG Size; /* bytes of this structure: first, so that a caller with less room can see it */
    ULONG Kind;
    ULONG ProcessId;
    ULONG ParentId;
    ULONG64 Time; /* 100 ns since 1601, UTC */
    ULONG Lost;   /* PROCEVT_LOST only */
    ULONG Reserved;
    CHAR ProcessName[PROCEVT_NAME_BYTES]; /* empty if the process was gone */
    CHAR ParentName[PROCEVT_NAME_BYTES];
} PROCEVT_ENTRY;

/* The handle is 64 bits wide here whatever it is in the program. */
typedef struct PROCEVT_EVENT {
    ULONG64 Handle;
} PROCEVT_EVENT;

/* Entries a handle can be behind; events that come after them are lost. */
#define PROCEVT_MAX_ENTRIES 65536

/* In: PROCEVT_EVENT. The event is set for every entry, and at once if there are some. */
#define IOCTL_SET_EVENT_HANDLE \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_READ_ACCESS)
/*
 * In: optionally a ULONG, PROCEVT_STRICT or 0. Out: the oldest entry, or no bytes if there is none.
 *
 * If the entry does not fit it stays, and the answer is STATUS_BUFFER_OVERFLOW (Win32 234) with as
 * many bytes of it as do: Size is among the first. With PROCEVT_STRICT, and where not even Size
 * fits, it is STATUS_BUFFER_TOO_SMALL (Win32 122). The driver tells the size with that as well, but
 * nobody hears it: an error carries no Information.
 */
#define IOCTL_GET_PROCESS_ENTRY \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_READ_ACCESS)
#define PROCEVT_STRICT 0x1
/*
 * Out: the oldest entry; pending until there is one. A ReadFile is the same. There must be room for
 * an entry: STATUS_BUFFER_TOO_SMALL otherwise.
 */
#define IOCTL_WAIT_PROCESS_ENTRY \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_READ_ACCESS)

#endif
