/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlUnicodeStringToAnsiString - to the ANSI code page, whatever it is: the tests use ASCII, which
 * is in all of them.
 */
#include "kbuild.h"

TEST(RtlUnicodeStringToAnsiString, AllocatesTheDestination)
{
    KTEST_STRING(Source, L"Hello");
    ANSI_STRING Destination = {0, 0, NULL};

    if (!CHECK_STATUS(RtlUnicodeStringToAnsiString(&Destination, &Source, TRUE), STATUS_SUCCESS))
        return;
    CHECK_EQ(Destination.Length, 5);
    CHECK_EQ(Destination.MaximumLength, 6);
    CHECK_EQ(RtlCompareMemory(Destination.Buffer, "Hello", 6), 6);
    RtlFreeAnsiString(&Destination);
}

TEST(RtlUnicodeStringToAnsiString, FillsTheCallersBuffer)
{
    KTEST_STRING(Source, L"Hello");
    CHAR Buffer[] = "......!";
    ANSI_STRING Destination = {0, 6, Buffer};

    CHECK_STATUS(RtlUnicodeStringToAnsiString(&Destination, &Source, FALSE), STATUS_SUCCESS);
    CHECK_EQ(Destination.Length, 5);
    CHECK_EQ(Destination.MaximumLength, 6);
    CHECK_PTR(Destination.Buffer, Buffer);
    CHECK_EQ(RtlCompareMemory(Buffer, "Hello\0!", 7), 7);
}

TEST(RtlUnicodeStringToAnsiString, GivesWhatFitsAndSaysSo)
{
    KTEST_STRING(Source, L"Hello");
    CHAR Buffer[] = "....!";
    ANSI_STRING Destination = {0, 4, Buffer};

    CHECK_STATUS(RtlUnicodeStringToAnsiString(&Destination, &Source, FALSE),
                 STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(Destination.Length, 3);
    CHECK_EQ(RtlCompareMemory(Buffer, "Hel\0!", 5), 5);
}

TEST(RtlUnicodeStringToAnsiString, NoBufferAtAllOverflows)
{
    KTEST_STRING(Source, L"Hello");
    CHAR Buffer[] = "!";
    ANSI_STRING Destination = {0, 0, Buffer};

    CHECK_STATUS(RtlUnicodeStringToAnsiString(&Destination, &Source, FALSE),
                 STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(Buffer[0], '!');
    CHECK_EQ(Destination.Length, KtestBuild() < KTEST_BUILD_WIN11 ? 5 : 0); /* what it would be */
}
