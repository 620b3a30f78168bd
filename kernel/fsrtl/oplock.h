/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * fsrtl:   opportunistic locks. Who has one may cache what a file is; whoever else does something
 *          that the cache would hide waits until the holder, told by the end of its request, has
 *          said that it is done. oplock.c has the state of a file's, oplockgrant.c what holders ask
 *          for, oplockbreak.c what others do, oplockkey.c who is the same as whom.
 */
#pragma once

#include "fsrtl/fsrtl.h"

typedef void *FSRTL_OPLOCK; /* OPLOCK: NULL: there never was one */
typedef void NTAPI FSRTL_OPLOCK_ROUTINE(void *Context, IRP *Irp);

#define FSRTLP_R OPLOCK_LEVEL_CACHE_READ
#define FSRTLP_H OPLOCK_LEVEL_CACHE_HANDLE
#define FSRTLP_W OPLOCK_LEVEL_CACHE_WRITE

/* REQUEST_OPLOCK_INPUT_BUFFER, REQUEST_OPLOCK_OUTPUT_BUFFER */
#define FSRTLP_OPLOCK_VERSION 1
#define FSRTLP_OPLOCK_REQUEST 1u
#define FSRTLP_OPLOCK_ACK 2u
#define FSRTLP_OPLOCK_ACK_REQUIRED 1u

typedef struct FSRTLP_OPLOCK_INPUT {
    USHORT StructureVersion, StructureLength;
    ULONG RequestedOplockLevel, Flags;
} FSRTLP_OPLOCK_INPUT;

typedef struct FSRTLP_OPLOCK_OUTPUT {
    USHORT StructureVersion, StructureLength;
    ULONG OriginalOplockLevel, NewOplockLevel, Flags;
    ACCESS_MASK AccessMode;
    USHORT ShareMode;
} FSRTLP_OPLOCK_OUTPUT;

enum FSRTLP_OPLOCK_TYPE { FsrtlpLevel1, FsrtlpLevel2, FsrtlpBatch, FsrtlpFilter, FsrtlpGranular };

/* One oplock, from being granted until it is given up. */
typedef struct FSRTLP_GRANT {
    LIST_ENTRY Link;
    enum FSRTLP_OPLOCK_TYPE Type;
    ULONG Level;       /* FSRTLP_R, _H, _W */
    FILE_OBJECT *File; /* whose; its cleanup ends the oplock */
    IRP *Irp;          /* ends when it is broken; NULL: it is, and waits for the holder's word */
    ULONG NewLevel;    /* to which it is being broken */
} FSRTLP_GRANT;

/* A request that goes on when no oplock waits for its holder's word any more. */
typedef struct FSRTLP_OPLOCK_WAITER {
    LIST_ENTRY Link;
    IRP *Irp;                      /* NULL: none, with a Routine or an Event */
    FSRTL_OPLOCK_ROUTINE *Routine; /* NULL: the request is completed, or somebody waits for Event */
    void *Context;
    KEVENT *Event; /* on the stack of who waits, as this is then; NULL: this is pool */
    BOOLEAN Cancelled;
} FSRTLP_OPLOCK_WAITER;

typedef struct FSRTLP_OPLOCKS {
    LIST_ENTRY Grants;
    LIST_ENTRY Waiters;
} FSRTLP_OPLOCKS;

/* What is to be done when the lock is released. */
typedef struct FSRTLP_OPLOCK_WORK {
    LIST_ENTRY Irps;    /* to complete, by Tail.Overlay.ListEntry */
    LIST_ENTRY Waiters; /* that go on */
    LIST_ENTRY Grants;  /* to free */
} FSRTLP_OPLOCK_WORK;

/* One lock for all oplocks; taken by these, and given back with what is to be done. */
KIRQL FsrtlpLockOplocks(FSRTLP_OPLOCK_WORK *Work);
void FsrtlpUnlockOplocks(KIRQL Old, FSRTLP_OPLOCK_WORK *Work);

/* ---- locked ---------------------------------------------------------------------------------- */

FSRTLP_OPLOCKS *FsrtlpOplocksOf(const FSRTL_OPLOCK *Oplock); /* NULL: none */
static inline BOOLEAN FsrtlpIsBreaking(const FSRTLP_GRANT *Grant)
{
    return Grant->Irp == NULL;
}
BOOLEAN FsrtlpAnyBreaking(const FSRTLP_OPLOCKS *Oplocks);
/*
 * Has the request wait for the oplock's end. FALSE: it was cancelled before; it is marked pending,
 * and in Work.
 */
BOOLEAN FsrtlpHoldIrp(FSRTLP_GRANT *Grant, IRP *Irp, FSRTLP_OPLOCK_WORK *Work);
/*
 * Ends the holder's request. Ack: the oplock stays until the holder has its say; otherwise it goes.
 */
