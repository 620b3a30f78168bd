/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Private to cc. A cached file has a map; a map has views, 256 KiB of the file each in 64 pages of
 * RAM that follow one another; a view has a bit for each page and each thing that is to be known of
 * it. CcpLock guards all of it and is never held over a request or a call to a driver: what a
 * thread does to pages meanwhile it has said in Filling, Writing and Users.
 */
#pragma once

#include "cc/cc.h"
#include "ex/resource.h"

#define CCP_TAG           0x6D436343u /* 'CcCm' */
#define CCP_VIEW_PAGES    ((ULONG)(VACB_MAPPING_GRANULARITY / PAGE_SIZE))
#define CCP_ALL_PAGES     (~(ULONG64)0)
#define CCP_NODE_MAP      ((CSHORT)0x2FF)
#define CCP_NODE_BCB      ((CSHORT)0x2FD)
#define CCP_REQUEST_PAGES 16u         /* most that one paging request carries */
#define CCP_NO_VALID_DATA MAXLONGLONG /* the file system does not want to hear of valid data */

_Static_assert(VACB_MAPPING_GRANULARITY / PAGE_SIZE == 64, "a page of a view is a bit of a word");

/* The MDL of a paging request, on the stack: what is dirty is written without memory, too. */
typedef struct CCP_MDL {
    MDL Mdl;
    PFN_NUMBER Pfn[CCP_REQUEST_PAGES];
} CCP_MDL;

/* SECTION_OBJECT_POINTERS.SharedCacheMap. Gone when nobody has the file cached or holds it, and
 * nothing in it is dirty. */
typedef struct CCP_MAP {
    CSHORT NodeTypeCode, NodeByteSize;
    ULONG OpenCount;          /* private maps */
    LARGE_INTEGER FileSize;   /* here: CcGetFileSizePointer, with which drivers write it */
    LONGLONG ValidDataLength; /* as far as written, CCP_NO_VALID_DATA: not told */
    LONGLONG ValidDataGoal;   /* as far as there is data, in the cache or in the file */
    LIST_ENTRY Link;          /* CcpMaps */
    LIST_ENTRY Views;         /* by Index */
    LIST_ENTRY Privates;
    struct CCP_VIEW *Hint; /* the one last looked for; NULL: none */
    FILE_OBJECT *File;     /* referenced; whose requests are */
    SECTION_OBJECT_POINTERS *Pointers;
    CACHE_MANAGER_CALLBACKS *Callbacks; /* the file system's */
    void *Context;
    ULONG Holds;                 /* uses and pins of views, and who works on the map */
    ULONG DirtyPages, Threshold; /* 0: no threshold */
    BOOLEAN ReadAheadOff, WriteBehindOff, ReadingAhead;
    BOOLEAN Tried; /* the lazy writer had to leave something dirty: not again at once */
    CACHE_UNINITIALIZE_EVENT *Events; /* drivers', set when the map is gone */
    void *LogHandle;
    FLUSH_TO_LSN *FlushToLsn;
} CCP_MAP;

_Static_assert(FIELD_OFFSET(CCP_MAP, FileSize) == sizeof(LARGE_INTEGER), "CcGetFileSizePointer");

/* FILE_OBJECT.PrivateCacheMap. */
typedef struct CCP_PRIVATE {
    LIST_ENTRY Link;
    FILE_OBJECT *File; /* not referenced: it says when it goes */
    ULONG Granularity; /* bytes read ahead, and their alignment */
    LONGLONG Next;     /* where the last read ended */
    LONGLONG Ahead;    /* as far as was read ahead */
} CCP_PRIVATE;

/* A page that is pinned, or is dirty because CcSetDirtyPinnedData said so. */
typedef struct CCP_PAGE {
    LIST_ENTRY Link;
    ULONG Index; /* in its view */
    ULONG Pins;
    BOOLEAN IsDirty;
    LONGLONG OldestLsn, NewestLsn; /* 0: none */
    ERESOURCE Resource;
} CCP_PAGE;

