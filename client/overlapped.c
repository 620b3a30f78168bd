/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Requests in progress: their results and their cancellation. */
#include "client.h"

static BOOLEAN BasepIsPending(const OVERLAPPED *Overlapped)
{
    return __atomic_load_n(&Overlapped->Internal, __ATOMIC_ACQUIRE) == (ULONG_PTR)STATUS_PENDING;
}

BOOL WINAPI GetOverlappedResult(HANDLE hFile, LPOVERLAPPED lpOverlapped, LPDWORD lpNumberOfBytesTransferred, BOOL bWait)
{
    if (BasepIsPending(lpOverlapped)) {
        if (!bWait)
            return BasepFailWin32(ERROR_IO_INCOMPLETE);
        HANDLE Event = BasepOverlappedEvent(lpOverlapped);
        DWORD Answer = WaitForSingleObject(Event != NULL ? Event : hFile, INFINITE);
        if (Answer == WAIT_FAILED)
            return FALSE;
    }
    *lpNumberOfBytesTransferred = (DWORD)lpOverlapped->InternalHigh;
    NTSTATUS Status = (NTSTATUS)lpOverlapped->Internal;
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI CancelIo(HANDLE hFile)
{
    IO_STATUS_BLOCK Io;
    NTSTATUS Status = SysCancelIoFile(hFile, &Io);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI CancelIoEx(HANDLE hFile, LPOVERLAPPED lpOverlapped)
{
    IO_STATUS_BLOCK Io;
    IO_STATUS_BLOCK *Request = lpOverlapped != NULL ? BasepStatusBlock(lpOverlapped) : NULL;
    NTSTATUS Status = SysCancelIoFileEx(hFile, Request, &Io);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}
