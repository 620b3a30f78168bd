/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Views: where a file's bytes are in memory. Pages of RAM that follow one another, so that MDLs and
 * physical addresses of them are like any other's; Linux has memory for those that are touched. Of
 * the machine's memory they are a sixteenth at most, as long as there is one that is clean and
 * unused, which is then taken from its file: the least recently used first.
 */
#include "cc/ccp.h"

static LIST_ENTRY CcpRecent; /* the least recently used first */
static ULONG CcpViews;

#define CCP_MOST_VIEWS ((ULONG)(MM_RAM_BYTES / 16 / VACB_MAPPING_GRANULARITY))

void CcpInitializeViews(void)
{
    InitializeListHead(&CcpRecent);
    CcpViews = 0;
}

CCP_VIEW *CcpFindViewLocked(CCP_MAP *Map, LONGLONG Index)
{
    LIST_ENTRY *Link = Map->Hint != NULL ? &Map->Hint->Link : Map->Views.Flink;
    while (Link != &Map->Views && CONTAINING_RECORD(Link, CCP_VIEW, Link)->Index < Index)
        Link = Link->Flink;
    while (Link->Blink != &Map->Views &&
           CONTAINING_RECORD(Link->Blink, CCP_VIEW, Link)->Index >= Index)
        Link = Link->Blink;
    if (Link == &Map->Views)
        return NULL;
    Map->Hint = CONTAINING_RECORD(Link, CCP_VIEW, Link);
    return Map->Hint;
}

static CCP_VIEW *CcpUseLocked(CCP_VIEW *View)
{
    View->Users++;
    View->Map->Holds++;
    RemoveEntryList(&View->Recent);
    InsertTailList(&CcpRecent, &View->Recent);
    return View;
}

void CcpUnlinkViewLocked(CCP_VIEW *View)
{
    if (View->Map->Hint == View)
        View->Map->Hint = NULL;
    RemoveEntryList(&View->Link);
    RemoveEntryList(&View->Recent);
}

void CcpFreeView(CCP_VIEW *View)
{
    __atomic_fetch_sub(&CcpViews, 1, __ATOMIC_RELAXED);
    MmFreePages(View->Base);
    ExiFree(View);
}

/* The memory of a view that is clean and that nobody uses; NULL: there is none. */
static CCP_VIEW *CcpTakeIdle(void)
{
    CCP_VIEW *Idle = NULL;
    KIRQL Old = KiAcquireLock(&CcpLock);
    for (LIST_ENTRY *Link = CcpRecent.Flink; Link != &CcpRecent && Idle == NULL;
         Link = Link->Flink) {
        CCP_VIEW *View = CONTAINING_RECORD(Link, CCP_VIEW, Recent);
        if (CcpIsIdle(View))
            Idle = View;
    }
    if (Idle != NULL)
        CcpUnlinkViewLocked(Idle);
    KiReleaseLock(&CcpLock, Old);
    return Idle;
}

static CCP_VIEW *CcpAllocateView(void)
{
    CCP_VIEW *View = ExiAllocate(NonPagedPoolNx, sizeof(*View), CCP_TAG, EX_KERNEL_SITE);
    if (View == NULL)
        return NULL;
    View->Base = MmAllocatePages(CCP_VIEW_PAGES, MM_PAGE_KERNEL);
    if (View->Base == NULL) {
        ExiFree(View);
        return NULL;
    }
    __atomic_fetch_add(&CcpViews, 1, __ATOMIC_RELAXED);
    return View;
}

static CCP_VIEW *CcpNewView(void)
{
    CCP_VIEW *View = NULL;
    if (__atomic_load_n(&CcpViews, __ATOMIC_RELAXED) >= CCP_MOST_VIEWS)
        View = CcpTakeIdle();
    if (View == NULL)
        View = CcpAllocateView();
    return View != NULL ? View : CcpTakeIdle();
}

CCP_VIEW *CcpEnterView(CCP_MAP *Map, LONGLONG Index)
{
    CCP_VIEW *New = NULL;
    for (;;) {
        KIRQL Old = KiAcquireLock(&CcpLock);
        CCP_VIEW *View = CcpFindViewLocked(Map, Index);
        if (View != NULL && View->Index == Index) {
            CcpUseLocked(View);
        } else if (New != NULL) {
            InsertTailList(View != NULL ? &View->Link : &Map->Views, &New->Link);
            InsertTailList(&CcpRecent, &New->Recent);
            View = CcpUseLocked(New);
            New = NULL;
        } else {
            View = NULL;
        }
        KiReleaseLock(&CcpLock, Old);
        if (View != NULL) {
            if (New != NULL)
                CcpFreeView(New);
            return View;
        }
        New = CcpNewView();
        if (New == NULL)
            return NULL;
        *New = (CCP_VIEW){.Map = Map, .Index = Index, .Base = New->Base};
        InitializeListHead(&New->Pages);
        KeInitializeEvent(&New->Changed, NotificationEvent, FALSE);
    }
}

void CcpTellChangeLocked(CCP_VIEW *View)
{
    if (View->Waiters != 0)
        KeSetEvent(&View->Changed, IO_NO_INCREMENT, FALSE);
}

/*
 * Who comes late clears the event only because there is still something to wait for, whose end sets
 * it again.
 */
void CcpAwaitChangeLocked(CCP_VIEW *View, KIRQL *Old)
{
    View->Waiters++;
    KeClearEvent(&View->Changed);
    KiReleaseLock(&CcpLock, *Old);
    KeWaitForSingleObject(&View->Changed, WrPageIn, KernelMode, FALSE, NULL);
    *Old = KiAcquireLock(&CcpLock);
    View->Waiters--;
}

void CcpLeaveView(CCP_VIEW *View)
{
    CCP_MAP *Map = View->Map;
    KIRQL Old = KiAcquireLock(&CcpLock);
    View->Users--;
    CcpTellChangeLocked(View);
    KiReleaseLock(&CcpLock, Old);
    CcpReleaseMap(Map);
}

void CcpPinView(CCP_VIEW *View)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    View->Users--;
    View->Pins++;
    CcpTellChangeLocked(View);
    KiReleaseLock(&CcpLock, Old);
}

void CcpRepinView(CCP_VIEW *View)
{
    KIRQL Old = KiAcquireLock(&CcpLock);
    View->Pins++;
    View->Map->Holds++;
    KiReleaseLock(&CcpLock, Old);
}

void CcpUnpinView(CCP_VIEW *View)
{
    CCP_MAP *Map = View->Map;
    KIRQL Old = KiAcquireLock(&CcpLock);
    View->Pins--;
    KiReleaseLock(&CcpLock, Old);
    CcpReleaseMap(Map);
}
