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

/* A handle to a link stands for the link, and nothing lies below that. */
TEST(ZwOpenSymbolicLinkObject, ALinkIsARootForItselfOnly)
{
    OB_TEST_NAME Name;
    HANDLE Link, Again, Directory;

    ObTestName(&Name, L"\\DosDevices", OBJ_CASE_INSENSITIVE);
    if (!CHECK_STATUS(ZwOpenSymbolicLinkObject(&Link, SYMBOLIC_LINK_QUERY, &Name.Attributes),
                      STATUS_SUCCESS))
        return;
    ObTestName(&Name, L"", OBJ_CASE_INSENSITIVE);
    Name.Attributes.RootDirectory = Link;
    if (CHECK_STATUS(ZwOpenSymbolicLinkObject(&Again, SYMBOLIC_LINK_QUERY, &Name.Attributes),
                     STATUS_SUCCESS))
        ZwClose(Again);
    ObTestName(&Name, L"C:", OBJ_CASE_INSENSITIVE);
    Name.Attributes.RootDirectory = Link;
    CHECK_STATUS(ZwOpenSymbolicLinkObject(&Again, SYMBOLIC_LINK_QUERY, &Name.Attributes),
                 STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ZwOpenDirectoryObject(&Directory, DIRECTORY_QUERY, &Name.Attributes),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Link);
}
