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
