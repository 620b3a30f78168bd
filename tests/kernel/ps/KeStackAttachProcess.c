/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeStackAttachProcess - the process is the current one until the thread detaches.
 */
#include "pstest.h"

typedef struct STATE {
    ULONG_PTR Space[16]; /* a KAPC_STATE, with room */
} STATE;

TEST(KeStackAttachProcess, ToTheProcessItIsIn)
{
    STATE State;
    PEPROCESS Before = PsGetCurrentProcess();
    LATER(KeStackAttachProcess, VOID, PVOID Process, PVOID State)
    VOID(NTAPI *KeUnstackDetachProcess)
    (PVOID State) = (VOID(NTAPI *)(PVOID))(ULONG_PTR)KtestExport(L"KeUnstackDetachProcess");

    KeStackAttachProcess(Before, &State);
    CHECK_PTR(PsGetCurrentProcess(), Before);
    KeUnstackDetachProcess(&State);
    CHECK_PTR(PsGetCurrentProcess(), Before);
}
