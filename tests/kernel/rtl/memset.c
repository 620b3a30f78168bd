/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * memset - fills a block.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern void *(__cdecl *const Function)(void *To, int Value, SIZE_T Count) __asm__(
    KTEST_IMPORT(memset));

TEST(memset, EverySizeUpToAPage)
{
    static UCHAR To[4200];
    SIZE_T Size;
    SIZE_T At;

    for (Size = 0; Size < 4096; Size = Size * 2 + 1) {
        for (At = 0; At < sizeof(To); At++)
            To[At] = 0xEE;
        CHECK_PTR(Function(To + 3, 0x142, Size), To + 3);
        for (At = 0; At < Size; At++) {
            if (!CHECK_EQ(To[3 + At], 0x42))
                return;
        }
        CHECK_EQ(To[2], 0xEE);
        CHECK_EQ(To[3 + Size], 0xEE);
    }
}
