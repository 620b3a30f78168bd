/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * memcpy - copies a block.
 */
#include "ktest.h"

/* The import itself: the compiler has ideas of its own about the name. */
extern void *(__cdecl *const Function)(void *To, const void *From, SIZE_T Count)
    __asm__(KTEST_IMPORT(memcpy));

TEST(memcpy, EverySizeUpToAPage)
{
    static UCHAR From[4096];
    static UCHAR To[4200];
    SIZE_T Size;
    SIZE_T At;

    for (At = 0; At < sizeof(From); At++)
        From[At] = (UCHAR)(At * 7 + 1);
    for (Size = 0; Size < 4096; Size = Size * 2 + 1) {
        RtlFillMemory(To, sizeof(To), 0xEE);
        CHECK_PTR(Function(To + 3, From, Size), To + 3);
        CHECK_EQ(RtlCompareMemory(To + 3, From, Size), Size);
        CHECK_EQ(To[2], 0xEE);
        CHECK_EQ(To[3 + Size], 0xEE);
    }
}