typedef struct CCP_VIEW {
    LIST_ENTRY Link;   /* CCP_MAP.Views */
    LIST_ENTRY Recent; /* CcpRecent */
    CCP_MAP *Map;
    LONGLONG Index; /* offset in the file / VACB_MAPPING_GRANULARITY */
    UCHAR *Base;
    ULONG64 Valid, Dirty;
    ULONG64 Filling; /* somebody makes it valid */
    ULONG64 Writing; /* somebody writes it to the file */
    ULONG Users;     /* threads at work in it, for a moment */
    ULONG Pins;      /* drivers' maps, pins and MDLs */
    ULONG Waiters;
    LIST_ENTRY Pages; /* CCP_PAGE */
    KEVENT Changed;   /* set, while there are waiters, when Filling, Writing or Users become less */
} CCP_VIEW;

extern KSPIN_LOCK CcpLock;
extern LIST_ENTRY CcpMaps;
extern ULONG CcpDirtyPages; /* of all maps */

static inline LONGLONG CcpViewOffset(const CCP_VIEW *View)
{
    return View->Index * VACB_MAPPING_GRANULARITY;
}

/* The pages of a view that bytes First up to End of it touch. */
static inline ULONG64 CcpMask(ULONG First, ULONG End)
{
    const ULONG FirstPage = First / PAGE_SIZE, EndPage = (End + PAGE_SIZE - 1) / PAGE_SIZE;
    if (FirstPage >= EndPage)
        return 0;
    return (CCP_ALL_PAGES << FirstPage) & (CCP_ALL_PAGES >> (CCP_VIEW_PAGES - EndPage));
}

/* Under CcpLock: its memory may go. */
static inline BOOLEAN CcpIsIdle(const CCP_VIEW *View)
{
    return View->Users == 0 && View->Pins == 0 && View->Waiters == 0 &&
           (View->Dirty | View->Filling | View->Writing) == 0;
}

static inline MDL *CcpDescribe(CCP_MDL *Room, void *Bytes, ULONG Length)
{
    MmInitializeMdl(&Room->Mdl, Bytes, Length);
    Room->Mdl.Process = NULL;
    Room->Mdl.MappedSystemVa = NULL;
    MmBuildMdlForNonPagedPool(&Room->Mdl);
    return &Room->Mdl;
}

/* The lowest run of a mask that is not zero, of Most pages at most. */
static inline ULONG64 CcpFirstRun(ULONG64 Mask, ULONG Most, ULONG *First, ULONG *Count)
{
    *First = (ULONG)__builtin_ctzll(Mask);
    const ULONG64 Rest = ~(Mask >> *First);
    *Count = Rest != 0 ? (ULONG)__builtin_ctzll(Rest) : CCP_VIEW_PAGES;
    if (*Count > Most)
        *Count = Most;
    return CcpMask(*First * PAGE_SIZE, (*First + *Count) * PAGE_SIZE);
}

/* A part of a range of a file that lies in one view. */
typedef struct CCP_PART {
    LONGLONG Index;
    ULONG First, End; /* bytes in the view */
} CCP_PART;

static inline CCP_PART CcpPartAt(LONGLONG Offset, LONGLONG End)
{
    CCP_PART Part = {.Index = Offset / VACB_MAPPING_GRANULARITY};
    const LONGLONG Start = Part.Index * VACB_MAPPING_GRANULARITY;
    Part.First = (ULONG)(Offset - Start);
    Part.End = End - Start < VACB_MAPPING_GRANULARITY ? (ULONG)(End - Start)
                                                      : VACB_MAPPING_GRANULARITY;
    return Part;
}

/* ---- map.c ----------------------------------------------------------------------------------- */

