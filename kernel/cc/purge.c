/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Forgetting what is in the cache: purges, and what lies beyond the end of a file that has become
 * shorter. Threads at work in the pages are waited for; the caller holds the file, so that no
 * others come.
 */
#include <string.h>

#include "cc/ccp.h"

/* Records of pages that are not dirty any more, off the view's list. */
static void CcpDropRecordsLocked(CCP_VIEW *View, ULONG64 Mask, LIST_ENTRY *Dropped)
{
    for (LIST_ENTRY *Link = View->Pages.Flink, *Next; Link != &View->Pages; Link = Next) {
        CCP_PAGE *Page = CONTAINING_RECORD(Link, CCP_PAGE, Link);
        Next = Link->Flink;
        if ((Mask >> Page->Index & 1) == 0)
            continue;
        Page->IsDirty = FALSE;
        Page->OldestLsn = Page->NewestLsn = 0;
        Page = CcpDropPageLocked(Page);
        if (Page != NULL)
            InsertTailList(Dropped, &Page->Link);
    }
}

/* Pages of the first view from *Start on, which it moves on. FALSE: there is none. */
static BOOLEAN CcpDiscardOne(CCP_MAP *Map, LONGLONG *Start, LONGLONG End)
{
    LIST_ENTRY Dropped;
    CCP_VIEW *View;
    BOOLEAN Free = FALSE;
    InitializeListHead(&Dropped);
    KIRQL Old = KiAcquireLock(&CcpLock);
    for (;;) {
        View = CcpFindViewLocked(Map, *Start / VACB_MAPPING_GRANULARITY);
        if (View == NULL || CcpViewOffset(View) >= End) {
            KiReleaseLock(&CcpLock, Old);
            return FALSE;
        }
        const ULONG64 Mask = CcpMaskBetween(View, *Start, End);
        if (((View->Filling | View->Writing) & Mask) != 0 || View->Users != 0) {
            CcpAwaitChangeLocked(View, &Old);
            continue;
        }
        CcpMakeCleanLocked(View, Mask);
        View->Valid &= ~Mask;
        CcpDropRecordsLocked(View, Mask, &Dropped);
        Free = View->Valid == 0 && CcpIsIdle(View);
        break;
    }
    *Start = CcpViewOffset(View) + VACB_MAPPING_GRANULARITY;
    if (Free)
        CcpUnlinkViewLocked(View);
    KiReleaseLock(&CcpLock, Old);
    while (!IsListEmpty(&Dropped))
        CcpFreePage(CONTAINING_RECORD(RemoveHeadList(&Dropped), CCP_PAGE, Link));
    if (Free)
        CcpFreeView(View);
    return TRUE;
}

static BOOLEAN CcpIsPinned(CCP_MAP *Map, LONGLONG Start, LONGLONG End)
{
    BOOLEAN Pinned = FALSE;
    KIRQL Old = KiAcquireLock(&CcpLock);
    for (LIST_ENTRY *Link = Map->Views.Flink; Link != &Map->Views; Link = Link->Flink) {
        const CCP_VIEW *View = CONTAINING_RECORD(Link, CCP_VIEW, Link);
        Pinned |= View->Pins != 0 && CcpMaskBetween(View, Start, End) != 0;
    }
    KiReleaseLock(&CcpLock, Old);
    return Pinned;
}

BOOLEAN CcpDiscard(CCP_MAP *Map, LONGLONG Start, LONGLONG End, BOOLEAN Force)
{
    if (!Force && CcpIsPinned(Map, Start, End))
        return FALSE;
    while (CcpDiscardOne(Map, &Start, End))
        continue;
    CcpGrantWrites();
    return TRUE;
}

static BOOLEAN CcpIsDirty(CCP_MAP *Map, LONGLONG Start, LONGLONG End)
{
    BOOLEAN Dirty = FALSE;
    KIRQL Old = KiAcquireLock(&CcpLock);
    for (LIST_ENTRY *Link = Map->Views.Flink; Link != &Map->Views; Link = Link->Flink) {
        const CCP_VIEW *View = CONTAINING_RECORD(Link, CCP_VIEW, Link);
        Dirty |= (View->Dirty & CcpMaskBetween(View, Start, End)) != 0;
    }
    KiReleaseLock(&CcpLock, Old);
    return Dirty;
}

/*
 * CcPurgeCacheSection - forget what is in the cache of a file, or of the pages of a range of it,
 * whether it is written or not. The caller has the file for himself.
 *
 * FileOffset: NULL: all of it. Length: 0: up to the end. Flags: UNINITIALIZE_CACHE_MAPS: no file
 *          object has the file cached any more; DO_NOT_PURGE_DIRTY_PAGES: not if there are any.
 * IRQL:    up to APC_LEVEL
 * Returns: TRUE, also for a file that is not cached; FALSE: a client has a view of it, or a driver
 *          has bytes of it mapped, pinned or in an MDL (INF: there the caller breaks a rule).
 * Source:  DOC ntifs/CcPurgeCacheSection; OBS tests/kernel/cc/CcPurgeCacheSection.c
 */
