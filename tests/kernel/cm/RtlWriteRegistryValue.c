/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlWriteRegistryValue - makes the key it writes to.
 */
#include "cm_test.h"

TEST(RtlWriteRegistryValue, ByHandleAndByPath)
{
    HANDLE Key = CmTestKey(L"RtlWrite"), Child;
    static WCHAR Buffer[256];
    UNICODE_STRING Path;
    ULONG Number = 3;

    if (Key == NULL)
        return;
    CHECK_STATUS(RtlWriteRegistryValue(
                     RTL_REGISTRY_HANDLE, (PCWSTR)Key, L"N", REG_DWORD, &Number, sizeof(Number)),
        STATUS_SUCCESS);
    CHECK_EQ(CmTestNumber(Key, L"N"), 3);
    CmTestPath(Key, &Path);
    RtlZeroMemory(Buffer, sizeof(Buffer));
    RtlCopyMemory(Buffer, Path.Buffer, Path.Length);
    RtlCopyMemory((UCHAR *)Buffer + Path.Length, L"\\New", 10);
    Number = 4;
    CHECK_STATUS(RtlWriteRegistryValue(
                     RTL_REGISTRY_ABSOLUTE, Buffer, L"M", REG_DWORD, &Number, sizeof(Number)),
        STATUS_SUCCESS);
    if (CHECK_STATUS(CmTestOpen(Key, L"New", &Child), STATUS_SUCCESS)) {
        CHECK_EQ(CmTestNumber(Child, L"M"), 4);
        ZwClose(Child);
    }
    CHECK_STATUS(RtlWriteRegistryValue(77, Buffer, L"M", REG_DWORD, &Number, sizeof(Number)),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlWriteRegistryValue(RTL_REGISTRY_SERVICES, L"KtestNone\\Deeper", L"M", REG_DWORD,
                     &Number, sizeof(Number)),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CmTestEnd(Key);
}
