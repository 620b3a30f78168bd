/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeUnstackDetachProcess - undoes nested attaching one by one.
 */
#include "pstest.h"

typedef struct STATE {
    ULONG_PTR Space[16]; /* a KAPC_STATE, with room */
} STATE;

TEST(KeUnstackDetachProcess, MayBeNested)
{
    STATE Outer, Inner;
    PEPROCESS Before = PsGetCurrentProcess();
    LATER(KeStackAttachProcess, VOID, PVOID Process, PVOID State)
    LATER(KeUnstackDetachProcess, VOID, PVOID State)

    KeStackAttachProcess(Before, &Outer);
    KeStackAttachProcess(Before, &Inner);
    KeUnstackDetachProcess(&Inner);
    CHECK_PTR(PsGetCurrentProcess(), Before);
    KeUnstackDetachProcess(&Outer);
    CHECK_PTR(PsGetCurrentProcess(), Before);
}
