/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObfReferenceObject - counts up.
 */
#include "ob_test.h"

TEST(ObfReferenceObject, KeepsTheObjectUntilDereferenced)
{
    HANDLE Handle = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, TRUE, OBJ_KERNEL_HANDLE);
    PVOID Event;
    ULONG Round;

    if (!CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS))
        return;
    for (Round = 0; Round < 100; Round++)
        ObReferenceObject(Event);
    ZwClose(Handle);
    for (Round = 0; Round < 100; Round++)
        ObDereferenceObject(Event);
    CHECK(KeReadStateEvent(Event) != 0);
    ObDereferenceObject(Event);
}
