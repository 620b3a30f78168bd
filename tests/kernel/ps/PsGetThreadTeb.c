/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetThreadTeb - system threads have none.
 */
#include "pstest.h"

static VOID NTAPI Look(PVOID Context)
{
    *(ULONG_PTR *)Context = (ULONG_PTR)PsGetThreadTeb(PsGetCurrentThread());
}

TEST(PsGetThreadTeb, IsNullForASystemThread)
{
    ULONG_PTR Teb = 1;

    PstestOnThread(Look, &Teb);
    CHECK_EQ(Teb, 0);
}
