/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Waiting for changes in a folder. What is a change is the file system's matter, mostly that of
 * kernel/fsrtl's watches.
 */
#include "io/iop.h"
#include "services.h"

/*
 * NtNotifyChangeDirectoryFile - tells what changes in an open folder, once.
 *
 * Event, ApcRoutine, ApcContext, IoStatusBlock: as NtReadFile. Buffer: FILE_NOTIFY_INFORMATION; its
 *          size, CompletionFilter (FILE_NOTIFY_CHANGE_…) and WatchTree of a handle's first call
 *          hold for all of its calls: what changes between two is told by the second.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, PENDING; NOTIFY_ENUM_DIR: something changed, and there was no room to say what;
 *          NOTIFY_CLEANUP: the handle was closed; DELETE_PENDING: the folder is being deleted;
 *          CANCELLED; INVALID_PARAMETER: no filter or one that is not known, no folder, or an
 *          ApcRoutine and a completion port; ACCESS_DENIED: no FILE_LIST_DIRECTORY;
 *          ACCESS_VIOLATION, DATATYPE_MISALIGNMENT, INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/NtNotifyChangeDirectoryFile, fileio/ReadDirectoryChangesW; OBS
 *          tests/kernel/fs/NtNotifyChangeDirectoryFile.c
 */
NTSTATUS NTAPI NtNotifyChangeDirectoryFile(HANDLE FileHandle, HANDLE Event, IO_APC ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length,
    ULONG CompletionFilter, BOOLEAN WatchTree)
{
    const IOP_PLAIN Plain = {.FileHandle = FileHandle,
        .Event = Event,
        .ApcRoutine = ApcRoutine,
        .ApcContext = ApcContext,
        .IoStatus = IoStatusBlock,
        .MajorFunction = IRP_MJ_DIRECTORY_CONTROL,
        .MinorFunction = IRP_MN_NOTIFY_CHANGE_DIRECTORY,
        .Flags = WatchTree ? SL_WATCH_TREE : 0,
        .AnyAccess = FILE_LIST_DIRECTORY,
        .Buffer = Buffer,
        .BufferBytes = Length,
        .CompletionFilter = CompletionFilter};
    NTSTATUS Status = STATUS_SUCCESS;
    if (CompletionFilter == 0 || (CompletionFilter & ~(ULONG)FILE_NOTIFY_VALID_MASK) != 0)
        return STATUS_INVALID_PARAMETER;
    if (KiPreviousMode() == UserMode && Length != 0)
        Status = MmProbe(Buffer, Length, sizeof(ULONG), TRUE);
    return NT_SUCCESS(Status) ? IopIssueRequest(&Plain) : Status;
}
