/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsLookupThreadByThreadId - the thread of an identifier, with a reference.
 */
#include "pstest.h"

TEST(PsLookupThreadByThreadId, FindsTheCurrentThread)
{
    PETHREAD Thread = NULL;

    if (!CHECK_STATUS(PsLookupThreadByThreadId(PsGetCurrentThreadId(), &Thread), STATUS_SUCCESS))
        return;
    CHECK_PTR(Thread, PsGetCurrentThread());
    ObDereferenceObject(Thread);
}

TEST(PsLookupThreadByThreadId, RefusesWhatIsNoThread)
{
    PETHREAD Thread = (PETHREAD)1;
    NTSTATUS Status = PsLookupThreadByThreadId(PSTEST_NOBODY, &Thread);

    CHECK(Status == STATUS_INVALID_PARAMETER || Status == STATUS_INVALID_CID);
}
