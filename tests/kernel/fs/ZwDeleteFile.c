/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwDeleteFile, ZwQueryFullAttributesFile - by name.
 */
#include "fs_test.h"

static VOID Name(OBJECT_ATTRIBUTES *Object, UNICODE_STRING *Path, FS_TEST *Test, const WCHAR *Text)
{
    RtlInitUnicodeString(Path, Text);
    InitializeObjectAttributes(
        Object, Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Test->Folder, NULL);
}

TEST(ZwDeleteFile, TakesTheFileAway)
{
    FS_TEST Test;
    OBJECT_ATTRIBUTES Object;
    UNICODE_STRING Path;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    Name(&Object, &Path, &Test, L"a");
    CHECK_STATUS(ZwDeleteFile(&Object), STATUS_SUCCESS);
    CHECK(!FsTestExists(&Test, L"a"));
    CHECK_STATUS(ZwDeleteFile(&Object), STATUS_OBJECT_NAME_NOT_FOUND);
    FsTestEnd(&Test);
}

TEST(ZwDeleteFile, NotWhatIsReadOnly)
{
    FS_TEST Test;
    OBJECT_ATTRIBUTES Object;
    UNICODE_STRING Path;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    CHECK_STATUS(FsTestSetAttributes(&Test, L"a", FILE_ATTRIBUTE_READONLY), STATUS_SUCCESS);
    Name(&Object, &Path, &Test, L"a");
    CHECK_STATUS(ZwDeleteFile(&Object), STATUS_CANNOT_DELETE);
    CHECK(FsTestExists(&Test, L"a"));
    FsTestEnd(&Test);
}

TEST(NtDeleteFile, TakesTheFileAway)
{
    FS_TEST Test;
    OBJECT_ATTRIBUTES Object;
    UNICODE_STRING Path;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    Name(&Object, &Path, &Test, L"a");
    CHECK_STATUS(NtDeleteFile(&Object), STATUS_SUCCESS);
    CHECK(!FsTestExists(&Test, L"a"));
    FsTestEnd(&Test);
}

TEST(ZwQueryFullAttributesFile, TellsSizeAndAttributes)
{
    FS_TEST Test;
    OBJECT_ATTRIBUTES Object;
    UNICODE_STRING Path;
    FILE_NETWORK_OPEN_INFORMATION Network;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abc");
    Name(&Object, &Path, &Test, L"A");
    CHECK_STATUS(ZwQueryFullAttributesFile(&Object, &Network), STATUS_SUCCESS);
    CHECK_EQ(Network.EndOfFile.QuadPart, 3);
    CHECK_EQ(Network.FileAttributes, FILE_ATTRIBUTE_ARCHIVE);
    Name(&Object, &Path, &Test, L"none");
    CHECK_STATUS(ZwQueryFullAttributesFile(&Object, &Network), STATUS_OBJECT_NAME_NOT_FOUND);
    FsTestEnd(&Test);
}
