/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQuerySymbolicLinkObject - where a link leads.
 */
#include "ob_test.h"

#define TARGET L"\\Device\\DotsysNowhere"

TEST(ZwQuerySymbolicLinkObject, GivesTheTarget)
{
    static WCHAR LinkPath[] = L"\\??\\DotsysQueryLink";
    UNICODE_STRING Link, Target, Read;
    WCHAR Buffer[64];
    OB_TEST_NAME Name;
    ULONG Length = 0;
    HANDLE Handle;

    RtlInitUnicodeString(&Link, LinkPath);
    RtlInitUnicodeString(&Target, TARGET);
    if (!CHECK_STATUS(IoCreateSymbolicLink(&Link, &Target), STATUS_SUCCESS))
        return;
    ObTestName(&Name, LinkPath, OBJ_CASE_INSENSITIVE);
    if (CHECK_STATUS(
            ZwOpenSymbolicLinkObject(&Handle, GENERIC_READ, &Name.Attributes), STATUS_SUCCESS)) {
        Read.Length = 0;
        Read.MaximumLength = sizeof(Buffer);
        Read.Buffer = Buffer;
        CHECK_STATUS(ZwQuerySymbolicLinkObject(Handle, &Read, &Length), STATUS_SUCCESS);
        CHECK_STRING(&Read, TARGET);
        CHECK_EQ(Length, sizeof(TARGET));
        Read.MaximumLength = 4;
        CHECK_STATUS(ZwQuerySymbolicLinkObject(Handle, &Read, &Length), STATUS_BUFFER_TOO_SMALL);
        CHECK_EQ(Length, sizeof(TARGET));
        Read.MaximumLength = sizeof(TARGET) - sizeof(WCHAR);
        CHECK_STATUS(ZwQuerySymbolicLinkObject(Handle, &Read, NULL), STATUS_SUCCESS);
        CHECK_STRING(&Read, TARGET);
        ZwClose(Handle);
    }
    CHECK_STATUS(IoDeleteSymbolicLink(&Link), STATUS_SUCCESS);
}
