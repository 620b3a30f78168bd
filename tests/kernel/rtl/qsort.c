/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * qsort - sorts an array.
 */
#include "ktest.h"

typedef int __cdecl COMPARE(const void *First, const void *Second);

/* The import itself: the compiler has ideas of its own about the name. */
extern void (__cdecl *const Function)(void *Base, SIZE_T Count, SIZE_T Size, COMPARE *Compare)
    __asm__(KTEST_IMPORT(qsort));

static int __cdecl Compare(const void *First, const void *Second)
{
    ULONG A = *(const ULONG *)First;
    ULONG B = *(const ULONG *)Second;

    return (A > B) - (A < B);
}

TEST(qsort, SortsAnySize)
{
    ULONG Numbers[100];
    ULONG Count;
    ULONG At;

    for (Count = 0; Count <= 100; Count += 7) {
        for (At = 0; At < Count; At++)
            Numbers[At] = At * 37 % 101;
        Function(Numbers, Count, sizeof(ULONG), Compare);
        for (At = 1; At < Count; At++) {
            if (!CHECK(Numbers[At - 1] <= Numbers[At]))
                return;
        }
    }
}
