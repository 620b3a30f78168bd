/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitUnicodeString - a counted string over a terminated one, nothing copied.
 */
#include "kbuild.h"

TEST(RtlInitUnicodeString, PointsAtTheSource)
{
    static const WCHAR Source[] = L"abc";
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Source);
    CHECK_EQ(String.Length, 6);
    CHECK_EQ(String.MaximumLength, 8);
    CHECK_PTR(String.Buffer, Source);
}

TEST(RtlInitUnicodeString, NullGivesAnEmptyString)
{
    UNICODE_STRING String = {5, 5, (PWCH)&String};

    RtlInitUnicodeString(&String, NULL);
    CHECK_EQ(String.Length, 0);
    CHECK_EQ(String.MaximumLength, 0);
    CHECK_PTR(String.Buffer, NULL);
}

TEST(RtlInitUnicodeString, CountsTheTerminatorOfNothing)
{
    static const WCHAR Source[] = L"";
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Source);
    CHECK_EQ(String.Length, 0);
    CHECK_EQ(String.MaximumLength, 2);
    CHECK_PTR(String.Buffer, Source);
}

/* Characters letters and a terminator, in paged pool; NULL without memory. */
static WCHAR *LongSource(SIZE_T Characters)
{
    WCHAR *Source = ExAllocatePoolWithTag(PagedPool, (Characters + 1) * sizeof(WCHAR), 'tseT');
    SIZE_T At;

    if (Source == NULL)
        return NULL;
    for (At = 0; At < Characters; At++)
        Source[At] = L'x';
    Source[Characters] = L'\0';
    return Source;
}

/* The lengths have 16 bits: what does not fit is cut off, whole characters and terminator. */
TEST(RtlInitUnicodeString, CutsWhatSixteenBitsCannotCount)
{
    WCHAR *Source = LongSource(40000);
    UNICODE_STRING String;

    if (!CHECK(Source != NULL))
        return;
    RtlInitUnicodeString(&String, Source);
    if (KtestBuild() > KTEST_BUILD_WIN2000) {
        CHECK_EQ(String.Length, 0xFFFC);
        CHECK_EQ(String.MaximumLength, 0xFFFE);
    } else {
        CHECK_EQ(String.Length, (USHORT)80000);
        CHECK_EQ(String.MaximumLength, (USHORT)80002);
    }
    CHECK_PTR(String.Buffer, Source);
    ExFreePoolWithTag(Source, 'tseT');
}

TEST(RtlInitUnicodeString, CountsTheLongestString)
{
    WCHAR *Source = LongSource(32766);
    UNICODE_STRING String;

    if (!CHECK(Source != NULL))
        return;
    RtlInitUnicodeString(&String, Source);
    CHECK_EQ(String.Length, 0xFFFC);
    CHECK_EQ(String.MaximumLength, 0xFFFE);
    ExFreePoolWithTag(Source, 'tseT');
}
