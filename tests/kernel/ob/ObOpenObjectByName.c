/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObOpenObjectByName - handles by name
 */
#include "ob_test.h"

TEST(ObOpenObjectByName, FindsWhatIsThere)
{
    OB_LATER(ObOpenObjectByName, NTSTATUS, POBJECT_ATTRIBUTES, POBJECT_TYPE, KPROCESSOR_MODE,
        PACCESS_STATE, ACCESS_MASK, PVOID, PHANDLE)
    HANDLE First = NULL, Handle = NULL;
    OB_TEST_NAME Name;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysByName", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(
        ZwCreateEvent(&First, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_SUCCESS);
    if (CHECK_STATUS(ObOpenObjectByName(&Name.Attributes, OB_TEST_EVENT, KernelMode, NULL,
                         EVENT_MODIFY_STATE, NULL, &Handle),
            STATUS_SUCCESS)) {
        CHECK_EQ(ObTestGranted(Handle), EVENT_MODIFY_STATE);
        ZwClose(Handle);
    }
    CHECK_STATUS(ObOpenObjectByName(&Name.Attributes, OB_TEST_SEMAPHORE, KernelMode, NULL,
                     SYNCHRONIZE, NULL, &Handle),
        STATUS_OBJECT_TYPE_MISMATCH);
    if (CHECK_STATUS(ObOpenObjectByName(
                         &Name.Attributes, NULL, KernelMode, NULL, SYNCHRONIZE, NULL, &Handle),
            STATUS_SUCCESS))
        ZwClose(Handle);
    ZwClose(First);
    CHECK_STATUS(ObOpenObjectByName(
                     &Name.Attributes, OB_TEST_EVENT, KernelMode, NULL, SYNCHRONIZE, NULL, &Handle),
        STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(ObOpenObjectByName, TellsBadNamesApart)
{
    OB_LATER(ObOpenObjectByName, NTSTATUS, POBJECT_ATTRIBUTES, POBJECT_TYPE, KPROCESSOR_MODE,
        PACCESS_STATE, ACCESS_MASK, PVOID, PHANDLE)
    HANDLE Handle = NULL;
    OB_TEST_NAME Name;

    ObTestName(&Name, L"NoBackslash", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(ObOpenObjectByName(
                     &Name.Attributes, OB_TEST_EVENT, KernelMode, NULL, SYNCHRONIZE, NULL, &Handle),
        STATUS_OBJECT_PATH_SYNTAX_BAD);
    ObTestName(&Name, L"\\NoSuchDirectory\\X", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(ObOpenObjectByName(
                     &Name.Attributes, OB_TEST_EVENT, KernelMode, NULL, SYNCHRONIZE, NULL, &Handle),
        STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(
        ObOpenObjectByName(NULL, OB_TEST_EVENT, KernelMode, NULL, SYNCHRONIZE, NULL, &Handle),
        STATUS_INVALID_PARAMETER);
}
