/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Resources. Who has one stands in OwnerEntry (the exclusive owner, or one of those who share it)
 * and in OwnerTable (the others), a pool block that grows when needed. ActiveEntries counts the
 * owners. Who must wait puts an EXP_WAITER, on its own stack, at the end of a ring; who releases
 * makes waiters owners before it wakes them. The spin lock in the resource guards all of it.
 *
 * Misuse: a release by a thread that is no owner stops the machine, RESOURCE_NOT_OWNED.
 */
#include "ex/resource.h"

#define EXP_TAG_OWNERS 0x61546552u /* 'ReTa' */
#define EXP_FIRST_OWNERS 4u

enum EXP_SHARING { EXP_SHARE, EXP_STARVE_EXCLUSIVE, EXP_AFTER_EXCLUSIVE };

typedef struct EXP_WAITER {
    struct EXP_WAITER *Next; /* in a ring whose last element the resource points at */
    ERESOURCE_THREAD Thread;
    KEVENT Granted;
} EXP_WAITER;

static inline ERESOURCE_THREAD ExpThisThread(void)
{
    return (ERESOURCE_THREAD)KiHostThread;
}

/* ---- rings of waiters, locked ---------------------------------------------------------------- */

static void ExpAppendWaiter(void **Ring, EXP_WAITER *Waiter)
{
    EXP_WAITER *Last = *Ring;
    Waiter->Next = Last == NULL ? Waiter : Last->Next;
    if (Last != NULL)
        Last->Next = Waiter;
    *Ring = Waiter;
}

static EXP_WAITER *ExpFirstWaiter(void *Ring)
{
    return Ring == NULL ? NULL : ((EXP_WAITER *)Ring)->Next;
}

static void ExpRemoveFirstWaiter(void **Ring)
{
    EXP_WAITER *Last = *Ring, *First = Last->Next;
    Last->Next = First->Next;
    if (First == Last)
        *Ring = NULL;
}

/* ---- owners, locked -------------------------------------------------------------------------- */

static ULONG ExpTableSize(const ERESOURCE *Resource)
{
    return Resource->OwnerTable == NULL ? 0 : Resource->OwnerTable->TableSize;
}

/* The entry of Thread; with 0 a free one; NULL: there is none. The first of the table holds its
 * size. */
static OWNER_ENTRY *ExpFindOwner(ERESOURCE *Resource, ERESOURCE_THREAD Thread)
{
    if (Resource->OwnerEntry.OwnerThread == Thread)
        return &Resource->OwnerEntry;
    for (ULONG Index = 1; Index < ExpTableSize(Resource); Index++) {
        if (Resource->OwnerTable[Index].OwnerThread == Thread)
            return &Resource->OwnerTable[Index];
    }
    return NULL;
}

static OWNER_ENTRY *ExpFreeOwner(ERESOURCE *Resource)
{
    OWNER_ENTRY *Free = ExpFindOwner(Resource, 0);
    if (Free != NULL)
        return Free;
    ULONG Old = ExpTableSize(Resource), New = Old == 0 ? EXP_FIRST_OWNERS : Old * 2;
    OWNER_ENTRY *Table = ExiAllocateZero(
        NonPagedPool, New * sizeof(OWNER_ENTRY), EXP_TAG_OWNERS, (ULONG_PTR)Resource->Address);
    if (Table == NULL)
        return NULL;
    if (Old != 0) {
        __builtin_memcpy(Table, Resource->OwnerTable, Old * sizeof(OWNER_ENTRY));
        ExiFree(Resource->OwnerTable);
    }
    Table->TableSize = New;
    Resource->OwnerTable = Table;
    return &Table[Old == 0 ? 1 : Old];
}

/* FALSE: no room for another owner. */
static BOOLEAN ExpAddOwner(ERESOURCE *Resource, ERESOURCE_THREAD Thread)
{
    OWNER_ENTRY *Entry = ExpFindOwner(Resource, Thread);
    if (Entry == NULL) {
        Entry = ExpFreeOwner(Resource);
        if (Entry == NULL)
            return FALSE;
        Entry->OwnerThread = Thread;
        Entry->OwnerCount = 0;
        Resource->ActiveEntries++;
        Resource->ActiveCount = 1;
    }
    Entry->OwnerCount++;
    return TRUE;
}

static inline BOOLEAN ExpIsExclusive(const ERESOURCE *Resource)
{
    return (Resource->Flag & ResourceOwnedExclusive) != 0;
}

