/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Maps of cached files: from CcInitializeCacheMap until the last file object has stopped caching,
 * nothing is dirty any more and nobody holds the map. The memory of the cache goes with it.
 */
#include "cc/ccp.h"

KSPIN_LOCK CcpLock;
LIST_ENTRY CcpMaps;
ULONG CcpDirtyPages;

void CcpInitializeMaps(void)
{
    CcpLock = 0;
    CcpDirtyPages = 0;
    InitializeListHead(&CcpMaps);
}

CCP_MAP *CcpHoldMap(const SECTION_OBJECT_POINTERS *Pointers)
{
    CCP_MAP *Map = NULL;
    KIRQL Old = KiAcquireLock(&CcpLock);
    if (Pointers != NULL && Pointers->SharedCacheMap != NULL) {
        Map = Pointers->SharedCacheMap;
        Map->Holds++;
    }
    KiReleaseLock(&CcpLock, Old);
    return Map;
}

/* Off every list, with its views. Who waits for an event may undo everything then. */
static void CcpFreeMap(CCP_MAP *Map)
{
    CACHE_UNINITIALIZE_EVENT *Event = Map->Events, *Next;
    while (!IsListEmpty(&Map->Views))
        CcpFreeView(CONTAINING_RECORD(RemoveHeadList(&Map->Views), CCP_VIEW, Link));
    ObfDereferenceObject(Map->File);
    ExiFree(Map);
    for (; Event != NULL; Event = Next) {
        Next = Event->Next;
        KeSetEvent(&Event->Event, IO_NO_INCREMENT, FALSE);
    }
}

void CcpReleaseMap(CCP_MAP *Map)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    Map->Holds--;
    const BOOLEAN Closed = Map->OpenCount == 0 && Map->Holds == 0;
    const BOOLEAN Gone = Closed && Map->DirtyPages == 0;
    const BOOLEAN AtOnce = !Map->Tried;
    if (Gone) {
        Map->Pointers->SharedCacheMap = NULL;
        RemoveEntryList(&Map->Link);
        for (LIST_ENTRY *Link = Map->Views.Flink; Link != &Map->Views; Link = Link->Flink)
            RemoveEntryList(&CONTAINING_RECORD(Link, CCP_VIEW, Link)->Recent);
    }
    KiReleaseLock(&CcpLock, Old);
    if (Gone)
        CcpFreeMap(Map);
    else if (Closed)
        CcpWakeLazyWriter(AtOnce);
}

CCP_MAP *CcpNextMap(CCP_MAP *Map)
{
    CCP_MAP *Next = NULL;
    KIRQL Old = KiAcquireLock(&CcpLock);
    LIST_ENTRY *Link = Map != NULL ? Map->Link.Flink : CcpMaps.Flink;
    if (Link != &CcpMaps) {
        Next = CONTAINING_RECORD(Link, CCP_MAP, Link);
        Next->Holds++;
    }
    KiReleaseLock(&CcpLock, Old);
    if (Map != NULL)
        CcpReleaseMap(Map);
    return Next;
}

LONGLONG CcpRange(const LARGE_INTEGER *FileOffset, ULONG Length, LONGLONG *Start)
{
    *Start = FileOffset != NULL ? FileOffset->QuadPart : 0;
    return FileOffset == NULL || Length == 0 ? MAXLONGLONG : *Start + Length;
}

/* ---- beginning ------------------------------------------------------------------------------- */

static CCP_MAP *CcpNewMap(FILE_OBJECT *File, const CC_FILE_SIZES *Sizes,
    CACHE_MANAGER_CALLBACKS *Callbacks, void *Context)
{
    CCP_MAP *Map = ExiAllocateZero(NonPagedPoolNx, sizeof(*Map), CCP_TAG, EX_KERNEL_SITE);
    if (Map == NULL)
        return NULL;
    Map->NodeTypeCode = CCP_NODE_MAP;
    Map->NodeByteSize = (CSHORT)sizeof(*Map);
    Map->FileSize = Sizes->FileSize;
    Map->ValidDataLength = Map->ValidDataGoal = Sizes->ValidDataLength.QuadPart;
    InitializeListHead(&Map->Views);
    InitializeListHead(&Map->Privates);
    Map->File = File;
    Map->Pointers = File->SectionObjectPointer;
    Map->Callbacks = Callbacks;
    Map->Context = Context;
    return Map;
}

/* Takes what is used of the two over; the caller frees the rest. A file that is cached already may
 * have grown. */
