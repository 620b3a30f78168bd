/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateKey - creating, opening what is there, options, and what cannot be made.
 */
#include "cm_test.h"

TEST(ZwCreateKey, SaysWhetherItIsNew)
{
    HANDLE Key = CmTestKey(L"Create"), Child;
    KTEST_STRING(Name, L"Child");
    OBJECT_ATTRIBUTES Attributes;
    ULONG Disposition = 0;

    if (Key == NULL)
        return;
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Key,
                               NULL);
    if (CHECK_STATUS(ZwCreateKey(&Child, KEY_READ, &Attributes, 0, NULL, REG_OPTION_NON_VOLATILE,
                         &Disposition),
            STATUS_SUCCESS))
        ZwClose(Child);
    CHECK_EQ(Disposition, REG_CREATED_NEW_KEY);
    if (CHECK_STATUS(ZwCreateKey(&Child, KEY_READ, &Attributes, 0, NULL, REG_OPTION_NON_VOLATILE,
                         &Disposition),
            STATUS_SUCCESS))
        ZwClose(Child);
    CHECK_EQ(Disposition, REG_OPENED_EXISTING_KEY);
    if (CHECK_STATUS(ZwCreateKey(&Child, KEY_READ, &Attributes, 0, NULL, 0, NULL), STATUS_SUCCESS))
        ZwClose(Child);
    CmTestEnd(Key);
}

TEST(ZwCreateKey, NamesHaveNoCaseAndKeepTheirs)
{
    HANDLE Key = CmTestKey(L"Create"), Child;
    UNICODE_STRING Path;

    if (Key == NULL)
        return;
    CmTestSubkey(Key, L"MiXed");
    if (CHECK_STATUS(CmTestOpen(Key, L"mIxED", &Child), STATUS_SUCCESS)) {
        CmTestPath(Child, &Path);
        CHECK(Path.Length > 5 * sizeof(WCHAR));
        Path.Buffer += Path.Length / sizeof(WCHAR) - 5;
        Path.Length = 5 * sizeof(WCHAR);
        CHECK_STRING(&Path, L"MiXed");
        ZwClose(Child);
    }
    CmTestEnd(Key);
}

TEST(ZwCreateKey, NeedsWhatItIsIn)
{
    HANDLE Key = CmTestKey(L"Create"), Child;

    if (Key == NULL)
        return;
    CHECK_STATUS(CmTestCreate(Key, L"Missing\\Child", 0, &Child), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(CmTestOpen(Key, L"Missing", &Child), STATUS_OBJECT_NAME_NOT_FOUND);
    CmTestEnd(Key);
}

TEST(ZwCreateKey, VolatileKeysHoldVolatileKeys)
{
    HANDLE Key = CmTestKey(L"Create"), Volatile, Child;

    if (Key == NULL)
        return;
    if (CHECK_STATUS(CmTestCreate(Key, L"V", REG_OPTION_VOLATILE, &Volatile), STATUS_SUCCESS)) {
        CHECK_STATUS(CmTestCreate(Volatile, L"Stable", 0, &Child), STATUS_CHILD_MUST_BE_VOLATILE);
        if (CHECK_STATUS(CmTestCreate(Volatile, L"V", REG_OPTION_VOLATILE, &Child),
                         STATUS_SUCCESS))
            ZwClose(Child);
        CHECK_STATUS(CmTestSetNumber(Volatile, L"Value", 5), STATUS_SUCCESS);
        CHECK_EQ(CmTestNumber(Volatile, L"Value"), 5);
        ZwClose(Volatile);
    }
    CmTestEnd(Key);
}

TEST(ZwCreateKey, RefusesLongNames)
{
    HANDLE Key = CmTestKey(L"Create"), Child;
    static WCHAR Name[301];
    ULONG Index;

    if (Key == NULL)
        return;
    for (Index = 0; Index < 300; Index++)
        Name[Index] = L'n';
    CHECK_STATUS(CmTestCreate(Key, Name, 0, &Child), STATUS_INVALID_PARAMETER);
    Name[255] = 0;
    if (CHECK_STATUS(CmTestCreate(Key, Name, 0, &Child), STATUS_SUCCESS))
        ZwClose(Child);
    CmTestEnd(Key);
}

TEST(ZwCreateKey, FollowsCurrentControlSet)
{
    HANDLE Key;
    UNICODE_STRING Path;
    KTEST_STRING(Prefix, L"\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet0");

    if (CHECK_STATUS(
            CmTestOpen(NULL, L"\\Registry\\Machine\\System\\CurrentControlSet\\Services", &Key),
            STATUS_SUCCESS)) {
        CmTestPath(Key, &Path);
        CHECK(RtlPrefixUnicodeString(&Prefix, &Path, TRUE));
        ZwClose(Key);
    }
}

TEST(ZwCreateKey, MakesLinks)
{
    HANDLE Key = CmTestKey(L"Create"), Link, Target;
    static WCHAR Buffer[512];
    UNICODE_STRING Path;
    ULONG Index;

    if (Key == NULL)
        return;
    CmTestPath(Key, &Path);
    for (Index = 0; Index < Path.Length / sizeof(WCHAR); Index++)
        Buffer[Index] = Path.Buffer[Index];
    RtlCopyMemory(Buffer + Index, L"\\Target", 7 * sizeof(WCHAR));
    if (CHECK_STATUS(
            CmTestCreate(Key, L"Link", REG_OPTION_VOLATILE | REG_OPTION_CREATE_LINK, &Link),
            STATUS_SUCCESS)) {
        CHECK_STATUS(CmTestSet(Link, L"Other", REG_LINK, Buffer, 4), STATUS_ACCESS_DENIED);
        CHECK_STATUS(
            CmTestSet(Link, L"SymbolicLinkValue", REG_SZ, Buffer, 4), STATUS_ACCESS_DENIED);
        CHECK_STATUS(CmTestSet(Link, L"SymbolicLinkValue", REG_LINK, Buffer,
                               Path.Length + 7 * sizeof(WCHAR)),
                     STATUS_SUCCESS);
        CHECK_STATUS(CmTestOpen(Key, L"Link", &Target), STATUS_OBJECT_NAME_NOT_FOUND);
        CmTestSubkey(Key, L"Target");
        if (CHECK_STATUS(CmTestOpen(Key, L"Link", &Target), STATUS_SUCCESS)) {
            CHECK_STATUS(CmTestSetNumber(Target, L"There", 1), STATUS_SUCCESS);
            ZwClose(Target);
        }
        if (CHECK_STATUS(CmTestOpen(Key, L"Target", &Target), STATUS_SUCCESS)) {
            CHECK_EQ(CmTestNumber(Target, L"There"), 1);
            ZwClose(Target);
        }
        CHECK_STATUS(
            CmTestCreate(Key, L"Link", REG_OPTION_VOLATILE | REG_OPTION_CREATE_LINK, &Target),
            STATUS_OBJECT_NAME_COLLISION);
        ZwClose(Link);
    }
    CmTestEnd(Key);
}

TEST(ZwCreateKey, NothingRightUnderMachine)
{
    HANDLE Key;

    CHECK_STATUS(CmTestCreate(NULL, L"\\Registry\\Machine\\KtestNoSuchHive", 0, &Key),
                 STATUS_INVALID_PARAMETER);
}
