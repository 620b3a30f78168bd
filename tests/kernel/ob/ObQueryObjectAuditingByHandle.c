/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObQueryObjectAuditingByHandle - whether closing a handle is audited
 */
#include "ob_test.h"

TEST(ObQueryObjectAuditingByHandle, SaysNo)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    BOOLEAN OnClose = TRUE;

    CHECK_STATUS(ObQueryObjectAuditingByHandle(Handle, &OnClose), STATUS_SUCCESS);
    CHECK(!OnClose);
    ZwClose(Handle);
    CHECK_STATUS(ObQueryObjectAuditingByHandle(Handle, &OnClose), STATUS_INVALID_HANDLE);
}
