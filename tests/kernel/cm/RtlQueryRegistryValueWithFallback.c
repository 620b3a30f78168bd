/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlQueryRegistryValueWithFallback - a value of one key or another.
 */
#include "cm_test.h"

TEST(RtlQueryRegistryValueWithFallback, TakesTheFirstThatHasIt)
{
    NTSTATUS(NTAPI * Query)
    (HANDLE Primary, HANDLE Fallback, PUNICODE_STRING Name, ULONG Length, PULONG Type, PVOID Data,
        PULONG Needed) = (PVOID)KtestExport(L"RtlQueryRegistryValueWithFallback");
    HANDLE First, Second;
    ULONG Type = 0, Data = 0, Needed = 0;
    KTEST_STRING(Name, L"Number");
    KTEST_STRING(None, L"None");

    if (Query == NULL) {
        skip("new in Windows 10, version 1809");
        return;
    }
    First = CmTestKey(L"First");
    Second = CmTestKey(L"Second");
    if (First != NULL && Second != NULL) {
        CmTestSetNumber(Second, L"Number", 2);
        CHECK_STATUS(
            Query(First, Second, &Name, sizeof(Data), &Type, &Data, &Needed), STATUS_SUCCESS);
        CHECK_EQ(Data, 2);
        CHECK_EQ(Type, REG_DWORD);
        CHECK_EQ(Needed, sizeof(ULONG));
        CmTestSetNumber(First, L"Number", 1);
        CHECK_STATUS(
            Query(First, Second, &Name, sizeof(Data), NULL, &Data, &Needed), STATUS_SUCCESS);
        CHECK_EQ(Data, 1);
        CHECK_STATUS(
            Query(NULL, Second, &Name, sizeof(Data), NULL, &Data, &Needed), STATUS_SUCCESS);
        CHECK_EQ(Data, 2);
        CHECK_STATUS(Query(First, Second, &Name, 1, NULL, &Data, &Needed), STATUS_BUFFER_OVERFLOW);
        CHECK_EQ(Needed, sizeof(ULONG));
        CHECK_STATUS(Query(First, Second, &None, sizeof(Data), NULL, &Data, &Needed),
            STATUS_OBJECT_NAME_NOT_FOUND);
    }
    if (First != NULL)
        CmTestEnd(First);
    if (Second != NULL)
        CmTestEnd(Second);
}
