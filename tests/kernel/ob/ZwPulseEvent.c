/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwPulseEvent - leaves the event clear.
 */
#include "ob_test.h"

NTSYSAPI NTSTATUS NTAPI ZwPulseEvent(HANDLE EventHandle, PLONG PreviousState);

TEST(ZwPulseEvent, LeavesTheEventClear)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, TRUE, OBJ_KERNEL_HANDLE);
    LONG Previous = 0;

    CHECK_STATUS(ZwPulseEvent(Handle, &Previous), STATUS_SUCCESS);
    CHECK(Previous != 0);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    CHECK_STATUS(ZwPulseEvent(Handle, &Previous), STATUS_SUCCESS);
    CHECK_EQ(Previous, 0);
    ZwClose(Handle);
}
