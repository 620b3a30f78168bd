/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * memmove - copies blocks that may overlap.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern void *(__cdecl *const Function)(void *To, const void *From, SIZE_T Count)
    __asm__(KTEST_IMPORT(memmove));

TEST(memmove, TakesOverlapBothWays)
{
    CHAR Block[] = "abcdefgh";

    CHECK_PTR(Function(Block + 2, Block, 5), Block + 2);
    CHECK_EQ(RtlCompareMemory(Block, "ababcdeh", 8), 8);
    Function(Block, Block + 2, 5);
    CHECK_EQ(RtlCompareMemory(Block, "abcdedeh", 8), 8);
}

TEST(memmove, EverySizeUpToAPage)
{
    static UCHAR Block[4200];
    SIZE_T Size;
    SIZE_T At;

    for (Size = 0; Size < 4096; Size = Size * 2 + 1) {
        for (At = 0; At < sizeof(Block); At++)
            Block[At] = (UCHAR)(At * 7);
        Function(Block + 50, Block + 47, Size);
        for (At = 0; At < Size; At++) {
            if (!CHECK_EQ(Block[50 + At], (UCHAR)((47 + At) * 7)))
                return;
        }
        CHECK_EQ(Block[50 + Size], (UCHAR)((50 + Size) * 7));
        CHECK_EQ(Block[49], (UCHAR)(49 * 7));
    }
}
