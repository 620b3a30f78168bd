/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * strcpy_s - copies text within a size, always terminated.
 */
#include "ktest.h"

typedef int __cdecl FUNCTION(CHAR *To, SIZE_T Size, const CHAR *From);

TEST(strcpy_s, CopiesWhatFits)
{
    FUNCTION *Function = (FUNCTION *)KtestExport(L"strcpy_s");
    CHAR Buffer[] = "zzzzz";

    if (Function == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Function(Buffer, 4, "abc"), 0);
    CHECK_EQ(RtlCompareMemory(Buffer, "abc\0z", sizeof(Buffer)), sizeof(Buffer));
}

TEST(strcpy_s, RefusesWhatDoesNot)
{
    FUNCTION *Function = (FUNCTION *)KtestExport(L"strcpy_s");
    CHAR Buffer[] = "zzzzz";

    if (Function == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Function(Buffer, 3, "abc"), 34); /* ERANGE */
    CHECK_EQ(Buffer[0], 0);
}
