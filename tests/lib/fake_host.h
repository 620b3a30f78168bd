/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a test can do to the fake of host/host.h (fake_host.c): let calls fail, move the clock, look
 * at what the kernel asked for. Components linked with it in place of kernel/host run without
 * signal handlers and without waiting for real time.
 *
 * The clock stands still while any thread runs. When every thread sleeps (in host_wait or
 * host_thread_join) it jumps to the earliest deadline; if there is none, nothing could ever happen
 * again: the program says so and aborts. So a wait with a timeout of an hour costs nothing, and
 * ends at exactly the right time.
 */
#pragma once

#include "host/host.h"

/* The calls that can fail. */
enum fake_host_call {
    FAKE_RAM_CREATE,
    FAKE_RAM_ALIAS,
    FAKE_MEM_PROTECT,
    FAKE_PRIVATE_ALLOCATE,
    FAKE_THREAD_CREATE,
    FAKE_THREAD_ARM_FAULTS,
    FAKE_FAULTS_INSTALL,
    FAKE_FILE_READ,
    FAKE_PROCESS_WATCH,
    FAKE_CALL_KINDS,
    FAKE_ANY_CALL = FAKE_CALL_KINDS,
};

/* host_clock_monotonic() after fake_host_reset: 100 s */
#define FAKE_BOOT_MONOTONIC 1000000000u
#define FAKE_BOOT_UTC 132223104000000000u      /* host_clock_utc() then: 2020-01-01 */

/* Clock, failures, counts, files and random numbers as at the start. No other thread may be
 * running. */
void fake_host_reset(void);

/* The call of that kind the countdown reaches (1: the next one) fails, with forever all later ones
 * too; 0: none. */
void fake_host_fail(enum fake_host_call call, unsigned countdown, bool forever);
/* How many calls of that kind there were since fake_host_reset or the last fake_host_fail. */
unsigned fake_host_calls(enum fake_host_call call);

/* Waits until every other thread sleeps. The clock stands still. */
void fake_host_settle(void);
/*
 * Lets time pass: each deadline on the way is reached at its own time, and what wakes runs until it
 * sleeps again. Returns when all others sleep and the clock stands at the new time.
 */
void fake_host_advance(uint64_t by_100ns);
/* What each host_yield costs, so that a busy-wait for a time ends; 0 at first. */
void fake_host_set_yield_cost(uint64_t cost_100ns);

/* The protection a page of RAM was given: a mask of enum host_protection. */
unsigned fake_host_protection(const void *address);
/* Bytes of host_private_allocate not freed yet, except those of signal stacks. */
size_t fake_host_private_bytes(void);
/* Gives a fault to the handler of host_faults_install; false: declined, or there is none. */
bool fake_host_deliver_fault(struct host_fault *fault);
/* A file host_file_read finds; data stays the caller's. */
void fake_host_add_file(const char *path, const void *data, size_t size);
/* A process host_process_query finds; and an event for whoever watches. */
void fake_host_add_process(const struct host_process *process);
void fake_host_post_process(const struct host_process_event *event);
/* What host_complain was given since fake_host_reset, as far as it fits. */
const char *fake_host_complaints(void);
void fake_host_forget_complaints(void); /* they were expected */
