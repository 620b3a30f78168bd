/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * memcpy_s - copies a block within a size.
 */
#include "ktest.h"

typedef int __cdecl FUNCTION(void *To, SIZE_T Size, const void *From, SIZE_T Count);

TEST(memcpy_s, CopiesWhatFits)
{
    FUNCTION *Function = (FUNCTION *)KtestExport(L"memcpy_s");
    CHAR Buffer[] = "zzzz";

    if (Function == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Function(Buffer, 4, "abc", 3), 0);
    CHECK_EQ(RtlCompareMemory(Buffer, "abcz", 4), 4);
}
