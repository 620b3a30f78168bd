/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Logs of file systems: which dirty pages belong to which log sequence numbers. Before such a page
 * is written, the log is flushed that far (flush.c).
 */
#include "cc/ccp.h"

/*
 * CcSetLogHandleForFile - the log that numbers of CcSetDirtyPinnedData are of, for a cached file.
 *
 * LogHandle: of the file system's choice. FlushToLsnRoutine: called before pages are written that
 *          were made dirty with a number, with the newest one of theirs.
 * IRQL:    up to APC_LEVEL
 * Source:  DOC ntifs/CcSetLogHandleForFile; OBS tests/kernel/cc/CcSetLogHandleForFile.c
 */
void NTAPI CcSetLogHandleForFile(
    FILE_OBJECT *FileObject, void *LogHandle, FLUSH_TO_LSN *FlushToLsnRoutine)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    CCP_MAP *Map = FileObject->SectionObjectPointer->SharedCacheMap;
    if (Map != NULL) {
        Map->LogHandle = LogHandle;
        Map->FlushToLsn = FlushToLsnRoutine;
    }
    KiReleaseLock(&CcpLock, Old);
}

/* Calls Routine, if there is one, for the pages of a map that are dirty with a record; returns the
 * older of Oldest and theirs, 0 being none. */
static LONGLONG CcpTellDirtyLocked(CCP_MAP *Map, DIRTY_PAGE_ROUTINE *Routine, void *Context1,
    void *Context2, LONGLONG Oldest, LONGLONG *Newest)
{
    for (LIST_ENTRY *At = Map->Views.Flink; At != &Map->Views; At = At->Flink) {
        const CCP_VIEW *View = CONTAINING_RECORD(At, CCP_VIEW, Link);
        for (LIST_ENTRY *Link = View->Pages.Flink; Link != &View->Pages; Link = Link->Flink) {
            const CCP_PAGE *Page = CONTAINING_RECORD(Link, CCP_PAGE, Link);
            LARGE_INTEGER Old = {.QuadPart = Page->OldestLsn};
            LARGE_INTEGER New = {.QuadPart = Page->NewestLsn};
            LARGE_INTEGER Offset = {
                .QuadPart = CcpViewOffset(View) + (LONGLONG)Page->Index * PAGE_SIZE};
            if (!Page->IsDirty)
                continue;
            if (Routine != NULL)
                Routine(Map->File, &Offset, PAGE_SIZE, &Old, &New, Context1, Context2);
            if (Old.QuadPart != 0 && (Oldest == 0 || Old.QuadPart < Oldest))
                Oldest = Old.QuadPart;
            if (New.QuadPart > *Newest)
                *Newest = New.QuadPart;
        }
    }
    return Oldest;
}

/*
 * CcGetDirtyPages - what CcSetDirtyPinnedData has made dirty in the files of a log, page by page.
 *
 * DirtyPageRoutine: called with each page, at DISPATCH_LEVEL; it calls nothing of the cache.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: the oldest number of them all; 0: there is none.
 * Source:  DOC ntifs/CcGetDirtyPages; INF the routine's IRQL; OBS
 *          tests/kernel/cc/CcSetLogHandleForFile.c
 */
LARGE_INTEGER NTAPI CcGetDirtyPages(
    void *LogHandle, DIRTY_PAGE_ROUTINE *DirtyPageRoutine, void *Context1, void *Context2)
{
    LARGE_INTEGER Oldest = {.QuadPart = 0};
    LONGLONG Newest = 0;
    KIRQL Old = KiAcquireLock(&CcpLock);
    for (LIST_ENTRY *Link = CcpMaps.Flink; Link != &CcpMaps; Link = Link->Flink) {
        CCP_MAP *Map = CONTAINING_RECORD(Link, CCP_MAP, Link);
        if (Map->LogHandle == LogHandle)
            Oldest.QuadPart = CcpTellDirtyLocked(
                Map, DirtyPageRoutine, Context1, Context2, Oldest.QuadPart, &Newest);
    }
    KiReleaseLock(&CcpLock, Old);
    return Oldest;
}

/*
 * CcGetLsnForFileObject - the newest number of what is dirty in a cached file; OldestLsn, optional:
 * the oldest. 0: there is none.
 * IRQL: up to DISPATCH_LEVEL. Source: INF ntifs.h, undocumented; OBS
 * tests/kernel/cc/CcSetLogHandleForFile.c
 */
LARGE_INTEGER NTAPI CcGetLsnForFileObject(FILE_OBJECT *FileObject, LARGE_INTEGER *OldestLsn)
{
    LARGE_INTEGER Newest = {.QuadPart = 0};
    LONGLONG Oldest = 0;
    KIRQL Old = KiAcquireLock(&CcpLock);
    CCP_MAP *Map = FileObject->SectionObjectPointer->SharedCacheMap;
    if (Map != NULL)
        Oldest = CcpTellDirtyLocked(Map, NULL, NULL, NULL, 0, &Newest.QuadPart);
    KiReleaseLock(&CcpLock, Old);
    if (OldestLsn != NULL)
        OldestLsn->QuadPart = Oldest;
    return Newest;
}
