/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _i64toa_s, _i64tow_s, _ui64toa_s, _ui64tow_s, _strtoui64 - numbers of 64 bits and text; since
 * Windows Vista.
 */
#include "ktest.h"

#define INVALID_ARGUMENT 22 /* EINVAL */
#define OUT_OF_RANGE     34 /* ERANGE */

typedef int(__cdecl *TO_NARROW)(LONGLONG Value, CHAR *Buffer, SIZE_T Size, int Radix);
typedef int(__cdecl *TO_WIDE)(LONGLONG Value, WCHAR *Buffer, SIZE_T Size, int Radix);
typedef ULONGLONG(__cdecl *FROM_NARROW)(const CHAR *Text, CHAR **End, int Radix);

static VOID CheckNarrow(
    const WCHAR *Export, LONGLONG Value, int Radix, const CHAR *Expected, SIZE_T Bytes)
{
    TO_NARROW Convert = (TO_NARROW)KtestExport(Export);
    CHAR Buffer[70];

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Convert(Value, Buffer, sizeof(Buffer), Radix), 0);
    CHECK_EQ(RtlCompareMemory(Buffer, Expected, Bytes), Bytes);
    CHECK_EQ(Convert(Value, Buffer, Bytes, Radix), 0); /* just fits */
    CHECK_EQ(Convert(Value, Buffer, 1, Radix), OUT_OF_RANGE);
    CHECK_EQ(Buffer[0], 0);
}

static VOID CheckWide(
    const WCHAR *Export, LONGLONG Value, int Radix, const WCHAR *Expected, SIZE_T Bytes)
{
    TO_WIDE Convert = (TO_WIDE)KtestExport(Export);
    WCHAR Buffer[70];

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Convert(Value, Buffer, 70, Radix), 0);
    CHECK_EQ(RtlCompareMemory(Buffer, Expected, Bytes), Bytes);
    CHECK_EQ(Convert(Value, Buffer, 1, Radix), OUT_OF_RANGE);
    CHECK_EQ(Buffer[0], 0);
}

TEST(_i64toa_s, HasASignInDecimalOnly)
{
    CheckNarrow(L"_i64toa_s", -1234567890123456789, 10, "-1234567890123456789",
        sizeof("-1234567890123456789"));
    CheckNarrow(L"_i64toa_s", -1, 16, "ffffffffffffffff", sizeof("ffffffffffffffff"));
}

TEST(_i64tow_s, IsTheSameInWideCharacters)
{
    CheckWide(L"_i64tow_s", -1234567890123456789, 10, L"-1234567890123456789",
        sizeof(L"-1234567890123456789"));
}

TEST(_ui64toa_s, HasNoSign)
{
    CheckNarrow(L"_ui64toa_s", -1, 10, "18446744073709551615", sizeof("18446744073709551615"));
}

TEST(_ui64tow_s, HasNoSign)
{
    CheckWide(L"_ui64tow_s", -1, 36, L"3w5e11264sgsf", sizeof(L"3w5e11264sgsf"));
}

TEST(_strtoui64, ReadsUpToWhatIsNoDigit)
{
    FROM_NARROW Convert = (FROM_NARROW)KtestExport(L"_strtoui64");
    const CHAR *Text = " 0x1F23zz";
    CHAR *End = NULL;

    if (Convert == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Convert(Text, &End, 0), 0x1F23);
    CHECK_PTR(End, Text + 7);
    CHECK_EQ(Convert("18446744073709551615", NULL, 10), 0xFFFFFFFFFFFFFFFFull);
    CHECK_EQ(Convert("99999999999999999999", NULL, 10), 0xFFFFFFFFFFFFFFFFull); /* too large */
    CHECK_EQ(Convert("zzz", &End, 10), 0);
}
