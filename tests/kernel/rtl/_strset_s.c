/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _strset_s, _strnset_s, _wcsset_s, _wcsnset_s - every character of a text becomes the same one;
 * since Windows Vista.
 */
#include "ktest.h"

#define INVALID_ARGUMENT 22 /* EINVAL */

typedef int(__cdecl *SET)(CHAR *Text, SIZE_T Size, int Character);
typedef int(__cdecl *SET_COUNT)(CHAR *Text, SIZE_T Size, int Character, SIZE_T Count);
typedef int(__cdecl *WIDE_SET)(WCHAR *Text, SIZE_T Size, WCHAR Character);
typedef int(__cdecl *WIDE_SET_COUNT)(WCHAR *Text, SIZE_T Size, WCHAR Character, SIZE_T Count);

TEST(_strset_s, SetsAllButTheEnd)
{
    SET Set = (SET)KtestExport(L"_strset_s");
    CHAR Text[6] = "abcd", Open[3] = {'a', 'b', 'c'};

    if (Set == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Set(Text, sizeof(Text), 'x'), 0);
    CHECK_EQ(RtlCompareMemory(Text, "xxxx", 5), 5);
    CHECK_EQ(Set(Open, sizeof(Open), 'x'), INVALID_ARGUMENT); /* it has no end */
    CHECK_EQ(Open[0], 0);
}

TEST(_strnset_s, SetsSoMany)
{
    SET_COUNT Set = (SET_COUNT)KtestExport(L"_strnset_s");
    CHAR Text[6] = "abcd";

    if (Set == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Set(Text, sizeof(Text), 'x', 2), 0);
    CHECK_EQ(RtlCompareMemory(Text, "xxcd", 5), 5);
    CHECK_EQ(Set(Text, sizeof(Text), 'y', 100), 0);
    CHECK_EQ(RtlCompareMemory(Text, "yyyy", 5), 5);
}

TEST(_wcsset_s, SetsAllButTheEnd)
{
    WIDE_SET Set = (WIDE_SET)KtestExport(L"_wcsset_s");
    WCHAR Text[6] = L"abcd", Open[3] = {'a', 'b', 'c'};

    if (Set == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Set(Text, 6, L'x'), 0);
    CHECK_EQ(RtlCompareMemory(Text, L"xxxx", 10), 10);
    CHECK_EQ(Set(Open, 3, L'x'), INVALID_ARGUMENT);
    CHECK_EQ(Open[0], 0);
}

TEST(_wcsnset_s, SetsSoMany)
{
    WIDE_SET_COUNT Set = (WIDE_SET_COUNT)KtestExport(L"_wcsnset_s");
    WCHAR Text[6] = L"abcd";

    if (Set == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Set(Text, 6, L'x', 2), 0);
    CHECK_EQ(RtlCompareMemory(Text, L"xxcd", 10), 10);
}
