/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwClearEvent - clears.
 */
#include "ob_test.h"

NTSYSAPI NTSTATUS NTAPI ZwClearEvent(HANDLE EventHandle);

TEST(ZwClearEvent, Clears)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, TRUE, OBJ_KERNEL_HANDLE);

    CHECK_STATUS(ZwClearEvent(Handle), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    CHECK_STATUS(ZwClearEvent(Handle), STATUS_SUCCESS);
    ZwClose(Handle);
    CHECK_STATUS(ZwClearEvent(NULL), STATUS_INVALID_HANDLE);
}
