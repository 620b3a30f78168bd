/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * pool_test.h - what the tests of the pool's allocation routines share.
 */
#ifndef TESTS_KERNEL_EX_POOL_TEST_H
#define TESTS_KERNEL_EX_POOL_TEST_H

#include "ktest.h"

#define POOL_TEST_TAG 'tseT'

/* More than any machine has pool for, and no overflow when rounded up to pages. */
#ifdef _WIN64
#define POOL_TEST_TOO_MUCH ((SIZE_T)1 << 46)
#define POOL_TEST_ALIGNMENT 16
#else
#define POOL_TEST_TOO_MUCH ((SIZE_T)0x7FF00000)
#define POOL_TEST_ALIGNMENT 8
#endif

static inline BOOLEAN PoolTestIsAligned(const VOID *Block, ULONG_PTR Alignment)
{
    return ((ULONG_PTR)Block & (Alignment - 1)) == 0;
}

/* Whether every one of the bytes is Value. */
static inline BOOLEAN PoolTestIsFilled(const UCHAR *Bytes, SIZE_T Count, UCHAR Value)
{
    while (Count != 0) {
        if (Bytes[--Count] != Value)
            return FALSE;
    }
    return TRUE;
}

#endif
