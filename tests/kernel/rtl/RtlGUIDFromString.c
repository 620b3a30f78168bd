/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlGUIDFromString - reads the registry form of a GUID.
 */
#include "ktest.h"

TEST(RtlGUIDFromString, ReadsEitherCase)
{
    static const GUID Expected = {
        0x00112233, 0x4455, 0x6677, {0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0x0F}};
    KTEST_STRING(String, L"{00112233-4455-6677-8899-aAbBcCdDeE0f}");
    GUID Guid;

    CHECK_STATUS(RtlGUIDFromString(&String, &Guid), STATUS_SUCCESS);
    CHECK_EQ(RtlCompareMemory(&Guid, &Expected, sizeof(Guid)), sizeof(Guid));
}

TEST(RtlGUIDFromString, RefusesAnotherForm)
{
    KTEST_STRING(NoBraces, L"00112233-4455-6677-8899-AABBCCDDEEFF");
    KTEST_STRING(NoDigit, L"{00112233-4455-6677-8899-AABBCCDDEEFG}");
    KTEST_STRING(Short, L"{00112233-4455-6677-8899-AABBCCDDEEFF");
    UNICODE_STRING Empty = {0, 0, NULL};
    GUID Guid;

    CHECK_STATUS(RtlGUIDFromString(&NoBraces, &Guid), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlGUIDFromString(&NoDigit, &Guid), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlGUIDFromString(&Short, &Guid), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlGUIDFromString(&Empty, &Guid), STATUS_INVALID_PARAMETER);
}
