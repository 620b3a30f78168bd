/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Remove locks: a count of uses of a device that its removal waits for. The structure is the
 * driver's. A checked driver's is longer: then each use is remembered by its tag, and uses that end
 * with another tag, last too long or are too many are reported. RemlockSize says which it is. The
 * spin lock in the structure guards the list of uses.
 */
#include "dotsys/dotsys.h"
#include "io/iop.h"

typedef struct IOP_CHECKED_REMOVE_LOCK {
    IO_REMOVE_LOCK_COMMON_BLOCK Common;
    IO_REMOVE_LOCK_DBG_BLOCK Debug;
} IOP_CHECKED_REMOVE_LOCK;

/* One use of a checked lock. */
typedef struct IOP_REMOVE_LOCK_USE {
    LIST_ENTRY Link;
    void *Tag;
    const char *File;
    ULONG Line;
    ULONGLONG Since100ns;
} IOP_REMOVE_LOCK_USE;

#define IOP_REMOVE_LOCK_SIGNATURE 0x524C4F43
#define IOP_100NS_PER_MINUTE 600000000ull

static IO_REMOVE_LOCK_DBG_BLOCK *IopRemoveLockDebug(IO_REMOVE_LOCK *Lock, ULONG RemlockSize)
{
    return RemlockSize >= sizeof(IOP_CHECKED_REMOVE_LOCK)
        ? &((IOP_CHECKED_REMOVE_LOCK *)(void *)Lock)->Debug
        : NULL;
}

/* ---- the uses of a checked lock -------------------------------------------------------------- */

static void IopRememberUse(
    IO_REMOVE_LOCK_DBG_BLOCK *Debug, void *Tag, const char *File, ULONG Line, ULONG_PTR Site)
{
    IOP_REMOVE_LOCK_USE *Use = ExiAllocate(
        NonPagedPoolNx, sizeof(*Use), (ULONG)Debug->AllocateTag, Site);
    if (Use == NULL) {
        /* one release will find no use */
        __atomic_fetch_add(&Debug->LowMemoryCount, 1, __ATOMIC_RELAXED);
        return;
    }
    Use->Tag = Tag;
    Use->File = File;
    Use->Line = Line;
    Use->Since100ns = KeQueryInterruptTime();
    KIRQL Old = KiAcquireLock(&Debug->Spin);
    InsertHeadList(&Debug->LockList, &Use->Link);
    KiReleaseLock(&Debug->Spin, Old);
}

/* Takes a use with this tag off the list. */
static IOP_REMOVE_LOCK_USE *IopFindUse(IO_REMOVE_LOCK_DBG_BLOCK *Debug, const void *Tag)
{
    IOP_REMOVE_LOCK_USE *Found = NULL;
    KIRQL Old = KiAcquireLock(&Debug->Spin);
    for (LIST_ENTRY *Entry = Debug->LockList.Flink; Entry != &Debug->LockList;
         Entry = Entry->Flink) {
        IOP_REMOVE_LOCK_USE *Use = CONTAINING_RECORD(Entry, IOP_REMOVE_LOCK_USE, Link);
        if (Use->Tag == Tag) {
            RemoveEntryList(Entry);
            Found = Use;
            break;
        }
    }
    KiReleaseLock(&Debug->Spin, Old);
    return Found;
}

