/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateSymbolicLinkObject - a name for a path.
 */
#include "ob_test.h"

NTSYSAPI NTSTATUS NTAPI ZwCreateSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                                   POBJECT_ATTRIBUTES ObjectAttributes,
                                                   PUNICODE_STRING LinkTarget);

TEST(ZwCreateSymbolicLinkObject, LeadsToItsTarget)
{
    UNICODE_STRING Target;
    OB_TEST_NAME Name, Through;
    HANDLE Link, Event, Again;

    RtlInitUnicodeString(&Target, L"\\BaseNamedObjects");
    ObTestName(&Name, OB_TEST_FOLDER L"DotsysLink", 0);
    if (!CHECK_STATUS(
            ZwCreateSymbolicLinkObject(&Link, SYMBOLIC_LINK_ALL_ACCESS, &Name.Attributes, &Target),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        ZwCreateSymbolicLinkObject(&Again, SYMBOLIC_LINK_ALL_ACCESS, &Name.Attributes, &Target),
        STATUS_OBJECT_NAME_COLLISION);
    ObTestName(&Through, OB_TEST_FOLDER L"DotsysLink\\DotsysThrough", 0);
    if (CHECK_STATUS(
            ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Through.Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS)) {
        ObTestName(&Through, OB_TEST_FOLDER L"DotsysThrough", 0);
        if (CHECK_STATUS(
                ZwOpenEvent(&Again, EVENT_ALL_ACCESS, &Through.Attributes), STATUS_SUCCESS))
            ZwClose(Again);
        ZwClose(Event);
    }
    ZwClose(Link);
    CHECK_STATUS(ZwOpenSymbolicLinkObject(&Again, SYMBOLIC_LINK_QUERY, &Name.Attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST_FORBIDDEN(ZwCreateSymbolicLinkObject, WantsATarget)
{
    UNICODE_STRING Target;
    OB_TEST_NAME Name;
    HANDLE Link;

    ObTestName(&Name, NULL, 0);
    RtlInitUnicodeString(&Target, NULL);
    CHECK_STATUS(
        ZwCreateSymbolicLinkObject(&Link, SYMBOLIC_LINK_ALL_ACCESS, &Name.Attributes, &Target),
        STATUS_INVALID_PARAMETER);
    RtlInitUnicodeString(&Target, L"\\Device");
    Target.Length--;
    CHECK_STATUS(
        ZwCreateSymbolicLinkObject(&Link, SYMBOLIC_LINK_ALL_ACCESS, &Name.Attributes, &Target),
        STATUS_INVALID_PARAMETER);
    RtlInitUnicodeString(&Target, L"\\Device");
    Target.MaximumLength = (USHORT)(Target.Length - sizeof(WCHAR));
    CHECK_STATUS(
        ZwCreateSymbolicLinkObject(&Link, SYMBOLIC_LINK_ALL_ACCESS, &Name.Attributes, &Target),
        STATUS_INVALID_PARAMETER);
}
