/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * sprintf_s - formats text within a size, always terminated.
 */
#include "ktest.h"

typedef int __cdecl FUNCTION(CHAR *To, SIZE_T Size, const CHAR *Format, ...);

TEST(sprintf_s, FormatsWhatFits)
{
    FUNCTION *Function = (FUNCTION *)KtestExport(L"sprintf_s");
    CHAR Buffer[] = "zzzzzz";

    if (Function == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Function(Buffer, 6, "%d-%s", 42, "ab"), 5);
    CHECK_EQ(RtlCompareMemory(Buffer, "42-ab", sizeof("42-ab")), sizeof("42-ab"));
}