static BOOLEAN IopWasForgotten(IO_REMOVE_LOCK_DBG_BLOCK *Debug)
{
    volatile LONG *Forgotten = &Debug->LowMemoryCount;
    LONG Count = __atomic_load_n(Forgotten, __ATOMIC_RELAXED);
    while (Count > 0) {
        if (__atomic_compare_exchange_n(
                Forgotten, &Count, Count - 1, FALSE, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return TRUE;
    }
    return FALSE;
}

static void IopForgetUse(IO_REMOVE_LOCK_DBG_BLOCK *Debug, void *Tag, ULONG_PTR Site)
{
    IOP_REMOVE_LOCK_USE *Use = IopFindUse(Debug, Tag);
    if (Use == NULL) {
        if (!IopWasForgotten(Debug))
            KdFinding(DOTSYS_FINDING_OTHER, Site,
                "IoReleaseRemoveLock with tag %p, which does not hold the lock: each tag that "
                "acquires it must release "
                "it once",
                Tag);
        return;
    }
    ULONGLONG Held = KeQueryInterruptTime() - Use->Since100ns;
    if (Debug->MaxLockedTicks != 0 && Held > (ULONGLONG)Debug->MaxLockedTicks)
        KdFinding(DOTSYS_FINDING_OTHER, Site,
            "the remove lock was held for %llu s, longer than the driver allows, by tag %p (%s "
            "line %u)",
            (unsigned long long)(Held / 10000000), Tag, Use->File, Use->Line);
    ExiFree(Use);
}

/* The lock is being removed and nobody uses it: uses left over were released with other tags, which
 * was reported. */
static void IopDropUses(IO_REMOVE_LOCK_DBG_BLOCK *Debug)
{
    KIRQL Old = KiAcquireLock(&Debug->Spin);
    while (!IsListEmpty(&Debug->LockList))
        ExiFree(CONTAINING_RECORD(RemoveHeadList(&Debug->LockList), IOP_REMOVE_LOCK_USE, Link));
    KiReleaseLock(&Debug->Spin, Old);
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * IoInitializeRemoveLockEx - make a remove lock nobody holds.
 *
 * AllocateTag: for a checked lock's bookkeeping. MaxLockedMinutes, HighWatermark: 0: no limit; of a
 * checked lock only.
 * IRQL:   PASSIVE_LEVEL
 * Source: DOC wdm/IoInitializeRemoveLockEx; tests/kernel/io/IoAcquireRemoveLockEx.c
 */
void NTAPI IoInitializeRemoveLockEx(IO_REMOVE_LOCK *Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
    ULONG HighWatermark, ULONG RemlockSize)
{
    IO_REMOVE_LOCK_DBG_BLOCK *Debug = IopRemoveLockDebug(Lock, RemlockSize);
    if (Debug != NULL) {
        *Debug = (IO_REMOVE_LOCK_DBG_BLOCK){.Signature = IOP_REMOVE_LOCK_SIGNATURE,
            .HighWatermark = (LONG)HighWatermark,
            .MaxLockedTicks = (LONGLONG)(MaxLockedMinutes * IOP_100NS_PER_MINUTE),
            .AllocateTag = (LONG)AllocateTag};
        InitializeListHead(&Debug->LockList);
    }
    Lock->Common.Removed = FALSE;
    Lock->Common.IoCount = 1; /* given up by the removal */
    KeInitializeEvent(&Lock->Common.RemoveEvent, SynchronizationEvent, FALSE);
}

static LONG IopReleaseCount(IO_REMOVE_LOCK *Lock)
{
    LONG Left = __atomic_sub_fetch(&Lock->Common.IoCount, 1, __ATOMIC_ACQ_REL);
    if (Left == 0)
        KeSetEvent(&Lock->Common.RemoveEvent, IO_NO_INCREMENT, FALSE);
    return Left;
}

/*
 * IoAcquireRemoveLockEx - begin a use of the device.
 *
 * Tag: any value; the release names the same. File, Line: where, for a checked lock's reports.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; DELETE_PENDING: the removal has begun, there is nothing to release.
 * Source:  DOC wdm/IoAcquireRemoveLockEx; tests/kernel/io/IoAcquireRemoveLockEx.c
 */
NTSTATUS NTAPI IoAcquireRemoveLockEx(
    IO_REMOVE_LOCK *Lock, void *Tag, const char *File, ULONG Line, ULONG RemlockSize)
{
    IO_REMOVE_LOCK_DBG_BLOCK *Debug = IopRemoveLockDebug(Lock, RemlockSize);
    LONG Count = __atomic_add_fetch(&Lock->Common.IoCount, 1, __ATOMIC_ACQ_REL);
    if (__atomic_load_n(&Lock->Common.Removed, __ATOMIC_ACQUIRE)) {
        IopReleaseCount(Lock);
        return STATUS_DELETE_PENDING;
    }
    if (Debug != NULL) {
        if (Debug->HighWatermark != 0 && Count - 1 > Debug->HighWatermark)
            KdFinding(DOTSYS_FINDING_OTHER, EX_CALLER,
                "a remove lock is held %d times; the driver allows %d (%s line %u)", Count - 1,
                Debug->HighWatermark, File, Line);
        IopRememberUse(Debug, Tag, File, Line, EX_CALLER);
    }
    return STATUS_SUCCESS;
}

/*
 * IoReleaseRemoveLockEx - end a use.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/IoReleaseRemoveLockEx;
 * tests/kernel/io/IoAcquireRemoveLockEx.c
 */
void NTAPI IoReleaseRemoveLockEx(IO_REMOVE_LOCK *Lock, void *Tag, ULONG RemlockSize)
{
    IO_REMOVE_LOCK_DBG_BLOCK *Debug = IopRemoveLockDebug(Lock, RemlockSize);
    if (Debug != NULL)
        IopForgetUse(Debug, Tag, EX_CALLER);
    IopReleaseCount(Lock);
}

/*
 * IoReleaseRemoveLockAndWaitEx - end the removing routine's own use, let nobody acquire the lock
 * from now on, and wait until the other uses have ended.
 *
 * IRQL:   PASSIVE_LEVEL
 * Source: DOC wdm/IoReleaseRemoveLockAndWaitEx; tests/kernel/io/IoAcquireRemoveLockEx.c
 */
void NTAPI IoReleaseRemoveLockAndWaitEx(IO_REMOVE_LOCK *Lock, void *Tag, ULONG RemlockSize)
{
    IO_REMOVE_LOCK_DBG_BLOCK *Debug = IopRemoveLockDebug(Lock, RemlockSize);
    __atomic_store_n(&Lock->Common.Removed, TRUE, __ATOMIC_SEQ_CST);
    if (Debug != NULL)
        IopForgetUse(Debug, Tag, EX_CALLER);
    IopReleaseCount(Lock);
    /* The event is set by whoever ends the last use, this routine included. */
    IopReleaseCount(Lock);
    KeWaitForSingleObject(&Lock->Common.RemoveEvent, Executive, KernelMode, FALSE, NULL);
    if (Debug != NULL)
        IopDropUses(Debug);
}
