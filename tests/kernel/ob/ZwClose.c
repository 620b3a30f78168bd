/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwClose - the handle is none afterwards.
 */
#include "ob_test.h"

TEST(ZwClose, TheHandleIsNoneAfterwards)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);

    CHECK_EQ(ObTestGranted(Handle), EVENT_ALL_ACCESS);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
    CHECK_EQ(ObTestGranted(Handle), 0);
    CHECK_STATUS(ZwClose(NULL), STATUS_INVALID_HANDLE);
}
