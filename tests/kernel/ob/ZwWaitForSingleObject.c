/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwWaitForSingleObject - on objects that can be waited on.
 */
#include "ob_test.h"

TEST(ZwWaitForSingleObject, TimesOutOrReturns)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, SynchronizationEvent, FALSE, OBJ_KERNEL_HANDLE);
    LARGE_INTEGER Short;

    Short.QuadPart = -10000;
    CHECK_STATUS(ZwWaitForSingleObject(Handle, FALSE, &Short), STATUS_TIMEOUT);
    ZwSetEvent(Handle, NULL);
    CHECK_STATUS(ZwWaitForSingleObject(Handle, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ObTestPoll(Handle), STATUS_TIMEOUT);
    ZwClose(Handle);
    CHECK_STATUS(ObTestPoll(NULL), STATUS_INVALID_HANDLE);
}
