/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryInformationByName, NtQueryInformationByName - about a file that is not opened.
 */
#include "fs_test.h"

#define STAT_CLASS           68 /* FileStatInformation */
#define CASE_SENSITIVE_CLASS 71 /* FileCaseSensitiveInformation */

typedef NTSTATUS(NTAPI *BY_NAME)(
    POBJECT_ATTRIBUTES Attributes, PIO_STATUS_BLOCK Io, PVOID Buffer, ULONG Length, ULONG Class);

typedef struct STAT { /* FILE_STAT_INFORMATION */
    LARGE_INTEGER Id, Created, Accessed, Written, Changed, Allocated, EndOfFile;
    ULONG Attributes, ReparseTag, Links;
    ACCESS_MASK Access;
} STAT;

static BY_NAME ByName;
static FS_TEST Fs;

static BOOLEAN Begin(const WCHAR *Name)
{
    ByName = (BY_NAME)(ULONG_PTR)KtestExport(Name);
    if (ByName == NULL) {
        skip("Windows 10, version 1703 and later");
        return FALSE;
    }
    return FsTestBegin(&Fs) && FsTestMake(&Fs, L"file", "12345");
}

static NTSTATUS Ask(const WCHAR *Text, PIO_STATUS_BLOCK Io, PVOID Buffer, ULONG Length, ULONG Class)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Text);
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Fs.Folder, NULL);
    return ByName(&Attributes, Io, Buffer, Length, Class);
}

static VOID TellsOfAFile(const WCHAR *Name)
{
    IO_STATUS_BLOCK Io = {{0}, 0};
    STAT Stat = {.Links = 99};
    ULONG CaseSensitive = 99;

    if (!Begin(Name))
        return;
    CHECK_STATUS(Ask(L"FILE", &Io, &Stat, sizeof(Stat), STAT_CLASS), STATUS_SUCCESS);
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK_EQ(Io.Information, sizeof(Stat));
    CHECK_EQ(Stat.EndOfFile.QuadPart, 5);
    CHECK_EQ(Stat.Links, 1);
    CHECK_EQ(Stat.ReparseTag, 0);
    CHECK(!(Stat.Attributes & FILE_ATTRIBUTE_DIRECTORY));
    CHECK(Stat.Id.QuadPart != 0 && Stat.Created.QuadPart != 0 && Stat.Written.QuadPart != 0);
    CHECK(Stat.Access & FILE_READ_ATTRIBUTES);
    CHECK_STATUS(Ask(L"", &Io, &Stat, sizeof(Stat), STAT_CLASS), STATUS_SUCCESS);
    CHECK(Stat.Attributes & FILE_ATTRIBUTE_DIRECTORY);
    CHECK_STATUS(Ask(L"", &Io, &CaseSensitive, sizeof(CaseSensitive), CASE_SENSITIVE_CLASS),
        STATUS_SUCCESS);
    CHECK_EQ(CaseSensitive, 0);
    CHECK_EQ(Io.Information, sizeof(CaseSensitive));
    FsTestEnd(&Fs);
}

TEST(ZwQueryInformationByName, TellsOfAFile)
{
    TellsOfAFile(L"ZwQueryInformationByName");
}

TEST(NtQueryInformationByName, TellsOfAFile)
{
    TellsOfAFile(L"NtQueryInformationByName");
}

TEST(ZwQueryInformationByName, RefusesWhatIsNone)
{
    IO_STATUS_BLOCK Io;
    STAT Stat = {.Links = 99};

    if (!Begin(L"ZwQueryInformationByName"))
        return;
    CHECK_STATUS(
        Ask(L"none", &Io, &Stat, sizeof(Stat), STAT_CLASS), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(
        Ask(L"none\\file", &Io, &Stat, sizeof(Stat), STAT_CLASS), STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(
        Ask(L"file", &Io, &Stat, sizeof(Stat) - 1, STAT_CLASS), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(
        Ask(L"file", &Io, &Stat, sizeof(Stat), FileRenameInformation), STATUS_INVALID_PARAMETER);
    CHECK_EQ(Stat.Links, 99);
    FsTestEnd(&Fs);
}
