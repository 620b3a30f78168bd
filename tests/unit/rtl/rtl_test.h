/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the tests of rtl share: the pool strings are allocated from, which counts and can fail.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rtl/rtlp.h"

static int pool_live; /* blocks allocated and not freed */
static int pool_fail; /* the next allocation fails */

static inline void *pool_allocate(SIZE_T size, ULONG_PTR site)
{
    assert_true(site != 0);
    assert_true(size != 0);
    if (pool_fail)
        return NULL;
    pool_live++;
    return malloc(size);
}

static inline void pool_free(void *block)
{
    pool_live--;
    free(block);
}

static inline int pool_set_up(void **state)
{
    (void)state;
    pool_live = 0;
    pool_fail = 0;
    RtlpAllocate = pool_allocate;
    RtlpFree = pool_free;
    return 0;
}

/* Every test gives back what it allocated. */
static inline int pool_tear_down(void **state)
{
    (void)state;
    return pool_live == 0 ? 0 : -1;
}

#define POOL_TEST(name) cmocka_unit_test_setup_teardown(name, pool_set_up, pool_tear_down)

/* A UNICODE_STRING over a literal. */
#define U(literal) (&(UNICODE_STRING)RTL_STRING(literal))
#define A(literal) (&(STRING){sizeof(literal) - 1, sizeof(literal), (char *)(uintptr_t)(literal)})

#define assert_wide(text, length, literal)                                   \
    do {                                                                     \
        assert_int_equal(length, sizeof(literal) - sizeof(WCHAR));           \
        assert_memory_equal(text, literal, sizeof(literal) - sizeof(WCHAR)); \
    } while (0)
