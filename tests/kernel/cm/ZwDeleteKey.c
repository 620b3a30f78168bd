/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwDeleteKey - what a deleted key still is, and which cannot be deleted.
 */
#include "cm_test.h"

TEST(ZwDeleteKey, NotWithKeysInIt)
{
    HANDLE Key = CmTestKey(L"Delete"), Child;

    if (Key == NULL)
        return;
    if (CHECK_STATUS(CmTestCreate(Key, L"A", 0, &Child), STATUS_SUCCESS)) {
        CmTestSubkey(Child, L"B");
        CHECK_STATUS(ZwDeleteKey(Child), STATUS_CANNOT_DELETE);
        ZwClose(Child);
    }
    CmTestEnd(Key);
}

TEST(ZwDeleteKey, HandlesToItAreDead)
{
    HANDLE Key = CmTestKey(L"Delete"), Child, Again;
    UCHAR Buffer[64];
    ULONG Length;

    if (Key == NULL)
        return;
    if (CHECK_STATUS(CmTestCreate(Key, L"A", 0, &Child), STATUS_SUCCESS)) {
        CHECK_STATUS(CmTestSetNumber(Child, L"N", 1), STATUS_SUCCESS);
        CHECK_STATUS(ZwDeleteKey(Child), STATUS_SUCCESS);
        CHECK_STATUS(CmTestSetNumber(Child, L"N", 1), STATUS_KEY_DELETED);
        CHECK_STATUS(ZwQueryKey(Child, KeyBasicInformation, Buffer, sizeof(Buffer), &Length),
                     STATUS_KEY_DELETED);
        CHECK_STATUS(ZwEnumerateValueKey(
                         Child, 0, KeyValueBasicInformation, Buffer, sizeof(Buffer), &Length),
            STATUS_KEY_DELETED);
        CHECK_STATUS(ZwEnumerateKey(Child, 0, KeyBasicInformation, Buffer, sizeof(Buffer), &Length),
                     STATUS_KEY_DELETED);
        /* The name is free, and what is made by it is another key. */
        if (CHECK_STATUS(CmTestCreate(Key, L"A", 0, &Again), STATUS_SUCCESS)) {
            CHECK_EQ(CmTestNumber(Again, L"N"), 0xDEADBEEF);
            CHECK_STATUS(CmTestSetNumber(Again, L"N", 2), STATUS_SUCCESS);
            CHECK_STATUS(CmTestSetNumber(Child, L"N", 3), STATUS_KEY_DELETED);
            CHECK_EQ(CmTestNumber(Again, L"N"), 2);
            ZwClose(Again);
        }
        CHECK_STATUS(ZwClose(Child), STATUS_SUCCESS);
    }
    CmTestEnd(Key);
}

TEST(ZwDeleteKey, BadHandles)
{
    CHECK_STATUS(ZwDeleteKey((HANDLE)(ULONG_PTR)0x7FFC), STATUS_INVALID_HANDLE);
}