static void ExpGrantShared(ERESOURCE *Resource)
{
    EXP_WAITER *Waiter;
    while ((Waiter = ExpFirstWaiter(Resource->SharedWaiters)) != NULL &&
        ExpAddOwner(Resource, Waiter->Thread)) {
        ExpRemoveFirstWaiter(&Resource->SharedWaiters);
        Resource->NumberOfSharedWaiters--;
        KeSetEvent(&Waiter->Granted, 0, FALSE);
    }
}

static void ExpGrantExclusive(ERESOURCE *Resource)
{
    EXP_WAITER *Waiter = ExpFirstWaiter(Resource->ExclusiveWaiters);
    ExpAddOwner(Resource, Waiter->Thread); /* the resource is free: OwnerEntry is */
    Resource->Flag |= ResourceOwnedExclusive;
    ExpRemoveFirstWaiter(&Resource->ExclusiveWaiters);
    Resource->NumberOfExclusiveWaiters--;
    KeSetEvent(&Waiter->Granted, 0, FALSE);
}

/* An owner has gone. Readers and writers take turns: behind a writer come all readers that wait,
 * behind readers one writer. */
static void ExpPassOn(ERESOURCE *Resource, BOOLEAN WasExclusive)
{
    if (Resource->ActiveEntries != 0) {
        if (Resource->NumberOfExclusiveWaiters == 0)
            ExpGrantShared(Resource); /* for those there was no room for */
        return;
    }
    Resource->ActiveCount = 0;
    Resource->Flag &= (USHORT)~ResourceOwnedExclusive;
    if (Resource->NumberOfExclusiveWaiters != 0 &&
        !(WasExclusive && Resource->NumberOfSharedWaiters != 0))
        ExpGrantExclusive(Resource);
    else
        ExpGrantShared(Resource);
}

/* ---- acquiring and releasing ----------------------------------------------------------------- */

/* Unlocks; waits in the ring if Wait says so. */
static BOOLEAN ExpWaitForResource(
    ERESOURCE *Resource, void **Ring, ULONG *Number, BOOLEAN Wait, KIRQL Old)
{
    EXP_WAITER Waiter;
    if (!Wait) {
        KiReleaseLock(&Resource->SpinLock, Old);
        return FALSE;
    }
    Waiter.Thread = ExpThisThread();
    KeInitializeEvent(&Waiter.Granted, SynchronizationEvent, FALSE);
    ExpAppendWaiter(Ring, &Waiter);
    ++*Number;
    Resource->ContentionCount++;
    KiReleaseLock(&Resource->SpinLock, Old);
    KeWaitForSingleObject(&Waiter.Granted, WrResource, KernelMode, FALSE, NULL);
    return TRUE;
}

static BOOLEAN ExpAcquireExclusive(ERESOURCE *Resource, BOOLEAN Wait)
{
    KIRQL Old = KiAcquireLock(&Resource->SpinLock);
    BOOLEAN Mine = ExpIsExclusive(Resource) && Resource->OwnerEntry.OwnerThread == ExpThisThread();
    if (Resource->ActiveEntries != 0 && !Mine)
        return ExpWaitForResource(
            Resource, &Resource->ExclusiveWaiters, &Resource->NumberOfExclusiveWaiters, Wait, Old);
    ExpAddOwner(Resource, ExpThisThread());
    Resource->Flag |= ResourceOwnedExclusive;
    KiReleaseLock(&Resource->SpinLock, Old);
    return TRUE;
}

static BOOLEAN ExpAcquireShared(ERESOURCE *Resource, BOOLEAN Wait, enum EXP_SHARING Sharing)
{
    KIRQL Old = KiAcquireLock(&Resource->SpinLock);
    BOOLEAN Mine = Resource->ActiveEntries != 0 && ExpFindOwner(Resource, ExpThisThread()) != NULL;
    BOOLEAN Now;
    if (ExpIsExclusive(Resource))
        Now = Mine;
    else if (Sharing == EXP_SHARE)
        Now = Mine || Resource->NumberOfExclusiveWaiters == 0;
    else
        Now = Sharing == EXP_STARVE_EXCLUSIVE || Resource->NumberOfExclusiveWaiters == 0;
    if (!Now || !ExpAddOwner(Resource, ExpThisThread()))
        return ExpWaitForResource(
            Resource, &Resource->SharedWaiters, &Resource->NumberOfSharedWaiters, Wait, Old);
    KiReleaseLock(&Resource->SpinLock, Old);
    return TRUE;
}

