/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSetEvent - signals and tells the state before.
 */
#include "ob_test.h"

TEST(ZwSetEvent, TellsTheStateBefore)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    LONG Previous = 7;

    CHECK_STATUS(ZwSetEvent(Handle, &Previous), STATUS_SUCCESS);
    CHECK_EQ(Previous, 0);
    CHECK_STATUS(ZwSetEvent(Handle, &Previous), STATUS_SUCCESS);
    CHECK(Previous != 0);
    CHECK_STATUS(ZwSetEvent(Handle, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_SUCCESS);
    ZwClose(Handle);
    CHECK_STATUS(ZwSetEvent(NULL, NULL), STATUS_INVALID_HANDLE);
}
