/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * ke for the other components: threads as the kernel sees them, IRQL, spin locks, dispatcher
 * objects, entering and leaving the kernel, guards around memory that may fault, and stopping the
 * machine.
 *
 * A kernel thread is a host thread with a KTHREAD, a KPCR of its own (so the IRQL is the thread's)
 * and a kernel stack in the system range. Code of this folder may be called on such a thread only,
 * except KeAttached.
 */
#pragma once

#include "host/host.h"
#include "nt/bugcodes.h"
#include "nt/kpcr.h"
#include "nt/ntstatus.h"
#include "nt/wdm.h"

#ifdef __SANITIZE_ADDRESS__
#define KE_STACK_BYTES (256u * 1024u)
#else
#define KE_STACK_BYTES (64u * 1024u)
#endif

/* KUSER_SHARED_DATA and what a vector load at its end reads beyond. */
#define KE_SHARED_DATA_BYTES 2048u

#define KE_POOL_CLASSES 32
#define KE_POOL_MAGAZINE 14

/* Free pool blocks kept by a thread, so that the common allocation takes no lock. Owned by
 * ex/pool.c. */
typedef struct KE_MAGAZINE {
    ULONG Count;
    void *Block[KE_POOL_MAGAZINE];
} KE_MAGAZINE;

struct _KTHREAD;

/* An instruction under way that reads a copy of the shared user data page
 * (ke/amd64/sharedload.c). */
typedef struct KI_STEP {
    BOOLEAN Active;
    ULONG Register; /* its number, what it holds during the step, and how far that is from what it
                       held */
    ULONG64 Value;
    ULONG64 Moved;
    ULONG Flags;    /* the trap and alignment-check flags as they were */
    UCHAR Page[KE_SHARED_DATA_BYTES] __attribute__((aligned(64)));
} KI_STEP;

/* What gs (fs on i386) points at: the public KPCR, then what is ours. */
typedef struct KI_PCR {
    KPCR Public;
    KE_MAGAZINE Magazine[KE_POOL_CLASSES];
    KI_STEP Step;
} KI_PCR;

/* Saved where a thread came in from user mode, so that a stopped machine can send it back from any
 * depth. */
typedef struct KI_TRAP_FRAME {
    struct KI_TRAP_FRAME *Previous;
    void *StackPointer; /* of the caller, with its preserved registers pushed */
    KPROCESSOR_MODE PreviousMode;
    KIRQL Irql;
    volatile BOOLEAN Left; /* a sanitizer has been told that its stack is */
} KI_TRAP_FRAME;

/* See KE_TRY. Lives on the kernel stack of the function that made it. */
typedef struct KE_GUARD {
    struct KE_GUARD *Previous;
    void *Jump[8];
    NTSTATUS Status;
} KE_GUARD;

struct _KTHREAD {
    DISPATCHER_HEADER Header; /* ThreadObject; signalled when the thread has ended */
    KI_PCR *Pcr;
    BOOLEAN UserWaitsEnd; /* no wait in UserMode lasts: the client is gone. Under the dispatcher
                             lock */
    BOOLEAN ClientPages;  /* it has had pages of its client fetched: see mm/window.c */
    struct MM_REGIONS *Regions; /* parts of that memory that are here; NULL: none */
    struct MM_SPACE *Space; /* whose memory user addresses mean; NULL: this process's. Its process
                               object keeps it */
    UCHAR *StackBase;       /* highest address, exclusive */
    UCHAR *StackLimit;      /* lowest usable address */
    BOOLEAN StackWatched;   /* what is beyond KeStackBytes is inaccessible */
    KI_TRAP_FRAME *TrapFrame;
    KE_GUARD *Guard;
    ULONG_PTR GuardedPage; /* of the system's, which KeCopySystemGuarded reads; 0: none */
    struct KI_UNWIND_CALL *Unwinding; /* x86-64: handlers that RtlUnwindEx is calling, newest first;
                                         on the kernel stack */
    host_thread Host;
    unsigned Turn; /* host_turn_number */
    KPROCESSOR_MODE PreviousMode;
    BOOLEAN SystemThread;
    union {
        struct {
            BOOLEAN KernelApcPending; /* the list is not empty, deliverable or not */
            BOOLEAN UserApcPending; /* the list is not empty, and they go on the next way out of the
                                       kernel */
            BOOLEAN ContextPending; /* it takes on UserContext there; by the thread itself */
            BOOLEAN NothingPending;
        };
        ULONG ApcPending; /* any; read without the lock, by the thread itself */
    };
    CONTEXT *UserContext; /* see usercontext.h; ps makes room for it. NULL: it was never set */
    BOOLEAN Alerted[2];
    LONG KernelApcDisable;  /* 0 or negative: critical regions entered */
    LONG SpecialApcDisable; /* 0 or negative: guarded regions entered */
    LONG Priority;
    LONG DispatchDepth;   /* exception dispatches in progress */
    BOOLEAN Passing;      /* one instruction is under way with alignment checking off (align.c) */
    ULONG PassedTrap;     /* the trap flag as it was before */
    BOOLEAN ExecutingDpc; /* in a DPC routine at DISPATCH_LEVEL: must not wait */
    ULONG DpcCalls;       /* of routines, so far */
    ULONG OverdueCall, OverdueLooks; /* stuck.c: DpcCalls then; looks in a row that found it at a
                                        raised IRQL */

    /* Waiting; all under KiDispatcherLock except WakeWord. */
    KWAIT_BLOCK QueueBlock;     /* of a wait for a queue's entry */
    KWAIT_BLOCK *WaitBlockList; /* the current wait's, WaitCount of them */
    ULONG WaitCount;
    BOOLEAN Waiting;
    NTSTATUS WaitStatus;
    struct _KTHREAD *NextToWake;
    BOOLEAN WaitAlertable;
    KPROCESSOR_MODE WaitMode;
    _Atomic uint32_t WakeWord; /* 0: asleep or about to be, 1: WaitStatus holds the answer */
    LIST_ENTRY MutantList;     /* owned KMUTANTs */
    KIRQL WaitIrql;            /* the thread's own, below it an APC may interrupt the wait */
    BOOLEAN WaitNext; /* it signalled something with Wait: the IRQL is raised until it waits, at
                         WaitIrql */

    /* APCs, by mode; under KiDispatcherLock. Special kernel APCs stand before normal ones. */
    LIST_ENTRY ApcList[2];
    BOOLEAN ApcQueueable;         /* no more once the thread has been run down */
    BOOLEAN KernelApcInProgress; /* a normal kernel APC's NormalRoutine runs */

    /* Queues; under KiDispatcherLock. */
    KQUEUE *Queue; /* the one it last took an entry from: it counts there while it does not wait */
    LIST_ENTRY QueueListEntry; /* KQUEUE.ThreadListHead */
    LIST_ENTRY *QueueEntry;    /* what the one who ended the wait handed over */
    LIST_ENTRY Link;           /* KiThreadList */

    /* Affinity (affinity.c). */
    KAFFINITY UserAffinity;    /* 0: all there are */
    KAFFINITY SystemAffinity;  /* in force over it; 0: none. The thread's own */
    UCHAR IdealProcessor;      /* kept, not used */
    BOOLEAN StackStays;        /* asked for by KeSetKernelStackSwapEnable: it does anyway */

    /* How long it has run (runtime.c); under KiThreadListLock. */
    BOOLEAN Runs;              /* Host is a thread that lives */
    ULONG64 RunBefore100ns;    /* before it was a kernel thread */
    ULONG64 RunTime100ns;      /* all there was, once it has ended */
};
typedef struct _KTHREAD KTHREAD;

/* ---- The current thread ---------------------------------------------------------------------- */

/* NULL: not attached */
extern _Thread_local KTHREAD *KiHostThread __attribute__((tls_model("initial-exec")));

/*
 * A thread attached to a machine that has been closed since still has its pointer: it counts only
 * while the epochs agree. KiEpoch changes when a machine starts and when it ends.
 */
extern _Thread_local ULONG KiHostEpoch __attribute__((tls_model("initial-exec")));
extern ULONG KiEpoch; /* atomic */

static inline void KeNextEpoch(void)
{
    __atomic_fetch_add(&KiEpoch, 1, __ATOMIC_RELAXED);
}

static inline BOOLEAN KeAttached(void)
{
    return KiHostThread != NULL && KiHostEpoch == __atomic_load_n(&KiEpoch, __ATOMIC_RELAXED);
}

static inline KI_PCR *KeGetPcr(void)
{
#if defined(__x86_64__)
    return (KI_PCR *)*(ULONG_PTR __seg_gs *)(ULONG_PTR)FIELD_OFFSET(KPCR, Self);
#else
    return (KI_PCR *)*(ULONG_PTR __seg_fs *)(ULONG_PTR)FIELD_OFFSET(KPCR, SelfPcr);
#endif
}

static inline KTHREAD *KiCurrentThread(void)
{
    return KiHostThread;
}

static inline KIRQL KiGetIrql(void)
{
    return KeGetPcr()->Public.Irql;
}

static inline void KiSetIrql(KIRQL Irql)
{
    KeGetPcr()->Public.Irql = Irql;
}

#define ASSERT_IRQL(Maximum) ASSERT(KiGetIrql() <= (Maximum))
#define ASSERT(Condition) ((Condition) ? (void)0 : KiAssertFailed(#Condition, __FILE__, __LINE__))
void KiAssertFailed(const char *Condition, const char *File, int Line) __attribute__((noreturn));

/* Makes Thread (zeroed, allocated by ps) a kernel thread and binds it to this host thread. */
NTSTATUS KeInitializeThread(KTHREAD *Thread);
/* The reverse, on the same host thread: abandons mutexes, signals the thread, gives back stack and
 * KPCR. */
void KeRundownThread(KTHREAD *Thread);
void KeBindThread(KTHREAD *Thread);
void KeUnbindThread(KTHREAD *Thread);
void KeForgetThread(void); /* the host thread's machine is gone: unbinds without touching it */

/*
 * A KPCR for a host thread that is no kernel thread but runs code of the kernel: while the machine
 * opens and closes, and while a thread's own object is freed. IRQL and locks work; waits,
 * exceptions and magazines need a thread. NULL: none.
 */
void KeBindBootPcr(KI_PCR *Pcr);

/* ---- In and out ------------------------------------------------------------------------------ */

typedef NTSTATUS (*KE_SERVICE)(void *Arguments);

/*
 * Switches to the thread's kernel stack and calls Service. Mode becomes the previous mode. When the
 * machine stops, the call returns STATUS_HOST_DOWN whatever Service was doing.
 */
NTSTATUS KeEnterKernel(KE_SERVICE Service, void *Arguments, KPROCESSOR_MODE Mode);

/* Leaves the innermost KeEnterKernel of this thread with Status; everything above it on the stack
 * is gone. */
void KeLeaveKernel(NTSTATUS Status) __attribute__((noreturn));

static inline KPROCESSOR_MODE KiPreviousMode(void)
{
    return KiHostThread->PreviousMode;
}

/* ---- APCs (apc.c) ---------------------------------------------------------------------------- */

/*
 * Delivers what kernel APCs the current thread has and may take now. NTAPI: called where the IRQL
 * is lowered and regions end.
 */
void NTAPI KiDeliverKernelApcs(void);

/* At the end of whatever held kernel APCs off; cheap when there is none. */
static inline void KiCheckApcs(void)
{
    const KTHREAD *Thread = KiHostThread;
    if (__builtin_expect(
            Thread != NULL && __atomic_load_n(&Thread->KernelApcPending, __ATOMIC_RELAXED), 0))
        KiDeliverKernelApcs();
}

/* The thread is ending: takes no more APCs. What is left is handed over one by one; NULL: no
 * more. */
KAPC *KeFlushApc(KTHREAD *Thread, KPROCESSOR_MODE Mode);
/* Takes an APC back that has not been delivered. FALSE: it is not queued. */
BOOLEAN KeRemoveQueueApc(KAPC *Apc);
/* Takes the thread's first kernel APC with that routine. NULL: there is none. */
KAPC *KeTakeKernelApc(KTHREAD *Thread, PKKERNEL_ROUTINE KernelRoutine);
/* Ends the calling thread's place among the threads of its queue, if it has one. */
void KeLeaveQueue(KTHREAD *Thread);

/* ---- Faults ---------------------------------------------------------------------------------- */

/*
 * KE_TRY(&Guard) returns STATUS_SUCCESS and arms Guard; a structured exception before KeEndTry
 * comes back out of KE_TRY with its status, the guard gone. Only memory accesses belong between the
 * two: no call into a driver, no lock taken. Locals changed in between are indeterminate afterwards
 * unless volatile.
 */
#define KE_TRY(GuardPointer)   \
    (KeBeginTry(GuardPointer), \
        KiSaveJump((GuardPointer)->Jump) != 0 ? (GuardPointer)->Status : STATUS_SUCCESS)

/* As setjmp, without signal masks: preserved registers, stack and return address. Per processor
 * type, assembly. */
int KiSaveJump(void **Jump) __attribute__((returns_twice));
void KiTakeJump(void *const *Jump) __attribute__((noreturn)); /* KiSaveJump returns 1 */

static inline void KeBeginTry(KE_GUARD *Guard)
{
    Guard->Previous = KiHostThread->Guard;
    Guard->Status = STATUS_SUCCESS;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    KiHostThread->Guard = Guard;
}

static inline void KeEndTry(KE_GUARD *Guard)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    KiHostThread->Guard = Guard->Previous;
}

