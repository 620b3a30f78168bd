/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObDereferenceObjectDeferDelete - counts down without deleting at once.
 */
#include "ob_test.h"

typedef VOID(NTAPI *DEFER_DELETE)(PVOID Object);

TEST(ObDereferenceObjectDeferDelete, TakesOneReference)
{
    DEFER_DELETE DeferDelete = (DEFER_DELETE)KtestExport(L"ObDereferenceObjectDeferDelete");
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, TRUE, OBJ_KERNEL_HANDLE);
    PVOID Event;

    if (DeferDelete == NULL)
        skip("this Windows has no ObDereferenceObjectDeferDelete");
    else if (CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL),
                          STATUS_SUCCESS)) {
        ObReferenceObject(Event);
        DeferDelete(Event);
        ZwClose(Handle);
        CHECK(KeReadStateEvent(Event) != 0);
        DeferDelete(Event);
        return;
    }
    ZwClose(Handle);
}
