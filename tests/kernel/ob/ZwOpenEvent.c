/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwOpenEvent - by name, for the access asked for.
 */
#include "ob_test.h"

TEST(ZwOpenEvent, OpensWhatIsThere)
{
    OB_TEST_NAME Name;
    HANDLE First, Second;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysOpenEvent", 0);
    CHECK_STATUS(
        ZwOpenEvent(&Second, EVENT_ALL_ACCESS, &Name.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    if (!CHECK_STATUS(
            ZwCreateEvent(&First, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, TRUE),
            STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ZwOpenEvent(&Second, SYNCHRONIZE, &Name.Attributes), STATUS_SUCCESS)) {
        CHECK_EQ(ObTestGranted(Second), SYNCHRONIZE);
        CHECK_STATUS(ObTestPoll(Second), STATUS_SUCCESS);
        ZwClose(Second);
    }
    ZwClose(First);
    CHECK_STATUS(
        ZwOpenEvent(&Second, EVENT_ALL_ACCESS, &Name.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(ZwOpenEvent, MindsTheType)
{
    OB_TEST_NAME Name;
    HANDLE Handle;

    ObTestName(&Name, L"\\BaseNamedObjects", 0);
    CHECK_STATUS(
        ZwOpenEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes), STATUS_OBJECT_TYPE_MISMATCH);
}