/*
 * The two things guards are needed for most, without the cost of one: copying, and reading a byte
 * of each page from First to Last (Write: and writing it back). STATUS_ACCESS_VIOLATION: an address
 * outside the system range is not accessible; part may have been done. The caller has checked that
 * the client's side lies outside. IRQL: any.
 */
NTSTATUS KeCopyGuarded(void *To, const void *From, SIZE_T Bytes);
NTSTATUS KeTouchGuarded(volatile void *First, volatile void *Last, BOOLEAN Write);
/* KeCopyGuarded from one page of the system range that may be given back meanwhile. */
NTSTATUS KeCopySystemGuarded(void *To, const void *From, SIZE_T Bytes);

/* Raises a software exception in the caller's context (rtl/exception exports build on it). */
void NTAPI RtlRaiseException(EXCEPTION_RECORD *Record);
void NTAPI ExRaiseStatus(NTSTATUS Status);
void NTAPI ExRaiseAccessViolation(void);
void NTAPI ExRaiseDatatypeMisalignment(void);

/* How ke asks the loader about code; set by ldr at start. Base, table and count untouched when
 * FALSE. */
typedef BOOLEAN (*KE_IMAGE_LOOKUP)(
    ULONG_PTR Address, UCHAR **Base, RUNTIME_FUNCTION **Table, ULONG *Count);
