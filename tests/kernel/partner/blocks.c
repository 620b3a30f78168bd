/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * blocks.c - what a driver reads in the environment blocks of its caller: by its own pointers, and
 * as a system thread that is attached to the caller's process.
 */
#include <ntifs.h>

#include "partner.h"
#include "blocks.h"

/* In every Windows' kernel, and in no header of the kit. */
NTKERNELAPI PVOID NTAPI PsGetProcessPeb(PEPROCESS Process);
NTKERNELAPI PVOID NTAPI PsGetProcessSectionBaseAddress(PEPROCESS Process);
NTKERNELAPI PVOID NTAPI PsGetThreadTeb(PETHREAD Thread);
NTKERNELAPI HANDLE NTAPI PsGetProcessId(PEPROCESS Process);
#ifdef _WIN64
NTKERNELAPI PVOID NTAPI PsGetProcessWow64Process(PEPROCESS Process);
#else
#define PsGetProcessWow64Process(Process) NULL
#endif

/* Places in the blocks of one word size. */
typedef struct PLACES {
    ULONG Word, BeingDebugged, ImageBase, Ldr, Parameters; /* of the process's */
    ULONG FirstModule, ModuleBase, ModuleSize, ModuleName;
    ULONG ImagePath, CommandLine;
    ULONG Self, ProcessId, ThreadId, Peb; /* of the thread's */
} PLACES;

static const PLACES Wide = {
    8, 2, 0x10, 0x18, 0x20, 0x10, 0x30, 0x40, 0x58, 0x60, 0x70, 0x30, 0x40, 0x48, 0x60};
static const PLACES Narrow = {
    4, 2, 0x08, 0x0C, 0x10, 0x0C, 0x18, 0x20, 0x2C, 0x38, 0x40, 0x18, 0x20, 0x24, 0x30};

static const PLACES *Places(BOOLEAN Small)
{
    return Small || sizeof(PVOID) == 4 ? &Narrow : &Wide;
}

static ULONG64 Word(const PLACES *At, ULONG64 Block, ULONG Offset)
{
    const UCHAR *Place = (const UCHAR *)(ULONG_PTR)Block + Offset;

    return At->Word == 8 ? *(const ULONG64 *)Place : *(const ULONG *)Place;
}

/* A UNICODE_STRING of the block's word size. */
static VOID Text(const PLACES *At, ULONG64 Block, ULONG Offset, WCHAR *To)
{
    USHORT Bytes = *(const USHORT *)((const UCHAR *)(ULONG_PTR)Block + Offset);
    const WCHAR *From = (const WCHAR *)(ULONG_PTR)Word(At, Block, Offset + At->Word);

    if (Bytes > (PARTNER_TEXT - 1) * sizeof(WCHAR))
        Bytes = (PARTNER_TEXT - 1) * sizeof(WCHAR);
    RtlCopyMemory(To, From, Bytes);
    To[Bytes / sizeof(WCHAR)] = 0;
}

static VOID ReadProcess(const PLACES *At, ULONG64 Peb, PARTNER_PROCESS *Process)
{
    ULONG64 Parameters = Word(At, Peb, At->Parameters),
            Module = Word(At, Word(At, Peb, At->Ldr), At->FirstModule);

    Process->Peb = Peb;
    Process->BeingDebugged = *((const UCHAR *)(ULONG_PTR)Peb + At->BeingDebugged);
    Process->ImageBase = Word(At, Peb, At->ImageBase);
    Process->ModuleBase = Word(At, Module, At->ModuleBase);
    Process->ModuleSize = (ULONG)Word(At, Module, At->ModuleSize);
    Text(At, Module, At->ModuleName, Process->ModuleName);
    Text(At, Parameters, At->ImagePath, Process->ImagePath);
    Text(At, Parameters, At->CommandLine, Process->CommandLine);
}

static VOID ReadThread(const PLACES *At, ULONG64 Teb, PARTNER_THREAD *Thread)
{
    Thread->Teb = Teb;
    Thread->Self = Word(At, Teb, At->Self);
    Thread->Peb = Word(At, Teb, At->Peb);
    Thread->ProcessId = Word(At, Teb, At->ProcessId);
    Thread->ThreadId = Word(At, Teb, At->ThreadId);
}

static VOID ReadBlocks(PEPROCESS Process, PETHREAD Thread, PARTNER_BLOCKS *Blocks)
{
    ULONG64 Small = (ULONG_PTR)PsGetProcessWow64Process(Process),
            Teb = (ULONG_PTR)PsGetThreadTeb(Thread);

    RtlZeroMemory(Blocks, sizeof(*Blocks));
    Blocks->SectionBase = (ULONG_PTR)PsGetProcessSectionBaseAddress(Process);
    if (PsGetProcessPeb(Process) == NULL || Teb == 0)
        return;
    ReadProcess(Places(FALSE), (ULONG_PTR)PsGetProcessPeb(Process), &Blocks->Process);
    ReadThread(Places(FALSE), Teb, &Blocks->Thread);
    if (Small != 0) {
        ReadProcess(&Narrow, Small, &Blocks->SmallProcess);
        ReadThread(&Narrow, Word(&Wide, Teb, 0), &Blocks->SmallThread);
    }
}

typedef struct ATTACHED {
    PEPROCESS Process;
    PETHREAD Thread;
    PARTNER_BLOCKS *Blocks;
} ATTACHED;

static VOID NTAPI ReadAttached(PVOID Context)
{
    ATTACHED *Attached = Context;
    KAPC_STATE State;

    KeStackAttachProcess((PKPROCESS)Attached->Process, &State);
    ReadBlocks(Attached->Process, Attached->Thread, Attached->Blocks);
    KeUnstackDetachProcess(&State);
}

NTSTATUS PartnerReadBlocks(BOOLEAN FromElsewhere, PARTNER_BLOCKS *Blocks)
{
    ATTACHED Attached = {PsGetCurrentProcess(), PsGetCurrentThread(), Blocks};
    HANDLE Handle;
    NTSTATUS Status;
    PVOID Thread;

    if (!FromElsewhere) {
        ReadBlocks(Attached.Process, Attached.Thread, Blocks);
        return STATUS_SUCCESS;
    }
    Status = PsCreateSystemThread(
        &Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, ReadAttached, &Attached);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL);
    if (NT_SUCCESS(Status)) {
        KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(Thread);
    }
    ZwClose(Handle);
    return Status;
}
