/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryKey - every class, with a class name and without.
 */
#include "cm_test.h"

static HANDLE WithClass(HANDLE Key)
{
    KTEST_STRING(Name, L"Even");
    KTEST_STRING(Class, L"Kind");
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Child = NULL;

    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Key, NULL);
    CHECK_STATUS(
        ZwCreateKey(&Child, KEY_ALL_ACCESS, &Attributes, 0, &Class, 0, NULL), STATUS_SUCCESS);
    return Child;
}

TEST(ZwQueryKey, Full)
{
    HANDLE Key = CmTestKey(L"QueryKey"), Child;
    UCHAR Buffer[128];
    KEY_FULL_INFORMATION *Full = (PVOID)Buffer;
    const ULONG Header = FIELD_OFFSET(KEY_FULL_INFORMATION, Class);
    ULONG Length;

    if (Key == NULL)
        return;
    Child = WithClass(Key);
    CHECK_STATUS(CmTestSetNumber(Key, L"abc", 1), STATUS_SUCCESS);
    CHECK_STATUS(CmTestSet(Key, L"a", REG_BINARY, L"0123456789", 20), STATUS_SUCCESS);
    CHECK_STATUS(
        ZwQueryKey(Key, KeyFullInformation, Buffer, sizeof(Buffer), &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, Header);
    CHECK_EQ(Full->SubKeys, 1);
    CHECK_EQ(Full->MaxNameLen, 8);
    CHECK_EQ(Full->Values, 2);
    CHECK_EQ(Full->MaxValueNameLen, 6);
    CHECK_EQ(Full->MaxValueDataLen, 20);
    CHECK_EQ(Full->ClassLength, 0);
    CHECK_EQ(Full->ClassOffset, 0xFFFFFFFF);
    if (Child != NULL) {
        CHECK_STATUS(
            ZwQueryKey(Child, KeyFullInformation, Buffer, sizeof(Buffer), &Length), STATUS_SUCCESS);
        CHECK_EQ(Length, Header + 8);
        CHECK_EQ(Full->ClassLength, 8);
        CHECK_EQ(Full->ClassOffset, Header);
        CHECK(RtlCompareMemory(Full->Class, L"Kind", 8) == 8);
        CHECK_STATUS(ZwQueryKey(Child, KeyFullInformation, Buffer, Header + 2, &Length),
            STATUS_BUFFER_OVERFLOW);
        CHECK_EQ(Length, Header + 8);
        CHECK_STATUS(ZwQueryKey(Child, KeyFullInformation, Buffer, Header - 1, &Length),
            STATUS_BUFFER_TOO_SMALL);
        ZwClose(Child);
    }
    CmTestEnd(Key);
}

TEST(ZwQueryKey, Node)
{
    HANDLE Key = CmTestKey(L"QueryKey"), Child;
    UCHAR Buffer[128];
    KEY_NODE_INFORMATION *Node = (PVOID)Buffer;
    const ULONG Header = FIELD_OFFSET(KEY_NODE_INFORMATION, Name);
    ULONG Length;

    if (Key == NULL)
        return;
    Child = WithClass(Key);
    if (Child != NULL) {
        CHECK_STATUS(
            ZwQueryKey(Child, KeyNodeInformation, Buffer, sizeof(Buffer), &Length), STATUS_SUCCESS);
        CHECK_EQ(Length, Header + 16);
        CHECK_EQ(Node->NameLength, 8);
        CHECK_EQ(Node->ClassLength, 8);
        CHECK_EQ(Node->ClassOffset, Header + 8);
        CHECK(RtlCompareMemory(Node->Name, L"Even", 8) == 8);
        CHECK(RtlCompareMemory(Buffer + Node->ClassOffset, L"Kind", 8) == 8);
        CHECK_STATUS(ZwQueryKey(Child, KeyNodeInformation, Buffer, Header + 8, &Length),
            STATUS_BUFFER_OVERFLOW);
        CHECK_STATUS(
            ZwQueryKey(Child, KeyNodeInformation, Buffer, 0, &Length), STATUS_BUFFER_TOO_SMALL);
        ZwClose(Child);
    }
    CmTestEnd(Key);
}

TEST(ZwQueryKey, BasicTellsOfChanges)
{
    HANDLE Key = CmTestKey(L"QueryKey");
    UCHAR Buffer[64];
    KEY_BASIC_INFORMATION *Basic = (PVOID)Buffer;
    LARGE_INTEGER Before, First;
    ULONG Length;

    if (Key == NULL)
        return;
    KeQuerySystemTime(&Before);
    CHECK_STATUS(
        ZwQueryKey(Key, KeyBasicInformation, Buffer, sizeof(Buffer), &Length), STATUS_SUCCESS);
    CHECK_EQ(Basic->NameLength, 16);
    CHECK(RtlCompareMemory(Basic->Name, L"QueryKey", 16) == 16);
    First = Basic->LastWriteTime;
    CHECK(First.QuadPart != 0 && First.QuadPart <= Before.QuadPart);
    CHECK_STATUS(CmTestSetNumber(Key, L"N", 1), STATUS_SUCCESS);
    CHECK_STATUS(
        ZwQueryKey(Key, KeyBasicInformation, Buffer, sizeof(Buffer), &Length), STATUS_SUCCESS);
    CHECK(Basic->LastWriteTime.QuadPart >= First.QuadPart);
    CmTestEnd(Key);
}

TEST(ZwQueryKey, NameIsTheWholePath)
{
    HANDLE Key = CmTestKey(L"QueryKey");
    UCHAR Buffer[8];
    UNICODE_STRING Path;
    KTEST_STRING(Prefix, L"\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet");
    ULONG Length;

    if (Key == NULL)
        return;
    CmTestPath(Key, &Path);
    CHECK(RtlPrefixUnicodeString(&Prefix, &Path, FALSE));
    CHECK_STATUS(
        ZwQueryKey(Key, 3 /* KeyNameInformation */, Buffer, 3, &Length), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Length, 4 + Path.Length);
    CHECK_STATUS(ZwQueryKey(Key, 3, Buffer, 8, &Length), STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(*(ULONG *)Buffer, Path.Length);
    CHECK_STATUS(ZwQueryKey(Key, 99, Buffer, 8, &Length), STATUS_INVALID_PARAMETER);
    CmTestEnd(Key);
}