void FsrtlpBreak(FSRTLP_GRANT *Grant, ULONG NewLevel, BOOLEAN Ack, FSRTLP_OPLOCK_WORK *Work);
/* its request ends: another handle has it now */
void FsrtlpSwitch(FSRTLP_GRANT *Grant, FSRTLP_OPLOCK_WORK *Work);
void FsrtlpDrop(FSRTLP_GRANT *Grant, FSRTLP_OPLOCK_WORK *Work);
void FsrtlpWakeWaiters(FSRTLP_OPLOCKS *Oplocks, FSRTLP_OPLOCK_WORK *Work);
/* FALSE: the request is cancelled; the waiter is in no list. */
BOOLEAN FsrtlpAddWaiter(FSRTLP_OPLOCKS *Oplocks, FSRTLP_OPLOCK_WAITER *Waiter);

/* ---- keys ------------------------------------------------------------------------------------ */

typedef struct FSRTLP_OPLOCK_KEY { /* OPLOCK_KEY_ECP_CONTEXT */
    GUID OplockKey;
    ULONG Reserved;
} FSRTLP_OPLOCK_KEY;

typedef struct FSRTLP_DUAL_KEY { /* DUAL_OPLOCK_KEY_ECP_CONTEXT */
    GUID ParentKey, TargetKey;
    BOOLEAN ParentKeySet, TargetKeySet;
} FSRTLP_DUAL_KEY;

/* OPLOCK_KEY_VERSION_WIN7, .._WIN8; OPLOCK_KEY_FLAG_PARENT_KEY, .._TARGET_KEY */
#define FSRTLP_KEYS_SINGLE 1
#define FSRTLP_KEYS_DUAL 2
#define FSRTLP_PARENT_KEY 1
#define FSRTLP_TARGET_KEY 2

typedef struct FSRTLP_KEYS { /* OPLOCK_KEY_CONTEXT, which ends like a single key */
    USHORT Version, Flags;
    GUID ParentKey;
    FSRTLP_OPLOCK_KEY Target;
} FSRTLP_KEYS;

/* Gives the file of a create request the keys that came with it, unless it has some. */
NTSTATUS FsrtlpTakeKey(IRP *Irp, FILE_OBJECT *File);

/* ---- Exports --------------------------------------------------------------------------------- */

void NTAPI FsRtlInitializeOplock(FSRTL_OPLOCK *Oplock);
void NTAPI FsRtlUninitializeOplock(FSRTL_OPLOCK *Oplock);
NTSTATUS NTAPI FsRtlOplockFsctrl(FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG OpenCount);
NTSTATUS NTAPI FsRtlOplockFsctrlEx(FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG OpenCount, ULONG Flags);
NTSTATUS NTAPI FsRtlUpperOplockFsctrl(
    FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG OpenCount, ULONG LowerOplockState, ULONG Flags);
NTSTATUS NTAPI FsRtlCheckUpperOplock(FSRTL_OPLOCK *Oplock, ULONG NewLowerOplockState,
    void *CompletionRoutineContext, FSRTL_OPLOCK_ROUTINE *CompletionRoutine,
    FSRTL_OPLOCK_ROUTINE *PrePendRoutine, ULONG Flags);
NTSTATUS NTAPI FsRtlCheckOplock(FSRTL_OPLOCK *Oplock, IRP *Irp, void *Context,
    FSRTL_OPLOCK_ROUTINE *CompletionRoutine, FSRTL_OPLOCK_ROUTINE *PostIrpRoutine);
NTSTATUS NTAPI FsRtlCheckOplockEx(FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG Flags, void *Context,
    FSRTL_OPLOCK_ROUTINE *CompletionRoutine, FSRTL_OPLOCK_ROUTINE *PostIrpRoutine);
NTSTATUS NTAPI FsRtlOplockBreakToNone(FSRTL_OPLOCK *Oplock, IO_STACK_LOCATION *IrpSp, IRP *Irp,
    void *Context, FSRTL_OPLOCK_ROUTINE *CompletionRoutine, FSRTL_OPLOCK_ROUTINE *PostIrpRoutine);
NTSTATUS NTAPI FsRtlOplockBreakToNoneEx(FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG Flags, void *Context,
    FSRTL_OPLOCK_ROUTINE *CompletionRoutine, FSRTL_OPLOCK_ROUTINE *PostIrpRoutine);
NTSTATUS NTAPI FsRtlOplockBreakH(FSRTL_OPLOCK *Oplock, IRP *Irp, ULONG Flags, void *Context,
    FSRTL_OPLOCK_ROUTINE *CompletionRoutine, FSRTL_OPLOCK_ROUTINE *PostIrpRoutine);
BOOLEAN NTAPI FsRtlCurrentOplock(FSRTL_OPLOCK *Oplock);
BOOLEAN NTAPI FsRtlCurrentOplockH(FSRTL_OPLOCK *Oplock);
BOOLEAN NTAPI FsRtlCurrentBatchOplock(FSRTL_OPLOCK *Oplock);
BOOLEAN NTAPI FsRtlOplockIsFastIoPossible(FSRTL_OPLOCK *Oplock);
BOOLEAN NTAPI FsRtlOplockIsSharedRequest(IRP *Irp);
BOOLEAN NTAPI FsRtlOplockKeysEqual(FILE_OBJECT *Fo1, FILE_OBJECT *Fo2);
FSRTLP_OPLOCK_KEY *NTAPI IoGetOplockKeyContext(FILE_OBJECT *FileObject);
FSRTLP_KEYS *NTAPI IoGetOplockKeyContextEx(FILE_OBJECT *FileObject);
