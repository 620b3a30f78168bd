/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the tests of ob and se share: a machine, and tests whose body runs inside its kernel.
 *
 *     IN_KERNEL(close_twice) { expect_status(ZwClose(NULL), STATUS_INVALID_HANDLE); }
 *     TEST(close_twice) in the list
 *
 * AS_CLIENT makes a test that stays outside and calls services as a client does, with cmocka's
 * assertions.
 *
 * A body runs on the kernel stack with KernelMode as the previous mode, so it does not use cmocka's
 * assertions, which leave by longjmp: expect() records the first failure and goes on. Each test
 * starts and ends without objects and pool blocks of its own, which is checked.
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

#include "dotsys/dotsys.h"
#include "ke/kep.h"
#include "rtl/rtl.h"
#include "services.h"

#define U(literal) (&(UNICODE_STRING)RTL_STRING(literal))

static dotsys_machine *machine;
static char first_failure[256];

static __attribute__((unused)) void expect_at(int holds, const char *text, int line)
{
    if (!holds && first_failure[0] == '\0')
        snprintf(first_failure, sizeof(first_failure), "line %d: %s", line, text);
}

static __attribute__((unused)) void expect_equal_at(
    unsigned long long actual, unsigned long long wanted, const char *text, int line)
{
    if (actual != wanted && first_failure[0] == '\0')
        snprintf(first_failure, sizeof(first_failure), "line %d: %s is 0x%llx, not 0x%llx", line,
            text, actual, wanted);
}

#define expect(condition) expect_at(!!(condition), #condition, __LINE__)
#define expect_equal(actual, wanted) \
    expect_equal_at((unsigned long long)(actual), (unsigned long long)(wanted), #actual, __LINE__)
#define expect_status(actual, wanted) \
    expect_equal_at((ULONG)(actual), (ULONG)(wanted), #actual, __LINE__)

/* ---- what is there --------------------------------------------------------------------------- */

typedef struct resources {
    unsigned objects, blocks;
} resources;

static __attribute__((unused)) BOOLEAN count_object(OBJECT_HEADER *header, void *context)
{
    (void)header;
    ((resources *)context)->objects++;
    return TRUE;
}

/* Handle tables keep their segments. */
static __attribute__((unused)) BOOLEAN count_block(const EX_POOL_BLOCK *block, void *context)
{
    if (block->Tag != 0x6148624fu && block->Tag != 0x6944624fu)
        ((resources *)context)->blocks++;
    return TRUE;
}

static __attribute__((unused)) resources count_resources(void)
{
    resources count = {0, 0};
    ObEnumerateObjects(count_object, &count);
    ExEnumeratePool(count_block, &count);
    return count;
}

/* ---- running --------------------------------------------------------------------------------- */

static __attribute__((unused)) NTSTATUS run_checked(void *body)
{
    resources before = count_resources();
    ((void (*)(void))body)();
    resources after = count_resources();
    expect_equal(after.objects, before.objects);
    expect_equal(after.blocks, before.blocks);
    expect_equal(KiGetIrql(), PASSIVE_LEVEL);
    return STATUS_SUCCESS;
}

/* cmocka puts its own handlers over the machine's before each test. */
static void arm_faults(void)
{
    assert_int_equal(host_faults_install(KiHandleFault, KiHandleInterrupt), 0);
}

static __attribute__((unused)) void run(void (*body)(void))
{
    first_failure[0] = '\0';
    arm_faults();
    assert_int_equal(
        KeEnterKernel(run_checked, (void *)(uintptr_t)body, KernelMode), STATUS_SUCCESS);
    if (first_failure[0] != '\0')
        fail_msg("%s", first_failure);
}

#define IN_KERNEL(name)            \
    static void name##_body(void); \
    static void name(void **state) \
    {                              \
        (void)state;               \
        run(name##_body);          \
    }                              \
    static void name##_body(void)

#define AS_CLIENT(name)            \
    static void name##_body(void); \
    static void name(void **state) \
    {                              \
        (void)state;               \
        arm_faults();              \
        name##_body();             \
    }                              \
    static void name##_body(void)

static __attribute__((unused)) void quiet(void *context, const dotsys_log_line *line)
{
    (void)context;
    (void)line;
}

static __attribute__((unused)) int open_machine(void **state)
{
    const dotsys_options options = {.size = sizeof(options), .log = quiet};
    (void)state;
    return dotsys_machine_open(&options, &machine) == DOTSYS_OK ? 0 : -1;
}

static __attribute__((unused)) int open_machine_as_user(void **state)
{
    const dotsys_options options = {.size = sizeof(options), .log = quiet, .ordinary_user = true};
    (void)state;
    return dotsys_machine_open(&options, &machine) == DOTSYS_OK ? 0 : -1;
}

static __attribute__((unused)) int close_machine(void **state)
{
    (void)state;
    dotsys_machine_close(machine);
    return 0;
}

#define TEST(name) cmocka_unit_test(name)

/* A type of our own whose objects say when they go. */
static OBJECT_TYPE *test_type;
static _Atomic unsigned test_deleted, test_closed;
static _Atomic KIRQL test_deleted_at;

static __attribute__((unused)) void test_delete(void *object)
{
    (void)object;
    test_deleted++;
    test_deleted_at = KiGetIrql();
}

static __attribute__((unused)) void test_close(void *object, ULONG count)
{
    (void)object;
    (void)count;
    test_closed++;
}

static __attribute__((unused)) NTSTATUS make_test_type(void *unused)
{
    const OBJECT_TYPE type = {
        .Procedures = {.Delete = test_delete, .Close = test_close},
        .GenericMapping = {0x20001, 0x20002, 0x20004, 0x1F00FF},
        .ValidAccess = 0x1F00FF,
        .PoolTag = 0x74736554,
    };
    (void)unused;
    return ObiCreateType("Test", &type, &test_type);
}

static __attribute__((unused)) int open_machine_with_type(void **state)
{
    if (open_machine(state) != 0)
        return -1;
    return KeEnterKernel(make_test_type, NULL, KernelMode) == STATUS_SUCCESS ? 0 : -1;
}

static __attribute__((unused)) void *make_object(void)
{
    void *object = NULL;
    expect_status(ObiCreateObject(test_type, 64, 0, &object), STATUS_SUCCESS);
    return object;
}
