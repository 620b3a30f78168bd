/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Writing what is dirty to the file. Pages are clean from the moment they are taken to be written,
 * so that whoever changes them meanwhile makes them dirty again; nobody else writes them until that
 * is done. A page somebody has pinned is written under its lock, shared.
 */
#include "cc/ccp.h"
#include "fsrtl/filtercallback.h"

/* What is to be written at a time. */
typedef struct CCP_RUN {
    CCP_VIEW *View; /* in use */
    ULONG First, Count;
    ULONG64 Mask;
    CCP_PAGE *Page; /* the record of the only page, pinned; NULL: none of them has one */
    BOOLEAN Taken;
    ULONG Bytes; /* of those taken, as many as lie before the end of the file */
    LONGLONG OldestLsn, NewestLsn;
} CCP_RUN;

ULONG64 CcpMaskBetween(const CCP_VIEW *View, LONGLONG Start, LONGLONG End)
{
    const LONGLONG Base = CcpViewOffset(View);
    const LONGLONG First = Start > Base ? Start - Base : 0;
    const LONGLONG Last = End - Base < VACB_MAPPING_GRANULARITY ? End - Base
                                                                : VACB_MAPPING_GRANULARITY;
    return First < Last ? CcpMask((ULONG)First, (ULONG)Last) : 0;
}

/* A run ends before the first page with a record, and of those it has one only. */
static void CcpNarrowLocked(CCP_RUN *Run)
{
    for (LIST_ENTRY *Link = Run->View->Pages.Flink; Link != &Run->View->Pages;
         Link = Link->Flink) {
        CCP_PAGE *Page = CONTAINING_RECORD(Link, CCP_PAGE, Link);
        if (Page->Index < Run->First || Page->Index >= Run->First + Run->Count)
            continue;
        if (Page->Index == Run->First) {
            Run->Page = Page;
            Run->Count = 1;
        } else {
            Run->Page = NULL;
            Run->Count = Page->Index - Run->First;
        }
    }
    Run->Mask = CcpMask(Run->First * PAGE_SIZE, (Run->First + Run->Count) * PAGE_SIZE);
    if (Run->Page != NULL)
        Run->Page->Pins++;
}

/* From here on they are clean, and nobody else writes them. */
static void CcpTakeLocked(CCP_RUN *Run)
{
    CCP_VIEW *View = Run->View;
    const LONGLONG Left = View->Map->FileSize.QuadPart - CcpViewOffset(View) -
                          (LONGLONG)Run->First * PAGE_SIZE;
    const LONGLONG Whole = Left > 0 ? (Left + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE : 0;
    Run->Taken = TRUE;
    Run->Bytes = Whole < Run->Count * PAGE_SIZE ? (ULONG)Whole : Run->Count * PAGE_SIZE;
    CcpMakeCleanLocked(View, Run->Mask);
    View->Writing |= Run->Mask;
    if (Run->Page != NULL) {
        Run->OldestLsn = Run->Page->OldestLsn;
        Run->NewestLsn = Run->Page->NewestLsn;
        Run->Page->OldestLsn = Run->Page->NewestLsn = 0;
        Run->Page->IsDirty = FALSE;
    }
}

/* The only page of a run, whose lock this thread has now: somebody else may have written it. */
static void CcpTakePage(CCP_RUN *Run, BOOLEAN Lazily)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    while ((Run->View->Writing & Run->Mask) != 0 && !Lazily)
        CcpAwaitChangeLocked(Run->View, &Old);
    if ((Run->View->Dirty & Run->Mask & ~Run->View->Writing) != 0)
        CcpTakeLocked(Run);
    KiReleaseLock(&CcpLock, Old);
}

/* The first pages from *Start on that are dirty, with the view in use; taken, but if there is a
 * record. FALSE: there are none. */