extern KE_IMAGE_LOOKUP KeImageLookup;

/* What Linux calls a call of that number, or NULL. For who keeps drivers from making any: each that
 * is trapped is a bugcheck. */
extern const char *(*KeSystemCallName)(int Number);
extern BOOLEAN (*KePageIsSystem)(ULONG_PTR Address); /* mm: inside the system range */
extern BOOLEAN (*KePageFetch)(ULONG_PTR Address);    /* mm: made executable, go on */
/*
 * vf: the code of a bugcheck that says more about an access to a system address, and Text for
 * people; 0: there is none. NULL: as ever.
 */
extern ULONG (*KeExplainFault)(ULONG_PTR Address, BOOLEAN ByDriver, char *Text, SIZE_T Size);
extern BOOLEAN (*KeRetryFault)(CONTEXT *Context); /* ex: a page fault of its own; continued
                                                     elsewhere. Signal stack. */
extern BOOLEAN (*KePageIn)(ULONG_PTR Address); /* mm: it was out, and is back. Signal stack, below
                                                  DISPATCH_LEVEL */
extern void (*KeIrqlRaised)(KIRQL Irql); /* vf: a driver raises it, by writing CR8. Signal stack.
                                            NULL: nobody asks */
extern BOOLEAN (*KePagedOut)(ULONG_PTR Address);      /* mm: it is out */
/* hal: a driver's port access; FALSE: nothing there. Called on the signal stack: must not block. */
extern BOOLEAN (*KePortAccess)(USHORT Port, UCHAR SizeBytes, BOOLEAN Write, ULONG *Value);
/*
 * What a driver does to a page that is a device's: 1, 2, 4, 8 or 16 bytes, on the signal stack.
 * FALSE: no device is there. NULL: there is none in memory.
 */
