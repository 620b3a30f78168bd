/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlDeleteRegistryValue, RtlCreateRegistryKey, RtlCheckRegistryKey - by place and path.
 */
#include "cm_test.h"

/* The driver's path below Services, with Name in it. */
static WCHAR *Below(const WCHAR *Name)
{
    static WCHAR Buffer[256];
    ULONG Start = KtestRegistryPath->Length / sizeof(WCHAR), At = 0, Index;

    while (Start != 0 && KtestRegistryPath->Buffer[Start - 1] != L'\\')
        Start--;
    for (Index = Start; Index < KtestRegistryPath->Length / sizeof(WCHAR); Index++)
        Buffer[At++] = KtestRegistryPath->Buffer[Index];
    Buffer[At++] = L'\\';
    while (*Name != 0)
        Buffer[At++] = *Name++;
    Buffer[At] = 0;
    return Buffer;
}

TEST(RtlCheckRegistryKey, SaysWhatIsThere)
{
    HANDLE Key = CmTestKey(L"RtlCheck");

    if (Key == NULL)
        return;
    CHECK_STATUS(RtlCheckRegistryKey(RTL_REGISTRY_SERVICES, Below(L"RtlCheck")), STATUS_SUCCESS);
    CHECK_STATUS(RtlCheckRegistryKey(RTL_REGISTRY_SERVICES, Below(L"RtlNone")),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(
        RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, L"\\Registry\\Machine\\System"), STATUS_SUCCESS);
    CHECK_STATUS(RtlCheckRegistryKey(RTL_REGISTRY_CONTROL, L""), STATUS_SUCCESS);
    CHECK_STATUS(RtlCheckRegistryKey(RTL_REGISTRY_WINDOWS_NT, L""), STATUS_SUCCESS);
    CHECK_STATUS(RtlCheckRegistryKey(RTL_REGISTRY_DEVICEMAP, L""), STATUS_SUCCESS);
    CHECK_STATUS(RtlCheckRegistryKey(77, L"x"), STATUS_INVALID_PARAMETER);
    CmTestEnd(Key);
}

TEST(RtlCreateRegistryKey, MakesOneKey)
{
    HANDLE Key = CmTestKey(L"RtlCreate"), Child;

    if (Key == NULL)
        return;
    CHECK_STATUS(
        RtlCreateRegistryKey(RTL_REGISTRY_SERVICES, Below(L"RtlCreate\\New")), STATUS_SUCCESS);
    CHECK_STATUS(
        RtlCreateRegistryKey(RTL_REGISTRY_SERVICES, Below(L"RtlCreate\\New")), STATUS_SUCCESS);
    if (CHECK_STATUS(CmTestOpen(Key, L"New", &Child), STATUS_SUCCESS))
        ZwClose(Child);
    CHECK_STATUS(RtlCreateRegistryKey(RTL_REGISTRY_SERVICES, Below(L"RtlCreate\\No\\Deeper")),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    CmTestEnd(Key);
}

TEST(RtlDeleteRegistryValue, DeletesOneValue)
{
    HANDLE Key = CmTestKey(L"RtlDelete");

    if (Key == NULL)
        return;
    CHECK_STATUS(CmTestSetNumber(Key, L"N", 1), STATUS_SUCCESS);
    CHECK_STATUS(
        RtlDeleteRegistryValue(RTL_REGISTRY_SERVICES, Below(L"RtlDelete"), L"N"), STATUS_SUCCESS);
    CHECK_EQ(CmTestNumber(Key, L"N"), 0xDEADBEEF);
    CHECK_STATUS(RtlDeleteRegistryValue(RTL_REGISTRY_SERVICES, Below(L"RtlDelete"), L"N"),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(RtlDeleteRegistryValue(RTL_REGISTRY_SERVICES, Below(L"RtlNone"), L"N"),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(CmTestSetNumber(Key, L"N", 1), STATUS_SUCCESS);
    CHECK_STATUS(RtlDeleteRegistryValue(RTL_REGISTRY_HANDLE, (PCWSTR)Key, L"n"), STATUS_SUCCESS);
    CmTestEnd(Key);
}
