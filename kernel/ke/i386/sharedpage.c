/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The shared user data page on i386. Its address can be mapped, but a page that says what time it
 * is would need a thread that writes to it all the time: so it is inaccessible, and for the one
 * instruction that reads it, it is filled in and opened. Where the client's first stack lies in its
 * place there is none. Another thread may read it meanwhile: what it finds is right, too.
 */
#include "ke/decode.h"

#define EFLAGS_TRAP   0x100u
#define KI_STEP_FLAGS (EFLAGS_TRAP | KI_EFLAGS_ALIGNMENT)

static UCHAR *const KiPage = (UCHAR *)SHARED_USER_DATA_KERNEL_ADDRESS;
static BOOLEAN KiPageReserved;
static KSPIN_LOCK KiPageLock; /* taken by signal handlers only: whoever has it is not interrupted by
                                 a fault */

void KiReserveSharedPage(void)
{
    if (!KiPageReserved)
        KiPageReserved = host_page_reserve(KiPage) == 0;
    KiPageLock = 0;
}

static void KiLockPage(void)
{
    while (__atomic_exchange_n(&KiPageLock, 1, __ATOMIC_ACQUIRE) != 0)
        host_pause();
}

static void KiUnlockPage(void)
{
    __atomic_store_n(&KiPageLock, 0, __ATOMIC_RELEASE);
}

/* Lock held. What another thread may be reading goes from one value to the next, with nothing in
 * between. */
static BOOLEAN KiOpenPage(void)
{
    UCHAR Now[KE_SHARED_DATA_BYTES];
    if (host_mem_protect(KiPage, PAGE_SIZE, HOST_READ | HOST_WRITE) != 0)
        return FALSE;
    KeReadSharedData(0, Now, sizeof(Now));
    memcpy(KiPage, Now, sizeof(Now));
    host_mem_protect(KiPage, PAGE_SIZE, HOST_READ);
    return TRUE;
}

BOOLEAN KiEmulateSharedDataLoad(CONTEXT *Context, ULONG_PTR Address)
{
    KI_STEP *Step = &KeGetPcr()->Step;
    (void)Address;
    if (!KiPageReserved)
        return FALSE;
    KiLockPage();
    BOOLEAN Opened = KiOpenPage();
    KiUnlockPage();
    if (!Opened)
        return FALSE;
    Step->Flags = Context->EFlags & KI_STEP_FLAGS;
    Step->Active = TRUE;
    Context->EFlags = (Context->EFlags & ~KI_STEP_FLAGS) | EFLAGS_TRAP;
    return TRUE;
}

BOOLEAN KiEndStep(CONTEXT *Context)
{
    KI_STEP *Step = &KeGetPcr()->Step;
    if (!Step->Active)
        return FALSE;
    Step->Active = FALSE;
    KiLockPage();
    host_mem_protect(KiPage, PAGE_SIZE, HOST_NO_ACCESS);
    KiUnlockPage();
    Context->EFlags = (Context->EFlags & ~KI_STEP_FLAGS) | Step->Flags;
    return TRUE;
}