extern BOOLEAN (*KeDeviceAccess)(ULONG_PTR Address, ULONG SizeBytes, BOOLEAN Write, void *Value);

/* Driver Verifier's flags, VF_…; 0: no driver is looked at. Set before the machine starts. */
extern ULONG KeVerifierFlags;

/* How much of a kernel stack drivers may use, where ours are larger than Windows'; 0: all of it.
 * Set before the machine starts. */
#if defined(__x86_64__)
#define KE_WINDOWS_STACK_BYTES (24u * 1024u)
#else
#define KE_WINDOWS_STACK_BYTES (12u * 1024u)
#endif
extern ULONG KeStackBytes;

/*
 * Whether misaligned accesses of drivers raise STATUS_DATATYPE_MISALIGNMENT; set before
 * KeInitialize, which fails with STATUS_NOT_SUPPORTED where the host cannot do it. How many of
 * others, our own code's and libc's, were let pass.
 */
extern BOOLEAN KeCheckAlignment;
extern BOOLEAN (*KeIsImportSlot)(ULONG_PTR Address); /* ldr: in the import table of an image. Signal
                                                        stack */
extern _Atomic ULONG KeMisalignedPassed;

/* ---- Stopping -------------------------------------------------------------------------------- */

/* Where something happened before that the bugcheck is about: a block's allocation, a lock's first
 * owner. */