static BOOLEAN CcpFindRun(
    CCP_MAP *Map, LONGLONG *Start, LONGLONG End, BOOLEAN Lazily, CCP_RUN *Run)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    *Run = (CCP_RUN){.View = NULL};
    for (;;) {
        CCP_VIEW *View = CcpFindViewLocked(Map, *Start / VACB_MAPPING_GRANULARITY);
        if (View == NULL || CcpViewOffset(View) >= End)
            break;
        const ULONG64 Mask = CcpMaskBetween(View, *Start, End);
        if (!Lazily && (View->Writing & Mask) != 0) {
            CcpAwaitChangeLocked(View, &Old);
            continue;
        }
        if ((View->Dirty & Mask & ~View->Writing) != 0) {
            CcpFirstRun(View->Dirty & Mask & ~View->Writing, CCP_REQUEST_PAGES, &Run->First,
                &Run->Count);
            Run->View = View;
            View->Users++;
            Map->Holds++;
            CcpNarrowLocked(Run);
            if (Run->Page == NULL)
                CcpTakeLocked(Run);
            *Start = CcpViewOffset(View) + (LONGLONG)(Run->First + Run->Count) * PAGE_SIZE;
            break;
        }
        *Start = CcpViewOffset(View) + VACB_MAPPING_GRANULARITY;
    }
    KiReleaseLock(&CcpLock, Old);
    return Run->View != NULL;
}

static NTSTATUS CcpSendRun(const CCP_RUN *Run)
{
    const CCP_MAP *Map = Run->View->Map;
    LARGE_INTEGER Offset = {
        .QuadPart = CcpViewOffset(Run->View) + (LONGLONG)Run->First * PAGE_SIZE};
    IO_STATUS_BLOCK IoStatus;
    KEVENT Event;
    CCP_MDL Mdl;
    if (Run->Bytes == 0)
        return STATUS_SUCCESS;
    if (Run->NewestLsn != 0 && Map->FlushToLsn != NULL)
        Map->FlushToLsn(Map->LogHandle, (LARGE_INTEGER){.QuadPart = Run->NewestLsn});
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    CcpDescribe(&Mdl, Run->View->Base + Run->First * PAGE_SIZE, Run->Bytes);
    return IoSynchronousPageWrite(Map->File, &Mdl.Mdl, &Offset, &Event, &IoStatus);
}

/* What could not be written is dirty again; the lazy writer keeps only what may go better later. */
static BOOLEAN CcpStaysDirty(NTSTATUS Status, BOOLEAN Lazily)
{
    return !NT_SUCCESS(Status) &&
           (!Lazily || Status == STATUS_INSUFFICIENT_RESOURCES ||
               Status == STATUS_FILE_LOCK_CONFLICT || Status == STATUS_VERIFY_REQUIRED ||
               Status == STATUS_CANT_WAIT || Status == STATUS_DEVICE_BUSY);
}

static void CcpEndRun(const CCP_RUN *Run, NTSTATUS Status, BOOLEAN Lazily)
{
    CCP_VIEW *View = Run->View;
    KIRQL Old = KiAcquireLock(&CcpLock);
    View->Writing &= ~Run->Mask;
    if (CcpStaysDirty(Status, Lazily)) {
        CcpMakeDirtyLocked(View, Run->Mask);
        if (Run->Page != NULL) {
            Run->Page->IsDirty = TRUE;
            Run->Page->OldestLsn = Run->OldestLsn;
            if (Run->Page->NewestLsn == 0)
                Run->Page->NewestLsn = Run->NewestLsn;
        }
    }
    CcpTellChangeLocked(View);
    KiReleaseLock(&CcpLock, Old);
    if (Lazily && !NT_SUCCESS(Status) && !CcpStaysDirty(Status, TRUE))
        IoRaiseInformationalHardError(
            STATUS_LOST_WRITEBEHIND_DATA, &View->Map->File->FileName, NULL);
}

static NTSTATUS CcpWriteRun(CCP_RUN *Run, BOOLEAN Lazily)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (Run->Page != NULL) {
        if (!ExAcquireResourceSharedLite(&Run->Page->Resource, !Lazily))
            return STATUS_SUCCESS;
        CcpTakePage(Run, Lazily);
    }
    if (Run->Taken) {
        Status = CcpSendRun(Run);
        CcpEndRun(Run, Status, Lazily);
    }
    if (Run->Page != NULL)
        ExReleaseResourceLite(&Run->Page->Resource);
    return Status;
}

NTSTATUS CcpWrite(CCP_MAP *Map, LONGLONG Start, LONGLONG End, BOOLEAN Lazily)
{
    NTSTATUS Result = STATUS_SUCCESS;
    CCP_RUN Run;
    KeEnterCriticalRegion();
    while (CcpFindRun(Map, &Start, End, Lazily, &Run)) {
        const NTSTATUS Status = CcpWriteRun(&Run, Lazily);
        if (Run.Page != NULL)
            CcpReleasePage(Run.Page);
        CcpLeaveView(Run.View);
        if (NT_SUCCESS(Result))
            Result = Status;
    }
    KeLeaveCriticalRegion();
    CcpGrantWrites();
    return Result;
}

