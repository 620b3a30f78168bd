/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlStringFromGUID - a GUID in its registry form.
 */
#include "ktest.h"

TEST(RtlStringFromGUID, WritesTheRegistryForm)
{
    static const GUID Guid = {
        0x00112233, 0x4455, 0x6677, {0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0x0F}};
    UNICODE_STRING String = {0, 0, NULL};

    if (!CHECK_STATUS(RtlStringFromGUID(&Guid, &String), STATUS_SUCCESS))
        return;
    CHECK_STRING(&String, L"{00112233-4455-6677-8899-AABBCCDDEE0F}");
    CHECK_EQ(String.MaximumLength, 78);
    CHECK_EQ(String.Buffer[38], 0);
    RtlFreeUnicodeString(&String);
}