#define KE_EARLIER_STACKS 3
typedef struct KE_EARLIER_STACK {
    const char *Title;    /* "where the first lock was acquired"; static */
    ULONG FrameCount;
    ULONG_PTR Frame[24];  /* innermost first */
} KE_EARLIER_STACK;

typedef struct KE_BUGCHECK {
    ULONG Code;
    ULONG_PTR Parameter[4];
    CONTEXT Context;      /* where it happened */
    ULONG ThreadId;
    KIRQL Irql;
    ULONG FrameCount;
    ULONG_PTR Frame[64]; /* return addresses, innermost first, drivers' and our own */
    char Detail[256];    /* what more there is to say, may be empty */
    ULONG_PTR Culprit;   /* code to blame that is no longer on the stack; 0: the innermost driver
                            frame */
    ULONG EarlierCount;
    KE_EARLIER_STACK Earlier[KE_EARLIER_STACKS];
    BOOLEAN HasException; /* Exception led to it */
    EXCEPTION_RECORD Exception;
} KE_BUGCHECK;

/*
 * Called on the thread that stopped the machine, before any other thread is told; once more when a
 * fault of its own ended the call, to go on from there. Set by kd.
 */
extern void (*KeBugCheckReporter)(const KE_BUGCHECK *Bugcheck);
extern _Atomic uint32_t KiStopped; /* 1: the machine has stopped; every wait and entry ends with
                                      STATUS_HOST_DOWN */

void NTAPI KeBugCheck(ULONG Code) __attribute__((noreturn));
void NTAPI KeBugCheckEx(ULONG Code, ULONG_PTR P1, ULONG_PTR P2, ULONG_PTR P3, ULONG_PTR P4)
    __attribute__((noreturn));
/* The same with registers of an earlier moment and a sentence for the report. */
void KeBugCheckAt(ULONG Code, const ULONG_PTR Parameter[4], const CONTEXT *Context,
    const char *Detail) __attribute__((noreturn));
/* The bugcheck this thread is about to raise is the fault of the code at Address, which has
 * returned. */
void KeBlame(ULONG_PTR Address);
/* It is because of Record. */
void KeBlameException(const EXCEPTION_RECORD *Record);
/* The report of the bugcheck this thread is about to raise has this stack as well; more than
 * KE_EARLIER_STACKS are left out. */
void KeBlameStack(const char *Title, const ULONG_PTR *Frame, ULONG Count);
const KE_BUGCHECK *KeGetBugCheck(void); /* NULL: none */
extern ULONG_PTR KiBugCheckData[5]; /* exported */
/*
 * For a thread that acts for a client in another process: takes a user APC's routine, which can
 * only be called there. Outside the kernel, on that thread.
 */
extern void (*KeDeferUserApc)(
    void *Routine, void *NormalContext, void *SystemArgument1, void *SystemArgument2);

/*
 * mm: brings a page of the client's memory here that a driver touches by its address. For threads
 * with a space, in fault handling. FALSE: it is not there, or may not be written. NULL: there are
 * no such clients.
 */
