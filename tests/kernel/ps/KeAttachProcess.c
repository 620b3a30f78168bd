/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAttachProcess - attaching to the process a thread is in changes nothing.
 */
#include "pstest.h"

TEST(KeAttachProcess, ToTheProcessItIsIn)
{
    PEPROCESS Before = PsGetCurrentProcess();
    LATER(KeAttachProcess, VOID, PVOID Process)
    LATER(KeDetachProcess, VOID, VOID)

    KeAttachProcess(Before);
    CHECK_PTR(PsGetCurrentProcess(), Before);
    KeDetachProcess();
    CHECK_PTR(PsGetCurrentProcess(), Before);
}