void CcpInitializeMaps(void);
/* The map of a file, held; NULL: it is not cached. */
CCP_MAP *CcpHoldMap(const SECTION_OBJECT_POINTERS *Pointers);
/* The reverse; the map may be gone afterwards. */
void CcpReleaseMap(CCP_MAP *Map);
/* The next map on the list of all after Map, which is released; NULL: the first. Held. */
CCP_MAP *CcpNextMap(CCP_MAP *Map);
/* Ends the caching of all file objects of a held map. */
void CcpCloseAll(CCP_MAP *Map);
/* Where a range ends that Cc… routines are given: Length 0: at the end of the file. */
LONGLONG CcpRange(const LARGE_INTEGER *FileOffset, ULONG Length, LONGLONG *Start);

/* ---- view.c ---------------------------------------------------------------------------------- */

void CcpInitializeViews(void);
/* Of a held map; made if it is not there. In use: CcpLeaveView. NULL: out of memory. */
CCP_VIEW *CcpEnterView(CCP_MAP *Map, LONGLONG Index);
void CcpLeaveView(CCP_VIEW *View);
/* Turns a use into a pin, and back. A pin holds the map. */
void CcpPinView(CCP_VIEW *View);
void CcpUnpinView(CCP_VIEW *View);
void CcpRepinView(CCP_VIEW *View); /* one pin more */
/* The view from Index on that is not before it; under CcpLock. NULL: none. */
CCP_VIEW *CcpFindViewLocked(CCP_MAP *Map, LONGLONG Index);
/* Waits, in use or under a hold, for the view to change. CcpLock is held, and again afterwards. */
void CcpAwaitChangeLocked(CCP_VIEW *View, KIRQL *Old);
void CcpTellChangeLocked(CCP_VIEW *View);
/* Gives the memory of a view that is off its map's list, or of an unused one, back. */
void CcpUnlinkViewLocked(CCP_VIEW *View);
void CcpFreeView(CCP_VIEW *View);

/* ---- fill.c ---------------------------------------------------------------------------------- */

/*
 * Waits until nobody else fills any of Mask and takes the pages that are not valid, *Missing, for
 * the caller to fill. CANT_WAIT: without Wait it would have to wait.
 */
NTSTATUS CcpClaim(CCP_VIEW *View, ULONG64 Mask, BOOLEAN Wait, ULONG64 *Missing);
void CcpSettle(CCP_VIEW *View, ULONG64 Claimed, ULONG64 Filled);
/* Reads claimed pages; *Filled: those that are read. */
NTSTATUS CcpReadPages(CCP_VIEW *View, ULONG64 Mask, ULONG64 *Filled);
/* Makes pages valid. Wait FALSE: CANT_WAIT unless they are. */
NTSTATUS CcpBringIn(CCP_VIEW *View, ULONG64 Mask, BOOLEAN Wait);
/*
 * Before bytes First up to End of a view are written: claims the pages that are not valid and reads
 * those of them of which a part stays as it is, unless the file has no data there. *Claimed is for
 * CcpFinishWrite, whatever comes of it.
 */
NTSTATUS CcpBeginWrite(
    CCP_VIEW *View, ULONG First, ULONG End, BOOLEAN Wait, ULONG64 *Claimed);
/* Written: FALSE: what was claimed is not valid after all. MakeDirty FALSE: later. */
void CcpFinishWrite(CCP_VIEW *View, ULONG First, ULONG End, ULONG64 Claimed, BOOLEAN Written,
    BOOLEAN MakeDirty);
void CcpMakeDirtyLocked(CCP_VIEW *View, ULONG64 Mask);
void CcpMakeCleanLocked(CCP_VIEW *View, ULONG64 Mask);

/* ---- copy.c, flush.c, purge.c, lazy.c, ahead.c, throttle.c ----------------------------------- */

