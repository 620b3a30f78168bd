/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwOpenSymbolicLinkObject - the link itself.
 */
#include "ob_test.h"

TEST(ZwOpenSymbolicLinkObject, OpensTheLinkItself)
{
    OB_TEST_NAME Name;
    HANDLE Handle;

    ObTestName(&Name, L"\\DosDevices", OBJ_CASE_INSENSITIVE);
    if (CHECK_STATUS(ZwOpenSymbolicLinkObject(&Handle, SYMBOLIC_LINK_QUERY, &Name.Attributes),
                     STATUS_SUCCESS)) {
        CHECK_EQ(ObTestGranted(Handle), SYMBOLIC_LINK_QUERY);
        ZwClose(Handle);
    }
    ObTestName(&Name, L"\\Device", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(ZwOpenSymbolicLinkObject(&Handle, SYMBOLIC_LINK_QUERY, &Name.Attributes),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ObTestName(&Name, L"\\??\\DotsysNotThere", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(ZwOpenSymbolicLinkObject(&Handle, SYMBOLIC_LINK_QUERY, &Name.Attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
}
