/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What is asked and set of an open file: its end, its times, all of it. Position and size are in
 * position.c. */
#include "client.h"

BOOL WINAPI SetEndOfFile(HANDLE hFile)
{
    FILE_POSITION_INFORMATION Position;
    FILE_END_OF_FILE_INFORMATION End;
    IO_STATUS_BLOCK Io;
    NTSTATUS Status = SysQueryInformationFile(
        hFile, &Io, &Position, sizeof(Position), FilePositionInformation);

    if (NT_SUCCESS(Status)) {
        End.EndOfFile = Position.CurrentByteOffset;
        Status = SysSetInformationFile(hFile, &Io, &End, sizeof(End), FileEndOfFileInformation);
    }
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI GetFileTime(HANDLE hFile, LPFILETIME lpCreationTime, LPFILETIME lpLastAccessTime,
    LPFILETIME lpLastWriteTime)
{
    FILE_BASIC_INFORMATION Basic;
    IO_STATUS_BLOCK Io;
    NTSTATUS Status = SysQueryInformationFile(
        hFile, &Io, &Basic, sizeof(Basic), FileBasicInformation);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    if (lpCreationTime != NULL)
        *lpCreationTime = BasepFileTime(Basic.CreationTime);
    if (lpLastAccessTime != NULL)
        *lpLastAccessTime = BasepFileTime(Basic.LastAccessTime);
    if (lpLastWriteTime != NULL)
        *lpLastWriteTime = BasepFileTime(Basic.LastWriteTime);
    return TRUE;
}

/* NULL: as it is. */
static LARGE_INTEGER BasepNtTime(const FILETIME *Time)
{
    LARGE_INTEGER Result = {.QuadPart = 0};

    if (Time != NULL) {
        Result.LowPart = Time->dwLowDateTime;
        Result.HighPart = (LONG)Time->dwHighDateTime;
    }
    return Result;
}

BOOL WINAPI SetFileTime(HANDLE hFile, const FILETIME *lpCreationTime,
    const FILETIME *lpLastAccessTime, const FILETIME *lpLastWriteTime)
{
    FILE_BASIC_INFORMATION Basic = {.CreationTime = BasepNtTime(lpCreationTime),
        .LastAccessTime = BasepNtTime(lpLastAccessTime),
        .LastWriteTime = BasepNtTime(lpLastWriteTime)};
    IO_STATUS_BLOCK Io;
    NTSTATUS Status = SysSetInformationFile(
        hFile, &Io, &Basic, sizeof(Basic), FileBasicInformation);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI GetFileInformationByHandle(HANDLE hFile, LPBY_HANDLE_FILE_INFORMATION lpFileInformation)
{
    struct {
        FILE_FS_VOLUME_INFORMATION Volume;
        WCHAR Room[MAX_PATH];
    } Answer;
    struct {
        FILE_ALL_INFORMATION All;
        WCHAR Room[MAX_PATH];
    } File;
    IO_STATUS_BLOCK Io;
    NTSTATUS Status = SysQueryVolumeInformationFile(
        hFile, &Io, &Answer, sizeof(Answer), FileFsVolumeInformation);

    if (NT_SUCCESS(Status))
        Status = SysQueryInformationFile(hFile, &Io, &File, sizeof(File), FileAllInformation);
    if (!NT_SUCCESS(Status) && Status != STATUS_BUFFER_OVERFLOW) /* only the name is cut */
        return BasepFail(Status);
    lpFileInformation->dwFileAttributes = File.All.BasicInformation.FileAttributes;
    lpFileInformation->ftCreationTime = BasepFileTime(File.All.BasicInformation.CreationTime);
    lpFileInformation->ftLastAccessTime = BasepFileTime(File.All.BasicInformation.LastAccessTime);
    lpFileInformation->ftLastWriteTime = BasepFileTime(File.All.BasicInformation.LastWriteTime);
    lpFileInformation->dwVolumeSerialNumber = Answer.Volume.VolumeSerialNumber;
    lpFileInformation->nFileSizeHigh = (DWORD)File.All.StandardInformation.EndOfFile.HighPart;
    lpFileInformation->nFileSizeLow = File.All.StandardInformation.EndOfFile.LowPart;
    lpFileInformation->nNumberOfLinks = File.All.StandardInformation.NumberOfLinks;
    lpFileInformation->nFileIndexHigh = (DWORD)File.All.InternalInformation.IndexNumber.HighPart;
    lpFileInformation->nFileIndexLow = File.All.InternalInformation.IndexNumber.LowPart;
    return TRUE;
}