/* CcCopyRead and CcCopyWrite with statuses: CANT_WAIT. */
NTSTATUS CcpCopyRead(FILE_OBJECT *File, LONGLONG Offset, ULONG Length, BOOLEAN Wait, void *Buffer,
    IO_STATUS_BLOCK *IoStatus);
NTSTATUS CcpCopyWrite(
    FILE_OBJECT *File, LONGLONG Offset, ULONG Length, BOOLEAN Wait, const void *Buffer);
/* Raises what went wrong, as file systems expect it. */
void CcpRaise(NTSTATUS Status);

/*
 * Writes what is dirty of a held map between two offsets to the file. Lazily: passes over what
 * somebody has pinned, writes or holds, and gives up what cannot be written.
 */
NTSTATUS CcpWrite(CCP_MAP *Map, LONGLONG Start, LONGLONG End, BOOLEAN Lazily);
/* The pages of a view between two offsets of the file. */
ULONG64 CcpMaskBetween(const CCP_VIEW *View, LONGLONG Start, LONGLONG End);
/* Up to where nothing is dirty; under CcpLock. */
LONGLONG CcpFlushedLocked(const CCP_MAP *Map);
/* Forgets whole pages, dirty or not. FALSE: a driver has a view with one of them mapped or pinned,
 * and Force is not set. */
BOOLEAN CcpDiscard(CCP_MAP *Map, LONGLONG Start, LONGLONG End, BOOLEAN Force);

void CcpInitializeLazyWriter(void);
void CcpWakeLazyWriter(BOOLEAN AtOnce); /* any IRQL up to DISPATCH_LEVEL; not under CcpLock */
void CcpStopLazyWriter(void);
void CcpNoteRead(FILE_OBJECT *File, LONGLONG Offset, ULONG Length); /* reads ahead, perhaps */

void CcpInitializeThrottle(void);
void CcpGrantWrites(void); /* fewer pages are dirty: calls drivers' routines */

/* ---- pin.c ----------------------------------------------------------------------------------- */

/* What drivers get for pinned bytes; for mapped ones a view with the lowest bit set. */
typedef struct CCP_BCB {
    PUBLIC_BCB Public;
    LONG Pins;
    CCP_VIEW *View;     /* pinned */
    ULONG First, Count; /* pages of it */
    CCP_PAGE *Page[];   /* each pinned */
} CCP_BCB;

static inline BOOLEAN CcpIsMapped(const void *Bcb)
{
    return ((ULONG_PTR)Bcb & 1) != 0;
}

static inline CCP_VIEW *CcpViewOf(void *Bcb)
{
    return CcpIsMapped(Bcb) ? (CCP_VIEW *)((ULONG_PTR)Bcb - 1) : ((CCP_BCB *)Bcb)->View;
}

CCP_PAGE *CcpFindPageLocked(const CCP_VIEW *View, ULONG Index);
/* Takes a page's record off when nobody needs it any more, for CcpFreePage. NULL: still needed. */
CCP_PAGE *CcpDropPageLocked(CCP_PAGE *Page);
void CcpFreePage(CCP_PAGE *Page);
/* One pin less. */
void CcpReleasePage(CCP_PAGE *Page);
/* One pin less; at the last one the BCB is gone. */
void CcpReleaseBcb(CCP_BCB *Bcb);

/* ---- mdl.c ----------------------------------------------------------------------------------- */

/* CcMdlReadComplete and CcMdlWriteComplete without the drivers' fast I/O. */
void CcpCompleteMdlRead(const FILE_OBJECT *File, MDL *Chain);
NTSTATUS CcpCompleteMdlWrite(const FILE_OBJECT *File, const LARGE_INTEGER *Offset, MDL *Chain);
/* Appends the MDLs of a range to a chain; all of them or none. */
NTSTATUS CcpBuildChain(const FILE_OBJECT *File, LONGLONG Offset, ULONG Length, BOOLEAN Write,
    MDL **Chain, IO_STATUS_BLOCK *IoStatus);
