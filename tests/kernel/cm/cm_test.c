/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * cm_test.c - see cm_test.h.
 */
#include "cm_test.h"

static NTSTATUS CmTestOpenOwn(PHANDLE Own)
{
    OBJECT_ATTRIBUTES Attributes;

    InitializeObjectAttributes(&Attributes, KtestRegistryPath,
                               OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwOpenKey(Own, KEY_ALL_ACCESS, &Attributes);
}

static VOID CmTestAttributes(OBJECT_ATTRIBUTES *Attributes, PUNICODE_STRING String, HANDLE Root,
                             const WCHAR *Name)
{
    RtlInitUnicodeString(String, Name);
    InitializeObjectAttributes(Attributes, String, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Root,
                               NULL);
}

NTSTATUS CmTestCreate(HANDLE Root, const WCHAR *Name, ULONG Options, PHANDLE Key)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING String;

    CmTestAttributes(&Attributes, &String, Root, Name);
    return ZwCreateKey(Key, KEY_ALL_ACCESS, &Attributes, 0, NULL, Options, NULL);
}

NTSTATUS CmTestOpen(HANDLE Root, const WCHAR *Name, PHANDLE Key)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING String;

    CmTestAttributes(&Attributes, &String, Root, Name);
    return ZwOpenKey(Key, KEY_ALL_ACCESS, &Attributes);
}

VOID CmTestSubkey(HANDLE Root, const WCHAR *Name)
{
    HANDLE Key;

    if (CHECK_STATUS(CmTestCreate(Root, Name, 0, &Key), STATUS_SUCCESS))
        ZwClose(Key);
}

/* Deletes what is in a key, deepest first. */
static VOID CmTestEmpty(HANDLE Key)
{
    union {
        KEY_BASIC_INFORMATION Basic;
        UCHAR Bytes[600];
    } Information;
    OBJECT_ATTRIBUTES Attributes;
    ULONG Length;

    while (NT_SUCCESS(ZwEnumerateKey(Key, 0, KeyBasicInformation, &Information,
                                     sizeof(Information), &Length))) {
        UNICODE_STRING Name;
        HANDLE Child;

        Name.Buffer = Information.Basic.Name;
        Name.Length = Name.MaximumLength = (USHORT)Information.Basic.NameLength;
        InitializeObjectAttributes(&Attributes, &Name,
                                   OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE | OBJ_OPENLINK, Key,
                                   NULL);
        if (!NT_SUCCESS(ZwOpenKey(&Child, KEY_ALL_ACCESS, &Attributes)))
            break;
        CmTestEmpty(Child);
        if (!NT_SUCCESS(ZwDeleteKey(Child))) {
            ZwClose(Child);
            break;
        }
        ZwClose(Child);
    }
}

HANDLE CmTestKey(const WCHAR *Name)
{
    HANDLE Own, Key = NULL;

    if (!CHECK_STATUS(CmTestOpenOwn(&Own), STATUS_SUCCESS))
        return NULL;
    if (NT_SUCCESS(CmTestOpen(Own, Name, &Key)))
        CmTestEnd(Key);
    Key = NULL;
    CHECK_STATUS(CmTestCreate(Own, Name, 0, &Key), STATUS_SUCCESS);
    ZwClose(Own);
    return Key;
}

VOID CmTestEnd(HANDLE Key)
{
    CmTestEmpty(Key);
    CHECK_STATUS(ZwDeleteKey(Key), STATUS_SUCCESS);
    ZwClose(Key);
}

NTSTATUS CmTestSet(HANDLE Key, const WCHAR *Name, ULONG Type, const VOID *Data, ULONG Size)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    return ZwSetValueKey(Key, &String, 0, Type, (PVOID)(ULONG_PTR)Data, Size);
}

NTSTATUS CmTestSetNumber(HANDLE Key, const WCHAR *Name, ULONG Value)
{
    return CmTestSet(Key, Name, REG_DWORD, &Value, sizeof(Value));
}

ULONG CmTestNumber(HANDLE Key, const WCHAR *Name)
{
    union {
        KEY_VALUE_PARTIAL_INFORMATION Partial;
        UCHAR Bytes[64];
    } Information;
    UNICODE_STRING String;
    ULONG Length;

    RtlInitUnicodeString(&String, Name);
    if (!NT_SUCCESS(ZwQueryValueKey(Key, &String, KeyValuePartialInformation, &Information,
                                    sizeof(Information), &Length)) ||
        Information.Partial.Type != REG_DWORD || Information.Partial.DataLength != sizeof(ULONG))
        return 0xDEADBEEF;
    return *(ULONG *)Information.Partial.Data;
}

VOID CmTestPath(HANDLE Key, PUNICODE_STRING Path)
{
    static struct {
        ULONG NameLength; /* as KEY_NAME_INFORMATION */
        WCHAR Name[512];
    } Information;
    ULONG Length;

    Path->Length = Path->MaximumLength = 0;
    Path->Buffer = Information.Name;
    if (NT_SUCCESS(ZwQueryKey(
            Key, 3 /* KeyNameInformation */, &Information, sizeof(Information), &Length)))
        Path->Length = Path->MaximumLength = (USHORT)Information.NameLength;
}