static void CcpOpenMap(FILE_OBJECT *File, CCP_MAP **New, CCP_PRIVATE **Private)
{
    SECTION_OBJECT_POINTERS *Pointers = File->SectionObjectPointer;
    const LONGLONG Size = (*New)->FileSize.QuadPart;
    KIRQL Old = KiAcquireLock(&CcpLock);
    if (Pointers->SharedCacheMap == NULL) {
        ObiReference(File);
        InsertTailList(&CcpMaps, &(*New)->Link);
        Pointers->SharedCacheMap = *New;
        *New = NULL;
    }
    CCP_MAP *Map = Pointers->SharedCacheMap;
    if (Map->FileSize.QuadPart < Size)
        Map->FileSize.QuadPart = Size;
    if (File->PrivateCacheMap == NULL) {
        Map->OpenCount++;
        InsertTailList(&Map->Privates, &(*Private)->Link);
        File->PrivateCacheMap = *Private;
        *Private = NULL;
    }
    KiReleaseLock(&CcpLock, Old);
}

/*
 * CcInitializeCacheMap - begin to cache a file, for a file object.
 *
 * FileObject: with SectionObjectPointer, which those of one file share. FileSizes: a
 *          ValidDataLength of MAXLONGLONG: the file system keeps track of it itself. PinAccess: it
 *          will pin data; every file can be pinned here. Callbacks, LazyWriteContext: the file
 *          system's, with which it is asked before its file is written or read ahead; those of the
 *          first caller are kept, and its file object, referenced. A file object that has the file
 *          cached already changes nothing.
 * IRQL:    up to APC_LEVEL
 * Raises:  INSUFFICIENT_RESOURCES.
 * Owner:   CcUninitializeCacheMap, when the file object is cleaned up.
 * Source:  DOC ntifs/CcInitializeCacheMap; OBS tests/kernel/cc/CcInitializeCacheMap.c
 */
void NTAPI CcInitializeCacheMap(FILE_OBJECT *FileObject, CC_FILE_SIZES *FileSizes,
    BOOLEAN PinAccess, CACHE_MANAGER_CALLBACKS *Callbacks, void *LazyWriteContext)
{
    (void)PinAccess;
    CCP_MAP *Map = CcpNewMap(FileObject, FileSizes, Callbacks, LazyWriteContext);
    CCP_PRIVATE *Private =
        ExiAllocateZero(NonPagedPoolNx, sizeof(*Private), CCP_TAG, EX_KERNEL_SITE);
    const BOOLEAN Enough = Map != NULL && Private != NULL;
    if (Enough) {
        Private->File = FileObject;
        Private->Granularity = PAGE_SIZE;
        CcpOpenMap(FileObject, &Map, &Private);
    }
    if (Map != NULL)
        ExiFree(Map);
    if (Private != NULL)
        ExiFree(Private);
    if (!Enough)
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
}

/* ---- ending ---------------------------------------------------------------------------------- */

/* The caller frees it. */
static CCP_PRIVATE *CcpClosePrivateLocked(CCP_MAP *Map, CCP_PRIVATE *Private)
{
    RemoveEntryList(&Private->Link);
    Private->File->PrivateCacheMap = NULL;
    Map->OpenCount--;
    return Private;
}

void CcpCloseAll(CCP_MAP *Map)
{
    CCP_PRIVATE *Private;
    do {
        KIRQL Old = KiAcquireLock(&CcpLock);
        Private = IsListEmpty(&Map->Privates)
                      ? NULL
                      : CcpClosePrivateLocked(
                            Map, CONTAINING_RECORD(Map->Privates.Flink, CCP_PRIVATE, Link));
        KiReleaseLock(&CcpLock, Old);
        if (Private != NULL)
            ExiFree(Private);
    } while (Private != NULL);
}

/* Stops caching for one file object of a held map. Event: optional, the map's from now on. Returns
 * whether it was the last, and *Private, to be freed. */
static BOOLEAN CcpClose(CCP_MAP *Map, FILE_OBJECT *File, CACHE_UNINITIALIZE_EVENT *Event,
    CCP_PRIVATE **Private)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    if (File->PrivateCacheMap != NULL)
        *Private = CcpClosePrivateLocked(Map, File->PrivateCacheMap);
    if (Event != NULL) {
        Event->Next = Map->Events;
        Map->Events = Event;
    }
    const BOOLEAN Last = Map->OpenCount == 0;
    KiReleaseLock(&CcpLock, Old);
    return Last;
}

