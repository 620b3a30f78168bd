/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The lower half of the kernel (rtl, ke, mm, ex) over the fake host, for unit tests: no objects, no
 * drivers, no processes.
 *
 * A test runs on a thread that is attached. What may stop the machine runs in a body given to
 * fixture_bugcheck or fixture_raised, which enter the kernel with it; cmocka's assertions, which
 * leave by longjmp, stay outside of such bodies.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ex/ex.h"
#include "fake_host.h"
#include "ke/kep.h"

/* Starts ke, mm and ex and attaches this thread. What fails is undone. */
NTSTATUS fixture_start(void);
/* Detaches this thread and ends what was started. */
void fixture_stop(void);

/* For cmocka: a kernel for each test. The teardown fails when the test left pool blocks, memory or
 * a raised IRQL. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

#define FIXTURE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

typedef void (*fixture_body)(void *argument);

/* Runs body in the kernel. What KeEnterKernel gave: STATUS_HOST_DOWN when the machine stopped,
 * which it stays. */
NTSTATUS fixture_enter(fixture_body body, void *argument);

/* Runs body in the kernel. The code of the bugcheck it ended with; 0: none. The machine is as new
 * afterwards. */
ULONG fixture_bugcheck(fixture_body body, void *argument);
/* What KeBugCheckReporter was told last, and how often it was called since fixture_start. */
extern KE_BUGCHECK fixture_last_bugcheck;
extern unsigned fixture_bugchecks;

/* Runs body in the kernel. The status of the exception it ended with; STATUS_SUCCESS: none. */
NTSTATUS fixture_raised(fixture_body body, void *argument);

/* A kernel thread of its own that runs body; ends when body returns or the machine stops. */
struct fixture_thread;
struct fixture_thread *fixture_thread_start(fixture_body body, void *argument);
KTHREAD *fixture_thread_object(struct fixture_thread *thread);
/* Waits for its end and frees it. What KeEnterKernel gave: STATUS_SUCCESS, or STATUS_HOST_DOWN when
 * it was sent out. */
NTSTATUS fixture_thread_join(struct fixture_thread *thread);

unsigned fixture_pool_blocks(void);
static inline LARGE_INTEGER fixture_ms(LONGLONG milliseconds)
{
    return (LARGE_INTEGER){.QuadPart = -milliseconds * 10000};
}
