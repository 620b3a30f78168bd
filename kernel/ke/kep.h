/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/ke only. */
#pragma once

#include "ke/ke.h"
#include "nt/kuser.h"
#include "ke/stack.h"
#include "ke/usercontext.h"

/* ---- entry (per processor type, assembly) ---------------------------------------------------- */

NTSTATUS KiCallOnStack(KE_SERVICE Service, void *Arguments, void *Stack, void **Saved);
void KiReturnFromStack(void *Saved, NTSTATUS Status) __attribute__((noreturn));
void KiFaultEntry(void);
void KiRestoreContext(const CONTEXT *Context) __attribute__((noreturn));
extern const char KiStackBoundary[], KiFaultBoundary[];
/* What KiCallOnStack has saved, as KiSaveJump would have behind the call; that in a user context. */
void KiJumpOfFrame(const void *Saved, void **Jump);
void KiTakeJumpRegisters(void *const *Jump, KE_USER_CONTEXT *User);
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__)
#define KI_GUARDED_IN_ASSEMBLY 1 /* guarded.S; elsewhere guarded.c, whose guards take the faults */
extern const char KiGuardedStart[], KiGuardedEnd[], KiGuardedFault[];
#endif
void KiDispatchFault(EXCEPTION_RECORD *Record, CONTEXT *Context);

/* ---- usercontext.c --------------------------------------------------------------------------- */

#define KI_FX_CONTROL 0 /* places in what FXSAVE stores */
#define KI_FX_MXCSR 24
#define KI_USER_FLAGS 0x240DD5u /* that a program may change */
#define KI_USER_FLAGS_ALWAYS 0x202u
void KiSetFloatingControls(KE_USER_CONTEXT *User, ULONG MxCsr, USHORT ControlWord);
void KiCheckFloating(UCHAR *Floating);

/* The program counter and the stack pointer of a CONTEXT, to read and to write. */
#if defined(__x86_64__)
#define KI_PC(ContextPointer) ((ContextPointer)->Rip)
#define KI_SP(ContextPointer) ((ContextPointer)->Rsp)
#else
#define KI_PC(ContextPointer) ((ContextPointer)->Eip)
#define KI_SP(ContextPointer) ((ContextPointer)->Esp)
#endif

/* ---- walking frames -------------------------------------------------------------------------- */

enum KI_FRAME_KIND {
    KI_FRAME_DRIVER,   /* left a frame of a driver; Handler may be set */
    KI_FRAME_KERNEL,   /* left a frame of our own code */
    KI_FRAME_FAULT,    /* went from exception dispatch back to the registers at the fault */
    KI_FRAME_ENTRY,    /* stands at the entry into the kernel: nothing beyond */
    KI_FRAME_BROKEN,   /* cannot go on: no unwind information or a bad stack */
};

typedef struct KI_FRAME {
    ULONG_PTR ControlPc;         /* where this frame was executing */
    ULONG_PTR Establisher;
    UCHAR *ImageBase;
    RUNTIME_FUNCTION *Function;
    PEXCEPTION_ROUTINE Handler;  /* of the wanted kind, NULL: none */
    void *HandlerData;
} KI_FRAME;

/*
 * Replaces Context by the caller's and describes the frame left. HandlerType: UNW_FLAG_EHANDLER or
 * UNW_FLAG_UHANDLER. *AfterCall: Context->Rip is a return address; updated.
 */
enum KI_FRAME_KIND KiStepFrame(
    CONTEXT *Context, BOOLEAN *AfterCall, ULONG HandlerType, KI_FRAME *Frame);
void KiDispatchException(EXCEPTION_RECORD *Record, CONTEXT *Context);
BOOLEAN KiOnKernelStack(ULONG_PTR Address); /* of this thread, and aligned as what is pushed there
                                             */
/* Nobody takes the exception: stops the machine. */
void KiUnhandled(EXCEPTION_RECORD *Record, CONTEXT *Context);
/* The innermost guard takes the exception: goes on at its KE_TRY. */
void KiTakeGuard(KTHREAD *Thread, const EXCEPTION_RECORD *Record) __attribute__((noreturn));
/* Return addresses from Context outwards. */
/* A thread comes anew: what it held when a machine stopped is no concern any more (lockorder.c). */
void KiForgetLocks(void);
/* Makes what a driver may not use of the thread's stack inaccessible; before it is used. */
void KiWatchStack(KTHREAD *Thread);

/* ---- faults ---------------------------------------------------------------------------------- */

bool KiHandleFault(struct host_fault *Fault);
bool KiHandleInterrupt(CONTEXT *Context);
/* Carries out a privileged or otherwise trapped instruction of a driver. FALSE: it is none we
 * know. */
BOOLEAN KiEmulateInstruction(CONTEXT *Context);
#if defined(__i386__)
BOOLEAN KiEmulateProgramPort(
    CONTEXT *Context); /* of a thread outside the kernel, if its map of ports lets it */
#endif
#if defined(__i386__)
void KiReserveSharedPage(void);
#endif
/* Carries out a load from the shared user data page, or has it carried out in a step that KiEndStep
 * ends. */
BOOLEAN KiEmulateSharedDataLoad(CONTEXT *Context, ULONG_PTR Address);
/* Takes back what such a step changed; first of all at the next fault of the thread. FALSE: there
 * was none. */
BOOLEAN KiEndStep(CONTEXT *Context);

