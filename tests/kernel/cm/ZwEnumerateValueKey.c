/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwEnumerateValueKey - the order they were set in, and the end.
 */
#include "cm_test.h"

TEST(ZwEnumerateValueKey, InTheOrderTheyWereSet)
{
    static const WCHAR *const Names[] = {L"z", L"a", L"m"};
    HANDLE Key = CmTestKey(L"EnumerateValues");
    union {
        KEY_VALUE_FULL_INFORMATION Full;
        UCHAR Bytes[64];
    } Information;
    ULONG Index, Length;

    if (Key == NULL)
        return;
    for (Index = 0; Index < 3; Index++)
        CHECK_STATUS(CmTestSetNumber(Key, Names[Index], Index), STATUS_SUCCESS);
    CHECK_STATUS(CmTestSetNumber(Key, L"Z", 10), STATUS_SUCCESS);
    for (Index = 0; Index < 3; Index++) {
        CHECK_STATUS(ZwEnumerateValueKey(Key, Index, KeyValueFullInformation, &Information,
                                         sizeof(Information), &Length),
                     STATUS_SUCCESS);
        CHECK_EQ(Information.Full.NameLength, 2);
        CHECK_EQ(Information.Full.Name[0], Names[Index][0]);
        CHECK_EQ(
            *(ULONG *)(Information.Bytes + Information.Full.DataOffset), Index == 0 ? 10 : Index);
    }
    CHECK_STATUS(ZwEnumerateValueKey(
                     Key, 3, KeyValueFullInformation, &Information, sizeof(Information), &Length),
        STATUS_NO_MORE_ENTRIES);
    CHECK_STATUS(ZwEnumerateValueKey(Key, 0, KeyValueFullInformation, &Information, 4, &Length),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(ZwEnumerateValueKey(Key, 0, 99, &Information, sizeof(Information), &Length),
                 STATUS_INVALID_PARAMETER);
    CmTestEnd(Key);
}
