/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSetValueKey - new values, values that are there, the default value, long data.
 */
#include "cm_test.h"

TEST(ZwSetValueKey, ReplacesTypeAndData)
{
    HANDLE Key = CmTestKey(L"Set");

    if (Key == NULL)
        return;
    CHECK_STATUS(CmTestSet(Key, L"Value", REG_SZ, L"text", 10), STATUS_SUCCESS);
    CHECK_EQ(CmTestNumber(Key, L"Value"), 0xDEADBEEF);
    CHECK_STATUS(CmTestSetNumber(Key, L"VALUE", 7), STATUS_SUCCESS);
    CHECK_EQ(CmTestNumber(Key, L"value"), 7);
    CHECK_STATUS(CmTestSet(Key, L"Odd", 0x12345, L"text", 10), STATUS_SUCCESS);
    CmTestEnd(Key);
}

TEST(ZwSetValueKey, TheDefaultValueHasNoName)
{
    HANDLE Key = CmTestKey(L"Set");

    if (Key == NULL)
        return;
    CHECK_EQ(CmTestNumber(Key, NULL), 0xDEADBEEF);
    CHECK_STATUS(CmTestSetNumber(Key, NULL, 3), STATUS_SUCCESS);
    CHECK_EQ(CmTestNumber(Key, L""), 3);
    CmTestEnd(Key);
}

TEST(ZwSetValueKey, KeepsLongData)
{
    HANDLE Key = CmTestKey(L"Set");
    const ULONG Size = 100000;
    const ULONG Room = Size + sizeof(KEY_VALUE_PARTIAL_INFORMATION);
    UCHAR *Data = ExAllocatePoolWithTag(PagedPool, Size, CM_TEST_TAG);
    KEY_VALUE_PARTIAL_INFORMATION *Partial = ExAllocatePoolWithTag(PagedPool, Room, CM_TEST_TAG);
    UNICODE_STRING Name;
    ULONG Index, Length;

    if (Key != NULL && CHECK(Data != NULL && Partial != NULL)) {
        for (Index = 0; Index < Size; Index++)
            Data[Index] = (UCHAR)(Index * 7);
        CHECK_STATUS(CmTestSet(Key, L"Long", REG_BINARY, Data, Size), STATUS_SUCCESS);
        RtlInitUnicodeString(&Name, L"Long");
        CHECK_STATUS(
            ZwQueryValueKey(Key, &Name, KeyValuePartialInformation, Partial, Room, &Length),
            STATUS_SUCCESS);
        CHECK_EQ(Partial->DataLength, Size);
        CHECK(RtlCompareMemory(Partial->Data, Data, Size) == Size);
    }
    if (Data != NULL)
        ExFreePoolWithTag(Data, CM_TEST_TAG);
    if (Partial != NULL)
        ExFreePoolWithTag(Partial, CM_TEST_TAG);
    if (Key != NULL)
        CmTestEnd(Key);
}

TEST_FORBIDDEN(ZwSetValueKey, RefusesOddNamesAndBadHandles)
{
    HANDLE Key = CmTestKey(L"Set");
    KTEST_STRING(Name, L"Value");

    if (Key == NULL)
        return;
    Name.Length = 3;
    CHECK_STATUS(ZwSetValueKey(Key, &Name, 0, REG_NONE, NULL, 0), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwDeleteValueKey(Key, &Name), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(CmTestSetNumber((HANDLE)(ULONG_PTR)0x7FFC, L"Value", 1), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwSetValueKey((HANDLE)(ULONG_PTR)0x7FFC, &Name, 0, REG_NONE, NULL, 0),
                 STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwDeleteValueKey((HANDLE)(ULONG_PTR)0x7FFC, &Name), STATUS_INVALID_HANDLE);
    CmTestEnd(Key);
}
