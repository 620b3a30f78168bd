/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObReferenceObjectByName - finds an object by its path.
 */
#include "ob_test.h"

NTKERNELAPI NTSTATUS NTAPI ObReferenceObjectByName(PUNICODE_STRING Name, ULONG Attributes,
    PACCESS_STATE State, ACCESS_MASK Access, POBJECT_TYPE Type, KPROCESSOR_MODE Mode,
    PVOID ParseContext, PVOID *Object);

TEST(ObReferenceObjectByName, FindsByPathAndType)
{
    OB_TEST_NAME Name;
    HANDLE Handle;
    PVOID Event, Found = NULL;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysByName", 0);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Event, NULL), STATUS_SUCCESS);
    if (CHECK_STATUS(ObReferenceObjectByName(&Name.Path, OBJ_CASE_INSENSITIVE, NULL, 0,
                         OB_TEST_EVENT, KernelMode, NULL, &Found),
            STATUS_SUCCESS)) {
        CHECK_PTR(Found, Event);
        ObDereferenceObject(Found);
    }
    CHECK_STATUS(ObReferenceObjectByName(&Name.Path, OBJ_CASE_INSENSITIVE, NULL, 0,
                     OB_TEST_SEMAPHORE, KernelMode, NULL, &Found),
        STATUS_OBJECT_TYPE_MISMATCH);
    ObDereferenceObject(Event);
    ZwClose(Handle);
    CHECK_STATUS(ObReferenceObjectByName(&Name.Path, OBJ_CASE_INSENSITIVE, NULL, 0, OB_TEST_EVENT,
                                         KernelMode, NULL, &Found), STATUS_OBJECT_NAME_NOT_FOUND);
}
