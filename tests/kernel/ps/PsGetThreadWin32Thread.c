/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetThreadWin32Thread - system threads have none.
 */
#include "pstest.h"

static VOID NTAPI Look(PVOID Context)
{
    *(ULONG_PTR *)Context = (ULONG_PTR)PsGetThreadWin32Thread(PsGetCurrentThread());
}

TEST(PsGetThreadWin32Thread, IsNullForASystemThread)
{
    ULONG_PTR Thread = 1;

    PstestOnThread(Look, &Thread);
    CHECK_EQ(Thread, 0);
}
