/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateFile - files and folders of C:: dispositions, names, sharing, what is to be deleted.
 */
#include "fs_test.h"

TEST(ZwCreateFile, EveryDispositionOnAMissingFile)
{
    FS_TEST Test;

    if (!FsTestBegin(&Test))
        return;
    CHECK_STATUS(
        FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_OPEN, 0), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(
        FsTestTry(&Test, L"a", FILE_WRITE_DATA, FILE_OVERWRITE, 0), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_CREATE, 0), STATUS_SUCCESS);
    CHECK_EQ(Test.Information, FILE_CREATED);
    CHECK_STATUS(FsTestTry(&Test, L"b", FILE_READ_DATA, FILE_OPEN_IF, 0), STATUS_SUCCESS);
    CHECK_EQ(Test.Information, FILE_CREATED);
    CHECK_STATUS(FsTestTry(&Test, L"c", FILE_WRITE_DATA, FILE_OVERWRITE_IF, 0), STATUS_SUCCESS);
    CHECK_EQ(Test.Information, FILE_CREATED);
    CHECK_STATUS(FsTestTry(&Test, L"d", FILE_WRITE_DATA, FILE_SUPERSEDE, 0), STATUS_SUCCESS);
    CHECK_EQ(Test.Information, FILE_CREATED);
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, EveryDispositionOnAnExistingFile)
{
    FS_TEST Test;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abc");
    CHECK_STATUS(
        FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_CREATE, 0), STATUS_OBJECT_NAME_COLLISION);
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_OPEN, 0), STATUS_SUCCESS);
    CHECK_EQ(Test.Information, FILE_OPENED);
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_OPEN_IF, 0), STATUS_SUCCESS);
    CHECK_EQ(Test.Information, FILE_OPENED);
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_WRITE_DATA, FILE_OVERWRITE, 0), STATUS_SUCCESS);
    CHECK_EQ(Test.Information, FILE_OVERWRITTEN);
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_WRITE_DATA, FILE_OVERWRITE_IF, 0), STATUS_SUCCESS);
    CHECK_EQ(Test.Information, FILE_OVERWRITTEN);
    CHECK_STATUS(
        FsTestTry(&Test, L"a", FILE_WRITE_DATA | DELETE, FILE_SUPERSEDE, 0), STATUS_SUCCESS);
    CHECK_EQ(Test.Information, FILE_SUPERSEDED);
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, OverwritingEmptiesTheFile)
{
    FS_TEST Test;
    HANDLE Handle;
    char Byte;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abc");
    if (CHECK_STATUS(FsTestOpenAs(&Test, L"a", FILE_READ_DATA | FILE_WRITE_DATA, 0, 0,
                         FILE_OVERWRITE, 0, &Handle),
            STATUS_SUCCESS)) {
        CHECK_STATUS(FsTestRead(Handle, &Byte, 1, 0, NULL), STATUS_END_OF_FILE);
        ZwClose(Handle);
    }
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, FoldersAndFilesAreNotTheSame)
{
    FS_TEST Test;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"file", "");
    CHECK_STATUS(FsTestTry(&Test, L"folder", FILE_LIST_DIRECTORY, FILE_CREATE, FILE_DIRECTORY_FILE),
        STATUS_SUCCESS);
    CHECK_STATUS(FsTestTry(&Test, L"folder", FILE_LIST_DIRECTORY, FILE_OPEN, FILE_DIRECTORY_FILE),
        STATUS_SUCCESS);
    CHECK_STATUS(FsTestTry(&Test, L"folder", FILE_READ_DATA, FILE_OPEN, FILE_NON_DIRECTORY_FILE),
                 STATUS_FILE_IS_A_DIRECTORY);
    CHECK_STATUS(FsTestTry(&Test, L"file", FILE_LIST_DIRECTORY, FILE_OPEN, FILE_DIRECTORY_FILE),
                 STATUS_NOT_A_DIRECTORY);
    CHECK_STATUS(FsTestTry(&Test, L"file", FILE_LIST_DIRECTORY, FILE_CREATE, FILE_DIRECTORY_FILE),
                 STATUS_OBJECT_NAME_COLLISION);
    CHECK_STATUS(
        FsTestTry(&Test, L"folder", FILE_WRITE_DATA, FILE_OVERWRITE_IF, FILE_DIRECTORY_FILE),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(FsTestTry(&Test, L"folder\\", FILE_LIST_DIRECTORY, FILE_OPEN, FILE_DIRECTORY_FILE),
        STATUS_SUCCESS);
    CHECK_STATUS(FsTestTry(&Test, L"folder\\", FILE_READ_DATA, FILE_OPEN, FILE_NON_DIRECTORY_FILE),
                 STATUS_OBJECT_NAME_INVALID);
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, MissingNamesAndMissingPaths)
{
    FS_TEST Test;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"file", "");
    CHECK_STATUS(
        FsTestTry(&Test, L"none", FILE_READ_DATA, FILE_OPEN, 0), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(FsTestTry(&Test, L"none\\none", FILE_READ_DATA, FILE_OPEN, 0),
        STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(FsTestTry(&Test, L"none\\none", FILE_WRITE_DATA, FILE_CREATE, 0),
        STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(FsTestTry(&Test, L"file\\none", FILE_READ_DATA, FILE_OPEN, 0),
        STATUS_OBJECT_PATH_NOT_FOUND);
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, NamesNoFileCanHave)
{
    static const WCHAR *const Names[] = {
        L"a*", L"a?", L"a<", L"a>", L"a|", L"a\"", L"a\\\\b", L".", L"..", L"..\\a", L"a/b"};
    FS_TEST Test;

    if (!FsTestBegin(&Test))
        return;
    for (ULONG Index = 0; Index < sizeof(Names) / sizeof(Names[0]); Index++)
        CHECK_STATUS(FsTestTry(&Test, Names[Index], FILE_READ_DATA, FILE_OPEN_IF, 0),
            STATUS_OBJECT_NAME_INVALID);
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, NamesHave255CharactersAtMost)
{
    FS_TEST Test;
    WCHAR Name[257];

    if (!FsTestBegin(&Test))
        return;
    for (ULONG Index = 0; Index < 256; Index++)
        Name[Index] = L'n';
    Name[256] = 0;
    CHECK_STATUS(
        FsTestTry(&Test, Name, FILE_READ_DATA, FILE_OPEN_IF, 0), STATUS_OBJECT_NAME_INVALID);
    Name[255] = 0;
    CHECK_STATUS(FsTestTry(&Test, Name, FILE_READ_DATA, FILE_OPEN_IF, 0), STATUS_SUCCESS);
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, CaseIsKeptAndDoesNotMatter)
{
    FS_TEST Test;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"MiXed.TXT", "");
    CHECK(FsTestExists(&Test, L"mixed.txt"));
    CHECK(FsTestExists(&Test, L"MIXED.TXT"));
    CHECK_STATUS(FsTestTry(&Test, L"mixed.txt", FILE_READ_DATA, FILE_CREATE, 0),
        STATUS_OBJECT_NAME_COLLISION);
    CHECK(FsTestExists(&Test, L"\\??\\c:\\WINDOWS\\temp\\KTEST_FS\\mIXED.txt"));
    FsTestMake(&Test, L"\x00E4\x03B1.txt", "");
    CHECK(FsTestExists(&Test, L"\x00C4\x0391.TXT"));
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, WaysToTheSameFile)
{
    FS_TEST Test;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    CHECK(FsTestExists(&Test, L"\\DosDevices\\C:\\Windows\\Temp\\ktest_fs\\a"));
    CHECK(FsTestExists(&Test, L"\\SystemRoot\\Temp\\ktest_fs\\a"));
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, SharingIsAgreedBothWays)
{
    FS_TEST Test;
    HANDLE Reader;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    if (CHECK_STATUS(
            FsTestOpenAs(&Test, L"a", FILE_READ_DATA, 0, FILE_SHARE_READ, FILE_OPEN, 0, &Reader),
            STATUS_SUCCESS)) {
        CHECK_STATUS(FsTestTry(&Test, L"A", FILE_READ_DATA, FILE_OPEN, 0), STATUS_SUCCESS);
        CHECK_STATUS(
            FsTestTry(&Test, L"A", FILE_WRITE_DATA, FILE_OPEN, 0), STATUS_SHARING_VIOLATION);
        CHECK_STATUS(FsTestTry(&Test, L"A", DELETE, FILE_OPEN, 0), STATUS_SHARING_VIOLATION);
        CHECK_STATUS(FsTestTry(&Test, L"A", FILE_READ_ATTRIBUTES, FILE_OPEN, 0), STATUS_SUCCESS);
        CHECK_STATUS(
            FsTestTry(&Test, L"A", FILE_READ_DATA, FILE_OVERWRITE_IF, 0), STATUS_SHARING_VIOLATION);
        ZwClose(Reader);
    }
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_WRITE_DATA | DELETE, FILE_OPEN, 0), STATUS_SUCCESS);
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, DeleteOnCloseGoesWithTheLastHandle)
{
    FS_TEST Test;
    HANDLE First, Second;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    if (!CHECK_STATUS(
            FsTestOpenAs(&Test, L"a", FILE_READ_DATA, 0, FS_SHARE_ALL, FILE_OPEN, 0, &First),
            STATUS_SUCCESS))
        goto End;
    if (CHECK_STATUS(FsTestOpenAs(&Test, L"a", DELETE, 0, FS_SHARE_ALL, FILE_OPEN,
                         FILE_DELETE_ON_CLOSE, &Second),
            STATUS_SUCCESS)) {
        CHECK(FsTestExists(&Test, L"a"));
        ZwClose(Second);
        CHECK_STATUS(FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_OPEN, 0), STATUS_DELETE_PENDING);
    }
    ZwClose(First);
    CHECK_STATUS(
        FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_OPEN, 0), STATUS_OBJECT_NAME_NOT_FOUND);
