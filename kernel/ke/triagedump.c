/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A small dump of a thread, as drivers keep one of a thread that hangs: a dump header, a triage
 * block, the thread's registers and the part of its stack they point into. Layouts: those of
 * Windows' public symbols and dump readers.
 */
#include <stddef.h>
#include <string.h>

#include "ke/kep.h"
#include "ke/processor.h"
#include "ke/servicetable.h"
#include "rtl/rtl.h"

#define KI_DUMP_BYTES 0x10000u /* the least a caller's buffer has */
#define KI_DUMP_STACK 0x4000u  /* the most there is of the stack */
#define KI_DUMP_SIGNATURE 0x45474150u /* 'PAGE' */
#define KI_DUMP_FREE_BUILD 15u
#define KI_DUMP_TRIAGE 4u
#define KI_DUMP_END 0x54524744u /* 'DGRT' */

#if defined(__x86_64__)
#define KI_DUMP_VALID 0x34365544u /* 'DU64' */
#define KI_DUMP_HEADER_BYTES 0x2000u
#define KI_DUMP_MACHINE 0x8664u
#define KI_DUMP_CONTEXT_AT 0x348u
#define KI_DUMP_TYPE_AT 0xF98u
#define KI_STACK_POINTER(Context) ((Context)->Rsp)
typedef struct KI_DUMP_HEADER {
    ULONG Signature, ValidDump, MajorVersion, MinorVersion;
    ULONG64 DirectoryTableBase, PfnDataBase, PsLoadedModuleList, PsActiveProcessHead;
    ULONG MachineImageType, NumberProcessors, BugCheckCode, Unused;
    ULONG64 BugCheckParameter[4];
} KI_DUMP_HEADER;
_Static_assert(offsetof(KI_DUMP_HEADER, BugCheckParameter) == 0x40, "as on x64");
#else
#define KI_DUMP_VALID 0x504D5544u /* 'DUMP' */
#define KI_DUMP_HEADER_BYTES 0x1000u
#define KI_DUMP_MACHINE 0x14Cu
#define KI_DUMP_CONTEXT_AT 0x320u
#define KI_DUMP_TYPE_AT 0xF88u
#define KI_STACK_POINTER(Context) ((Context)->Esp)
typedef struct KI_DUMP_HEADER {
    ULONG Signature, ValidDump, MajorVersion, MinorVersion;
    ULONG DirectoryTableBase, PfnDataBase, PsLoadedModuleList, PsActiveProcessHead;
    ULONG MachineImageType, NumberProcessors, BugCheckCode;
    ULONG BugCheckParameter[4];
} KI_DUMP_HEADER;
_Static_assert(offsetof(KI_DUMP_HEADER, BugCheckParameter) == 0x2C, "as on x86");
#endif

typedef struct KI_TRIAGE_BLOCK {
    ULONG ServicePackBuild, SizeOfDump, ValidOffset, ContextOffset, ExceptionOffset, MmOffset,
        UnloadedDriversOffset;
    ULONG PrcbOffset, ProcessOffset, ThreadOffset, CallStackOffset, SizeOfCallStack,
        DriverListOffset, DriverCount;
    ULONG StringPoolOffset, StringPoolSize, BrokenDriverOffset, TriageOptions;
    ULONG_PTR TopOfStack;
} KI_TRIAGE_BLOCK;

#define KI_DUMP_STACK_AT (KI_DUMP_HEADER_BYTES + 0x200u)

static void KiFillHeader(
    UCHAR *Dump, ULONG Code, const ULONG_PTR Parameter[4], const CONTEXT *Context, ULONG DumpType)
{
    KI_DUMP_HEADER *Header = (KI_DUMP_HEADER *)(void *)Dump;
    *Header = (KI_DUMP_HEADER){.Signature = KI_DUMP_SIGNATURE,
        .ValidDump = KI_DUMP_VALID,
        .MajorVersion = KI_DUMP_FREE_BUILD,
        .MinorVersion = RtlpCurrentVersion()->Build,
        .MachineImageType = KI_DUMP_MACHINE,
        .NumberProcessors = (ULONG)(UCHAR)KeNumberProcessors,
        .BugCheckCode = Code};
    for (ULONG Index = 0; Index < 4; Index++)
        Header->BugCheckParameter[Index] = Parameter[Index];
    memcpy(Dump + KI_DUMP_CONTEXT_AT, Context, sizeof(*Context));
    memcpy(Dump + KI_DUMP_TYPE_AT, &DumpType, sizeof(DumpType));
}

