/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * How much may be dirty: an eighth of the machine's memory, and of a file what its file system
 * says. Who would make it more waits in line for pages to be written, as a thread or as a routine.
 * When nothing is dirty at all anything goes.
 */
#include "cc/ccp.h"

typedef struct CCP_DEFERRED {
    LIST_ENTRY Link;
    FILE_OBJECT *File;
    ULONG Bytes;
    CC_POST_DEFERRED_WRITE *Post; /* NULL: Event, and this lies on the stack of who waits */
    void *Context1, *Context2;
    KEVENT Event;
} CCP_DEFERRED;

static LIST_ENTRY CcpDeferred; /* CcpLock */

#define CCP_MOST_DIRTY ((ULONG)(MM_RAM_BYTES / PAGE_SIZE / 8))

void CcpInitializeThrottle(void)
{
    InitializeListHead(&CcpDeferred);
}

static BOOLEAN CcpMayWriteLocked(const FILE_OBJECT *File, ULONG Bytes)
{
    const ULONG Pages = Bytes / PAGE_SIZE + (Bytes % PAGE_SIZE != 0);
    const CCP_MAP *Map =
        File->SectionObjectPointer != NULL ? File->SectionObjectPointer->SharedCacheMap : NULL;
    if (CcpDirtyPages != 0 && CcpDirtyPages + Pages > CCP_MOST_DIRTY)
        return FALSE;
    return Map == NULL || Map->Threshold == 0 || Map->DirtyPages == 0 ||
           Map->DirtyPages + Pages <= Map->Threshold;
}

/* The first in line that may go on, off the line. */
static CCP_DEFERRED *CcpTakeDeferred(void)
{
    CCP_DEFERRED *Found = NULL;
    KIRQL Old = KiAcquireLock(&CcpLock);
    for (LIST_ENTRY *Link = CcpDeferred.Flink; Link != &CcpDeferred && Found == NULL;
         Link = Link->Flink) {
        CCP_DEFERRED *Deferred = CONTAINING_RECORD(Link, CCP_DEFERRED, Link);
        if (CcpMayWriteLocked(Deferred->File, Deferred->Bytes))
            Found = Deferred;
    }
    if (Found != NULL)
        RemoveEntryList(&Found->Link);
    KiReleaseLock(&CcpLock, Old);
    return Found;
}

void CcpGrantWrites(void)
{
    CCP_DEFERRED *Deferred;
    while ((Deferred = CcpTakeDeferred()) != NULL) {
        if (Deferred->Post == NULL) {
            KeSetEvent(&Deferred->Event, IO_NO_INCREMENT, FALSE);
            continue;
        }
        Deferred->Post(Deferred->Context1, Deferred->Context2);
        ExiFree(Deferred);
    }
}

/* AtHead: it was in line before. */
static void CcpQueueUp(CCP_DEFERRED *Deferred, BOOLEAN AtHead)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    if (AtHead)
        InsertHeadList(&CcpDeferred, &Deferred->Link);
    else
        InsertTailList(&CcpDeferred, &Deferred->Link);
    KiReleaseLock(&CcpLock, Old);
    CcpGrantWrites();
    CcpWakeLazyWriter(TRUE);
}

/*
 * CcCanIWrite - whether bytes may be written to a cached file now.
 *
 * Wait:    TRUE: waits until they may be; the caller holds nothing that writing the cache needs.
 *          Retrying: others in line do not come first.
 * IRQL:    PASSIVE_LEVEL; without Wait up to DISPATCH_LEVEL
 * Returns: TRUE; FALSE: without Wait, too much is dirty, or somebody is in line: CcDeferWrite.
 * Source:  DOC ntifs/CcCanIWrite; OBS tests/kernel/cc/CcCanIWrite.c
 */
BOOLEAN NTAPI CcCanIWrite(
    FILE_OBJECT *FileObject, ULONG BytesToWrite, BOOLEAN Wait, UCHAR Retrying)
{
    CCP_DEFERRED Deferred = {.File = FileObject, .Bytes = BytesToWrite};
    KIRQL Old = KiAcquireLock(&CcpLock);
    const BOOLEAN May = (Retrying || IsListEmpty(&CcpDeferred)) &&
                        CcpMayWriteLocked(FileObject, BytesToWrite);
    KiReleaseLock(&CcpLock, Old);
    if (May || !Wait)
        return May;
    KeInitializeEvent(&Deferred.Event, NotificationEvent, FALSE);
    CcpQueueUp(&Deferred, Retrying);
    KeWaitForSingleObject(&Deferred.Event, Executive, KernelMode, FALSE, NULL);
    return TRUE;
}

/*
 * CcDeferWrite - have a routine called when bytes may be written to a cached file: at once, if they
 * may now or there is no memory to remember it.
 *
 * PostRoutine: called once with the contexts, by whoever has written pages. Retrying: it was called
 *          before, and the write still had to wait.
 * IRQL:    up to APC_LEVEL
 * Source:  DOC ntifs/CcDeferWrite; OBS tests/kernel/cc/CcCanIWrite.c
 */
void NTAPI CcDeferWrite(FILE_OBJECT *FileObject, CC_POST_DEFERRED_WRITE *PostRoutine,
    void *Context1, void *Context2, ULONG BytesToWrite, BOOLEAN Retrying)
{
    CCP_DEFERRED *Deferred =
        ExiAllocateZero(NonPagedPoolNx, sizeof(*Deferred), CCP_TAG, EX_KERNEL_SITE);
    if (Deferred == NULL) {
        PostRoutine(Context1, Context2);
        return;
    }
    Deferred->File = FileObject;
    Deferred->Bytes = BytesToWrite;
    Deferred->Post = PostRoutine;
    Deferred->Context1 = Context1;
    Deferred->Context2 = Context2;
    CcpQueueUp(Deferred, Retrying);
}

/*
 * CcCopyWriteWontFlush - whether a write is so small that it need not wait for others to be
 * written: 64 KiB at most.
 * IRQL: any. Source: DOC ntifs/CcCopyWriteWontFlush; OBS tests/kernel/cc/CcCanIWrite.c
 */
BOOLEAN NTAPI CcCopyWriteWontFlush(
    FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length)
{
    (void)FileObject;
    (void)FileOffset;
    return Length <= 0x10000;
}

/*
 * CcSetDirtyPageThreshold - how many pages of a cached file may be dirty. 0: as many as there may
 * be in all. IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs/CcSetDirtyPageThreshold; OBS
 * tests/kernel/cc/CcCanIWrite.c
 */
void NTAPI CcSetDirtyPageThreshold(FILE_OBJECT *FileObject, ULONG DirtyPageThreshold)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    CCP_MAP *Map = FileObject->SectionObjectPointer->SharedCacheMap;
    if (Map != NULL)
        Map->Threshold = DirtyPageThreshold;
    KiReleaseLock(&CcpLock, Old);
}
