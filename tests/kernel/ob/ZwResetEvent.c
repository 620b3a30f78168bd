/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwResetEvent - clears and tells the state before.
 */
#include "ob_test.h"

NTSYSAPI NTSTATUS NTAPI ZwResetEvent(HANDLE EventHandle, PLONG PreviousState);

TEST(ZwResetEvent, TellsTheStateBefore)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, TRUE, OBJ_KERNEL_HANDLE);
    LONG Previous = 0;

    CHECK_STATUS(ZwResetEvent(Handle, &Previous), STATUS_SUCCESS);
    CHECK(Previous != 0);
    CHECK_STATUS(ZwResetEvent(Handle, &Previous), STATUS_SUCCESS);
    CHECK_EQ(Previous, 0);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    ZwClose(Handle);
}
