/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwOpenKey - paths, roots, and what cannot be opened.
 */
#include "cm_test.h"

TEST(ZwOpenKey, RelativeToAKey)
{
    HANDLE Key = CmTestKey(L"Open"), Child, Again;

    if (Key == NULL)
        return;
    CmTestSubkey(Key, L"A");
    CmTestSubkey(Key, L"A\\B");
    if (CHECK_STATUS(CmTestOpen(Key, L"a\\b", &Child), STATUS_SUCCESS)) {
        CHECK_STATUS(CmTestSetNumber(Child, L"N", 9), STATUS_SUCCESS);
        /* An empty name opens the key itself once more. */
        if (CHECK_STATUS(CmTestOpen(Child, L"", &Again), STATUS_SUCCESS)) {
            CHECK_EQ(CmTestNumber(Again, L"N"), 9);
            ZwClose(Again);
        }
        ZwClose(Child);
    }
    CmTestEnd(Key);
}

TEST(ZwOpenKey, ADeletedRootIsNoRoot)
{
    HANDLE Key = CmTestKey(L"Open"), Child, Again;

    if (Key == NULL)
        return;
    if (CHECK_STATUS(CmTestCreate(Key, L"Gone", 0, &Child), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwDeleteKey(Child), STATUS_SUCCESS);
        CHECK_STATUS(CmTestOpen(Child, L"X", &Again), STATUS_KEY_DELETED);
        CHECK_STATUS(CmTestCreate(Child, L"X", 0, &Again), STATUS_KEY_DELETED);
        ZwClose(Child);
    }
    CmTestEnd(Key);
}

TEST(ZwOpenKey, BadPaths)
{
    HANDLE Key;

    CHECK_STATUS(
        CmTestOpen(NULL, L"\\Registry\\KtestNoSuchKey", &Key), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(CmTestOpen(NULL, L"\\Registry\\KtestNoSuchKey\\Deeper", &Key),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(CmTestOpen(NULL, L"Registry", &Key), STATUS_OBJECT_PATH_SYNTAX_BAD);
    CHECK_STATUS(CmTestOpen(NULL, L"\\Device", &Key), STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(ZwOpenKey, HandsOutKeyObjects)
{
    HANDLE Key = CmTestKey(L"Open");
    POBJECT_TYPE *Type = KtestExport(L"CmKeyObjectType");
    PVOID Object;

    if (Key == NULL)
        return;
    if (Type == NULL) {
        skip("this Windows does not export the type");
    } else if (CHECK_STATUS(
                   ObReferenceObjectByHandle(Key, KEY_READ, *Type, KernelMode, &Object, NULL),
                   STATUS_SUCCESS)) {
        ObDereferenceObject(Object);
        CHECK_STATUS(
            ObReferenceObjectByHandle(Key, KEY_READ, *IoFileObjectType, KernelMode, &Object, NULL),
            STATUS_OBJECT_TYPE_MISMATCH);
    }
    CmTestEnd(Key);
}

TEST(ZwOpenKey, MindsWhatIsBelowARoot)
{
    HANDLE Key = CmTestKey(L"OpenKeyRoot"), Same;

    if (Key == NULL)
        return;
    CmTestSubkey(Key, L"Sub");
    CHECK_STATUS(CmTestOpen(Key, L"\\Sub", &Same), STATUS_OBJECT_PATH_SYNTAX_BAD);
    if (CHECK_STATUS(CmTestOpen(Key, L"", &Same), STATUS_SUCCESS))
        ZwClose(Same);
    CmTestEnd(Key);
}

TEST(ZwOpenKey, MindsAttributes)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key;
    KTEST_STRING(Path, L"\\Registry\\Machine");

    InitializeObjectAttributes(&Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    Attributes.Length *= 2;
    CHECK_STATUS(ZwOpenKey(&Key, KEY_READ, &Attributes), STATUS_INVALID_PARAMETER);
    Attributes.Length /= 2;
    Path.Length = 0;
    CHECK_STATUS(ZwOpenKey(&Key, KEY_READ, &Attributes), STATUS_OBJECT_PATH_SYNTAX_BAD);
}