/*
 * How much of the thread's stack there is from its stack pointer on; 0: that points elsewhere. What
 * address sanitizer keeps between variables is part of it.
 */
static __attribute__((no_sanitize_address)) ULONG KiFillStack(
    UCHAR *Dump, const KTHREAD *Thread, ULONG_PTR StackPointer)
{
    const ULONG_PTR Base = (ULONG_PTR)Thread->StackBase;
    if (StackPointer < (ULONG_PTR)Thread->StackLimit || StackPointer >= Base)
        return 0;
    const ULONG Bytes = Base - StackPointer < KI_DUMP_STACK ? (ULONG)(Base - StackPointer)
                                                            : KI_DUMP_STACK;
    const volatile UCHAR *From = (const volatile UCHAR *)StackPointer;
    for (ULONG Index = 0; Index < Bytes; Index++)
        Dump[KI_DUMP_STACK_AT + Index] = From[Index];
    return Bytes;
}

/*
 * KeCapturePersistentThreadState - put a small dump of a thread into a buffer.
 *
 * Context: its registers, NULL: the caller's. Thread: NULL: the caller's. VirtualAddress: the
 * buffer, of 64 KiB at least.
 * IRQL:    any. Returns: the bytes the dump has.
 * Source:  INF, undocumented; OBS tests/kernel/ke/KeCapturePersistentThreadState.c
 */
ULONG NTAPI KeCapturePersistentThreadState(CONTEXT *Context, KTHREAD *Thread, ULONG BugCheckCode,
    ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3,
    ULONG_PTR BugCheckParameter4, void *VirtualAddress)
{
    const ULONG_PTR Parameter[4] = {
        BugCheckParameter1, BugCheckParameter2, BugCheckParameter3, BugCheckParameter4};
    UCHAR *Dump = VirtualAddress;
    CONTEXT Own;
    if (Context == NULL) {
        KiCaptureContext(&Own);
        Context = &Own;
    }
    if (Thread == NULL)
        Thread = KiCurrentThread();
    memset(Dump, 0, KI_DUMP_BYTES);
    KiFillHeader(Dump, BugCheckCode, Parameter, Context, KI_DUMP_TRIAGE);
    const ULONG Stack = KiFillStack(Dump, Thread, KI_STACK_POINTER(Context));
    const ULONG Bytes = (KI_DUMP_STACK_AT + Stack + sizeof(ULONG) + 7u) & ~7u;
    *(KI_TRIAGE_BLOCK *)(void *)(Dump + KI_DUMP_HEADER_BYTES) = (KI_TRIAGE_BLOCK){
        .SizeOfDump = Bytes,
        .ValidOffset = Bytes - sizeof(ULONG),
        .ContextOffset = KI_DUMP_CONTEXT_AT,
        .CallStackOffset = KI_DUMP_STACK_AT,
        .SizeOfCallStack = Stack,
        .TopOfStack = KI_STACK_POINTER(Context)};
    memcpy(Dump + Bytes - sizeof(ULONG), &(const ULONG){KI_DUMP_END}, sizeof(ULONG));
    return Bytes;
}

#define KI_DUMP_FULL 1u

/*
 * KeInitializeCrashDumpHeader - the header of a dump of all memory, for a driver that writes one
 * itself.
 *
 * DumpType: DUMP_TYPE_FULL. Flags: 0. BufferNeeded: optional; bytes the header takes.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER_1: another type; INVALID_PARAMETER_2: flags;
 * INVALID_PARAMETER_4: the buffer is too small.
 * Source:  DOC ntddk/KeInitializeCrashDumpHeader; INF which parameter; OBS
 *          tests/kernel/ke/KeCapturePersistentThreadState.c
 */
NTSTATUS NTAPI KeInitializeCrashDumpHeader(
    ULONG DumpType, ULONG Flags, void *Buffer, ULONG BufferSize, ULONG *BufferNeeded)
{
    static const ULONG_PTR None[4];
    CONTEXT Context;
    if (DumpType != KI_DUMP_FULL)
        return STATUS_INVALID_PARAMETER_1;
    if (Flags != 0)
        return STATUS_INVALID_PARAMETER_2;
    if (BufferNeeded != NULL)
        *BufferNeeded = KI_DUMP_HEADER_BYTES;
    if (BufferSize < KI_DUMP_HEADER_BYTES)
        return STATUS_INVALID_PARAMETER_4;
    KiCaptureContext(&Context);
    memset(Buffer, 0, KI_DUMP_HEADER_BYTES);
    KiFillHeader(Buffer, 0, None, &Context, KI_DUMP_FULL);
    return STATUS_SUCCESS;
}