static void ExpNotOwned(ERESOURCE *Resource, ERESOURCE_THREAD Thread, KIRQL Old)
{
    KiReleaseLock(&Resource->SpinLock, Old);
    KeBugCheckEx(
        RESOURCE_NOT_OWNED, (ULONG_PTR)Resource, Thread, (ULONG_PTR)Resource->OwnerTable, 0);
}

static void ExpRelease(ERESOURCE *Resource, ERESOURCE_THREAD Thread)
{
    KIRQL Old = KiAcquireLock(&Resource->SpinLock);
    OWNER_ENTRY *Entry = Thread == 0 ? NULL : ExpFindOwner(Resource, Thread);
    if (Entry == NULL)
        ExpNotOwned(Resource, Thread, Old);
    else if (--Entry->OwnerCount == 0) {
        Entry->OwnerThread = 0;
        Resource->ActiveEntries--;
        ExpPassOn(Resource, ExpIsExclusive(Resource));
    }
    KiReleaseLock(&Resource->SpinLock, Old);
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * ExInitializeResourceLite - a resource nobody has.
 *
 * Resource: non-paged.
 * IRQL:    up to DISPATCH_LEVEL. Returns: SUCCESS. Owner: driver; ExDeleteResourceLite before the
 *          memory goes.
 * Source:  DOC wdm/ExInitializeResourceLite; OBS tests/kernel/ex/ExInitializeResourceLite.c
 */
NTSTATUS NTAPI ExInitializeResourceLite(ERESOURCE *Resource)
{
    *Resource = (ERESOURCE){.Address = (void *)EX_CALLER};
    InitializeListHead(&Resource->SystemResourcesList);
    return STATUS_SUCCESS;
}

/*
 * ExReinitializeResourceLite - the same for one that was initialised before and that nobody has or
 * waits for.
 * IRQL: up to DISPATCH_LEVEL. Returns: SUCCESS. Source: DOC wdm/ExReinitializeResourceLite; OBS
 * tests/kernel/ex.
 */
NTSTATUS NTAPI ExReinitializeResourceLite(ERESOURCE *Resource)
{
    ExDeleteResourceLite(Resource);
    *Resource = (ERESOURCE){.Address = (void *)EX_CALLER};
    InitializeListHead(&Resource->SystemResourcesList);
    return STATUS_SUCCESS;
}

/*
 * ExDeleteResourceLite - give back what the resource holds beside its own memory. Nobody has it or
 * waits for it.
 * IRQL: up to APC_LEVEL. Returns: SUCCESS. Source: DOC wdm/ExDeleteResourceLite; OBS
 * tests/kernel/ex/ExDeleteResourceLite.c
 */
NTSTATUS NTAPI ExDeleteResourceLite(ERESOURCE *Resource)
{
    if (Resource->OwnerTable != NULL)
        ExiFree(Resource->OwnerTable);
    Resource->OwnerTable = NULL;
    return STATUS_SUCCESS;
}

/*
 * ExAcquireResourceExclusiveLite - have it alone. A thread that has it alone gets it again; one
 * that shares it and waits, waits for itself. Normal kernel APCs must be off:
 * KeEnterCriticalRegion.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: FALSE: somebody has it, and Wait was FALSE.
 * Source:  DOC wdm/ExAcquireResourceExclusiveLite; OBS
 *          tests/kernel/ex/ExAcquireResourceExclusiveLite.c
 */
BOOLEAN NTAPI ExAcquireResourceExclusiveLite(ERESOURCE *Resource, BOOLEAN Wait)
{
    return ExpAcquireExclusive(Resource, Wait);
}

/*
 * ExAcquireResourceSharedLite - share it, or have it once more alone if the thread has it alone. A
 * thread that does not share it yet lets those go first who wait to have it alone.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: FALSE: not at once, and Wait was FALSE.
 * Source:  DOC wdm/ExAcquireResourceSharedLite; OBS tests/kernel/ex/ExAcquireResourceSharedLite.c;
 *          INF without memory for one more owner it is as if somebody had it alone
 */
BOOLEAN NTAPI ExAcquireResourceSharedLite(ERESOURCE *Resource, BOOLEAN Wait)
{
    return ExpAcquireShared(Resource, Wait, EXP_SHARE);
}

/*
 * ExAcquireSharedStarveExclusive - the same without regard to those who wait to have it alone.
 * IRQL: up to APC_LEVEL. Source: DOC wdm/ExAcquireSharedStarveExclusive; OBS
 * tests/kernel/ex/ExAcquireSharedStarveExclusive.c
 */
BOOLEAN NTAPI ExAcquireSharedStarveExclusive(ERESOURCE *Resource, BOOLEAN Wait)
{
    return ExpAcquireShared(Resource, Wait, EXP_STARVE_EXCLUSIVE);
}

/*
 * ExAcquireSharedWaitForExclusive - the same, letting those go first even if the thread shares it
 * already.
 * IRQL: up to APC_LEVEL. Source: DOC wdm/ExAcquireSharedWaitForExclusive; OBS
 * tests/kernel/ex/ExAcquireSharedWaitForExclusive.c
 */
BOOLEAN NTAPI ExAcquireSharedWaitForExclusive(ERESOURCE *Resource, BOOLEAN Wait)
{
    return ExpAcquireShared(Resource, Wait, EXP_AFTER_EXCLUSIVE);
}

/*
 * ExReleaseResourceLite - give back one of the times the thread has it.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Bugcheck RESOURCE_NOT_OWNED (0xE3): it does not.
 * Source:  DOC wdm/ExReleaseResourceLite; OBS tests/kernel/ex/ExReleaseResourceLite.c
 */
void FASTCALL ExReleaseResourceLite(ERESOURCE *Resource)
{
    ExpRelease(Resource, ExpThisThread());
}

/*
 * ExReleaseResourceForThreadLite - the same for another thread, or for the pointer
 * ExSetResourceOwnerPointer was given.
 * IRQL: up to DISPATCH_LEVEL. Bugcheck RESOURCE_NOT_OWNED (0xE3): that has it not.
 * Source: DOC wdm/ExReleaseResourceForThreadLite; OBS
 * tests/kernel/ex/ExReleaseResourceForThreadLite.c
 */
void NTAPI ExReleaseResourceForThreadLite(ERESOURCE *Resource, ERESOURCE_THREAD ResourceThreadId)
{
    ExpRelease(Resource, ResourceThreadId);
}

/*
 * ExConvertExclusiveToSharedLite - share with others what the thread has alone. All who wait to
 * share get it. What it does not have alone stays as it is.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/ExConvertExclusiveToSharedLite; OBS
 * tests/kernel/ex/ExAcquireResourceSharedLite.c; a shared one INF from public tests that pass on
 * Windows
 */
void NTAPI ExConvertExclusiveToSharedLite(ERESOURCE *Resource)
{
    KIRQL Old = KiAcquireLock(&Resource->SpinLock);
    if (ExpIsExclusive(Resource) && Resource->OwnerEntry.OwnerThread == ExpThisThread()) {
        Resource->Flag &= (USHORT)~ResourceOwnedExclusive;
        ExpGrantShared(Resource);
    }
    KiReleaseLock(&Resource->SpinLock, Old);
}

/* ExIsResourceAcquiredExclusiveLite - whether the thread has it alone. IRQL: up to DISPATCH_LEVEL.
 * Source: DOC wdm; OBS. */
BOOLEAN NTAPI ExIsResourceAcquiredExclusiveLite(ERESOURCE *Resource)
{
    KIRQL Old = KiAcquireLock(&Resource->SpinLock);
    BOOLEAN Mine = ExpIsExclusive(Resource) && Resource->OwnerEntry.OwnerThread == ExpThisThread();
    KiReleaseLock(&Resource->SpinLock, Old);
    return Mine;
}

/* ExIsResourceAcquiredSharedLite - how often the thread has it, shared or alone. IRQL: up to
 * DISPATCH_LEVEL. Source: DOC wdm; OBS. */
ULONG NTAPI ExIsResourceAcquiredSharedLite(ERESOURCE *Resource)
{
    KIRQL Old = KiAcquireLock(&Resource->SpinLock);
    const OWNER_ENTRY *Entry = ExpFindOwner(Resource, ExpThisThread());
    ULONG Count = Entry == NULL ? 0 : Entry->OwnerCount;
    KiReleaseLock(&Resource->SpinLock, Old);
    return Count;
}

/* ExGetExclusiveWaiterCount - how many wait to have it alone. IRQL: up to DISPATCH_LEVEL. Source:
 * DOC wdm; OBS tests. */
ULONG NTAPI ExGetExclusiveWaiterCount(ERESOURCE *Resource)
{
    return __atomic_load_n(&Resource->NumberOfExclusiveWaiters, __ATOMIC_ACQUIRE);
}

/* ExGetSharedWaiterCount - how many wait to share it. IRQL: up to DISPATCH_LEVEL. Source: DOC wdm;
 * OBS tests. */
ULONG NTAPI ExGetSharedWaiterCount(ERESOURCE *Resource)
{
    return __atomic_load_n(&Resource->NumberOfSharedWaiters, __ATOMIC_ACQUIRE);
}

/*
 * ExSetResourceOwnerPointer - have OwnerPointer instead of the thread be the owner: whoever knows
 * it releases, with ExReleaseResourceForThreadLite.
 *
 * OwnerPointer: an address in the system range with its two low bits set.
 * IRQL:    up to DISPATCH_LEVEL
 * Bugcheck RESOURCE_NOT_OWNED (0xE3): the thread does not have it.
 * Source:  DOC wdm/ExSetResourceOwnerPointer; OBS tests/kernel/ex/ExSetResourceOwnerPointer.c
 */
void NTAPI ExSetResourceOwnerPointer(ERESOURCE *Resource, void *OwnerPointer)
{
    KIRQL Old = KiAcquireLock(&Resource->SpinLock);
    OWNER_ENTRY *Mine = ExpFindOwner(Resource, ExpThisThread());
    OWNER_ENTRY *Other = ExpFindOwner(Resource, (ERESOURCE_THREAD)OwnerPointer);
    if (Mine == NULL) {
        ExpNotOwned(Resource, ExpThisThread(), Old);
    } else if (Other == NULL) {
        Mine->OwnerThread = (ERESOURCE_THREAD)OwnerPointer;
    } else {
        Other->OwnerCount += Mine->OwnerCount;
        Mine->OwnerThread = 0;
        Mine->OwnerCount = 0;
        Resource->ActiveEntries--;
    }
    KiReleaseLock(&Resource->SpinLock, Old);
}

/* ExSetResourceOwnerPointerEx - the same; Flags are about priorities, which Linux decides. Source:
 * DOC ntifs; INF Flags. */
void NTAPI ExSetResourceOwnerPointerEx(ERESOURCE *Resource, void *OwnerPointer, ULONG Flags)
{
    (void)Flags;
    ExSetResourceOwnerPointer(Resource, OwnerPointer);
}

/* ExDisableResourceBoostLite - owners' priorities are not raised here in the first place. Source:
 * DOC ntifs. */
void NTAPI ExDisableResourceBoostLite(ERESOURCE *Resource)
{
    (void)Resource;
}

/*
 * ExEnterCriticalRegionAndAcquireResourceExclusive and kin - KeEnterCriticalRegion, then the
 * acquisition, with waiting. What they return is the window manager's; there is none.
 * IRQL: up to APC_LEVEL. Source: DOC ntifs/ExEnterCriticalRegionAndAcquireResourceExclusive; OBS
 * tests/kernel/ex; INF the others
 */
void *NTAPI ExEnterCriticalRegionAndAcquireResourceExclusive(ERESOURCE *Resource)
{
    KeEnterCriticalRegion();
    ExpAcquireExclusive(Resource, TRUE);
    return NULL;
}

void *NTAPI ExEnterCriticalRegionAndAcquireResourceShared(ERESOURCE *Resource)
{
    KeEnterCriticalRegion();
    ExpAcquireShared(Resource, TRUE, EXP_SHARE);
    return NULL;
}

void *NTAPI ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(ERESOURCE *Resource)
{
    KeEnterCriticalRegion();
    ExpAcquireShared(Resource, TRUE, EXP_AFTER_EXCLUSIVE);
    return NULL;
}

/* ExReleaseResourceAndLeaveCriticalRegion - the reverse. IRQL: up to APC_LEVEL. Source: DOC ntifs;
 * OBS tests/kernel/ex. */
void FASTCALL ExReleaseResourceAndLeaveCriticalRegion(ERESOURCE *Resource)
{
    ExpRelease(Resource, ExpThisThread());
    KeLeaveCriticalRegion();
}

/*
 * ExEnterPriorityRegionAndAcquireResourceExclusive, ...Shared,
 * ExReleaseResourceAndLeavePriorityRegion - the same with a region whose thread is not to be kept
 * from a processor: PsEnterPriorityRegion.
 * IRQL: up to APC_LEVEL. Source: INF: undocumented; OBS
 * tests/kernel/ex/ExReleaseResourceForThreadLite.c
 */
void *NTAPI ExEnterPriorityRegionAndAcquireResourceExclusive(ERESOURCE *Resource)
{
    return ExEnterCriticalRegionAndAcquireResourceExclusive(Resource);
}

void *NTAPI ExEnterPriorityRegionAndAcquireResourceShared(ERESOURCE *Resource)
{
    return ExEnterCriticalRegionAndAcquireResourceShared(Resource);
}

void FASTCALL ExReleaseResourceAndLeavePriorityRegion(ERESOURCE *Resource)
{
    ExReleaseResourceAndLeaveCriticalRegion(Resource);
}
