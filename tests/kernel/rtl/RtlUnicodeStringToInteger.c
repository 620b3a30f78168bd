/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUnicodeStringToInteger - the number a string starts with.
 */
#include "kbuild.h"

/* The number, or 0xDEAD with a failed check. */
static ULONG Number(WCHAR *Text, SIZE_T Bytes, ULONG Base)
{
    UNICODE_STRING String = {(USHORT)Bytes, (USHORT)Bytes, Text};
    ULONG Value = 0xDEAD;

    CHECK_STATUS(RtlUnicodeStringToInteger(&String, Base, &Value), STATUS_SUCCESS);
    return Value;
}

#define NUMBER(Literal, Base) Number((WCHAR[]){Literal}, sizeof(Literal) - sizeof(WCHAR), (Base))

TEST(RtlUnicodeStringToInteger, ReadsEveryBase)
{
    CHECK_EQ(NUMBER(L"123", 10), 123);
    CHECK_EQ(NUMBER(L"007", 10), 7);
    CHECK_EQ(NUMBER(L"777", 8), 511);
    CHECK_EQ(NUMBER(L"101", 2), 5);
    CHECK_EQ(NUMBER(L"BeeF", 16), 0xBEEF);
}

TEST(RtlUnicodeStringToInteger, BaseZeroGoesByThePrefix)
{
    CHECK_EQ(NUMBER(L"0x1F", 0), 31);
    CHECK_EQ(NUMBER(L"0o17", 0), 15);
    CHECK_EQ(NUMBER(L"0b101", 0), 5);
    CHECK_EQ(NUMBER(L"077", 0), 77);
    CHECK_EQ(NUMBER(L"42", 0), 42);
}

TEST(RtlUnicodeStringToInteger, SkipsWhiteSpaceAndTakesASign)
{
    CHECK_EQ(NUMBER(L"  -345", 10), (ULONG)-345);
    CHECK_EQ(NUMBER(L"   +678abc", 10), 678);
    CHECK_EQ(NUMBER(L"   +678abc", 16), 6785724);
    CHECK_EQ(NUMBER(L"\t12", 10), 12);
}

TEST(RtlUnicodeStringToInteger, StopsAtTheFirstOtherCharacter)
{
    CHECK_EQ(NUMBER(L"789", 8), 7);
    CHECK_EQ(NUMBER(L"FGH", 16), 15);
    CHECK_EQ(NUMBER(L"12 34", 10), 12);
}

TEST(RtlUnicodeStringToInteger, NoNumberIsZero)
{
    CHECK_EQ(NUMBER(L"xyz", 10), 0);
    CHECK_EQ(NUMBER(L"      ", 10), 0);
    CHECK_EQ(NUMBER(L".5", 10), 0);
}

TEST(RtlUnicodeStringToInteger, ReadsTheLargest)
{
    CHECK_EQ(NUMBER(L"4294967295", 10), 0xFFFFFFFF);
    CHECK_EQ(NUMBER(L"FFFFFFFF", 16), 0xFFFFFFFF);
}

TEST(RtlUnicodeStringToInteger, CountsItsCharacters)
{
    WCHAR Digits[] = L"12345";

    CHECK_EQ(Number(Digits, 3 * sizeof(WCHAR), 10), 123);
}

TEST(RtlUnicodeStringToInteger, AnEmptyStringIsRefused)
{
    WCHAR Nothing[] = L"";
    UNICODE_STRING String = {0, sizeof(Nothing), Nothing};
    ULONG Value = 0;

    CHECK_STATUS(RtlUnicodeStringToInteger(&String, 10, &Value),
                 KtestBuild() < KTEST_BUILD_VISTA ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER);
    CHECK_EQ(Value, 0);
}

TEST(RtlUnicodeStringToInteger, HalfACharacterIsRefused)
{
    WCHAR Digits[] = L"12345";
    UNICODE_STRING String = {5, sizeof(Digits), Digits};
    const BOOLEAN Taken = KtestBuild() < KTEST_BUILD_VISTA;
    ULONG Value = 0;

    CHECK_STATUS(RtlUnicodeStringToInteger(&String, 10, &Value),
                 Taken ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER);
    CHECK_EQ(Value, Taken ? 12 : 0);
}

TEST(RtlUnicodeStringToInteger, ALargerNumberLosesItsUpperBits)
{
    CHECK_EQ(NUMBER(L"4294967296", 10), 0);
    CHECK_EQ(NUMBER(L"9999999999", 0), 1410065407);
    CHECK_EQ(NUMBER(L"-2147483649", 0), 2147483647);
}

TEST(RtlUnicodeStringToInteger, OnlyOnePrefixAndOneSign)
{
    CHECK_EQ(NUMBER(L"--214", 0), 0);
    CHECK_EQ(NUMBER(L"00x12", 0), 0);
    CHECK_EQ(NUMBER(L"0X12", 0), 0);
    CHECK_EQ(NUMBER(L"0x12", 16), 0);
    CHECK_EQ(NUMBER(L"-0x12", 0), (ULONG)-18);
    CHECK_EQ(NUMBER(L"0b2", 0), 0);
    CHECK_EQ(NUMBER(L"\001\0377", 0), 7);
}

TEST(RtlUnicodeStringToInteger, OtherBasesAreRefused)
{
    KTEST_STRING(String, L"12");
    ULONG Value = 0;

    CHECK_STATUS(RtlUnicodeStringToInteger(&String, 3, &Value), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlUnicodeStringToInteger(&String, 36, &Value), STATUS_INVALID_PARAMETER);
}
