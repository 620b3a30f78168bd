/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObfDereferenceObject - counts down; the last one may be at DISPATCH_LEVEL.
 */
#include "ob_test.h"

TEST(ObfDereferenceObject, GivesTheNameFreeWithTheLastReference)
{
    OB_TEST_NAME Name;
    HANDLE Handle;
    PVOID Event;
    KIRQL Irql;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysDereference", 0);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS);
    ZwClose(Handle);
    /* The name went with the last handle, the object is still ours. */
    CHECK_STATUS(
        ZwOpenEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK(KeReadStateEvent(Event) == 0);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    ObDereferenceObject(Event);
    KeLowerIrql(Irql);
}
