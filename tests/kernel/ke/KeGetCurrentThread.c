/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeGetCurrentThread - inline on x64 (gs), and an export.
 */
#include "kthread.h"

typedef PKTHREAD(NTAPI *GET_CURRENT_THREAD)(VOID);

static VOID NTAPI SelfThread(PVOID Context)
{
    *(PKTHREAD *)Context = KeGetCurrentThread();
}

TEST(KeGetCurrentThread, IsTheThreadObject)
{
    PKTHREAD Self = NULL;
    PVOID Thread = KtestStartThread(SelfThread, &Self);

    KtestJoinThread(Thread);
    CHECK_PTR(Self, Thread);
    CHECK(Self != KeGetCurrentThread());
}

TEST(KeGetCurrentThread, TheExportIsTheSame)
{
    GET_CURRENT_THREAD GetCurrentThread = (GET_CURRENT_THREAD)KtestExport(L"KeGetCurrentThread");

    CHECK_PTR(KeGetCurrentThread(), PsGetCurrentThread());
    if (GetCurrentThread == NULL)
        skip("not exported here");
    else
        CHECK_PTR(GetCurrentThread(), KeGetCurrentThread());
}
