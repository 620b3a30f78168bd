/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateDirectoryObject - a folder for names.
 */
#include "ob_test.h"

TEST(ZwCreateDirectoryObject, HoldsNames)
{
    OB_TEST_NAME Name, Below;
    HANDLE Directory, Event, Again;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysCreateDirectory", 0);
    if (!CHECK_STATUS(ZwCreateDirectoryObject(&Directory, DIRECTORY_ALL_ACCESS, &Name.Attributes),
                      STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwCreateDirectoryObject(&Again, DIRECTORY_ALL_ACCESS, &Name.Attributes),
                 STATUS_OBJECT_NAME_COLLISION);
    ObTestName(&Below, L"Event", 0);
    Below.Attributes.RootDirectory = Directory;
    if (CHECK_STATUS(
            ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Below.Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS)) {
        ObTestName(&Below, OB_TEST_FOLDER L"DotsysCreateDirectory\\Event", 0);
        if (CHECK_STATUS(ZwOpenEvent(&Again, EVENT_ALL_ACCESS, &Below.Attributes), STATUS_SUCCESS))
            ZwClose(Again);
        ZwClose(Event);
    }
    ZwClose(Directory);
    CHECK_STATUS(ZwOpenDirectoryObject(&Again, DIRECTORY_QUERY, &Name.Attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
}
