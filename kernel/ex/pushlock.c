/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Push locks. The word has a bit for the exclusive owner, a bit that says that somebody waits, and
 * the number of those who share it above. Waiters lie on their stacks and hang in a table by the
 * lock's address; a bucket's lock guards its list and, for the locks in it, every change of the
 * waiting bit. Who releases the lock for good wakes all who wait for it, and they try again; while
 * somebody waits nobody new is let in to share.
 */
#include "ex/pushlock.h"

#define EXP_EXCLUSIVE ((ULONG_PTR)1)
#define EXP_WAITING ((ULONG_PTR)2)
#define EXP_SHARER ((ULONG_PTR)16)
#define EXP_BUCKETS 64u
#define EXP_PUSH_TAG 0x68737550u /* 'Push' */

typedef struct EXP_PUSH_WAITER {
    LIST_ENTRY Link;
    const EX_PUSH_LOCK *PushLock;
    KEVENT Released;
} EXP_PUSH_WAITER;

static struct EXP_BUCKET {
    KSPIN_LOCK Lock;
    LIST_ENTRY Waiters;
} ExpBucket[EXP_BUCKETS];

void ExpInitializePushLocks(void)
{
    for (ULONG Index = 0; Index < EXP_BUCKETS; Index++) {
        ExpBucket[Index].Lock = 0;
        InitializeListHead(&ExpBucket[Index].Waiters);
    }
}

static struct EXP_BUCKET *ExpBucketOf(const EX_PUSH_LOCK *PushLock)
{
    ULONG_PTR Address = (ULONG_PTR)PushLock;
    return &ExpBucket[(Address >> 3 ^ Address >> 9 ^ Address >> 15) % EXP_BUCKETS];
}

/* What the word becomes when it is taken; unchanged when it cannot be now. */
static inline ULONG_PTR ExpTaken(ULONG_PTR Value, BOOLEAN Exclusive)
{
    if (Exclusive)
        return (Value & ~EXP_WAITING) == 0 ? Value | EXP_EXCLUSIVE : Value;
    /* A bit left behind by a waiter while nobody has the lock keeps nobody out. */
    return (Value & EXP_EXCLUSIVE) || ((Value & EXP_WAITING) && Value >= EXP_SHARER)
        ? Value
        : Value + EXP_SHARER;
}

