/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * partner.h - what a client may ask of partner.sys, \\.\Partner. Included by both sides, after the
 * headers with their types.
 *
 * Reads pend until completed or cancelled; each of them returns its number, four bytes. Writes
 * complete at once with their length; an empty one fails at once with STATUS_INVALID_PARAMETER.
 */
#ifndef TESTS_KERNEL_PARTNER_H
#define TESTS_KERNEL_PARTNER_H

#define PARTNER_CODE(Function) (0x222000u + (Function) * 4u)

/* Input: PARTNER_COMPLETE. Completes reads, oldest first; output: how many, ULONG. */
#define PARTNER_COMPLETE_READS PARTNER_CODE(0)
/* Input: PARTNER_OBJECT. Sets an event, releases a semaphore by one, waits for an object. */
#define PARTNER_SET_EVENT         PARTNER_CODE(1)
#define PARTNER_RELEASE_SEMAPHORE PARTNER_CODE(2)
#define PARTNER_WAIT              PARTNER_CODE(3)
/* Input: PARTNER_APC. Queues a user APC to the calling thread. */
#define PARTNER_QUEUE_APC PARTNER_CODE(4)
/* Input: PARTNER_OBJECT, a thread. Has it run a special kernel APC, and waits until it has. */
#define PARTNER_KERNEL_APC PARTNER_CODE(5)
/* Input: ULONG, 1: as a system thread attached to the caller's process. Output: PARTNER_BLOCKS, of
 * the caller. */
#define PARTNER_READ_BLOCKS PARTNER_CODE(6)
/* Input and output: PARTNER_REGISTERS, of a thread outside the kernel. */
#define PARTNER_GET_REGISTERS PARTNER_CODE(7)
#define PARTNER_SET_REGISTERS PARTNER_CODE(8)

typedef struct PARTNER_COMPLETE {
    ULONG Count;
    LONG Status;
} PARTNER_COMPLETE;

typedef struct PARTNER_OBJECT {
    HANDLE Handle;
} PARTNER_OBJECT;

typedef struct PARTNER_APC {
    PVOID Routine; /* the client's: void (*)(void *Context, void *First, void *Second) */
    PVOID Context;
} PARTNER_APC;

/* The same for programs of either word size. */
typedef struct PARTNER_REGISTERS {
    LONG64 Handle;
    ULONG64 Address; /* not 0: of a CONTEXT of the machine's, which is used and nothing below */
    ULONG64 Pc, Sp, Bx;
    ULONG MxCsr;
    ULONG ControlOnly; /* to set: Pc and Sp */
    ULONG Segments;    /* code, and stack times 65536 */
    ULONG Keep;        /* to set: what they are */
} PARTNER_REGISTERS;

/*
 * What there is in the caller's environment blocks; all zero: it has none. Small: those of 32 bits,
 * of a client of an x64 machine.
 */
#define PARTNER_TEXT 128

typedef struct PARTNER_PROCESS {
    ULONG64 Peb, ImageBase, ModuleBase;
    ULONG ModuleSize, BeingDebugged;
    WCHAR ModuleName[PARTNER_TEXT], ImagePath[PARTNER_TEXT], CommandLine[PARTNER_TEXT];
} PARTNER_PROCESS;

typedef struct PARTNER_THREAD {
    ULONG64 Teb, Self, Peb, ProcessId, ThreadId;
} PARTNER_THREAD;

typedef struct PARTNER_BLOCKS {
    ULONG64 SectionBase;
    PARTNER_PROCESS Process, SmallProcess;
    PARTNER_THREAD Thread, SmallThread;
} PARTNER_BLOCKS;

#endif
