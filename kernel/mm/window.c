/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Pages of a client in another process that a driver touches by the client's own addresses (METHOD_NEITHER, pointers in
 * structures): they are fetched to the same addresses here when they are first touched, and what was changed in them goes back
 * when the thread leaves the kernel. An address can mean one client's memory at a time, so the window is one client's until
 * its last thread that has fetched something leaves; others wait for it, but not for ever.
 */
#include "mm/space.h"

#include <string.h>

#include "host/host.h"

#define MI_WINDOW_PAGES 4096u
#define MI_WINDOW_PATIENCE_100NS 50000000u /* 5 s: a driver that has one client wait for another */

typedef struct MI_WINDOW_PAGE {
    ULONG_PTR Address;
    UCHAR *Before; /* as it was fetched, or last went back */
} MI_WINDOW_PAGE;

static struct {
    uint32_t Lock;
    MM_SPACE *Owner; /* NULL: nobody */
    ULONG Users;     /* threads with ClientPages */
    ULONG Count;
    MI_WINDOW_PAGE Page[MI_WINDOW_PAGES];
} MiWindow;

static void MiLockWindow(void)
{
    uint32_t Free = 0;
    while (!__atomic_compare_exchange_n(&MiWindow.Lock, &Free, 1, FALSE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        Free = 0;
        host_yield();
    }
}

static void MiUnlockWindow(void)
{
    __atomic_store_n(&MiWindow.Lock, 0, __ATOMIC_RELEASE);
}

/* On success the window is locked and the thread's client owns it. */
static BOOLEAN MiTakeWindow(KTHREAD *Thread)
{
    uint64_t Until = 0;
    for (;;) {
        MiLockWindow();
        if (MiWindow.Owner == NULL || MiWindow.Owner == Thread->Space)
            break;
        MiUnlockWindow();
        uint64_t Now = host_clock_monotonic();
        if (Until == 0)
            Until = Now + MI_WINDOW_PATIENCE_100NS;
        if (Now >= Until || KiStopped)
            return FALSE;
        host_yield();
    }
    MiWindow.Owner = Thread->Space;
    if (!Thread->ClientPages) {
        Thread->ClientPages = TRUE;
        MiWindow.Users++;
    }
    return TRUE;
}

static BOOLEAN MiIsInWindow(ULONG_PTR Page)
{
    for (ULONG Index = 0; Index < MiWindow.Count; Index++) {
        if (MiWindow.Page[Index].Address == Page)
            return TRUE;
    }
    return FALSE;
}

/* A page that may not be written is found out by writing what is there. */
static BOOLEAN MiFillPage(const MM_SPACE *Space, ULONG_PTR Page, UCHAR *Data, BOOLEAN Write)
{
    return NT_SUCCESS(MmReadSpace(Space, Data, (const void *)Page, PAGE_SIZE)) &&
        (!Write || NT_SUCCESS(MmWriteSpace(Space, (void *)Page, Data, 1)));
}

static BOOLEAN MiFetchPage(ULONG_PTR Address, BOOLEAN Write)
{
    ULONG_PTR Page = Address & ~(ULONG_PTR)(PAGE_SIZE - 1);
    BOOLEAN Fetched = FALSE;
    if (!MmIsUserRange((const void *)Page, PAGE_SIZE) || !MiTakeWindow(KiHostThread))
        return FALSE;
    if (MiIsInWindow(Page)) {
        Fetched = TRUE; /* another thread of the client's was faster */
    } else if (MiWindow.Count < MI_WINDOW_PAGES) {
        UCHAR *Before = host_private_allocate(PAGE_SIZE);
        Fetched = Before != NULL && MiFillPage(MiWindow.Owner, Page, Before, Write) && host_page_install(Page, Before) == 0;
        if (Fetched)
            MiWindow.Page[MiWindow.Count++] = (MI_WINDOW_PAGE){Page, Before};
        else if (Before != NULL)
            host_private_free(Before, PAGE_SIZE);
    }
    MiUnlockWindow();
    return Fetched;
}

/* Only bytes that were changed: the client's other threads may be at the rest, and other drivers at the page right now. */
static void MiReturnPage(const MM_SPACE *Space, const MI_WINDOW_PAGE *Page)
{
    UCHAR Now[PAGE_SIZE];
    memcpy(Now, (const UCHAR *)Page->Address, PAGE_SIZE);
    for (ULONG At = 0; At < PAGE_SIZE; At++) {
        ULONG Start = At;
        while (At < PAGE_SIZE && Now[At] != Page->Before[At])
            At++;
        if (At == Start)
            continue;
        MmWriteSpace(Space, (void *)(Page->Address + Start), Now + Start, At - Start);
        memcpy(Page->Before + Start, Now + Start, At - Start);
    }
}

void MmRefreshClientPages(void)
{
    UCHAR New[PAGE_SIZE];
    KTHREAD *Thread = KiHostThread;
    if (Thread == NULL || __atomic_load_n(&MiWindow.Owner, __ATOMIC_RELAXED) != Thread->Space)
        return;
    MiLockWindow();
    if (MiWindow.Owner == Thread->Space && !Thread->ClientPages) {
        Thread->ClientPages = TRUE; /* what it does to those that are here makes no fault */
        MiWindow.Users++;
    }
    for (ULONG Index = 0; MiWindow.Owner == Thread->Space && Index < MiWindow.Count; Index++) {
        const MI_WINDOW_PAGE *Page = &MiWindow.Page[Index];
        UCHAR *Now = (UCHAR *)Page->Address;
        if (!NT_SUCCESS(MmReadSpace(MiWindow.Owner, New, (const void *)Page->Address, PAGE_SIZE)))
            continue; /* unmapped meanwhile: who touches it then gets what was there */
        for (ULONG At = 0; At < PAGE_SIZE; At++) {
            if (New[At] == Page->Before[At])
                continue;
            if (Now[At] == Page->Before[At])
                Now[At] = New[At];
            Page->Before[At] = New[At];
        }
    }
    MiUnlockWindow();
}

void MmReleaseClientPages(void)
{
    KTHREAD *Thread = KiHostThread;
    if (Thread == NULL || !Thread->ClientPages)
        return;
    MiLockWindow();
    Thread->ClientPages = FALSE;
    for (ULONG Index = 0; Index < MiWindow.Count; Index++)
        MiReturnPage(MiWindow.Owner, &MiWindow.Page[Index]);
    if (--MiWindow.Users == 0) {
        for (ULONG Index = 0; Index < MiWindow.Count; Index++) {
            host_page_remove(MiWindow.Page[Index].Address);
            host_private_free(MiWindow.Page[Index].Before, PAGE_SIZE);
        }
        MiWindow.Count = 0;
        MiWindow.Owner = NULL;
    }
    MiUnlockWindow();
}

BOOLEAN MmIsClientPageOurs(const void *Address)
{
    ULONG_PTR Page = (ULONG_PTR)Address & ~(ULONG_PTR)(PAGE_SIZE - 1);
    MiLockWindow();
    BOOLEAN Ours = !(MiWindow.Owner == KiHostThread->Space && MiIsInWindow(Page)) && host_mem_accessible(Address, false);
    MiUnlockWindow();
    return Ours;
}

void MmServeClients(void)
{
    KeClientPageFetch = MiFetchPage;
}
