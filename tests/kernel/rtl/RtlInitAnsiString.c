/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitAnsiString - a counted string over a terminated one, nothing copied.
 */
#include "ktest.h"

TEST(RtlInitAnsiString, PointsAtTheSource)
{
    static const char Source[] = "abc";
    ANSI_STRING String;

    RtlInitAnsiString(&String, Source);
    CHECK_EQ(String.Length, 3);
    CHECK_EQ(String.MaximumLength, 4);
    CHECK_PTR(String.Buffer, Source);
}

TEST(RtlInitAnsiString, NullGivesAnEmptyString)
{
    ANSI_STRING String = {5, 5, (PCHAR)&String};

    RtlInitAnsiString(&String, NULL);
    CHECK_EQ(String.Length, 0);
    CHECK_EQ(String.MaximumLength, 0);
    CHECK_PTR(String.Buffer, NULL);
}

TEST(RtlInitAnsiString, CountsTheTerminatorOfNothing)
{
    static const char Source[] = "";
    ANSI_STRING String;

    RtlInitAnsiString(&String, Source);
    CHECK_EQ(String.Length, 0);
    CHECK_EQ(String.MaximumLength, 1);
    CHECK_PTR(String.Buffer, Source);
}

TEST(RtlInitAnsiString, CutsWhatSixteenBitsCannotCount)
{
    SIZE_T Length = 70000;
    CHAR *Source = ExAllocatePoolWithTag(PagedPool, Length + 1, 'tseT');
    ANSI_STRING String;

    if (!CHECK(Source != NULL))
        return;
    RtlFillMemory(Source, Length, 'x');
    Source[Length] = '\0';
    RtlInitAnsiString(&String, Source);
    CHECK_EQ(String.Length, 0xFFFE);
    CHECK_EQ(String.MaximumLength, 0xFFFF);
    CHECK_PTR(String.Buffer, Source);
    ExFreePoolWithTag(Source, 'tseT');
}
