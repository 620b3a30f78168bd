/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/host only. */
#pragma once

#include <signal.h>

#include "host/host.h"

#define HOST_INTERRUPT_SIGNAL (SIGRTMIN + 6)

#if defined(__i386__)
int host_i386_set_fs(void *pcr);
#endif

/* The call whose times have 64 bits. */
#if defined(__i386__)
#define HOST_FUTEX SYS_futex_time64
#else
#define HOST_FUTEX SYS_futex
#endif

/* turns.c: what the functions of host.h do on a thread that takes turns (host_turn_self), and while
 * there are such threads. */
struct host_turn_thread;
extern _Thread_local struct host_turn_thread *host_turn_self
    __attribute__((tls_model("initial-exec")));
extern bool host_turns_on;

struct host_turn_thread *host_turn_prepare(void); /* one that is to start; NULL: there are too many
                                                   */
void host_turn_discard(struct host_turn_thread *thread); /* it could not */
void host_turn_started(struct host_turn_thread *thread, uintptr_t pthread); /* by who made it */
void host_turn_first(struct host_turn_thread *self); /* on the new thread: waits for its turn */
void host_turn_last(void);                           /* before it ends */
void host_turn_join(uintptr_t pthread);
void host_turn_detach(uintptr_t pthread);
void host_turn_yield(void);
int host_turn_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline);
void host_turn_wake(_Atomic uint32_t *word, unsigned count);
uint64_t host_turn_clock(bool utc);
void host_turn_random(void *buffer, size_t size_bytes);

#define HOST_TURNS_PROCESSORS 2u
#define HOST_TURNS_PROCESS 0x400004u /* Linux has none of that number: they are smaller */

/* memory.c: mmap's protection for a mask of enum host_protection. */
int host_linux_protection(unsigned protection);
