/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Completion ports. */
#include "client.h"

_Static_assert(sizeof(OVERLAPPED_ENTRY) == sizeof(FILE_IO_COMPLETION_INFORMATION) &&
                   offsetof(OVERLAPPED_ENTRY, dwNumberOfBytesTransferred) ==
                       offsetof(FILE_IO_COMPLETION_INFORMATION, IoStatusBlock.Information),
    "the kernel fills in Win32's structure");

HANDLE WINAPI CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort,
    ULONG_PTR CompletionKey, DWORD NumberOfConcurrentThreads)
{
    HANDLE Port = ExistingCompletionPort;
    NTSTATUS Status = STATUS_SUCCESS;
    IO_STATUS_BLOCK Io;

    if (FileHandle == INVALID_HANDLE_VALUE && Port != NULL)
        return BasepNoHandle(ERROR_INVALID_PARAMETER);
    if (Port == NULL)
        Status = SysCreateIoCompletion(&Port, EVENT_ALL_ACCESS, NULL, NumberOfConcurrentThreads);
    if (NT_SUCCESS(Status) && FileHandle != INVALID_HANDLE_VALUE) {
        FILE_COMPLETION_INFORMATION Completion = {.Port = Port, .Key = (void *)CompletionKey};
        Status = SysSetInformationFile(
            FileHandle, &Io, &Completion, sizeof(Completion), FileCompletionInformation);
        if (!NT_SUCCESS(Status) && ExistingCompletionPort == NULL)
            SysClose(Port);
    }
    if (NT_SUCCESS(Status))
        return Port;
    BasepFail(Status);
    return NULL;
}

/* A wait for packets that ended without one. FALSE, with the last error. */
static BOOL BasepNoPacket(NTSTATUS Status)
{
    switch (Status) {
    case STATUS_TIMEOUT:
        return BasepFailWin32(WAIT_TIMEOUT);
    case STATUS_USER_APC:
        return BasepFailWin32(WAIT_IO_COMPLETION);
    case STATUS_ABANDONED:
        return BasepFailWin32(ERROR_ABANDONED_WAIT_0);
    default:
        return BasepFail(Status);
    }
}

BOOL WINAPI GetQueuedCompletionStatus(HANDLE CompletionPort, LPDWORD lpNumberOfBytesTransferred,
    PULONG_PTR lpCompletionKey, LPOVERLAPPED *lpOverlapped, DWORD dwMilliseconds)
{
    LARGE_INTEGER Time, *Timeout = BasepTimeout(dwMilliseconds, &Time);
    void *Key, *Overlapped;
    IO_STATUS_BLOCK Io;
    NTSTATUS Status;

    *lpOverlapped = NULL;
    do {
        Status = SysRemoveIoCompletion(CompletionPort, &Key, &Overlapped, &Io, Timeout);
    } while (Status == STATUS_USER_APC);
    if (Status != STATUS_SUCCESS)
        return BasepNoPacket(Status);
    *lpNumberOfBytesTransferred = (DWORD)Io.Information;
    *lpCompletionKey = (ULONG_PTR)Key;
    *lpOverlapped = Overlapped;
    return NT_SUCCESS(Io.Status) ? TRUE : BasepFail(Io.Status);
}

BOOL WINAPI GetQueuedCompletionStatusEx(HANDLE CompletionPort,
    LPOVERLAPPED_ENTRY lpCompletionPortEntries, ULONG ulCount, PULONG ulNumEntriesRemoved,
    DWORD dwMilliseconds, BOOL fAlertable)
{
    LARGE_INTEGER Time, *Timeout = BasepTimeout(dwMilliseconds, &Time);
    NTSTATUS Status;

    *ulNumEntriesRemoved = 0;
    do {
        Status = SysRemoveIoCompletionEx(CompletionPort,
            (FILE_IO_COMPLETION_INFORMATION *)(void *)lpCompletionPortEntries, ulCount,
            ulNumEntriesRemoved, Timeout, fAlertable != FALSE);
    } while (Status == STATUS_ALERTED);
    return Status == STATUS_SUCCESS ? TRUE : BasepNoPacket(Status);
}

BOOL WINAPI PostQueuedCompletionStatus(HANDLE CompletionPort, DWORD dwNumberOfBytesTransferred,
    ULONG_PTR dwCompletionKey, LPOVERLAPPED lpOverlapped)
{
    NTSTATUS Status = SysSetIoCompletion(CompletionPort, (void *)dwCompletionKey, lpOverlapped,
        STATUS_SUCCESS, dwNumberOfBytesTransferred);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI SetFileCompletionNotificationModes(HANDLE FileHandle, UCHAR Flags)
{
    FILE_IO_COMPLETION_NOTIFICATION_INFORMATION Modes = {.Flags = Flags};
    IO_STATUS_BLOCK Io;
    NTSTATUS Status = SysSetInformationFile(
        FileHandle, &Io, &Modes, sizeof(Modes), FileIoCompletionNotificationInformation);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}
