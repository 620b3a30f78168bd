/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlRemoveDotsFromPath, FsRtlValidateReparsePointBuffer - what is in reparse points.
 */
#include <ntifs.h>

#include "ktest.h"

typedef NTSTATUS(NTAPI *REMOVE_DOTS)(PWSTR Path, USHORT Length, USHORT *NewLength);
typedef NTSTATUS(NTAPI *VALIDATE)(ULONG Length, PVOID Buffer);

static REMOVE_DOTS RemoveDots;

static NTSTATUS Remove(const WCHAR *Given, const WCHAR *Wanted)
{
    WCHAR Path[64];
    UNICODE_STRING From, To, Result;
    USHORT Length = 0;
    NTSTATUS Status;

    RtlInitUnicodeString(&From, Given);
    RtlInitUnicodeString(&To, Wanted);
    RtlCopyMemory(Path, From.Buffer, From.Length);
    Status = RemoveDots(Path, From.Length, &Length);
    Result.Buffer = Path;
    Result.Length = Result.MaximumLength = Length;
    if (NT_SUCCESS(Status))
        CHECK(RtlEqualUnicodeString(&Result, &To, FALSE));
    return Status;
}

TEST(FsRtlRemoveDotsFromPath, GoesBackForTwo)
{
    RemoveDots = (REMOVE_DOTS)(ULONG_PTR)KtestExport(L"FsRtlRemoveDotsFromPath");
    if (RemoveDots == NULL) {
        skip("Windows Vista and later");
        return;
    }
    CHECK_STATUS(
        Remove(L"\\dir1\\dir2\\..\\dir3\\.\\file.txt", L"\\dir1\\dir3\\file.txt"), STATUS_SUCCESS);
    CHECK_STATUS(Remove(L"\\dir\\file.txt", L"\\dir\\file.txt"), STATUS_SUCCESS);
    CHECK_STATUS(Remove(L"dir\\..\\file", L"file"), STATUS_SUCCESS);
    CHECK_STATUS(Remove(L"\\a\\b\\..\\..\\c", L"\\c"), STATUS_SUCCESS);
    CHECK_STATUS(Remove(L"\\a\\..b\\.c\\d..", L"\\a\\..b\\.c\\d.."), STATUS_SUCCESS);
    CHECK_STATUS(Remove(L"\\..", L""), STATUS_IO_REPARSE_DATA_INVALID);
    CHECK_STATUS(Remove(L"..", L""), STATUS_IO_REPARSE_DATA_INVALID);
    CHECK_STATUS(Remove(L"..\\file", L""), STATUS_IO_REPARSE_DATA_INVALID);
    CHECK_STATUS(Remove(L"\\a\\..\\..\\b", L""), STATUS_IO_REPARSE_DATA_INVALID);
}

TEST(FsRtlValidateReparsePointBuffer, LooksAtHeadsAndNames)
{
    VALIDATE Validate = (VALIDATE)(ULONG_PTR)KtestExport(L"FsRtlValidateReparsePointBuffer");
    union {
        REPARSE_DATA_BUFFER Point;
        UCHAR Room[128];
    } Data;

    if (Validate == NULL) {
        skip("Windows Vista and later");
        return;
    }
    RtlZeroMemory(&Data, sizeof(Data));
    Data.Point.ReparseTag = IO_REPARSE_TAG_SIS;
    Data.Point.ReparseDataLength = 16;
    CHECK_STATUS(Validate(24, &Data), STATUS_SUCCESS);
    CHECK_STATUS(Validate(23, &Data), STATUS_IO_REPARSE_DATA_INVALID);
    CHECK_STATUS(Validate(7, &Data), STATUS_IO_REPARSE_DATA_INVALID);
    CHECK_STATUS(
        Validate(MAXIMUM_REPARSE_DATA_BUFFER_SIZE + 1, &Data), STATUS_IO_REPARSE_DATA_INVALID);
    Data.Point.ReparseTag = IO_REPARSE_TAG_RESERVED_ONE;
    CHECK_STATUS(Validate(40, &Data), STATUS_IO_REPARSE_TAG_INVALID);
    Data.Point.ReparseTag = 0x00001234; /* a GUID is behind the head of those that are not
                                           Microsoft's */
    Data.Room[8] = 1;
    CHECK_STATUS(Validate(40, &Data), STATUS_SUCCESS);
    CHECK_STATUS(Validate(24, &Data), STATUS_IO_REPARSE_DATA_INVALID);
    Data.Point.ReparseTag = IO_REPARSE_TAG_MOUNT_POINT;
    Data.Point.MountPointReparseBuffer.SubstituteNameOffset = 0;
    Data.Point.MountPointReparseBuffer.SubstituteNameLength = 8;
    Data.Point.MountPointReparseBuffer.PrintNameOffset = 10;
    Data.Point.MountPointReparseBuffer.PrintNameLength = 4;
    Data.Point.ReparseDataLength = 8 + 8 + 2 + 4 + 2;
    CHECK_STATUS(Validate(8 + 24, &Data), STATUS_SUCCESS);
    Data.Point.MountPointReparseBuffer.PrintNameOffset = 8;
    CHECK_STATUS(Validate(8 + 24, &Data), STATUS_IO_REPARSE_DATA_INVALID);
}