LONGLONG CcpFlushedLocked(const CCP_MAP *Map)
{
    for (LIST_ENTRY *Link = Map->Views.Flink; Link != &Map->Views; Link = Link->Flink) {
        const CCP_VIEW *View = CONTAINING_RECORD(Link, CCP_VIEW, Link);
        const ULONG64 Pages = View->Dirty | View->Writing;
        if (Pages == 0)
            continue;
        const LONGLONG Dirty = CcpViewOffset(View) + (LONGLONG)__builtin_ctzll(Pages) * PAGE_SIZE;
        return Dirty < Map->ValidDataGoal ? Dirty : Map->ValidDataGoal;
    }
    return Map->ValidDataGoal;
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * CcFlushCache - write what is dirty in the cache of a file, or of a range of it, to the file. The
 * file system is asked first, by the callbacks and routines for flushes.
 *
 * FileOffset: NULL: all of it. Length: 0: up to the end. IoStatus: optional; SUCCESS or the first
 *          thing that went wrong, after which the rest is tried, too. What was not written stays
 *          dirty.
 * IRQL:    up to APC_LEVEL
 * Source:  DOC ntifs/CcFlushCache; OBS tests/kernel/cc/CcFlushCache.c
 */
void NTAPI CcFlushCache(SECTION_OBJECT_POINTERS *SectionObjectPointer, LARGE_INTEGER *FileOffset,
    ULONG Length, IO_STATUS_BLOCK *IoStatus)
{
    LONGLONG Start;
    const LONGLONG End = CcpRange(FileOffset, Length, &Start);
    NTSTATUS Status = STATUS_SUCCESS;
    CCP_MAP *Map = CcpHoldMap(SectionObjectPointer);
    if (Map != NULL) {
        FsrtliAcquireForFlush(Map->File);
        Status = CcpWrite(Map, Start, End, FALSE);
        FsrtliReleaseForFlush(Map->File);
        CcpReleaseMap(Map);
    }
    if (IoStatus != NULL)
        *IoStatus = (IO_STATUS_BLOCK){.Status = Status};
}

/*
 * CcGetFlushedValidData - up to where the data of a file is in the file and not only in the cache.
 * BcbListHeld: of no effect. Returns MAXLONGLONG: the file is not cached. IRQL: up to APC_LEVEL.
 * Source: INF ntifs.h, undocumented; OBS tests/kernel/cc/CcFlushCache.c
 */
LARGE_INTEGER NTAPI CcGetFlushedValidData(
    SECTION_OBJECT_POINTERS *SectionObjectPointer, BOOLEAN BcbListHeld)
{
    LARGE_INTEGER Flushed = {.QuadPart = MAXLONGLONG};
    (void)BcbListHeld;
    KIRQL Old = KiAcquireLock(&CcpLock);
    if (SectionObjectPointer->SharedCacheMap != NULL)
        Flushed.QuadPart = CcpFlushedLocked(SectionObjectPointer->SharedCacheMap);
    KiReleaseLock(&CcpLock, Old);
    return Flushed;
}

/*
 * CcIsThereDirtyData, CcIsThereDirtyDataEx - whether a file of a volume has data in the cache that
 * is not written.
 * NumberOfDirtyPages: optional; how many pages. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * ntifs/CcIsThereDirtyData, CcIsThereDirtyDataEx; OBS tests/kernel/cc/CcFlushCache.c
 */
BOOLEAN NTAPI CcIsThereDirtyDataEx(VPB *Vpb, ULONG *NumberOfDirtyPages)
{
    ULONG Pages = 0;
    KIRQL Old = KiAcquireLock(&CcpLock);
    for (LIST_ENTRY *Link = CcpMaps.Flink; Link != &CcpMaps; Link = Link->Flink) {
        const CCP_MAP *Map = CONTAINING_RECORD(Link, CCP_MAP, Link);
        if (Map->File->Vpb == Vpb && !(Map->File->Flags & FO_TEMPORARY_FILE))
            Pages += Map->DirtyPages;
    }
    KiReleaseLock(&CcpLock, Old);
    if (NumberOfDirtyPages != NULL)
        *NumberOfDirtyPages = Pages;
    return Pages != 0;
}

BOOLEAN NTAPI CcIsThereDirtyData(VPB *Vpb)
{
    return CcIsThereDirtyDataEx(Vpb, NULL);
}
