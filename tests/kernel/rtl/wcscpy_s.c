/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wcscpy_s - copies text within a size, always terminated.
 */
#include "ktest.h"

typedef int __cdecl FUNCTION(WCHAR *To, SIZE_T Size, const WCHAR *From);

TEST(wcscpy_s, CopiesWhatFits)
{
    FUNCTION *Function = (FUNCTION *)KtestExport(L"wcscpy_s");
    WCHAR Buffer[] = L"zzzzz";

    if (Function == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Function(Buffer, 4, L"abc"), 0);
    CHECK_EQ(RtlCompareMemory(Buffer, L"abc\0z", sizeof(Buffer)), sizeof(Buffer));
}

TEST(wcscpy_s, RefusesWhatDoesNot)
{
    FUNCTION *Function = (FUNCTION *)KtestExport(L"wcscpy_s");
    WCHAR Buffer[] = L"zzzzz";

    if (Function == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Function(Buffer, 3, L"abc"), 34); /* ERANGE */
    CHECK_EQ(Buffer[0], 0);
}
