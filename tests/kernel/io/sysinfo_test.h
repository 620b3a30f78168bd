/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * What the tests of system information need of its classes; the DDK's headers have none of it.
 */
#ifndef SYSINFO_TEST_H
#define SYSINFO_TEST_H

#include "ktest.h"

NTSTATUS NTAPI ZwQuerySystemInformation(
    ULONG Class, PVOID Information, ULONG Length, PULONG ReturnLength);
NTSTATUS NTAPI NtQuerySystemInformation(
    ULONG Class, PVOID Information, ULONG Length, PULONG ReturnLength);
NTSTATUS NTAPI ZwSetSystemInformation(ULONG Class, PVOID Information, ULONG Length);
NTSTATUS NTAPI ZwCreateEvent(PHANDLE Event, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes,
    EVENT_TYPE Type, BOOLEAN State);

typedef struct MODULE_ENTRY {
    HANDLE Section;
    PVOID MappedBase;
    PVOID ImageBase;
    ULONG ImageSize;
    ULONG Flags;
    USHORT LoadOrderIndex;
    USHORT InitOrderIndex;
    USHORT LoadCount;
    USHORT OffsetToFileName;
    CHAR FullPathName[256];
} MODULE_ENTRY;

typedef struct MODULE_LIST {
    ULONG Count;
    MODULE_ENTRY Entry[1];
} MODULE_LIST;

typedef struct PROCESS_ENTRY {
    ULONG Next;
    ULONG Threads;
    UCHAR Counts[24];
    LARGE_INTEGER CreateTime;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
    UNICODE_STRING ImageName;
    LONG BasePriority;
    HANDLE Id;
    HANDLE ParentId;
    ULONG Handles;
    ULONG Session;
    ULONG_PTR Memory[13];
    LARGE_INTEGER Operations[6];
} PROCESS_ENTRY;

typedef struct THREAD_ENTRY {
    LARGE_INTEGER KernelTime;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER CreateTime;
    ULONG WaitTime;
    PVOID StartAddress;
    HANDLE ProcessId;
    HANDLE ThreadId;
    LONG Priority;
    LONG BasePriority;
    ULONG Switches;
    ULONG State;
    ULONG WaitReason;
} THREAD_ENTRY;

typedef struct HANDLE_ENTRY_EX {
    PVOID Object;
    ULONG_PTR Process;
    ULONG_PTR Value;
    ULONG Access;
    USHORT BackTrace;
    USHORT Type;
    ULONG Attributes;
    ULONG Reserved;
} HANDLE_ENTRY_EX;

typedef struct HANDLE_LIST_EX {
    ULONG_PTR Count;
    ULONG_PTR Reserved;
    HANDLE_ENTRY_EX Entry[1];
} HANDLE_LIST_EX;

typedef struct HANDLE_ENTRY {
    USHORT Process;
    USHORT BackTrace;
    UCHAR Type;
    UCHAR Attributes;
    USHORT Value;
    PVOID Object;
    ULONG Access;
} HANDLE_ENTRY;

typedef struct HANDLE_LIST {
    ULONG Count;
    HANDLE_ENTRY Entry[1];
} HANDLE_LIST;

/* A whole answer in pool, for ExFreePool; NULL: none, and the test has failed. */
static inline PVOID QueryWhole(ULONG Class, PULONG Length)
{
    NTSTATUS Status = STATUS_INFO_LENGTH_MISMATCH;
    ULONG Room = 256, Needed = 0;
    PVOID Buffer = NULL;

    while (Status == STATUS_INFO_LENGTH_MISMATCH && Room < 16 * 1024 * 1024) {
        if (Buffer != NULL)
            ExFreePool(Buffer);
        Buffer = ExAllocatePoolWithTag(NonPagedPool, Room, 'tseT');
        if (!CHECK(Buffer != NULL))
            return NULL;
        Status = ZwQuerySystemInformation(Class, Buffer, Room, &Needed);
        if (Status == STATUS_INFO_LENGTH_MISMATCH && !CHECK(Needed > Room))
            break;
        *Length = Needed;
        Room = Needed + 4096;
    }
    if (CHECK_STATUS(Status, STATUS_SUCCESS))
        return Buffer;
    ExFreePool(Buffer);
    return NULL;
}

#endif