extern BOOLEAN (*KeClientPageFetch)(ULONG_PTR Address, BOOLEAN Write);
/* mm: a user address in a page of PAGE_GUARD, which it is no longer. Below DISPATCH_LEVEL. NULL:
 * there are none. */
extern BOOLEAN (*KeTakeGuardPage)(ULONG_PTR Address);

/* The thread's client is gone: ends its wait on the client's behalf, and those that follow, with
 * STATUS_THREAD_IS_TERMINATING. */
void KeEndUserWaits(KTHREAD *Thread);

/* Returns when a bugcheck stops the machine. For a thread that is not the machine's. */
void KeWaitUntilStopped(void);
void KiSpinSlow(void);

/* dotsys's own: a driver called an export that is only a stub. P1 call site, P2 driver base, P3
 * name. */
#define BUGCHECK_UNIMPLEMENTED_EXPORT 0xD0750001u
/* And: a driver has ended the machine. P1 the action, P2 call site. */
#define BUGCHECK_RETURN_TO_FIRMWARE 0xD0750002u

/* ---- Locks of the kernel itself -------------------------------------------------------------- */

/* One turn of a busy wait: gives way now and then, and leaves the kernel when the machine has
 * stopped. */
static inline void KiSpin(unsigned *Turn)
{
    host_pause();
    if ((++*Turn & 63) == 0)
        KiSpinSlow();
}

/* Whether the order of these locks is asserted (lockorder.c); and what they tell it then. */
extern BOOLEAN KeCheckLockOrder;
void KiCheckLockOrder(const volatile void *Lock, const char *Name);
void KiForgetLock(const volatile void *Lock);
void KiResetLockOrder(BOOLEAN Check);

/* A spin lock for our own structures: raises to DISPATCH_LEVEL so that no exception or wait happens
 * inside. */
#define KiAcquireLock(Lock) KiAcquireNamedLock((Lock), #Lock)

static inline KIRQL KiAcquireNamedLock(KSPIN_LOCK *Lock, const char *Name)
{
    if (__builtin_expect(KeCheckLockOrder, 0))
        KiCheckLockOrder(Lock, Name);
    KIRQL Old = KiGetIrql();
    if (Old < DISPATCH_LEVEL)
        KiSetIrql(DISPATCH_LEVEL);
    unsigned Spin = 0;
    while (__atomic_exchange_n(Lock, 1, __ATOMIC_ACQUIRE) != 0) {
        while (__atomic_load_n(Lock, __ATOMIC_RELAXED) != 0)
            KiSpin(&Spin);
    }
    return Old;
}

static inline void KiReleaseLock(KSPIN_LOCK *Lock, KIRQL Old)
{
    if (__builtin_expect(KeCheckLockOrder, 0))
        KiForgetLock(Lock);
    __atomic_store_n(Lock, 0, __ATOMIC_RELEASE);
    KiSetIrql(Old);
}

/* ---- Start and end --------------------------------------------------------------------------- */

NTSTATUS KeInitialize(void); /* before any thread; resets every variable of this folder */
void KeTerminate(void); /* the machine's memory is about to go: threads still attached forget it */
/* What a driver finds in the shared user data page at that offset; zeros behind its end. Any IRQL,
 * also on a signal stack. */
void KeReadSharedData(ULONG Offset, void *Value, ULONG SizeBytes);
void KeSetPhysicalPages(ULONG PageCount); /* mm: what drivers read of it in the shared user data */
/*
 * Threads drivers do not let go (stuck.c), other than the calling one. KeFindStuck: one that is in
 * a driver, by its stack;
 * KeFindOverdue: one that so many calls in a row have found at DISPATCH_LEVEL or above, in one DPC
 * routine if in any. The machine goes on; KeStopForStuck stops it: Code is DPC_WATCHDOG_VIOLATION
 * or THREAD_STUCK_IN_DEVICE_DRIVER. In the kernel.
 */
typedef struct KE_STUCK {
    ULONG ThreadId;
    KIRQL Irql;
    BOOLEAN InDpc;
    ULONG_PTR Place; /* in the innermost of its frames that are a driver's */
    CONTEXT Context;
} KE_STUCK;
BOOLEAN KeFindStuck(KE_STUCK *Stuck);
BOOLEAN KeFindOverdue(ULONG Looks, KE_STUCK *Stuck);
void KeStopForStuck(ULONG Code, ULONG TimeMs, const KE_STUCK *Stuck) __attribute__((noreturn));

