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

/* What is no directory leads nowhere as a root, not even to itself. */
TEST(ZwOpenEvent, AnEventIsNoRoot)
{
    HANDLE Root = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    OB_TEST_NAME Name;
    HANDLE Handle;

    ObTestName(&Name, L"", 0);
    Name.Attributes.RootDirectory = Root;
    CHECK_STATUS(ZwOpenEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes),
                 KtestIsSince(6, 1) ? STATUS_OBJECT_TYPE_MISMATCH : STATUS_INVALID_HANDLE);
    ZwClose(Root);
}

TEST(ZwOpenEvent, NeedsAName)
{
    OB_TEST_NAME Name;
    HANDLE Handle;

    ObTestName(&Name, NULL, 0);
    CHECK_STATUS(
        ZwOpenEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes), STATUS_OBJECT_PATH_SYNTAX_BAD);
    ObTestName(&Name, L"", 0);
    CHECK_STATUS(
        ZwOpenEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes), STATUS_OBJECT_PATH_SYNTAX_BAD);
}
