/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The file position a synchronous handle keeps, and sizes. */
#include "client.h"

static NTSTATUS BasepQuerySize(HANDLE File, LONGLONG *Size)
{
    FILE_STANDARD_INFORMATION Standard;
    IO_STATUS_BLOCK Io;
    NTSTATUS Status = SysQueryInformationFile(
        File, &Io, &Standard, sizeof(Standard), FileStandardInformation);

    if (NT_SUCCESS(Status))
        *Size = Standard.EndOfFile.QuadPart;
    return Status;
}

static NTSTATUS BasepQueryPosition(HANDLE File, LONGLONG *Position)
{
    FILE_POSITION_INFORMATION Information;
    IO_STATUS_BLOCK Io;
    NTSTATUS Status = SysQueryInformationFile(
        File, &Io, &Information, sizeof(Information), FilePositionInformation);

    if (NT_SUCCESS(Status))
        *Position = Information.CurrentByteOffset.QuadPart;
    return Status;
}

/* Where a distance starts from. */
static NTSTATUS BasepQueryOrigin(HANDLE File, DWORD Method, LONGLONG *Origin)
{
    switch (Method) {
    case FILE_BEGIN:
        *Origin = 0;
        return STATUS_SUCCESS;
    case FILE_CURRENT:
        return BasepQueryPosition(File, Origin);
    case FILE_END:
        return BasepQuerySize(File, Origin);
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

BOOL WINAPI SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove,
    PLARGE_INTEGER lpNewFilePointer, DWORD dwMoveMethod)
{
    FILE_POSITION_INFORMATION Information;
    IO_STATUS_BLOCK Io;
    LONGLONG Origin = 0, Position;
    NTSTATUS Status = BasepQueryOrigin(hFile, dwMoveMethod, &Origin);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    if (__builtin_add_overflow(Origin, liDistanceToMove.QuadPart, &Position))
        return BasepFailWin32(ERROR_INVALID_PARAMETER);
    if (Position < 0)
        return BasepFailWin32(ERROR_NEGATIVE_SEEK);
    Information.CurrentByteOffset.QuadPart = Position;
    Status = SysSetInformationFile(
        hFile, &Io, &Information, sizeof(Information), FilePositionInformation);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    if (lpNewFilePointer != NULL)
        lpNewFilePointer->QuadPart = Position;
    return TRUE;
}

DWORD WINAPI SetFilePointer(
    HANDLE hFile, LONG lDistanceToMove, LONG *lpDistanceToMoveHigh, DWORD dwMoveMethod)
{
    LARGE_INTEGER Distance, Position;

    Distance.QuadPart = lDistanceToMove;
    if (lpDistanceToMoveHigh != NULL) {
        Distance.LowPart = (DWORD)lDistanceToMove;
        Distance.HighPart = *lpDistanceToMoveHigh;
    }
    if (!SetFilePointerEx(hFile, Distance, &Position, dwMoveMethod))
        return INVALID_SET_FILE_POINTER;
    if (lpDistanceToMoveHigh != NULL)
        *lpDistanceToMoveHigh = Position.HighPart;
    else if (Position.HighPart != 0)
        return BasepFailWin32(ERROR_INVALID_PARAMETER), INVALID_SET_FILE_POINTER;
    /* The low half of a valid position may look like the error value: then only the last error
     * tells. */
    if (Position.LowPart == INVALID_SET_FILE_POINTER)
        SetLastError(ERROR_SUCCESS);
    return Position.LowPart;
}

BOOL WINAPI GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER lpFileSize)
{
    LONGLONG Size;
    NTSTATUS Status = BasepQuerySize(hFile, &Size);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    lpFileSize->QuadPart = Size;
    return TRUE;
}

DWORD WINAPI GetFileSize(HANDLE hFile, LPDWORD lpFileSizeHigh)
{
    LARGE_INTEGER Size;

    if (!GetFileSizeEx(hFile, &Size))
        return INVALID_FILE_SIZE;
    if (lpFileSizeHigh != NULL)
        *lpFileSizeHigh = (DWORD)Size.HighPart;
    if (Size.LowPart == INVALID_FILE_SIZE)
        SetLastError(ERROR_SUCCESS);
    return Size.LowPart;
}