/*
 * CcUninitializeCacheMap - stop caching a file for a file object. After the last one what is dirty
 * is written by the lazy writer, and the cache's file object dereferenced.
 *
 * TruncateSize: optional; after the last one, the file ends there, and what is dirty beyond is not
 *          written. UninitializeEvent: optional; set when the data is in the file and the cache is
 *          gone, at once when there is none.
 * IRQL:    up to APC_LEVEL
 * Returns: TRUE: the file object had the file cached. FALSE: it had not, which is no error.
 * Source:  DOC ntifs/CcUninitializeCacheMap; INF what a file object without a cache returns; OBS
 *          tests/kernel/cc/CcInitializeCacheMap.c
 */
BOOLEAN NTAPI CcUninitializeCacheMap(FILE_OBJECT *FileObject, LARGE_INTEGER *TruncateSize,
    CACHE_UNINITIALIZE_EVENT *UninitializeEvent)
{
    CCP_PRIVATE *Private = NULL;
    CCP_MAP *Map = CcpHoldMap(FileObject->SectionObjectPointer);
    if (Map == NULL) {
        if (UninitializeEvent != NULL)
            KeSetEvent(&UninitializeEvent->Event, IO_NO_INCREMENT, FALSE);
        return FALSE;
    }
    const BOOLEAN Last = CcpClose(Map, FileObject, UninitializeEvent, &Private);
    if (Last && TruncateSize != NULL) {
        Map->FileSize = *TruncateSize;
        CcpDiscard(Map, (TruncateSize->QuadPart + PAGE_SIZE - 1) & ~(LONGLONG)(PAGE_SIZE - 1),
            MAXLONGLONG, TRUE);
    }
    CcpReleaseMap(Map);
    if (Private == NULL)
        return FALSE;
    ExiFree(Private);
    return TRUE;
}

/* ---- asking ---------------------------------------------------------------------------------- */

/*
 * CcGetFileObjectFromSectionPtrs, CcGetFileObjectFromSectionPtrsRef - the file object whose
 * requests the cache of a file makes; Ref: referenced. NULL: the file is not cached.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs, the pages of these names.
 */
FILE_OBJECT *NTAPI CcGetFileObjectFromSectionPtrs(SECTION_OBJECT_POINTERS *SectionObjectPointer)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    const CCP_MAP *Map = SectionObjectPointer->SharedCacheMap;
    FILE_OBJECT *File = Map != NULL ? Map->File : NULL;
    KiReleaseLock(&CcpLock, Old);
    return File;
}

FILE_OBJECT *NTAPI CcGetFileObjectFromSectionPtrsRef(SECTION_OBJECT_POINTERS *SectionObjectPointer)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    const CCP_MAP *Map = SectionObjectPointer->SharedCacheMap;
    FILE_OBJECT *File = Map != NULL ? Map->File : NULL;
    if (File != NULL)
        ObiReference(File);
    KiReleaseLock(&CcpLock, Old);
    return File;
}

/*
 * CcSetAdditionalCacheAttributes - whether a cached file is read ahead and written lazily.
 * DisableWriteBehind: until it is no longer cached only flushes write it. IRQL: up to APC_LEVEL.
 * Source: DOC ntifs/CcSetAdditionalCacheAttributes; OBS tests/kernel/cc/CcSetReadAheadGranularity.c
 */
void NTAPI CcSetAdditionalCacheAttributes(
    FILE_OBJECT *FileObject, BOOLEAN DisableReadAhead, BOOLEAN DisableWriteBehind)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    CCP_MAP *Map = FileObject->SectionObjectPointer->SharedCacheMap;
    if (Map != NULL) {
        Map->ReadAheadOff = DisableReadAhead;
        Map->WriteBehindOff = DisableWriteBehind;
    }
    KiReleaseLock(&CcpLock, Old);
}

/*
 * CcSetParallelFlushFile - whether several threads may flush the file at a time; here they may
 * anyway, different pages.
 * IRQL: any. Source: DOC ntifs/CcSetParallelFlushFile.
 */
void NTAPI CcSetParallelFlushFile(FILE_OBJECT *FileObject, BOOLEAN EnableParallelFlush)
{
    (void)FileObject;
    (void)EnableParallelFlush;
}

void CcInitialize(void)
{
    CcpInitializeMaps();
    CcpInitializeViews();
    CcpInitializeLazyWriter();
    CcpInitializeThrottle();
}

void CcShutdown(void)
{
    CcpStopLazyWriter();
}
