/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The lazy writer: a worker that writes everything dirty, a second after something has become
 * dirty, or at once when a file is no longer cached. One at a time is at it. There is no timer
 * while nothing is dirty.
 */
#include "cc/ccp.h"
#include "ke/dpc.h"
#include "ke/timer.h"

#define CCP_LAZY_TIME_100NS (-10000000LL)

static WORK_QUEUE_ITEM CcpLazyItem;
static BOOLEAN CcpLazyQueued, CcpTimerSet, CcpStopping; /* atomic */
static KTIMER CcpTimer;
static KDPC CcpTimerDpc;
static KEVENT CcpGate; /* signalled: nobody is at it */

/* Tells the file system how far the file is valid, if that has become more. */
static void CcpAdvance(CCP_MAP *Map)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    LONGLONG Valid = CcpFlushedLocked(Map);
    if (Valid > Map->FileSize.QuadPart)
        Valid = Map->FileSize.QuadPart;
    const BOOLEAN More =
        Map->ValidDataLength != CCP_NO_VALID_DATA && Valid > Map->ValidDataLength;
    if (More)
        Map->ValidDataLength = Valid;
    KiReleaseLock(&CcpLock, Old);
    if (More)
        IoiAdvanceValidData(Map->File, Valid);
}

/* What is not to be written behind is written when nobody has the file cached any more. */
static BOOLEAN CcpIsDue(const CCP_MAP *Map)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    const BOOLEAN Due = Map->DirtyPages != 0 && !(Map->WriteBehindOff && Map->OpenCount != 0);
    KiReleaseLock(&CcpLock, Old);
    return Due;
}

static void CcpWriteLazily(CCP_MAP *Map)
{
    if (!CcpIsDue(Map))
        return;
    if (Map->Callbacks->AcquireForLazyWrite(Map->Context, TRUE)) {
        CcpWrite(Map, 0, MAXLONGLONG, TRUE);
        CcpAdvance(Map);
        Map->Callbacks->ReleaseFromLazyWrite(Map->Context);
    }
    KIRQL Old = KiAcquireLock(&CcpLock);
    Map->Tried = Map->DirtyPages != 0;
    KiReleaseLock(&CcpLock, Old);
}

static BOOLEAN CcpIsAnythingDirty(void)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    const BOOLEAN Dirty = CcpDirtyPages != 0;
    KiReleaseLock(&CcpLock, Old);
    return Dirty;
}

static void CcpWriteAllLazily(void)
{
    KeWaitForSingleObject(&CcpGate, Executive, KernelMode, FALSE, NULL);
    for (CCP_MAP *Map = CcpNextMap(NULL); Map != NULL; Map = CcpNextMap(Map))
        CcpWriteLazily(Map);
    KeSetEvent(&CcpGate, IO_NO_INCREMENT, FALSE);
    if (CcpIsAnythingDirty())
        CcpWakeLazyWriter(FALSE);
}

static void NTAPI CcpLazyWriter(void *Parameter)
{
    (void)Parameter;
    __atomic_store_n(&CcpLazyQueued, FALSE, __ATOMIC_RELEASE);
    CcpWriteAllLazily();
}

static void NTAPI CcpTimeIsUp(KDPC *Dpc, void *Context, void *Argument1, void *Argument2)
{
    (void)Dpc, (void)Context, (void)Argument1, (void)Argument2;
    __atomic_store_n(&CcpTimerSet, FALSE, __ATOMIC_RELEASE);
    CcpWakeLazyWriter(TRUE);
}

void CcpWakeLazyWriter(BOOLEAN AtOnce)
{
    const LARGE_INTEGER Due = {.QuadPart = CCP_LAZY_TIME_100NS};
    if (AtOnce && !__atomic_exchange_n(&CcpLazyQueued, TRUE, __ATOMIC_ACQ_REL))
        ExQueueWorkItem(&CcpLazyItem, CriticalWorkQueue);
    else if (!AtOnce && !__atomic_load_n(&CcpStopping, __ATOMIC_ACQUIRE) &&
             !__atomic_exchange_n(&CcpTimerSet, TRUE, __ATOMIC_ACQ_REL))
        KeSetTimer(&CcpTimer, Due, &CcpTimerDpc);
}

void CcpInitializeLazyWriter(void)
{
    CcpLazyQueued = CcpTimerSet = CcpStopping = FALSE;
    ExInitializeWorkItem(&CcpLazyItem, CcpLazyWriter, NULL);
    KeInitializeTimer(&CcpTimer);
    KeInitializeDpc(&CcpTimerDpc, CcpTimeIsUp, NULL);
    KeInitializeEvent(&CcpGate, SynchronizationEvent, TRUE);
}

void CcpStopLazyWriter(void)
{
    __atomic_store_n(&CcpStopping, TRUE, __ATOMIC_RELEASE);
    if (KeCancelTimer(&CcpTimer) || __atomic_load_n(&CcpTimerSet, __ATOMIC_ACQUIRE))
        KeFlushQueuedDpcs();
    if (CcpIsAnythingDirty())
        CcWaitForCurrentLazyWriterActivity();
}

typedef struct CCP_LAZY_WAIT {
    WORK_QUEUE_ITEM Item;
    KEVENT Done;
} CCP_LAZY_WAIT;

static void NTAPI CcpWriteForWaiter(void *Parameter)
{
    CCP_LAZY_WAIT *Wait = Parameter;
    CcpWriteAllLazily();
    KeSetEvent(&Wait->Done, IO_NO_INCREMENT, FALSE);
}

/*
 * CcWaitForCurrentLazyWriterActivity - wait until the lazy writer has been at everything that is
 * dirty now. The caller holds nothing that it needs.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS.
 * Source:  DOC ntifs/CcWaitForCurrentLazyWriterActivity; OBS tests/kernel/cc/CcFlushCache.c
 */
NTSTATUS NTAPI CcWaitForCurrentLazyWriterActivity(void)
{
    CCP_LAZY_WAIT Wait;
    ExInitializeWorkItem(&Wait.Item, CcpWriteForWaiter, &Wait);
    KeInitializeEvent(&Wait.Done, NotificationEvent, FALSE);
    ExQueueWorkItem(&Wait.Item, CriticalWorkQueue);
    KeWaitForSingleObject(&Wait.Done, Executive, KernelMode, FALSE, NULL);
    return STATUS_SUCCESS;
}
