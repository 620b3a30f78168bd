/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwFlushKey - needs a key and nothing else.
 */
#include "cm_test.h"

TEST(ZwFlushKey, Flushes)
{
    HANDLE Key = CmTestKey(L"Flush"), Child;

    if (Key == NULL)
        return;
    CHECK_STATUS(CmTestSetNumber(Key, L"N", 1), STATUS_SUCCESS);
    CHECK_STATUS(ZwFlushKey(Key), STATUS_SUCCESS);
    if (CHECK_STATUS(CmTestCreate(Key, L"Child", 0, &Child), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwDeleteKey(Child), STATUS_SUCCESS);
        CHECK_STATUS(ZwFlushKey(Child), STATUS_KEY_DELETED);
        ZwClose(Child);
    }
    CHECK_STATUS(ZwFlushKey((HANDLE)(ULONG_PTR)0x7FFC), STATUS_INVALID_HANDLE);
    CmTestEnd(Key);
}
