/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsLookupProcessThreadByCid - a thread and its process by both identifiers.
 */
#include "pstest.h"

TEST(PsLookupProcessThreadByCid, FindsTheCurrentThread)
{
    CLIENT_ID Cid;
    PETHREAD Thread = NULL;
    PEPROCESS Process = NULL;

    Cid.UniqueThread = PsGetCurrentThreadId();
    Cid.UniqueProcess = PsGetThreadProcessId(PsGetCurrentThread());
    if (!CHECK_STATUS(PsLookupProcessThreadByCid(&Cid, &Process, &Thread), STATUS_SUCCESS))
        return;
    CHECK_PTR(Thread, PsGetCurrentThread());
    CHECK_PTR(Process, PsGetThreadProcess(Thread));
    ObDereferenceObject(Thread);
    ObDereferenceObject(Process);
    if (CHECK_STATUS(PsLookupProcessThreadByCid(&Cid, NULL, &Thread), STATUS_SUCCESS))
        ObDereferenceObject(Thread);
}

TEST(PsLookupProcessThreadByCid, RefusesTheWrongProcess)
{
    CLIENT_ID Cid;
    PETHREAD Thread;

    Cid.UniqueThread = PsGetCurrentThreadId();
    Cid.UniqueProcess = PSTEST_NOBODY;
    CHECK_STATUS(PsLookupProcessThreadByCid(&Cid, NULL, &Thread), STATUS_INVALID_CID);
}