static inline BOOLEAN ExpTryPushLock(EX_PUSH_LOCK *PushLock, BOOLEAN Exclusive)
{
    ULONG_PTR Value = __atomic_load_n(PushLock, __ATOMIC_RELAXED), New;
    while ((New = ExpTaken(Value, Exclusive)) != Value) {
        if (__atomic_compare_exchange_n(
                PushLock, &Value, New, TRUE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return TRUE;
    }
    return FALSE;
}

/* Enters the list and sets the bit, unless the lock can be had after all. */
static BOOLEAN ExpEnterWait(EX_PUSH_LOCK *PushLock, BOOLEAN Exclusive, EXP_PUSH_WAITER *Waiter)
{
    struct EXP_BUCKET *Bucket = ExpBucketOf(PushLock);
    KIRQL Old = KiAcquireLock(&Bucket->Lock);
    ULONG_PTR Value = __atomic_load_n(PushLock, __ATOMIC_RELAXED);
    BOOLEAN Enter = TRUE;
    do {
        Enter = ExpTaken(Value, Exclusive) == Value;
    } while (Enter &&
        !__atomic_compare_exchange_n(
            PushLock, &Value, Value | EXP_WAITING, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
    if (Enter)
        InsertTailList(&Bucket->Waiters, &Waiter->Link);
    KiReleaseLock(&Bucket->Lock, Old);
    return Enter;
}

static __attribute__((noinline)) void NTAPI ExpWaitForPushLock(
    EX_PUSH_LOCK *PushLock, BOOLEAN Exclusive)
{
    EXP_PUSH_WAITER Waiter = {.PushLock = PushLock};
    do {
        KeInitializeEvent(&Waiter.Released, SynchronizationEvent, FALSE);
        if (ExpEnterWait(PushLock, Exclusive, &Waiter))
            KeWaitForSingleObject(&Waiter.Released, WrPushLock, KernelMode, FALSE, NULL);
    } while (!ExpTryPushLock(PushLock, Exclusive));
}

static __attribute__((noinline)) void NTAPI ExpWakePushLock(EX_PUSH_LOCK *PushLock)
{
    struct EXP_BUCKET *Bucket = ExpBucketOf(PushLock);
    KIRQL Old = KiAcquireLock(&Bucket->Lock);
    __atomic_fetch_and(PushLock, ~EXP_WAITING, __ATOMIC_ACQ_REL);
    for (LIST_ENTRY *Entry = Bucket->Waiters.Flink, *Next; Entry != &Bucket->Waiters;
         Entry = Next) {
        EXP_PUSH_WAITER *Waiter = CONTAINING_RECORD(Entry, EXP_PUSH_WAITER, Link);
        Next = Entry->Flink;
        if (Waiter->PushLock != PushLock)
            continue;
        RemoveEntryList(Entry);
        KeSetEvent(&Waiter->Released, 0, FALSE);
    }
    KiReleaseLock(&Bucket->Lock, Old);
}

static inline void ExpTakePushLock(EX_PUSH_LOCK *PushLock, BOOLEAN Exclusive)
{
    if (!ExpTryPushLock(PushLock, Exclusive))
        ExpWaitForPushLock(PushLock, Exclusive);
}

static inline void ExpGivePushLock(EX_PUSH_LOCK *PushLock)
{
    ULONG_PTR Value = __atomic_load_n(PushLock, __ATOMIC_RELAXED);
    ULONG_PTR What = Value & EXP_EXCLUSIVE ? EXP_EXCLUSIVE : EXP_SHARER;
    if (__atomic_sub_fetch(PushLock, What, __ATOMIC_RELEASE) == EXP_WAITING)
        ExpWakePushLock(PushLock);
}

/* ---- exports --------------------------------------------------------------------------------- */

/* ExInitializePushLock - a free one. IRQL: any. Source: DOC ntifs/FltInitializePushLock; OBS
 * tests/kernel/ex. */
void NTAPI ExInitializePushLock(EX_PUSH_LOCK *PushLock)
{
    *PushLock = 0;
}

/*
 * ExAcquirePushLockExclusiveEx - have it alone, waiting for it. A thread that has it already waits
 * for ever. APCs must be off.
 * Flags: hints for Windows' own checks, not looked at.
 * IRQL: up to APC_LEVEL. Source: DOC ntifs/FltAcquirePushLockExclusiveEx; OBS
 * tests/kernel/ex/ExAcquirePushLockExclusiveEx.c
 */
void NTAPI ExAcquirePushLockExclusiveEx(EX_PUSH_LOCK *PushLock, ULONG Flags)
{
    (void)Flags;
    ExpTakePushLock(PushLock, TRUE);
}

/* ExAcquirePushLockSharedEx - share it. IRQL: up to APC_LEVEL. Source: DOC
 * ntifs/FltAcquirePushLockSharedEx; OBS. */
void NTAPI ExAcquirePushLockSharedEx(EX_PUSH_LOCK *PushLock, ULONG Flags)
{
    (void)Flags;
    ExpTakePushLock(PushLock, FALSE);
}

/* ExTryAcquirePushLockExclusiveEx - without waiting; FALSE: somebody has it. Source: INF from its
 * name; OBS tests/kernel/ex. */
BOOLEAN NTAPI ExTryAcquirePushLockExclusiveEx(EX_PUSH_LOCK *PushLock, ULONG Flags)
{
    (void)Flags;
    return ExpTryPushLock(PushLock, TRUE);
}

/* ExTryAcquirePushLockSharedEx - without waiting. Source: INF from its name; OBS
 * tests/kernel/ex. */
BOOLEAN NTAPI ExTryAcquirePushLockSharedEx(EX_PUSH_LOCK *PushLock, ULONG Flags)
{
    (void)Flags;
    return ExpTryPushLock(PushLock, FALSE);
}

/* ExReleasePushLockEx - give back what the caller has, whichever it is. IRQL: up to APC_LEVEL.
 * Source: DOC ntifs; OBS. */
void NTAPI ExReleasePushLockEx(EX_PUSH_LOCK *PushLock, ULONG Flags)
{
    (void)Flags;
    ExpGivePushLock(PushLock);
}

/* ExReleasePushLockExclusiveEx, ExReleasePushLockSharedEx - the same. Source: INF from their names;
 * OBS tests/kernel/ex. */
void NTAPI ExReleasePushLockExclusiveEx(EX_PUSH_LOCK *PushLock, ULONG Flags)
{
    (void)Flags;
    ExpGivePushLock(PushLock);
}

void NTAPI ExReleasePushLockSharedEx(EX_PUSH_LOCK *PushLock, ULONG Flags)
{
    (void)Flags;
    ExpGivePushLock(PushLock);
}

/* The older exports, which the inline forms of older headers call; the same each. Source: INF from
 * their names; OBS. */
void FASTCALL ExfAcquirePushLockExclusive(EX_PUSH_LOCK *PushLock)
{
    ExpTakePushLock(PushLock, TRUE);
}

void FASTCALL ExfAcquirePushLockShared(EX_PUSH_LOCK *PushLock)
{
    ExpTakePushLock(PushLock, FALSE);
}

BOOLEAN FASTCALL ExfTryAcquirePushLockShared(EX_PUSH_LOCK *PushLock)
{
    return ExpTryPushLock(PushLock, FALSE);
}

void FASTCALL ExfReleasePushLock(EX_PUSH_LOCK *PushLock)
{
    ExpGivePushLock(PushLock);
}

void FASTCALL ExfReleasePushLockExclusive(EX_PUSH_LOCK *PushLock)
{
    ExpGivePushLock(PushLock);
}

void FASTCALL ExfReleasePushLockShared(EX_PUSH_LOCK *PushLock)
{
    ExpGivePushLock(PushLock);
}

/*
 * ExfTryToWakePushLock - have those who wait try again, if nobody has the lock. IRQL: up to
 * APC_LEVEL. Source: INF, undocumented; OBS tests/kernel/ex/ExfUnblockPushLock.c
 */
void FASTCALL ExfTryToWakePushLock(EX_PUSH_LOCK *PushLock)
{
    if (__atomic_load_n(PushLock, __ATOMIC_ACQUIRE) == EXP_WAITING)
        ExpWakePushLock(PushLock);
}

/*
 * ExfUnblockPushLock - wake those whose blocks hang at the word: that is how handle tables have
 * threads wait for an entry, and the word is no lock then. Nobody here hangs a block there; a
 * driver may.
 *
 * WaitBlock: the caller's own, not waited with yet: taken off as well, or waited for until whoever
 * has it has let go. NULL: none.
 * IRQL:    up to APC_LEVEL; DISPATCH_LEVEL without WaitBlock.
 * Source:  INF, undocumented; layout: Windows' public symbols; OBS
 *          tests/kernel/ex/ExfUnblockPushLock.c
 */
void FASTCALL ExfUnblockPushLock(EX_PUSH_LOCK *PushLock, EX_PUSH_LOCK_WAIT_BLOCK *WaitBlock)
{
    EX_PUSH_LOCK_WAIT_BLOCK *Block = (EX_PUSH_LOCK_WAIT_BLOCK *)__atomic_exchange_n(
                                PushLock, 0, __ATOMIC_ACQ_REL),
                            *Next;
    for (; Block != NULL; Block = Next) {
        Next = Block->Next; /* its thread may be gone once it is woken */
        KeSetEvent(&Block->WakeEvent, 0, FALSE);
    }
    if (WaitBlock != NULL)
        KeWaitForSingleObject(&WaitBlock->WakeEvent, WrPushLock, KernelMode, FALSE, NULL);
}

/* ---- cache-aware ones: plain ones, as processors here are not the machine's to place --------- */

/*
 * ExAllocateCacheAwarePushLock - a free one. PoolFlags: not looked at; memory is as resident either
 * way. IRQL: up to APC_LEVEL. NULL: out of memory. Owner: driver; ExFreeCacheAwarePushLock. Source:
 * INF from its name; OBS tests/kernel/ex/ExfUnblockPushLock.c
 */
EX_PUSH_LOCK *NTAPI ExAllocateCacheAwarePushLock(ULONG PoolFlags)
{
    (void)PoolFlags;
    return ExiAllocateZero(
        NonPagedPoolNx, sizeof(EX_PUSH_LOCK), EXP_PUSH_TAG, (ULONG_PTR)__builtin_return_address(0));
}

/* The rest of them, as those of plain ones. */
void NTAPI ExFreeCacheAwarePushLock(EX_PUSH_LOCK *PushLock)
{
    ExiFree(PushLock);
}

void NTAPI ExAcquireCacheAwarePushLockExclusive(EX_PUSH_LOCK *PushLock)
{
    ExpTakePushLock(PushLock, TRUE);
}

void NTAPI ExReleaseCacheAwarePushLockExclusive(EX_PUSH_LOCK *PushLock)
{
    ExpGivePushLock(PushLock);
}
