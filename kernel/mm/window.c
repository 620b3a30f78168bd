/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Pages of a client in another process that a driver touches by the client's own addresses
 * (METHOD_NEITHER, pointers in structures): they are fetched to the same addresses here when they
 * are first touched, and what was changed in them goes back when the thread leaves the kernel. An
 * address can mean one client's memory at a time, so the window is one client's until its last
 * thread that has fetched something leaves; others wait for it, but not for ever. A thread that is
 * about to touch its client's pages claims it first, for touching what is another's makes no fault.
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
    ULONG Waiters;   /* threads of other clients; no more of the owner's come in then */
    ULONG Count;
    MI_WINDOW_PAGE Page[MI_WINDOW_PAGES];
} MiWindow;

static void MiLockWindow(void)
{
    uint32_t Free = 0;
    while (!__atomic_compare_exchange_n(
        &MiWindow.Lock, &Free, 1, FALSE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        Free = 0;
        host_yield();
    }
}

static void MiUnlockWindow(void)
{
    __atomic_store_n(&MiWindow.Lock, 0, __ATOMIC_RELEASE);
}

/* Locked. */
static BOOLEAN MiMayEnterWindow(const KTHREAD *Thread)
{
    if (MiWindow.Owner == NULL)
        return TRUE;
    return MiWindow.Owner == Thread->Space &&
        (Thread->ClientPages || MiWindow.Waiters == 0);
}

/* Locked. One that waits for another thread of its own client's keeps none of them out; whose the
 * window is, changes meanwhile. */
static BOOLEAN MiCountWaiter(BOOLEAN Counted, BOOLEAN Count)
{
    if (Count && !Counted)
        MiWindow.Waiters++;
    else if (Counted && !Count)
        MiWindow.Waiters--;
    return Count;
}

/* Until the thread may enter, with the window locked then. FALSE: not in time. */
static BOOLEAN MiAwaitWindow(const KTHREAD *Thread)
{
    uint64_t Until = host_clock_monotonic() + MI_WINDOW_PATIENCE_100NS;
    BOOLEAN Counted = MiCountWaiter(FALSE, MiWindow.Owner != Thread->Space), Enter = FALSE;
    for (;;) {
        MiUnlockWindow();
        const BOOLEAN Late = host_clock_monotonic() >= Until || KiStopped;
        host_yield();
        MiLockWindow();
        Counted = MiCountWaiter(Counted, MiWindow.Owner != Thread->Space);
        Enter = MiMayEnterWindow(Thread);
        if (Enter || Late)
            break;
    }
    MiCountWaiter(Counted, FALSE);
    if (!Enter)
        MiUnlockWindow();
    return Enter;
}

/* On success the window is locked and the thread's client owns it. */
static BOOLEAN MiTakeWindow(KTHREAD *Thread)
{
    MiLockWindow();
    if (!MiMayEnterWindow(Thread) && !MiAwaitWindow(Thread))
        return FALSE;
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

/*
 * A page that may not be written is found out by writing what is there, where the driver is about
 * to write: the rest may be changing.
 */
static BOOLEAN MiFillPage(const MM_SPACE *Space, ULONG_PTR Address, UCHAR *Data, BOOLEAN Write)
{
    const ULONG_PTR Offset = Address & (PAGE_SIZE - 1);
    return NT_SUCCESS(MmReadSpace(Space, Data, (const void *)(Address - Offset), PAGE_SIZE)) &&
        (!Write || NT_SUCCESS(MmWriteSpace(Space, (void *)Address, Data + Offset, 1)));
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
        Fetched = Before != NULL && MiFillPage(MiWindow.Owner, Address, Before, Write) &&
            host_page_install(Page, Before) == 0;
        if (Fetched)
            MiWindow.Page[MiWindow.Count++] = (MI_WINDOW_PAGE){Page, Before};
        else if (Before != NULL)
            host_private_free(Before, PAGE_SIZE);
    }
    MiUnlockWindow();
    return Fetched;
}

/* Only bytes that were changed: the client's other threads may be at the rest, and other drivers at
 * the page right now. */
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
    if (Thread == NULL || Thread->Space == NULL ||
        __atomic_load_n(&MiWindow.Owner, __ATOMIC_RELAXED) != Thread->Space)
        return;
    MiLockWindow();
    /* Also of a thread that came in without them: what it did to those of another thread's made no
     * fault. */
    for (ULONG Index = 0; MiWindow.Owner == Thread->Space && Index < MiWindow.Count; Index++)
        MiReturnPage(MiWindow.Owner, &MiWindow.Page[Index]);
    if (Thread->ClientPages && --MiWindow.Users == 0) {
        for (ULONG Index = 0; Index < MiWindow.Count; Index++) {
            host_page_remove(MiWindow.Page[Index].Address);
            host_private_free(MiWindow.Page[Index].Before, PAGE_SIZE);
        }
        MiWindow.Count = 0;
        MiWindow.Owner = NULL;
    }
    Thread->ClientPages = FALSE;
    MiUnlockWindow();
}

BOOLEAN MmClaimClientPages(const void *Address, SIZE_T Bytes)
{
    const ULONG_PTR Start = (ULONG_PTR)Address;
    BOOLEAN Ours = FALSE;
    if (!MiTakeWindow(KiHostThread))
        return FALSE;
    for (ULONG_PTR At = Start; !Ours && At - Start < Bytes;
         At = (At & ~(ULONG_PTR)(PAGE_SIZE - 1)) + PAGE_SIZE)
        Ours = !MiIsInWindow(At & ~(ULONG_PTR)(PAGE_SIZE - 1)) &&
            host_mem_accessible((const void *)At, false);
    MiUnlockWindow();
    return !Ours;
}

void MmServeClients(void)
{
    __atomic_store_n(&KeClientPageFetch, MiFetchPage, __ATOMIC_RELEASE);
}
