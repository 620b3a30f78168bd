/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Structures of services as a 64-bit machine has them, for 32-bit programs that are its clients
 * (i386/wide.c). Where the compiler has 64 bits itself, each is compared with the one it stands
 * for.
 */
#pragma once

#include <stddef.h>

#include "nt/ps.h"
#include "services.h"

typedef struct WIDE_STRING {
    USHORT Length, MaximumLength;
    ULONG Unused;
    ULONG64 Buffer;
} WIDE_STRING;

typedef struct WIDE_OBJECT_ATTRIBUTES {
    ULONG Length, Unused;
    ULONG64 RootDirectory, ObjectName;
    ULONG Attributes, Unused2;
    ULONG64 SecurityDescriptor, SecurityQualityOfService;
} WIDE_OBJECT_ATTRIBUTES;

typedef struct WIDE_DESCRIPTOR { /* an absolute one; relative ones are the same everywhere */
    UCHAR Revision, Sbz1;
    USHORT Control;
    ULONG Unused;
    ULONG64 Owner, Group, Sacl, Dacl;
} WIDE_DESCRIPTOR;

typedef struct WIDE_CLIENT_ID {
    ULONG64 UniqueProcess, UniqueThread;
} WIDE_CLIENT_ID;

typedef struct WIDE_PACKET { /* FILE_IO_COMPLETION_INFORMATION */
    ULONG64 KeyContext, ApcContext;
    NTSTATUS Status;
    ULONG Unused;
    ULONG64 Information;
} WIDE_PACKET;

typedef struct WIDE_VALUE_ENTRY { /* KEY_VALUE_ENTRY */
    ULONG64 ValueName;
    ULONG DataLength, DataOffset, Type, Unused;
} WIDE_VALUE_ENTRY;

typedef struct WIDE_DIRECTORY_INFORMATION { /* OBJECT_DIRECTORY_INFORMATION */
    WIDE_STRING Name, TypeName;
} WIDE_DIRECTORY_INFORMATION;

typedef struct WIDE_THREAD_INFORMATION { /* THREAD_BASIC_INFORMATION */
    NTSTATUS ExitStatus;
    ULONG Unused;
    ULONG64 TebBaseAddress;
    WIDE_CLIENT_ID ClientId;
    ULONG64 AffinityMask;
    LONG Priority, BasePriority;
} WIDE_THREAD_INFORMATION;

typedef struct WIDE_PROCESS_INFORMATION { /* PROCESS_BASIC_INFORMATION */
    NTSTATUS ExitStatus;
    ULONG Unused;
    ULONG64 PebBaseAddress, AffinityMask;
    LONG BasePriority;
    ULONG Unused2;
    ULONG64 UniqueProcessId, InheritedFromUniqueProcessId;
} WIDE_PROCESS_INFORMATION;

typedef struct WIDE_COMPLETION { /* FILE_COMPLETION_INFORMATION */
    ULONG64 Port, Key;
} WIDE_COMPLETION;

typedef struct WIDE_NAME { /* FILE_RENAME_INFORMATION, FILE_LINK_INFORMATION; the name follows */
    ULONG Flags, Unused;
    ULONG64 RootDirectory;
    ULONG FileNameLength;
} WIDE_NAME;
#define WIDE_NAME_BYTES 20u /* before the name */

typedef struct WIDE_SID { /* SID_AND_ATTRIBUTES, TOKEN_USER */
    ULONG64 Sid;
    ULONG Attributes, Unused;
} WIDE_SID;

#if defined(__x86_64__)
#define WIDE_SAME(Ours, Real, Last) \
    _Static_assert(                 \
        sizeof(Ours) == sizeof(Real) && offsetof(Ours, Last) == offsetof(Real, Last), #Real)
WIDE_SAME(WIDE_STRING, UNICODE_STRING, Buffer);
WIDE_SAME(WIDE_OBJECT_ATTRIBUTES, OBJECT_ATTRIBUTES, SecurityQualityOfService);
WIDE_SAME(WIDE_DESCRIPTOR, SECURITY_DESCRIPTOR, Dacl);
WIDE_SAME(WIDE_CLIENT_ID, CLIENT_ID, UniqueThread);
WIDE_SAME(WIDE_PACKET, FILE_IO_COMPLETION_INFORMATION, ApcContext);
_Static_assert(
    offsetof(WIDE_PACKET, Status) == offsetof(FILE_IO_COMPLETION_INFORMATION, IoStatusBlock),
    "a packet's status block");
WIDE_SAME(WIDE_VALUE_ENTRY, KEY_VALUE_ENTRY, Type);
WIDE_SAME(WIDE_DIRECTORY_INFORMATION, OBJECT_DIRECTORY_INFORMATION, TypeName);
WIDE_SAME(WIDE_THREAD_INFORMATION, THREAD_BASIC_INFORMATION, BasePriority);
WIDE_SAME(WIDE_PROCESS_INFORMATION, PROCESS_BASIC_INFORMATION, UniqueProcessId);
WIDE_SAME(WIDE_COMPLETION, FILE_COMPLETION_INFORMATION, Key);
WIDE_SAME(WIDE_SID, SID_AND_ATTRIBUTES, Attributes);
_Static_assert(
    offsetof(WIDE_NAME, RootDirectory) == offsetof(FILE_RENAME_INFORMATION, RootDirectory) &&
        WIDE_NAME_BYTES == offsetof(FILE_RENAME_INFORMATION, FileName) &&
        WIDE_NAME_BYTES == offsetof(FILE_LINK_INFORMATION, FileName),
    "a new name");
#undef WIDE_SAME
#endif

/*
 * A service of a 64-bit machine, called by a 32-bit program: arguments in the program's layouts,
 * those in the machine's for Call, and the results back. Status blocks are the machine's to write
 * as the program has them. STATUS_ACCESS_VIOLATION: a pointer of the program's leads nowhere;
 * STATUS_NOT_IMPLEMENTED: a type of argument nobody knows how to convert.
 */
typedef NTSTATUS (*WIDE_CALL)(ULONG Number, const ULONG64 *Slot, ULONG Count);
NTSTATUS WideService(WIDE_CALL Call, ULONG Number, const ULONG64 *Slot, ULONG Count);

/* A type in a list of services that WideService does not know: its service's name, or NULL. For
 * tests. */
const char *WideUnknownService(void);
