/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What is open: one FSP_FILE for each path and inode, with its share counts; and how a file ends.
 * Everything here is under FspLock. A name is taken away when the last handle to a file that is to
 * be deleted is cleaned up.
 */
#include <string.h>

#include "fs/fsp.h"

static LIST_ENTRY FspFiles;

void FspBeginFiles(void)
{
    InitializeListHead(&FspFiles);
}

FSP_FILE *FspFindFile(const char *Path, const struct host_file_status *Status)
{
    for (LIST_ENTRY *Entry = FspFiles.Flink; Entry != &FspFiles; Entry = Entry->Flink) {
        FSP_FILE *File = CONTAINING_RECORD(Entry, FSP_FILE, Link);
        if (File->Inode == Status->inode && File->Device == Status->device && !File->Removed &&
            strcmp(File->Path, Path) == 0)
            return File;
    }
    return NULL;
}

/* No resource, and no fast I/O: only the contexts of filters. */
static void FspBeginHeader(FSP_FILE *File)
{
    ExiInitializeFastMutex(&File->HeaderMutex);
    File->Header.Header.NodeByteSize = sizeof(*File);
    File->Header.Header.Flags2 = FSRTL_FLAG2_SUPPORTS_FILTER_CONTEXTS;
    File->Header.FastMutex = &File->HeaderMutex;
    InitializeListHead(&File->Header.FilterContexts);
}

