/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * swprintf_s - formats text within a size, always terminated.
 */
#include "ktest.h"

typedef int __cdecl FUNCTION(WCHAR *To, SIZE_T Size, const WCHAR *Format, ...);

TEST(swprintf_s, FormatsWhatFits)
{
    FUNCTION *Function = (FUNCTION *)KtestExport(L"swprintf_s");
    WCHAR Buffer[] = L"zzzzzz";

    if (Function == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Function(Buffer, 6, L"%d-%s", 42, L"ab"), 5);
    CHECK_EQ(RtlCompareMemory(Buffer, L"42-ab", sizeof(L"42-ab")), sizeof(L"42-ab"));
}
