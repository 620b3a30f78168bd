/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetStackLimits, IoGetInitialStack - a local variable lies between them.
 */
#include "io_test.h"

TEST(IoGetStackLimits, HoldLocals)
{
    ULONG_PTR Low = 0;
    ULONG_PTR High = 0;

    IoGetStackLimits(&Low, &High);
    CHECK(Low < (ULONG_PTR)&Low && (ULONG_PTR)&Low < High);
    CHECK_EQ(Low & (PAGE_SIZE - 1), 0);
    CHECK(IoGetRemainingStackSize() > PAGE_SIZE && IoGetRemainingStackSize() < High - Low);
}

TEST(IoGetInitialStack, LiesAboveLocals)
{
    ULONG_PTR Low;
    ULONG_PTR High;
    ULONG_PTR Initial = (ULONG_PTR)IoGetInitialStack();

    IoGetStackLimits(&Low, &High);
    CHECK((ULONG_PTR)&Low < Initial && Initial <= High);
}

TEST(IoWithinStackLimits, WhatLiesOnTheStack)
{
    ULONG(NTAPI * Within)(ULONG_PTR, SIZE_T) = KtestExport(L"IoWithinStackLimits");
    static UCHAR Elsewhere;
    ULONG_PTR Low, High;

    if (Within == NULL) {
        skip("newer than this Windows");
        return;
    }
    IoGetStackLimits(&Low, &High);
    CHECK_EQ(Within((ULONG_PTR)&Low, sizeof(Low)), 1);
    CHECK_EQ(Within((ULONG_PTR)&Elsewhere, 1), 0);
    CHECK_EQ(Within(High - 8, 16), 0);
}