NTSTATUS FspReferenceFile(
    const char *Path, const struct host_file_status *Status, FSP_FILE **Result)
{
    FSP_FILE *File = FspFindFile(Path, Status);
    if (File == NULL) {
        SIZE_T Bytes = strlen(Path) + 1;
        File = ExiAllocateZero(NonPagedPoolNx, sizeof(*File), FSP_TAG, EX_KERNEL_SITE);
        if (File == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        NTSTATUS Made = FspFileDescriptor(Path, &File->Descriptor);
        if (!NT_SUCCESS(Made)) {
            ExiFree(File);
            return Made;
        }
        File->Path = ExiAllocate(PagedPool, Bytes, FSP_TAG, EX_KERNEL_SITE);
        if (File->Path == NULL) {
            ExiFree(File);
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        memcpy(File->Path, Path, Bytes);
        FspBeginHeader(File);
        InitializeListHead(&File->Locks);
        File->Device = Status->device;
        File->Inode = Status->inode;
        File->Folder = Status->kind == HOST_FILE_FOLDER;
        InsertTailList(&FspFiles, &File->Link);
    }
    File->References++;
    *Result = File;
    return STATUS_SUCCESS;
}

void FspDereferenceFile(FSP_FILE *File)
{
    if (--File->References != 0)
        return;
    RemoveEntryList(&File->Link);
    FsRtlTeardownPerStreamContexts(&File->Header);
    if (File->OwnDescriptor)
        ExiFree(File->Descriptor);
    if (File->Name.Buffer != NULL)
        ExiFree(File->Name.Buffer);
    ExiFree(File->Path);
    ExiFree(File);
}

/* Whether Path is Folder's or below it. */
static BOOLEAN FspIsBelow(const char *Path, const char *Folder)
{
    SIZE_T Length = strlen(Folder);
    return strncmp(Path, Folder, Length) == 0 && Path[Length] == '/';
}

BOOLEAN FspIsOpenBelow(const char *Path)
{
    for (LIST_ENTRY *Entry = FspFiles.Flink; Entry != &FspFiles; Entry = Entry->Flink) {
        const FSP_FILE *File = CONTAINING_RECORD(Entry, FSP_FILE, Link);
        if (File->Handles != 0 && !File->Removed && FspIsBelow(File->Path, Path))
            return TRUE;
    }
    return FALSE;
}

static bool FspStopAtFirst(void *Context, const char *Name)
{
    (void)Name;
    *(BOOLEAN *)Context = FALSE;
    return false;
}

NTSTATUS FspCheckEmpty(int Folder)
{
    BOOLEAN Empty = TRUE;
    int Error = host_folder_list(Folder, FspStopAtFirst, &Empty);
    if (Error != 0)
        return FspStatusFromHost(Error);
    return Empty ? STATUS_SUCCESS : STATUS_DIRECTORY_NOT_EMPTY;
}

NTSTATUS FspRemoveName(FSP_FILE *File)
{
    struct host_file_status Status;
    const char *Leaf;
    int Parent;
    if (File->Removed)
        return STATUS_SUCCESS;
    NTSTATUS Result = FspOpenParent(File->Path, &Parent, &Leaf);
    if (!NT_SUCCESS(Result))
        return Result;
    /* The host's own programs may have put something else in its place. */
    int Error = host_folder_status(Parent, Leaf, &Status);
    if (Error == 0 && Status.inode == File->Inode && Status.device == File->Device)
        Error = host_folder_remove(Parent, Leaf, File->Folder);
    FspCloseParent(Parent);
    if (Error == 0) {
        File->Removed = TRUE;
        FspNameChanged(File->Path, File->Folder, FILE_ACTION_REMOVED);
    }
    return FspStatusFromHost(Error);
}

/* ---- attributes ------------------------------------------------------------------------------ */

ULONG FspAttributes(const struct host_file_status *Status)
{
    ULONG Attributes = Status->attributes & FSP_KEPT_ATTRIBUTES;
    if (Status->kind == HOST_FILE_FOLDER) {
        Attributes = (Attributes & ~(ULONG)FILE_ATTRIBUTE_TEMPORARY) | FILE_ATTRIBUTE_DIRECTORY |
                     (Status->attributes & FILE_ATTRIBUTE_READONLY);
    } else {
        if (!(Status->attributes & FSP_MARKED))
            Attributes |= FILE_ATTRIBUTE_ARCHIVE; /* as a file just written has */
        if (Status->read_only)
            Attributes |= FILE_ATTRIBUTE_READONLY;
    }
    return Attributes != 0 ? Attributes : FILE_ATTRIBUTE_NORMAL;
}

/* A folder's read-only bit says nothing about what is in it, so it is only remembered. */
NTSTATUS FspSetAttributes(
    int Handle, const struct host_file_status *Status, ULONG Attributes, ULONG64 Created)
{
    ULONG Kept = Attributes & FSP_KEPT_ATTRIBUTES;
    int Error = 0;
    if (Status->kind == HOST_FILE_FOLDER)
        Kept |= Attributes & FILE_ATTRIBUTE_READONLY;
    /* The mark first: it cannot be written once nobody may write. What is usual needs none. */
    if (Created != 0 || Status->attributes != 0 ||
        Kept != (Status->kind == HOST_FILE_FOLDER ? 0 : FILE_ATTRIBUTE_ARCHIVE)) {
        if (Status->read_only)
            host_file_set_read_only(Handle, false);
        host_file_set_mark(Handle, Kept | FSP_MARKED, Created); /* a host without marks forgets them
                                                                 */
    }
    if (Status->kind == HOST_FILE_REGULAR)
        Error = host_file_set_read_only(Handle, (Attributes & FILE_ATTRIBUTE_READONLY) != 0);
    return FspStatusFromHost(Error);
}

/* As NTFS does: a file that was written to wants to be archived. */
static void FspMarkModified(const FSP_OPEN *Open)
{
    struct host_file_status Status;
    if (host_file_query(Open->Handle, &Status) == 0 &&
        !(FspAttributes(&Status) & FILE_ATTRIBUTE_ARCHIVE))
        host_file_set_mark(Open->Handle, Status.attributes | FILE_ATTRIBUTE_ARCHIVE, 0);
}

/* ---- the end of an open ---------------------------------------------------------------------- */

static void FspDeleteAtLast(FSP_OPEN *Open)
{
    FSP_FILE *File = Open->File;
    if (Open->DeleteOnClose && (!File->Folder || NT_SUCCESS(FspCheckEmpty(Open->Handle))))
        FspMarkDeleted(File);
    if (File->DeletePending && (File->Handles == 0 || Open->PosixDelete))
        FspRemoveName(File);
}

NTSTATUS FspCleanup(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    (void)Irp;
    *Information = 0;
    if (Open == NULL || Open->Cleaned)
        return STATUS_SUCCESS;
    if (!Open->Volume)
        FspEndLocks(Open->File, Stack->FileObject);
    FspAcquireLock();
    Open->Cleaned = TRUE;
    if (!Open->Volume) {
        FspEndWatch(Open);
        IoRemoveShareAccess(Stack->FileObject, &Open->File->Share);
        Open->File->Handles--;
        if (Stack->FileObject->Flags & FO_FILE_MODIFIED)
            FspMarkModified(Open);
        FspDeleteAtLast(Open);
    }
    FspUnlock();
    return STATUS_SUCCESS;
}

NTSTATUS FspClose(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information)
{
    FSP_OPEN *Open = FspOpenOf(Stack->FileObject);
    (void)Irp;
    *Information = 0;
    if (Open == NULL)
        return STATUS_SUCCESS;
    Stack->FileObject->FsContext = Stack->FileObject->FsContext2 = NULL;
    FspAcquireLock();
    if (!Open->Volume) {
        FspDereferenceFile(Open->File);
        FspCloseBooked(Open->Handle);
    }
    FspUnlock();
    FspEndQuery(Open);
    ExiFree(Open);
    return STATUS_SUCCESS;
}
