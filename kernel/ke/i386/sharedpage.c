/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The shared user data page on i386. Its address can be mapped, but a page that says what time it is would need a thread that
 * writes to it all the time: so it is inaccessible, and for the one instruction that reads it, it is filled in and opened. Where
 * the client's first stack lies in its place there is none. Another thread may read it meanwhile: what it finds is right, too.
 */
#include "ke/decode.h"

#define EFLAGS_TRAP 0x100u

static UCHAR *const KiPage = (UCHAR *)SHARED_USER_DATA_KERNEL_ADDRESS;
static BOOLEAN KiPageReserved;
static KSPIN_LOCK KiPageLock; /* a signal handler's: taken by none that can be interrupted by one */

void KiReserveSharedPage(void)
{
    if (!KiPageReserved)
        KiPageReserved = host_page_reserve(KiPage) == 0;
    KiPageLock = 0;
}

BOOLEAN KiEmulateSharedDataLoad(CONTEXT *Context, ULONG_PTR Address)
{
    KI_STEP *Step = &KeGetPcr()->Step;
    (void)Address;
    if (!KiPageReserved)
        return FALSE;
    while (__atomic_exchange_n(&KiPageLock, 1, __ATOMIC_ACQUIRE) != 0)
        host_pause();
    BOOLEAN Opened = host_mem_protect(KiPage, PAGE_SIZE, HOST_READ | HOST_WRITE) == 0;
    if (Opened) {
        KeReadSharedData(0, KiPage, KE_SHARED_DATA_BYTES);
        host_mem_protect(KiPage, PAGE_SIZE, HOST_READ);
    }
    __atomic_store_n(&KiPageLock, 0, __ATOMIC_RELEASE);
    if (!Opened)
        return FALSE;
    Step->Trap = Context->EFlags & EFLAGS_TRAP;
    Step->Active = TRUE;
    Context->EFlags |= EFLAGS_TRAP;
    return TRUE;
}

BOOLEAN KiEndStep(CONTEXT *Context)
{
    KI_STEP *Step = &KeGetPcr()->Step;
    if (!Step->Active)
        return FALSE;
    Step->Active = FALSE;
    host_mem_protect(KiPage, PAGE_SIZE, HOST_NO_ACCESS);
    Context->EFlags = (Context->EFlags & ~EFLAGS_TRAP) | Step->Trap;
    return TRUE;
}