End:
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, DeleteOnCloseNeedsTheRightToDelete)
{
    FS_TEST Test;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_OPEN, FILE_DELETE_ON_CLOSE),
        STATUS_INVALID_PARAMETER);
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, ReadOnlyFilesAreNotWrittenTo)
{
    FS_TEST Test;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abc");
    CHECK_STATUS(FsTestSetAttributes(&Test, L"a", FILE_ATTRIBUTE_READONLY), STATUS_SUCCESS);
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_OPEN, 0), STATUS_SUCCESS);
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_WRITE_DATA, FILE_OPEN, 0), STATUS_ACCESS_DENIED);
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_READ_DATA, FILE_OVERWRITE, 0), STATUS_ACCESS_DENIED);
    CHECK_STATUS(
        FsTestTry(&Test, L"a", DELETE, FILE_OPEN, FILE_DELETE_ON_CLOSE), STATUS_CANNOT_DELETE);
    CHECK_STATUS(FsTestSetAttributes(&Test, L"a", FILE_ATTRIBUTE_NORMAL), STATUS_SUCCESS);
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_WRITE_DATA, FILE_OPEN, 0), STATUS_SUCCESS);
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, ANewFileMayBeReadOnlyAndWrittenToOnce)
{
    FS_TEST Test;
    HANDLE Handle;

    if (!FsTestBegin(&Test))
        return;
    if (CHECK_STATUS(FsTestOpenAs(&Test, L"a", FILE_WRITE_DATA, FILE_ATTRIBUTE_READONLY, 0,
                         FILE_CREATE, 0, &Handle),
            STATUS_SUCCESS)) {
        CHECK_STATUS(FsTestWrite(Handle, "abc", 0, NULL), STATUS_SUCCESS);
        ZwClose(Handle);
    }
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_WRITE_DATA, FILE_OPEN, 0), STATUS_ACCESS_DENIED);
    FsTestEnd(&Test);
}

TEST(ZwCreateFile, HiddenFilesAreOverwrittenOnlyAsHidden)
{
    FS_TEST Test;
    HANDLE Handle;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "abc");
    CHECK_STATUS(FsTestSetAttributes(&Test, L"a", FILE_ATTRIBUTE_HIDDEN), STATUS_SUCCESS);
    CHECK_STATUS(
        FsTestTry(&Test, L"a", FILE_WRITE_DATA, FILE_OVERWRITE_IF, 0), STATUS_ACCESS_DENIED);
    CHECK_STATUS(FsTestTry(&Test, L"a", FILE_WRITE_DATA, FILE_OPEN, 0), STATUS_SUCCESS);
    if (CHECK_STATUS(FsTestOpenAs(&Test, L"a", FILE_WRITE_DATA, FILE_ATTRIBUTE_HIDDEN, 0,
                         FILE_OVERWRITE_IF, 0, &Handle),
            STATUS_SUCCESS))
        ZwClose(Handle);
    FsTestEnd(&Test);
}
