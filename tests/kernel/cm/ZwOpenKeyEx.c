/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwOpenKeyEx - links, and options there are not.
 */
#include "cm_test.h"

typedef NTSTATUS (NTAPI *OPEN_KEY_EX)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, ULONG);

TEST(ZwOpenKeyEx, OpensTheLinkItself)
{
    OPEN_KEY_EX Open = (OPEN_KEY_EX)(ULONG_PTR)KtestExport(L"ZwOpenKeyEx");
    KTEST_STRING(Path, L"\\Registry\\Machine\\System\\CurrentControlSet");
    KTEST_STRING(Value, L"SymbolicLinkValue");
    union {
        KEY_VALUE_PARTIAL_INFORMATION Partial;
        UCHAR Bytes[256];
    } Information;
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key;
    ULONG Length;

    if (Open == NULL) {
        skip("new in Windows 7");
        return;
    }
    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(Open(&Key, KEY_READ, &Attributes, REG_OPTION_OPEN_LINK), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwQueryValueKey(Key, &Value, KeyValuePartialInformation, &Information,
                                     sizeof(Information), &Length),
                     STATUS_SUCCESS);
        CHECK_EQ(Information.Partial.Type, REG_LINK);
        ZwClose(Key);
    }
    if (CHECK_STATUS(Open(&Key, KEY_READ, &Attributes, 0), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwQueryValueKey(Key, &Value, KeyValuePartialInformation, &Information,
                                     sizeof(Information), &Length),
                     STATUS_OBJECT_NAME_NOT_FOUND);
        ZwClose(Key);
    }
    CHECK_STATUS(Open(&Key, KEY_READ, &Attributes, 0x100), STATUS_INVALID_PARAMETER);
}