void KeStopThreads(void); /* machine stopped: sends every other thread out of the kernel; returns
                             when they have left */

/* ---- Exports of this folder ------------------------------------------------------------------ */

KIRQL NTAPI KeGetCurrentIrql(void);
void NTAPI KeRaiseIrql(KIRQL NewIrql, KIRQL *OldIrql);
void NTAPI KeLowerIrql(KIRQL NewIrql);
KIRQL FASTCALL KfRaiseIrql(KIRQL NewIrql);
void FASTCALL KfLowerIrql(KIRQL NewIrql);
KIRQL NTAPI KeRaiseIrqlToDpcLevel(void);
KIRQL NTAPI KeRaiseIrqlToSynchLevel(void);

void NTAPI KeInitializeSpinLock(KSPIN_LOCK *Lock);
KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(KSPIN_LOCK *Lock);
void NTAPI KeReleaseSpinLock(KSPIN_LOCK *Lock, KIRQL NewIrql);
void NTAPI KeAcquireSpinLockAtDpcLevel(KSPIN_LOCK *Lock);
void NTAPI KeReleaseSpinLockFromDpcLevel(KSPIN_LOCK *Lock);
BOOLEAN FASTCALL KeTryToAcquireSpinLockAtDpcLevel(KSPIN_LOCK *Lock);
BOOLEAN FASTCALL KeTestSpinLock(KSPIN_LOCK *Lock);
KIRQL FASTCALL KeAcquireSpinLockForDpc(KSPIN_LOCK *Lock);
void FASTCALL KeReleaseSpinLockForDpc(KSPIN_LOCK *Lock, KIRQL OldIrql);
KIRQL FASTCALL KeAcquireSpinLockRaiseToSynch(KSPIN_LOCK *Lock);
#if defined(__i386__)
KIRQL FASTCALL KfAcquireSpinLock(KSPIN_LOCK *Lock);
void FASTCALL KfReleaseSpinLock(KSPIN_LOCK *Lock, KIRQL NewIrql);
void FASTCALL KefAcquireSpinLockAtDpcLevel(KSPIN_LOCK *Lock);
void FASTCALL KefReleaseSpinLockFromDpcLevel(KSPIN_LOCK *Lock);
#endif
void FASTCALL KeAcquireInStackQueuedSpinLockForDpc(KSPIN_LOCK *Lock, KLOCK_QUEUE_HANDLE *Handle);
void FASTCALL KeReleaseInStackQueuedSpinLockForDpc(KLOCK_QUEUE_HANDLE *Handle);
void FASTCALL KeAcquireInStackQueuedSpinLock(KSPIN_LOCK *Lock, KLOCK_QUEUE_HANDLE *Handle);
void FASTCALL KeReleaseInStackQueuedSpinLock(KLOCK_QUEUE_HANDLE *Handle);
void FASTCALL KeAcquireInStackQueuedSpinLockAtDpcLevel(
    KSPIN_LOCK *Lock, KLOCK_QUEUE_HANDLE *Handle);
void FASTCALL KeReleaseInStackQueuedSpinLockFromDpcLevel(KLOCK_QUEUE_HANDLE *Handle);

void NTAPI KeInitializeEvent(KEVENT *Event, EVENT_TYPE Type, BOOLEAN State);
LONG NTAPI KeSetEvent(KEVENT *Event, LONG Increment, BOOLEAN Wait);
LONG NTAPI KeResetEvent(KEVENT *Event);
void NTAPI KeClearEvent(KEVENT *Event);
LONG NTAPI KePulseEvent(KEVENT *Event, LONG Increment, BOOLEAN Wait);
void NTAPI KeSetEventBoostPriority(KEVENT *Event, KTHREAD **Thread);
BOOLEAN NTAPI KeIsWaitListEmpty(void *Object);
LONG NTAPI KeReadStateEvent(KEVENT *Event);
void NTAPI KeInitializeSemaphore(KSEMAPHORE *Semaphore, LONG Count, LONG Limit);
LONG NTAPI KeReleaseSemaphore(KSEMAPHORE *Semaphore, LONG Increment, LONG Adjustment, BOOLEAN Wait);
LONG NTAPI KeReadStateSemaphore(KSEMAPHORE *Semaphore);
void NTAPI KeInitializeMutex(KMUTEX *Mutex, ULONG Level);
LONG NTAPI KeReleaseMutex(KMUTEX *Mutex, BOOLEAN Wait);
LONG NTAPI KeReadStateMutex(KMUTEX *Mutex);
NTSTATUS NTAPI KeWaitForSingleObject(void *Object, KWAIT_REASON Reason, KPROCESSOR_MODE Mode,
    BOOLEAN Alertable, LARGE_INTEGER *Timeout);
