/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryLicenseValue - what the licence fixes; ZwDisplayString - a line on the boot screen.
 */
#include "ktest.h"

typedef NTSTATUS(NTAPI *QUERY_LICENSE)(
    PUNICODE_STRING Name, PULONG Type, PVOID Data, ULONG Bytes, PULONG Needed);

TEST(ZwQueryLicenseValue, KnowsSomeAndNotOthers)
{
    QUERY_LICENSE Query = (QUERY_LICENSE)(ULONG_PTR)KtestExport(L"ZwQueryLicenseValue");
    ULONG Type = 99, Value = 0, Needed = 0;
    KTEST_STRING(Known, L"Kernel-MUI-Number-Allowed");
    KTEST_STRING(Unknown, L"Ktest-No-Such-Value");

    if (Query == NULL) {
        skip("Windows Vista and later");
        return;
    }
    CHECK_STATUS(Query(&Known, &Type, &Value, sizeof(Value), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Type, REG_DWORD);
    CHECK_EQ(Needed, sizeof(Value));
    CHECK(Value != 0);
    Needed = 0;
    CHECK_STATUS(Query(&Known, NULL, &Value, 1, &Needed), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Needed, sizeof(Value));
    CHECK_STATUS(
        Query(&Unknown, &Type, &Value, sizeof(Value), &Needed), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(Query(NULL, &Type, &Value, sizeof(Value), &Needed), STATUS_INVALID_PARAMETER);
}

TEST(ZwDisplayString, Shows)
{
    KTEST_STRING(Text, L"shown by a test");

    CHECK_STATUS(ZwDisplayString(&Text), STATUS_SUCCESS);
}