/* Alignment checking (align.c). A misaligned access that is to go through does, in one step that
 * KiEndPass ends, as above. */
BOOLEAN KiPassMisaligned(CONTEXT *Context, BOOLEAN OfDriver);
BOOLEAN KiEndPass(CONTEXT *Context);
BOOLEAN KiProbeAlignment(void); /* FALSE: nothing traps on this host */

#define KI_EFLAGS_ALIGNMENT 0x40000u

#if defined(__x86_64__)
#define KI_READ_FLAGS()       __builtin_ia32_readeflags_u64()
#define KI_WRITE_FLAGS(Flags) __builtin_ia32_writeeflags_u64(Flags)
#else
#define KI_READ_FLAGS()       __builtin_ia32_readeflags_u32()
#define KI_WRITE_FLAGS(Flags) __builtin_ia32_writeeflags_u32(Flags)
#endif

static inline void KiSetAlignmentFlag(void)
{
    KI_WRITE_FLAGS(KI_READ_FLAGS() | KI_EFLAGS_ALIGNMENT);
}

static inline void KiClearAlignmentFlag(void)
{
    KI_WRITE_FLAGS(KI_READ_FLAGS() & ~(ULONG_PTR)KI_EFLAGS_ALIGNMENT);
}

/* ---- dispatcher ------------------------------------------------------------------------------ */

extern KSPIN_LOCK KiDispatcherLock;
void KiTakeSample(const CONTEXT *Context); /* stuck.c: of this thread, if somebody waits for it; in
                                              a signal handler */
BOOLEAN KiInDriver(ULONG_PTR Address);
extern KSPIN_LOCK KiThreadListLock;
extern LIST_ENTRY KiThreadList;

/* Ends waits the new state of Object satisfies; dispatcher lock held. Wakes collected threads after
 * unlock. */
void KiSignalObjectLocked(DISPATCHER_HEADER *Object);
/* Unlocks and wakes the threads whose waits ended under the lock. */
void KiUnlockDispatcher(KIRQL Old);
/* The same at the end of a signal. Wait: the caller waits next, at IRQL Old; until then it stays
 * raised. */
void KiEndSignal(BOOLEAN Wait, KIRQL Old);
/* A wait begins: the IRQL goes back to where a signal with Wait found it. */
void KiBeginNextWait(KTHREAD *Thread);
static inline KIRQL KiLockDispatcher(void)
{
    return KiAcquireLock(&KiDispatcherLock);
}

/* The parts of a wait (wait.c), for those that take no dispatcher object's state. All but
 * KiDeadline and KiSleep: lock held. */
uint64_t KiDeadline(const LARGE_INTEGER *Timeout);
/* What ends a wait before it begins: an alert, a user APC, or (STATUS_KERNEL_APC) a kernel APC to
 * deliver first. FALSE: nothing. */
BOOLEAN KiTestAlertLocked(
    KTHREAD *Thread, KPROCESSOR_MODE Mode, BOOLEAN Alertable, KIRQL Irql, NTSTATUS *Status);
/* From here on the thread waits. Unlock, then KiSleep. */
void KiBeginWaitLocked(KTHREAD *Thread, KWAIT_BLOCK *Block, ULONG Count, KPROCESSOR_MODE Mode,
    BOOLEAN Alertable, KIRQL Irql);
void KiEndWaitLocked(KTHREAD *Thread, NTSTATUS Status); /* the thread is woken once the lock is
                                                           released */
NTSTATUS KiSleep(KTHREAD *Thread, uint64_t Deadline);
/* A DPC must not wait: stops the machine, the lock released first. */
void KiWaitInDpc(KTHREAD *Thread, KIRQL Old) __attribute__((noreturn));

/* A thread of Queue goes to sleep: another may take its place. Lock held. */
void KiActivateQueueLocked(KQUEUE *Queue);

/* A kernel APC the thread could take now, at Irql. Lock held. */
BOOLEAN KiApcDeliverableLocked(const KTHREAD *Thread, KIRQL Irql);
/* APCs are pending where a thread leaves the kernel: delivers them. Returns Status. */
NTSTATUS KiLeaveWithApcs(KTHREAD *Thread, KPROCESSOR_MODE Mode, NTSTATUS Status);
/* On its own stack again: the thread goes on with the registers that were set for it. */
void KiGoOnAsSet(KTHREAD *Thread, NTSTATUS Status) __attribute__((noreturn));
/* KeEnterKernel without a look at APCs on the way out. */
NTSTATUS KiEnterKernel(KE_SERVICE Service, void *Arguments, KPROCESSOR_MODE Mode);

void KiReleaseMutantLocked(KMUTANT *Mutant, KTHREAD *Thread, BOOLEAN Abandoned);
void KiInitializeTime(void);
void KiResetBugCheck(void);
void KiResetTraps(void);

/* ---- time and the shared user data page ------------------------------------------------------ */

ULONG64 KiInterruptTime(void);
ULONG64 KiSystemTime(void); /* UTC by the machine's clock */
/*
 * The clock has gone on by Difference: timers for a moment of it come as much earlier. Under the
 * dispatcher lock.
 */
void KiShiftTimersLocked(LONG64 Difference);
uint64_t KiHostTime(ULONG64 InterruptTime); /* as a deadline for host_wait; all ones: HOST_FOREVER
                                             */
ULONG64 KiTickCount(void);
void KiInitializeSharedData(void);
void KiInitializeVariables(void);
