/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * DbgPrint - prints, whatever the format.
 */
#include "ktest.h"

TEST(DbgPrint, Succeeds)
{
    KTEST_STRING(Wide, L"wide");

    CHECK_STATUS(DbgPrint("# %d %s %wZ\n", 42, "text", &Wide), STATUS_SUCCESS);
}

TEST(DbgPrint, ALineMayComeInPieces)
{
    CHECK_STATUS(DbgPrint("# one, "), STATUS_SUCCESS);
    CHECK_STATUS(DbgPrint("two\n"), STATUS_SUCCESS);
}

TEST(DbgPrint, LongTextIsCut)
{
    static CHAR Text[1000];

    RtlFillMemory(Text, sizeof(Text) - 1, '#');
    CHECK_STATUS(DbgPrint("%s\n", Text), STATUS_SUCCESS);
}
