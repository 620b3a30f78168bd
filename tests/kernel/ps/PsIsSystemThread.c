/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsIsSystemThread - TRUE for what PsCreateSystemThread makes.
 */
#include "pstest.h"

static VOID NTAPI Look(PVOID Context)
{
    *(ULONG_PTR *)Context = PsIsSystemThread(PsGetCurrentThread());
}

TEST(PsIsSystemThread, IsTrueForASystemThread)
{
    ULONG_PTR System = 0;

    PstestOnThread(Look, &System);
    CHECK_EQ(System, TRUE);
}
