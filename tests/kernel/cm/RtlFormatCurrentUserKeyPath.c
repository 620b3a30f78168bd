/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlFormatCurrentUserKeyPath - where the current user's settings are.
 */
#include "ktest.h"

NTSYSAPI NTSTATUS NTAPI RtlFormatCurrentUserKeyPath(PUNICODE_STRING CurrentUserKeyPath);

TEST(RtlFormatCurrentUserKeyPath, NamesTheSystemsKeyInTheSystem)
{
    UNICODE_STRING Path;

    if (!CHECK_STATUS(RtlFormatCurrentUserKeyPath(&Path), STATUS_SUCCESS))
        return;
    CHECK_STRING(&Path, L"\\REGISTRY\\USER\\S-1-5-18");
    RtlFreeUnicodeString(&Path);
}

TEST(RtlFormatCurrentUserKeyPath, NamesAKeyThatCanBeOpened)
{
    UNICODE_STRING Path;
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key;

    if (!CHECK_STATUS(RtlFormatCurrentUserKeyPath(&Path), STATUS_SUCCESS))
        return;
    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(ZwOpenKey(&Key, KEY_READ, &Attributes), STATUS_SUCCESS))
        ZwClose(Key);
    RtlFreeUnicodeString(&Path);
}
