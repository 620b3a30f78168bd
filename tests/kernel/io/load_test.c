/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "load_test.h"

static NTSTATUS LoadOpenService(PHANDLE Key)
{
    KTEST_STRING(Path, LOAD_TEST_SERVICE);
    OBJECT_ATTRIBUTES Attributes;

    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwCreateKey(Key, KEY_ALL_ACCESS, &Attributes, 0, NULL, REG_OPTION_VOLATILE, NULL);
}

NTSTATUS LoadCreateService(PCWSTR ImagePath, ULONG Type)
{
    KTEST_STRING(TypeName, L"Type");
    KTEST_STRING(PathName, L"ImagePath");
    UNICODE_STRING Path;
    HANDLE Key;
    NTSTATUS Status = LoadOpenService(&Key);

    if (!NT_SUCCESS(Status))
        return Status;
    RtlInitUnicodeString(&Path, ImagePath);
    Status = ZwSetValueKey(Key, &TypeName, 0, REG_DWORD, &Type, sizeof(Type));
    if (NT_SUCCESS(Status))
        Status = ZwSetValueKey(
            Key, &PathName, 0, REG_EXPAND_SZ, Path.Buffer, Path.Length + sizeof(WCHAR));
    ZwClose(Key);
    return Status;
}

VOID LoadDeleteService(VOID)
{
    HANDLE Key;

    if (NT_SUCCESS(LoadOpenService(&Key))) {
        ZwDeleteKey(Key);
        ZwClose(Key);
    }
}
