/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlConvertSidToUnicodeString - the text of a SID.
 */
#include "se_test.h"

TEST(RtlConvertSidToUnicodeString, AllocatesOrFills)
{
    UNICODE_STRING Text;
    WCHAR Buffer[32];

    if (CHECK_STATUS(
            RtlConvertSidToUnicodeString(&Text, SE_TEST_ADMINISTRATORS, TRUE), STATUS_SUCCESS)) {
        CHECK_STRING(&Text, L"S-1-5-32-544");
        RtlFreeUnicodeString(&Text);
    }
    Text.Length = 0;
    Text.MaximumLength = sizeof(Buffer);
    Text.Buffer = Buffer;
    CHECK_STATUS(RtlConvertSidToUnicodeString(&Text, SE_TEST_WORLD, FALSE), STATUS_SUCCESS);
    CHECK_STRING(&Text, L"S-1-1-0");
    Text.MaximumLength = 8;
    CHECK_STATUS(RtlConvertSidToUnicodeString(&Text, SE_TEST_WORLD, FALSE), STATUS_BUFFER_OVERFLOW);
    Text.MaximumLength = 14; /* no room for a terminator */
    CHECK_STATUS(RtlConvertSidToUnicodeString(&Text, SE_TEST_WORLD, FALSE), STATUS_BUFFER_OVERFLOW);
    Text.MaximumLength = 16;
    CHECK_STATUS(RtlConvertSidToUnicodeString(&Text, SE_TEST_WORLD, FALSE), STATUS_SUCCESS);
    CHECK_EQ(Buffer[7], 0);
}

TEST(RtlConvertSidToUnicodeString, RefusesWhatIsNoSid)
{
    UNICODE_STRING Text;
    SE_TEST_SID Sid;

    SeTestAdministrators(&Sid);
    Sid.Sid.Revision = 9;
    CHECK_STATUS(RtlConvertSidToUnicodeString(&Text, &Sid, TRUE), STATUS_INVALID_SID);
}
