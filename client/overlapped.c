/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Requests in progress: their results and their cancellation. */
#include "client.h"

static BOOLEAN BasepIsPending(const OVERLAPPED *Overlapped)
{
    return __atomic_load_n(&Overlapped->Internal, __ATOMIC_ACQUIRE) == (ULONG_PTR)STATUS_PENDING;
}

/* The result of a request that is complete. */
static BOOL BasepOverlappedResult(const OVERLAPPED *Overlapped, DWORD *Transferred)
{
    NTSTATUS Status = (NTSTATUS)Overlapped->Internal;

    *Transferred = (DWORD)Overlapped->InternalHigh;
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI GetOverlappedResultEx(HANDLE hFile, LPOVERLAPPED lpOverlapped,
    LPDWORD lpNumberOfBytesTransferred, DWORD dwMilliseconds, BOOL bAlertable)
{
    if (!BasepIsPending(lpOverlapped))
        return BasepOverlappedResult(lpOverlapped, lpNumberOfBytesTransferred);
    if (dwMilliseconds == 0)
        return BasepFailWin32(ERROR_IO_INCOMPLETE);
    HANDLE Event = BasepOverlappedEvent(lpOverlapped);
    DWORD Answer = WaitForSingleObjectEx(Event != NULL ? Event : hFile, dwMilliseconds, bAlertable);
    if (Answer == WAIT_FAILED)
        return FALSE;
    if (Answer != WAIT_OBJECT_0)
        return BasepFailWin32(Answer); /* WAIT_TIMEOUT and WAIT_IO_COMPLETION are the errors of
                                          these names */
    return BasepOverlappedResult(lpOverlapped, lpNumberOfBytesTransferred);
}

BOOL WINAPI GetOverlappedResult(
    HANDLE hFile, LPOVERLAPPED lpOverlapped, LPDWORD lpNumberOfBytesTransferred, BOOL bWait)
{
    return GetOverlappedResultEx(
        hFile, lpOverlapped, lpNumberOfBytesTransferred, bWait ? INFINITE : 0, FALSE);
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

/* Of the thread's requests, those it waits for within a call. */
BOOL WINAPI CancelSynchronousIo(HANDLE hThread)
{
    IO_STATUS_BLOCK Io;
    NTSTATUS Status = SysCancelSynchronousIoFile(hThread, NULL, &Io);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}
