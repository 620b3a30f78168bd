/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCompareAltitudes - order of filters' altitudes; RtlGetProductInfo - the edition. Since Windows
 * Vista.
 */
#include "ktest.h"

typedef LONG NTAPI COMPARE(const UNICODE_STRING *One, const UNICODE_STRING *Other);
typedef BOOLEAN NTAPI PRODUCT(
    ULONG Major, ULONG Minor, ULONG SpMajor, ULONG SpMinor, PULONG Product);

static LONG Compare(const WCHAR *One, const WCHAR *Other)
{
    COMPARE *Function = (COMPARE *)KtestExport(L"RtlCompareAltitudes");
    UNICODE_STRING A, B;

    RtlInitUnicodeString(&A, One);
    RtlInitUnicodeString(&B, Other);
    return Function(&A, &B);
}

TEST(RtlCompareAltitudes, ComparesNumbers)
{
    if (KtestExport(L"RtlCompareAltitudes") == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Compare(L"100", L"100") == 0);
    CHECK(Compare(L"20", L"100") < 0);
    CHECK(Compare(L"320000", L"100") > 0);
    CHECK(Compare(L"100.5", L"100.25") > 0);
    CHECK(Compare(L"100", L"100.1") < 0);
    CHECK(Compare(L"00100", L"100") == 0);
    CHECK(Compare(L"123456789012345678901234567890", L"123456789012345678901234567891") < 0);
}

TEST(RtlGetProductInfo, KnowsTheEdition)
{
    PRODUCT *Function = (PRODUCT *)KtestExport(L"RtlGetProductInfo");
    ULONG Product = 0;

    if (Function == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Function(6, 1, 0, 0, &Product));
    CHECK(Product != 0);
    CHECK(!Function(5, 1, 0, 0, &Product));
    CHECK_EQ(Product, 0);
}
