/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The Zw form of a system service: the same service with KernelMode as the previous mode. An
 * exception may end a service without its returning; then the mode must not stay. So the outermost
 * Zw call of a thread (only the one that found UserMode changes anything) leaves its place on the
 * stack where KeUnwindZw finds it when the stack is unwound beyond it.
 */
#pragma once

#include "ke/ke.h"

typedef struct KE_ZW_CALL {
    const KI_TRAP_FRAME *Entry; /* the entry into the kernel it belongs to; an older one's is of no
                                   account */
    const void *Place;          /* on the kernel stack; NULL: no call under way */
} KE_ZW_CALL;

extern _Thread_local KE_ZW_CALL KeZwCall __attribute__((tls_model("initial-exec")));

/* The stack is being cut back to StackPointer: a Zw call that was made below it is over. */
static inline void KeUnwindZw(ULONG_PTR StackPointer)
{
    if (KeZwCall.Place != NULL && KeZwCall.Entry == KiHostThread->TrapFrame &&
        (ULONG_PTR)KeZwCall.Place < StackPointer) {
        KiHostThread->PreviousMode = UserMode;
        KeZwCall.Place = NULL;
    }
}

static inline KPROCESSOR_MODE KeEnterZw(const void *Place)
{
    KTHREAD *Thread = KiHostThread;
    KeUnwindZw((ULONG_PTR)Place);
    KPROCESSOR_MODE Mode = Thread->PreviousMode;
    if (Mode != KernelMode) {
        KeZwCall.Entry = Thread->TrapFrame;
        KeZwCall.Place = Place;
        Thread->PreviousMode = KernelMode;
    }
    return Mode;
}

static inline void KeLeaveZw(KPROCESSOR_MODE Mode)
{
    if (Mode != KernelMode) {
        KiHostThread->PreviousMode = Mode;
        KeZwCall.Place = NULL;
    }
}

/* ZW_CALL(Close, (Handle)) runs NtClose; ZW_RUN any expression of that type. */
#define ZW_RUN(Expression)                                             \
    ({                                                                 \
        KPROCESSOR_MODE Mode_ = KeEnterZw(__builtin_frame_address(0)); \
        NTSTATUS Status_ = (Expression);                               \
        KeLeaveZw(Mode_);                                              \
        Status_;                                                       \
    })
#define ZW_CALL(Name, Arguments) ZW_RUN(Nt##Name Arguments)
