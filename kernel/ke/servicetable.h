/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Tables of system services, and what a driver keeps of a thread for a dump (servicetable.c). */
#pragma once

#include "ke/ke.h"

BOOLEAN NTAPI KeAddSystemServiceTable(
    ULONG_PTR *Base, ULONG *Count, ULONG Limit, UCHAR *Number, ULONG Index);
BOOLEAN NTAPI KeRemoveSystemServiceTable(ULONG Index);
NTSTATUS NTAPI KeInitializeCrashDumpHeader(
    ULONG DumpType, ULONG Flags, void *Buffer, ULONG BufferSize, ULONG *BufferNeeded);
ULONG NTAPI KeCapturePersistentThreadState(CONTEXT *Context, KTHREAD *Thread, ULONG BugCheckCode,
    ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3,
    ULONG_PTR BugCheckParameter4, void *VirtualAddress);

#if defined(__i386__)
#define KI_SERVICE_TABLES 2

typedef struct KI_SERVICE_TABLE {
    ULONG_PTR *Base;
    ULONG *Count;
    ULONG Limit;
    UCHAR *Number;
} KI_SERVICE_TABLE;

extern KI_SERVICE_TABLE KeServiceDescriptorTable[KI_SERVICE_TABLES];

/*
 * i386/services.c: at start; the loader's next service, by what it exports as ZwFoo; and what a
 * driver that imports it is given,
 * NULL: there is no service of that number.
 */
void KiResetServices(void);
void KeAddService(const void *Routine, SHORT ArgumentBytes);
const void *KeServiceStub(ULONG Number);

/* i386/iomap.c */
void KiResetIoMaps(void);
BOOLEAN KiMayAccessPort(USHORT Port, UCHAR SizeBytes); /* the current thread, outside the kernel */
extern void (*KeSetProcessIoMap)(void *Process, ULONG MapNumber); /* ps */
extern BOOLEAN (*KeHasIoMap)(void);                               /* the current thread's process */
BOOLEAN NTAPI Ke386SetIoAccessMap(ULONG MapNumber, void *IoAccessMap);
BOOLEAN NTAPI Ke386QueryIoAccessMap(ULONG MapNumber, void *IoAccessMap);
BOOLEAN NTAPI Ke386IoSetAccessProcess(void *Process, ULONG MapNumber);
#endif
