/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Changes in folders. A handle of FindFirstChangeNotification is the folder's, opened for this: a
 * request without a buffer is out for as long as nothing has changed, and its end signals the
 * handle.
 */
#include "client.h"

#define BASEP_SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
/* a handle's first request has said what counts */
#define BASEP_ANY_CHANGE FILE_NOTIFY_CHANGE_FILE_NAME

/* Where all those requests' results go: nobody reads them. */
static IO_STATUS_BLOCK BasepChangeIgnored;

static NTSTATUS BasepWatch(HANDLE Folder, BOOL Subtree, DWORD Filter)
{
    return SysNotifyChangeDirectoryFile(
        Folder, NULL, NULL, NULL, &BasepChangeIgnored, NULL, 0, Filter, Subtree != FALSE);
}

static NTSTATUS BasepOpenWatched(const WCHAR *Path, HANDLE *Folder)
{
    OBJECT_ATTRIBUTES Object;
    IO_STATUS_BLOCK Io;
    BASEP_PATH Nt;
    NTSTATUS Status = BasepPathFromWin32(Path, &Nt);

    if (!NT_SUCCESS(Status))
        return Status;
    InitializeObjectAttributes(&Object, &Nt.Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = SysOpenFile(Folder, FILE_LIST_DIRECTORY | SYNCHRONIZE, &Object, &Io, BASEP_SHARE_ALL,
        FILE_DIRECTORY_FILE | FILE_OPEN_FOR_BACKUP_INTENT);
    BasepFreePath(&Nt);
    return Status;
}

HANDLE WINAPI FindFirstChangeNotificationW(
    LPCWSTR lpPathName, BOOL bWatchSubtree, DWORD dwNotifyFilter)
{
    HANDLE Folder;
    NTSTATUS Status = BasepOpenWatched(lpPathName, &Folder);

    if (NT_SUCCESS(Status)) {
        Status = BasepWatch(Folder, bWatchSubtree, dwNotifyFilter);
        if (NT_SUCCESS(Status))
            return Folder;
        SysClose(Folder);
    }
    BasepFail(Status);
    return INVALID_HANDLE_VALUE;
}

HANDLE WINAPI FindFirstChangeNotificationA(
    LPCSTR lpPathName, BOOL bWatchSubtree, DWORD dwNotifyFilter)
{
    BASEP_WIDE Wide;
    NTSTATUS Status = BasepWiden(lpPathName, &Wide);

    if (!NT_SUCCESS(Status)) {
        BasepFail(Status);
        return INVALID_HANDLE_VALUE;
    }
    HANDLE Folder = FindFirstChangeNotificationW(Wide.Text, bWatchSubtree, dwNotifyFilter);
    BasepFreeWide(&Wide);
    return Folder;
}

BOOL WINAPI FindNextChangeNotification(HANDLE hChangeHandle)
{
    NTSTATUS Status = BasepWatch(hChangeHandle, FALSE, BASEP_ANY_CHANGE);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI FindCloseChangeNotification(HANDLE hChangeHandle)
{
    NTSTATUS Status = SysClose(hChangeHandle);

    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

/*
 * An overlapped request that was sent succeeds, whatever comes of it: that is for whoever asks for
 * its result.
 */
static BOOL BasepReadChangesOverlapped(HANDLE Folder, void *Buffer, DWORD Bytes, BOOL Subtree,
    DWORD Filter, OVERLAPPED *Overlapped, LPOVERLAPPED_COMPLETION_ROUTINE Routine)
{
    void *ApcContext = ((ULONG_PTR)Overlapped->hEvent & BASEP_NO_PORT_BIT) != 0 ? NULL : Overlapped;
    NTSTATUS Status;

    Overlapped->Internal = (ULONG_PTR)STATUS_PENDING;
    if (Routine != NULL)
        Status = SysNotifyChangeDirectoryFile(Folder, NULL, (IO_APC)(void *)BasepRequestDone,
            (void *)Routine, BasepStatusBlock(Overlapped), Buffer, Bytes, Filter, Subtree != FALSE);
    else
        Status = SysNotifyChangeDirectoryFile(Folder, BasepOverlappedEvent(Overlapped), NULL,
            ApcContext, BasepStatusBlock(Overlapped), Buffer, Bytes, Filter, Subtree != FALSE);
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI ReadDirectoryChangesW(HANDLE hDirectory, LPVOID lpBuffer, DWORD nBufferLength,
    BOOL bWatchSubtree, DWORD dwNotifyFilter, LPDWORD lpBytesReturned, LPOVERLAPPED lpOverlapped,
    LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)
{
    IO_STATUS_BLOCK Io = {0};

    if (lpOverlapped != NULL)
        return BasepReadChangesOverlapped(hDirectory, lpBuffer, nBufferLength, bWatchSubtree,
            dwNotifyFilter, lpOverlapped, lpCompletionRoutine);
    NTSTATUS Status = SysNotifyChangeDirectoryFile(hDirectory, NULL, NULL, NULL, &Io, lpBuffer,
        nBufferLength, dwNotifyFilter, bWatchSubtree != FALSE);
    if (Status == STATUS_PENDING)
        Status = BasepWaitForRequest(hDirectory, &Io);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    /* More changed than there was room for: a success without a byte. */
    if (lpBytesReturned != NULL)
        *lpBytesReturned = Status == STATUS_SUCCESS ? (DWORD)Io.Information : 0;
    return TRUE;
}
