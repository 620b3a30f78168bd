/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwDeleteValueKey - values that are there and that are not.
 */
#include "cm_test.h"

TEST(ZwDeleteValueKey, TakesOneValue)
{
    HANDLE Key = CmTestKey(L"DeleteValue");
    KTEST_STRING(Name, L"ONE");

    if (Key == NULL)
        return;
    CHECK_STATUS(CmTestSetNumber(Key, L"One", 1), STATUS_SUCCESS);
    CHECK_STATUS(CmTestSetNumber(Key, L"Two", 2), STATUS_SUCCESS);
    CHECK_STATUS(ZwDeleteValueKey(Key, &Name), STATUS_SUCCESS);
    CHECK_EQ(CmTestNumber(Key, L"One"), 0xDEADBEEF);
    CHECK_EQ(CmTestNumber(Key, L"Two"), 2);
    CHECK_STATUS(ZwDeleteValueKey(Key, &Name), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(ZwDeleteValueKey((HANDLE)(ULONG_PTR)0x7FFC, &Name), STATUS_INVALID_HANDLE);
    CmTestEnd(Key);
}
