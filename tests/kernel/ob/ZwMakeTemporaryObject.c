/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwMakeTemporaryObject - a permanent name goes after all.
 */
#include "ob_test.h"

TEST(ZwMakeTemporaryObject, LetsAPermanentNameGo)
{
    OB_TEST_NAME Name;
    HANDLE Handle;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysPermanent", OBJ_PERMANENT);
    if (!CHECK_STATUS(ZwCreateDirectoryObject(&Handle, DIRECTORY_ALL_ACCESS, &Name.Attributes),
                      STATUS_SUCCESS))
        return;
    ZwClose(Handle);
    Name.Attributes.Attributes &= ~OBJ_PERMANENT;
    if (!CHECK_STATUS(ZwOpenDirectoryObject(&Handle, DIRECTORY_ALL_ACCESS, &Name.Attributes),
                      STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwMakeTemporaryObject(Handle), STATUS_SUCCESS);
    ZwClose(Handle);
    CHECK_STATUS(ZwOpenDirectoryObject(&Handle, DIRECTORY_ALL_ACCESS, &Name.Attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(ZwMakeTemporaryObject(NULL), STATUS_INVALID_HANDLE);
}