NTSTATUS NTAPI KeWaitForMultipleObjects(ULONG Count, void *Object[], WAIT_TYPE WaitType,
    KWAIT_REASON Reason, KPROCESSOR_MODE Mode, BOOLEAN Alertable, LARGE_INTEGER *Timeout,
    KWAIT_BLOCK *WaitBlockArray);
NTSTATUS NTAPI KeDelayExecutionThread(
    KPROCESSOR_MODE Mode, BOOLEAN Alertable, LARGE_INTEGER *Interval);

void NTAPI KeInitializeApc(KAPC *Apc, KTHREAD *Thread, KAPC_ENVIRONMENT Environment,
    PKKERNEL_ROUTINE KernelRoutine, PKRUNDOWN_ROUTINE RundownRoutine,
    PKNORMAL_ROUTINE NormalRoutine, KPROCESSOR_MODE Mode, void *NormalContext);
BOOLEAN NTAPI KeInsertQueueApc(
    KAPC *Apc, void *SystemArgument1, void *SystemArgument2, KPRIORITY Increment);
BOOLEAN NTAPI KeAlertThread(KTHREAD *Thread, KPROCESSOR_MODE AlertMode);
BOOLEAN NTAPI KeTestAlertThread(KPROCESSOR_MODE AlertMode);
void NTAPI KiCheckForKernelApcDelivery(void);

void NTAPI KeInitializeQueue(KQUEUE *Queue, ULONG Count);
LONG NTAPI KeReadStateQueue(KQUEUE *Queue);
LONG NTAPI KeInsertQueue(KQUEUE *Queue, LIST_ENTRY *Entry);
LONG NTAPI KeInsertHeadQueue(KQUEUE *Queue, LIST_ENTRY *Entry);
LIST_ENTRY *NTAPI KeRemoveQueue(KQUEUE *Queue, KPROCESSOR_MODE WaitMode, LARGE_INTEGER *Timeout);
ULONG NTAPI KeRemoveQueueEx(KQUEUE *Queue, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
    LARGE_INTEGER *Timeout, LIST_ENTRY **EntryArray, ULONG Count);
LIST_ENTRY *NTAPI KeRundownQueue(KQUEUE *Queue);

void NTAPI KeEnterCriticalRegion(void);
void NTAPI KeLeaveCriticalRegion(void);
void NTAPI KeEnterGuardedRegion(void);
void NTAPI KeLeaveGuardedRegion(void);
BOOLEAN NTAPI KeAreApcsDisabled(void);
BOOLEAN NTAPI KeAreAllApcsDisabled(void);

KTHREAD *NTAPI KeGetCurrentThread(void);
ULONG NTAPI KeGetCurrentProcessorNumber(void);
KPRIORITY NTAPI KeQueryPriorityThread(KTHREAD *Thread);
KPRIORITY NTAPI KeSetPriorityThread(KTHREAD *Thread, KPRIORITY Priority);
LONG64 KeSetSystemTime(LONG64 Time); /* the machine's clock, not the host's; returns what it was. Up
                                        to DISPATCH_LEVEL */
void NTAPI KeQuerySystemTime(LARGE_INTEGER *Time);
void NTAPI KeQuerySystemTimePrecise(LARGE_INTEGER *Time);
ULONGLONG NTAPI KeQueryInterruptTime(void);
ULONGLONG NTAPI KeQueryInterruptTimePrecise(ULONG64 *Counter);
void NTAPI KeQueryTickCount(LARGE_INTEGER *Count);
ULONG NTAPI KeQueryTimeIncrement(void);
LARGE_INTEGER NTAPI KeQueryPerformanceCounter(LARGE_INTEGER *Frequency);
void NTAPI KeStallExecutionProcessor(ULONG Microseconds);
