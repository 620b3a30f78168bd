/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * srand - where the numbers of rand begin.
 */
#include "ktest.h"

typedef VOID(__cdecl *SEED)(ULONG Seed);
typedef int(__cdecl *NEXT)(VOID);

TEST(srand, TheSameBeginningGivesTheSameNumbers)
{
    SEED Seed = (SEED)KtestExport(L"srand");
    NEXT Next = (NEXT)KtestExport(L"rand");
    int First, Second;

    if (!CHECK(Seed != NULL) || !CHECK(Next != NULL))
        return;
    Seed(4711);
    First = Next();
    Second = Next();
    Seed(4711);
    CHECK_EQ(Next(), First);
    CHECK_EQ(Next(), Second);
    CHECK(First >= 0 && First <= 0x7FFF);
}
