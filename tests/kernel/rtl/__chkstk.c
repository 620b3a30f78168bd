/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * __chkstk of x64 - what compilers call before a function has a large frame.
 */
#include "ktest.h"

#define FRAME 0x3000

#if defined(_WIN64)
TEST(__chkstk, ChangesNothing)
{
    PVOID Check = KtestExport(L"__chkstk");
    ULONG64 Size = FRAME, Before, After;

    if (!CHECK(Check != NULL))
        return;
    __asm__ volatile("mov %%rsp, %1\n call *%3\n mov %%rsp, %2"
                     : "+a"(Size), "=&r"(Before), "=&r"(After)
                     : "r"(Check)
                     : "cc", "memory", "r10", "r11");
    CHECK_EQ(Size, FRAME);
    CHECK_EQ(After, Before);
}
#endif
