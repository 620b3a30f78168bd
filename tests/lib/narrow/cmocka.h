/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * As much of cmocka's interface as tests that are also built for 32 bits use: there is no such
 * library to count on. Results are TAP. Fault signals are left alone.
 */
#pragma once

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*test)(void **state);
    int (*setup)(void **state);
    int (*teardown)(void **state);
};

#define cmocka_unit_test(function) {#function, function, NULL, NULL}
#define cmocka_unit_test_setup_teardown(function, before, after) \
    {                                                            \
#function, function, before, after                       \
    }

static jmp_buf cmocka_out;
static bool cmocka_skipped;

static inline void cmocka_failed(
    const char *file, int line, const char *what, long long left, long long right)
{
    printf("# %s:%d: %s: %lld (0x%llx), %lld (0x%llx)\n", file, line, what, left,
        (unsigned long long)left, right, (unsigned long long)right);
    longjmp(cmocka_out, 1);
}

static inline void cmocka_skip(void)
{
    cmocka_skipped = true;
    longjmp(cmocka_out, 2);
}

#define CMOCKA_CHECK(holds, left, right)                                                         \
    do {                                                                                         \
        if (!(holds))                                                                            \
            cmocka_failed(                                                                       \
                __FILE__, __LINE__, #left " and " #right, (long long)(intptr_t)0, (long long)0); \
    } while (0)

/* cmocka compares what both are as its widest unsigned integer: -1 of 32 bits is one value,
 * whatever its sign. */
#define assert_int_equal(left, right)                                                          \
    do {                                                                                       \
        const long long cmocka_left = (long long)(left), cmocka_right = (long long)(right);    \
        if ((uint32_t)cmocka_left != (uint32_t)cmocka_right ||                                 \
            (cmocka_left != cmocka_right && cmocka_left != (int32_t)cmocka_right &&            \
                cmocka_right != (int32_t)cmocka_left))                                         \
            cmocka_failed(__FILE__, __LINE__, #left " == " #right, cmocka_left, cmocka_right); \
    } while (0)
#define assert_int_not_equal(left, right) \
    CMOCKA_CHECK((long long)(left) != (long long)(right), left, right)
#define assert_ptr_equal(left, right) \
    CMOCKA_CHECK((const void *)(left) == (const void *)(right), left, right)
#define assert_ptr_not_equal(left, right) \
    CMOCKA_CHECK((const void *)(left) != (const void *)(right), left, right)
#define assert_true(value) CMOCKA_CHECK(value, value, true)
#define assert_false(value) CMOCKA_CHECK(!(value), value, false)
#define assert_null(value) CMOCKA_CHECK((value) == NULL, value, NULL)
#define assert_non_null(value) CMOCKA_CHECK((value) != NULL, value, something)
#define assert_string_equal(left, right) CMOCKA_CHECK(strcmp(left, right) == 0, left, right)
#define assert_string_not_equal(left, right) CMOCKA_CHECK(strcmp(left, right) != 0, left, right)
#define assert_memory_equal(left, right, size) \
    CMOCKA_CHECK(memcmp(left, right, size) == 0, left, right)
#define fail_msg(...)                                                     \
    do {                                                                  \
        printf("# " __VA_ARGS__);                                         \
        cmocka_failed(__FILE__, __LINE__, "fails", 0, 0);                 \
    } while (0)
#define skip() cmocka_skip()

static inline int cmocka_run(const struct CMUnitTest *test)
{
    void *state = NULL;
    int how = setjmp(cmocka_out);

    if (how == 0) {
        if (test->setup != NULL && test->setup(&state) != 0)
            return 1;
        test->test(&state);
    }
    if (test->teardown != NULL && test->teardown(&state) != 0)
        return 1;
    return how == 1;
}

static inline int cmocka_run_group(const char *name, const struct CMUnitTest *tests, size_t count,
    int (*before)(void **state), int (*after)(void **state))
{
    static size_t number;
    void *state = NULL;
    int failed = 0;

    if (before != NULL && before(&state) != 0) {
        printf("not ok %zu - %s: what comes before the tests\n", ++number, name);
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        cmocka_skipped = false;
        int wrong = cmocka_run(&tests[i]);
        failed += wrong;
        printf("%sok %zu - %s: %s%s\n", wrong ? "not " : "", ++number, name, tests[i].name,
            cmocka_skipped ? " # SKIP" : "");
        fflush(stdout);
    }
    if (after != NULL && after(&state) != 0) {
        printf("not ok %zu - %s: what comes after the tests\n", ++number, name);
        failed++;
    }
    return failed;
}

#define cmocka_run_group_tests_name(name, tests, before, after) \
    cmocka_run_group(name, tests, sizeof(tests) / sizeof((tests)[0]), before, after)
#define cmocka_run_group_tests(tests, before, after) \
    cmocka_run_group_tests_name(#tests, tests, before, after)