BOOLEAN NTAPI CcPurgeCacheSection(SECTION_OBJECT_POINTERS *SectionObjectPointer,
    LARGE_INTEGER *FileOffset, ULONG Length, ULONG Flags)
{
    LONGLONG Start;
    const LONGLONG End = CcpRange(FileOffset, Length, &Start);
    const BOOLEAN Mapped = !MmCanFileBeTruncated(SectionObjectPointer, NULL);
    CCP_MAP *Map = CcpHoldMap(SectionObjectPointer);
    BOOLEAN Purged = !Mapped;
    if (Map == NULL)
        return Purged;
    if (Flags & UNINITIALIZE_CACHE_MAPS)
        CcpCloseAll(Map);
    if (Purged && (Flags & DO_NOT_PURGE_DIRTY_PAGES) && CcpIsDirty(Map, Start, End))
        Purged = FALSE;
    if (Purged)
        Purged = CcpDiscard(Map, Start, End, FALSE);
    CcpReleaseMap(Map);
    return Purged;
}

/*
 * CcCoherencyFlushAndPurgeCache - CcFlushCache and CcPurgeCacheSection, so that cache and file
 * agree.
 *
 * FileOffset, Length: as there. Flags: CC_FLUSH_AND_PURGE_NO_PURGE: the first alone.
 * IRQL:    PASSIVE_LEVEL
 * Returns: IoStatus: SUCCESS; what the flush says, and nothing is purged; CACHE_PAGE_LOCKED: it
 *          could not be purged.
 * Source:  DOC ntifs/CcCoherencyFlushAndPurgeCache; OBS tests/kernel/cc/CcPurgeCacheSection.c
 */
void NTAPI CcCoherencyFlushAndPurgeCache(SECTION_OBJECT_POINTERS *SectionObjectPointer,
    LARGE_INTEGER *FileOffset, ULONG Length, IO_STATUS_BLOCK *IoStatus, ULONG Flags)
{
    CcFlushCache(SectionObjectPointer, FileOffset, Length, IoStatus);
    if (!NT_SUCCESS(IoStatus->Status) || (Flags & CC_FLUSH_AND_PURGE_NO_PURGE))
        return;
    if (!CcPurgeCacheSection(SectionObjectPointer, FileOffset, Length, 0))
        IoStatus->Status = STATUS_CACHE_PAGE_LOCKED;
}

/* ---- sizes ----------------------------------------------------------------------------------- */

/* What is in the cache of the last page behind the end of the file. */
static void CcpZeroTail(CCP_MAP *Map, LONGLONG End)
{
    const ULONG InPage = (ULONG)(End % PAGE_SIZE), Page = (ULONG)(End % VACB_MAPPING_GRANULARITY) /
                                                          PAGE_SIZE;
    KIRQL Old = KiAcquireLock(&CcpLock);
    const CCP_VIEW *View = CcpFindViewLocked(Map, End / VACB_MAPPING_GRANULARITY);
    if (InPage != 0 && View != NULL && View->Index == End / VACB_MAPPING_GRANULARITY &&
        (View->Valid >> Page & 1) != 0)
        memset(View->Base + Page * PAGE_SIZE + InPage, 0, PAGE_SIZE - InPage);
    KiReleaseLock(&CcpLock, Old);
}

/*
 * CcSetFileSizes, CcSetFileSizesEx - tell the cache that a file is longer or shorter. What lies
 * beyond the end of one that is shorter is forgotten. A file that is not cached has nothing to
 * tell.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS.
 * Source:  DOC ntifs/CcSetFileSizes, CcSetFileSizesEx; OBS tests/kernel/cc/CcSetFileSizes.c
 */
NTSTATUS NTAPI CcSetFileSizesEx(FILE_OBJECT *FileObject, CC_FILE_SIZES *FileSizes)
{
    const LONGLONG Size = FileSizes->FileSize.QuadPart;
    CCP_MAP *Map = CcpHoldMap(FileObject->SectionObjectPointer);
    if (Map == NULL)
        return STATUS_SUCCESS;
    KIRQL Old = KiAcquireLock(&CcpLock);
    const LONGLONG Before = Map->FileSize.QuadPart;
    Map->FileSize.QuadPart = Size;
    if (Map->ValidDataLength != CCP_NO_VALID_DATA && Map->ValidDataLength > Size)
        Map->ValidDataLength = Size;
    if (Map->ValidDataGoal != CCP_NO_VALID_DATA && Map->ValidDataGoal > Size)
        Map->ValidDataGoal = Size;
    KiReleaseLock(&CcpLock, Old);
    if (Size < Before) {
        CcpDiscard(
            Map, (Size + PAGE_SIZE - 1) & ~(LONGLONG)(PAGE_SIZE - 1), MAXLONGLONG, TRUE);
        CcpZeroTail(Map, Size);
    }
    CcpReleaseMap(Map);
    return STATUS_SUCCESS;
}

void NTAPI CcSetFileSizes(FILE_OBJECT *FileObject, CC_FILE_SIZES *FileSizes)
{
    CcSetFileSizesEx(FileObject, FileSizes);
}
