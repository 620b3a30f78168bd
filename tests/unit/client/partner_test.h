/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the tests of waiting and completion share: a machine with partner.sys
 * (tests/kernel/partner), which is told what to do by control codes, and a check at the end that
 * nothing was left behind. Nothing here sleeps: what has to happen is waited for.
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

#include "client.h"

#include "../../kernel/partner/partner.h"
#include "dotsys/dotsys.h"

#define ROUNDS 100 /* of what races */

static dotsys_machine *machine;
static unsigned findings;

static __attribute__((unused)) void no_log(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

static __attribute__((unused)) void count_finding(void *context, const dotsys_finding *finding)
{
    (void)context;
    findings++;
    fprintf(stderr, "finding: %s\n", finding->text);
}

static __attribute__((unused)) int open_machine(void **state)
{
    const dotsys_options options = {
        .size = sizeof(options), .log = no_log, .finding = count_finding};
    const char *build = getenv("DOTSYS_TEST_BUILD");
    char path[1024];

    (void)state;
    snprintf(
        path, sizeof(path), "%s/tests/kernel/x64/partner.sys", build != NULL ? build : "build");
    return dotsys_machine_open(&options, &machine) != DOTSYS_OK ||
        dotsys_driver_start(machine, "partner", path) != DOTSYS_OK;
}

static __attribute__((unused)) int close_machine(void **state)
{
    (void)state;
    return dotsys_machine_close(machine) != 0 || findings != 0;
}

static __attribute__((unused)) HANDLE open_partner(DWORD flags)
{
    HANDLE file = CreateFileA("\\\\.\\Partner", GENERIC_READ | GENERIC_WRITE,
        FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, flags, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    return file;
}

/* Tells the driver on a handle of its own; returns the last error, 0: it succeeded. */
static __attribute__((unused)) DWORD tell(DWORD code, void *input, DWORD bytes)
{
    HANDLE file = open_partner(0);
    DWORD returned, answer = 0;
    BOOL done = DeviceIoControl(file, code, input, bytes, &answer, sizeof(answer), &returned, NULL);
    DWORD error = done ? 0 : GetLastError();

    CloseHandle(file);
    return error;
}

static __attribute__((unused)) DWORD tell_object(DWORD code, HANDLE handle)
{
    PARTNER_OBJECT input = {handle};
    return tell(code, &input, sizeof(input));
}

static __attribute__((unused)) void complete_reads(ULONG count, NTSTATUS status)
{
    PARTNER_COMPLETE input = {count, status};
    assert_int_equal(tell(PARTNER_COMPLETE_READS, &input, sizeof(input)), 0);
}

static __attribute__((unused)) HANDLE start(LPTHREAD_START_ROUTINE routine, void *argument)
{
    HANDLE thread = CreateThread(NULL, 0, routine, argument, 0, NULL);
    assert_non_null(thread);
    return thread;
}

/* Waits for the thread's end; returns its exit code. */
static __attribute__((unused)) DWORD join(HANDLE thread)
{
    DWORD code = 0;
    assert_int_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &code));
    assert_true(CloseHandle(thread));
    return code;
}

#define assert_fails(expression, error)              \
    do {                                             \
        SetLastError(0);                             \
        assert_false(expression);                    \
        assert_int_equal(GetLastError(), (error));   \
    } while (0)
