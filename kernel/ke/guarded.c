/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * KeCopySystemGuarded; KeCopyGuarded and KeTouchGuarded in C, for processors without an assembly
 * version and for builds with address sanitizer, which reports a client's buffer that is shorter
 * than the client says.
 */
#include <string.h>

#include "ke/kep.h"

#ifndef KI_GUARDED_IN_ASSEMBLY

/* NULL is an address like any other a client may give: the fault is the answer. */
__attribute__((no_sanitize("nonnull-attribute"))) NTSTATUS KeCopyGuarded(
    void *To, const void *From, SIZE_T Bytes)
{
    KE_GUARD Guard;
    NTSTATUS Status = KE_TRY(&Guard);
    if (NT_SUCCESS(Status)) {
        memcpy(To, From, Bytes);
        KeEndTry(&Guard);
    }
    return Status;
}

/* Not inlined: what it changes is nothing the function with the guard looks at after a fault. */
static __attribute__((noinline)) void KiTouchEach(ULONG_PTR First, ULONG_PTR Last, BOOLEAN Write)
{
    for (ULONG_PTR At = First; At <= Last; At = (At & ~(ULONG_PTR)(PAGE_SIZE - 1)) + PAGE_SIZE) {
        UCHAR Byte = *(volatile UCHAR *)At;
        if (Write)
            *(volatile UCHAR *)At = Byte;
    }
}

NTSTATUS KeTouchGuarded(volatile void *First, volatile void *Last, BOOLEAN Write)
{
    KE_GUARD Guard;
    NTSTATUS Status = KE_TRY(&Guard);
    if (NT_SUCCESS(Status)) {
        KiTouchEach((ULONG_PTR)First, (ULONG_PTR)Last, Write);
        KeEndTry(&Guard);
    }
    return Status;
}

#endif

NTSTATUS KeCopySystemGuarded(void *To, const void *From, SIZE_T Bytes)
{
    KTHREAD *Thread = KiHostThread;
    Thread->GuardedPage = (ULONG_PTR)From & ~(ULONG_PTR)(PAGE_SIZE - 1);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    NTSTATUS Status = KeCopyGuarded(To, From, Bytes);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    Thread->GuardedPage = 0;
    return Status;
}
