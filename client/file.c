/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reading, writing, flushing, and what kind of device a handle is for. Position and size are in
 * position.c, control codes in ioctl.c.
 */
#include "client.h"

/* The byte offset an OVERLAPPED carries. */
static LARGE_INTEGER BasepOffset(const OVERLAPPED *Overlapped)
{
    LARGE_INTEGER Offset;

    Offset.LowPart = Overlapped->Offset;
    Offset.HighPart = (LONG)Overlapped->OffsetHigh;
    return Offset;
}

/* The end of an overlapped read or write that returned Status. */
static BOOL BasepFinishTransfer(NTSTATUS Status, const OVERLAPPED *Overlapped, DWORD *Transferred)
{
    if (NT_SUCCESS(Status) && Status != STATUS_PENDING) {
        if (Transferred != NULL)
            *Transferred = (DWORD)Overlapped->InternalHigh;
        return TRUE;
    }
    if (Status == STATUS_END_OF_FILE && Transferred != NULL)
        *Transferred = 0;
    return BasepFail(Status);
}

BOOL WINAPI ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
    LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped)
{
    if (lpNumberOfBytesRead != NULL)
        *lpNumberOfBytesRead = 0;
    if (lpOverlapped != NULL) {
        LARGE_INTEGER Offset = BasepOffset(lpOverlapped);
        void *ApcContext = ((ULONG_PTR)lpOverlapped->hEvent & BASEP_NO_PORT_BIT) != 0
            ? NULL
            : lpOverlapped;
        lpOverlapped->Internal = (ULONG_PTR)STATUS_PENDING;
        NTSTATUS Started = SysReadFile(hFile, BasepOverlappedEvent(lpOverlapped), NULL, ApcContext,
            BasepStatusBlock(lpOverlapped), lpBuffer, nNumberOfBytesToRead, &Offset, NULL);
        return BasepFinishTransfer(Started, lpOverlapped, lpNumberOfBytesRead);
    }

    IO_STATUS_BLOCK Io = {0};
    NTSTATUS Status = SysReadFile(
        hFile, NULL, NULL, NULL, &Io, lpBuffer, nNumberOfBytesToRead, NULL, NULL);
    if (Status == STATUS_PENDING)
        Status = BasepWaitForRequest(hFile, &Io);
    if (Status == STATUS_END_OF_FILE) /* a synchronous read at the end succeeds with no bytes */
        return TRUE;
    if (!NT_ERROR(Status) && lpNumberOfBytesRead != NULL)
        *lpNumberOfBytesRead = (DWORD)Io.Information;
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
    LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped)
{
    void *Buffer = (void *)(ULONG_PTR)lpBuffer; /* the service takes what it only reads without
                                                   const */

    if (lpNumberOfBytesWritten != NULL)
        *lpNumberOfBytesWritten = 0;
    if (lpOverlapped != NULL) {
        LARGE_INTEGER Offset = BasepOffset(lpOverlapped);
        void *ApcContext = ((ULONG_PTR)lpOverlapped->hEvent & BASEP_NO_PORT_BIT) != 0
            ? NULL
            : lpOverlapped;
        lpOverlapped->Internal = (ULONG_PTR)STATUS_PENDING;
        NTSTATUS Started = SysWriteFile(hFile, BasepOverlappedEvent(lpOverlapped), NULL, ApcContext,
            BasepStatusBlock(lpOverlapped), Buffer, nNumberOfBytesToWrite, &Offset, NULL);
        return BasepFinishTransfer(Started, lpOverlapped, lpNumberOfBytesWritten);
    }

    IO_STATUS_BLOCK Io = {0};
    NTSTATUS Status = SysWriteFile(
        hFile, NULL, NULL, NULL, &Io, Buffer, nNumberOfBytesToWrite, NULL, NULL);
    if (Status == STATUS_PENDING)
        Status = BasepWaitForRequest(hFile, &Io);
    if (!NT_ERROR(Status) && lpNumberOfBytesWritten != NULL)
        *lpNumberOfBytesWritten = (DWORD)Io.Information;
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

/* ---- told by a routine ----------------------------------------------------------------------- */

void BasepRequestDone(void *Context, IO_STATUS_BLOCK *Io, ULONG Reserved)
{
    LPOVERLAPPED_COMPLETION_ROUTINE Routine = (LPOVERLAPPED_COMPLETION_ROUTINE)Context;
    DWORD Error = NT_SUCCESS(Io->Status) ? ERROR_SUCCESS : RtlpStatusToWin32(Io->Status);

    (void)Reserved;
    Routine(Error, NT_SUCCESS(Io->Status) ? (DWORD)Io->Information : 0,
        CONTAINING_RECORD((ULONG_PTR *)(void *)Io, OVERLAPPED, Internal));
}

/* A request that could not be sent has no routine called. What came out of one that was, is the
 * routine's to hear. */
static BOOL BasepSentWithRoutine(NTSTATUS Status)
{
    if (NT_ERROR(Status))
        return BasepFail(Status);
    SetLastError(ERROR_SUCCESS);
    return TRUE;
}

BOOL WINAPI ReadFileEx(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
    LPOVERLAPPED lpOverlapped, LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)
{
    LARGE_INTEGER Offset = BasepOffset(lpOverlapped);

    lpOverlapped->Internal = (ULONG_PTR)STATUS_PENDING;
    return BasepSentWithRoutine(
        SysReadFile(hFile, NULL, (IO_APC)(void *)BasepRequestDone, (void *)lpCompletionRoutine,
            BasepStatusBlock(lpOverlapped), lpBuffer, nNumberOfBytesToRead, &Offset, NULL));
}

BOOL WINAPI WriteFileEx(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
    LPOVERLAPPED lpOverlapped, LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)
{
    LARGE_INTEGER Offset = BasepOffset(lpOverlapped);
    void *Buffer = (void *)(ULONG_PTR)lpBuffer;

    lpOverlapped->Internal = (ULONG_PTR)STATUS_PENDING;
    return BasepSentWithRoutine(
        SysWriteFile(hFile, NULL, (IO_APC)(void *)BasepRequestDone, (void *)lpCompletionRoutine,
            BasepStatusBlock(lpOverlapped), Buffer, nNumberOfBytesToWrite, &Offset, NULL));
}

BOOL WINAPI FlushFileBuffers(HANDLE hFile)
{
    IO_STATUS_BLOCK Io = {0};
    NTSTATUS Status = SysFlushBuffersFile(hFile, &Io);

    if (Status == STATUS_PENDING)
        Status = BasepWaitForRequest(hFile, &Io);
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

DWORD WINAPI GetFileType(HANDLE hFile)
{
    FILE_FS_DEVICE_INFORMATION Device;
    IO_STATUS_BLOCK Io;
    NTSTATUS Status = SysQueryVolumeInformationFile(
        hFile, &Io, &Device, sizeof(Device), FileFsDeviceInformation);

    if (!NT_SUCCESS(Status)) {
        BasepFail(Status);
        return FILE_TYPE_UNKNOWN;
    }
    switch (Device.DeviceType) {
    case FILE_DEVICE_CD_ROM:
    case FILE_DEVICE_CD_ROM_FILE_SYSTEM:
    case FILE_DEVICE_CONTROLLER:
    case FILE_DEVICE_DATALINK:
    case FILE_DEVICE_DFS:
    case FILE_DEVICE_DISK:
    case FILE_DEVICE_DISK_FILE_SYSTEM:
    case FILE_DEVICE_VIRTUAL_DISK:
        return FILE_TYPE_DISK;
    case FILE_DEVICE_CONSOLE:
    case FILE_DEVICE_KEYBOARD:
    case FILE_DEVICE_MOUSE:
    case FILE_DEVICE_NULL:
    case FILE_DEVICE_PARALLEL_PORT:
    case FILE_DEVICE_PRINTER:
    case FILE_DEVICE_SCREEN:
    case FILE_DEVICE_SERIAL_PORT:
    case FILE_DEVICE_SOUND:
        return FILE_TYPE_CHAR;
    case FILE_DEVICE_NAMED_PIPE:
        return FILE_TYPE_PIPE;
    default:
        SetLastError(ERROR_SUCCESS);
        return FILE_TYPE_UNKNOWN;
    }
}
