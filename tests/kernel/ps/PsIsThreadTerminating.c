/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsIsThreadTerminating - FALSE while a thread runs, TRUE once it has ended.
 */
#include "pstest.h"

static VOID NTAPI Look(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
}

TEST(PsIsThreadTerminating, TellsTheEnd)
{
    PVOID Thread = KtestStartThread(Look, NULL);

    CHECK(!PsIsThreadTerminating(PsGetCurrentThread()));
    if (Thread == NULL)
        return;
    CHECK_STATUS(KtestWait(Thread), STATUS_SUCCESS);
    CHECK(PsIsThreadTerminating(Thread));
    ObDereferenceObject(Thread);
}
