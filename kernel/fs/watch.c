/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * IRP_MN_NOTIFY_CHANGE_DIRECTORY: who watches a folder is told of what drivers and programs of this
 *          machine change, and when, not of what the host does behind its back, nor of descriptors.
 *          All under FspLock; requests that are done are completed when it is released.
 */
#include <string.h>

#include "fs/fsp.h"
#include "fsrtl/notify.h"

static FSRTL_SYNC FspSync;
static LIST_ENTRY FspWatches;
static LIST_ENTRY FspTold;                  /* requests to complete */
static WCHAR FspChangedName[FSP_PATH_BYTES]; /* of the change that is being told */

void FspBeginWatches(void)
{
    ExiInitializeFastMutex(&FspSync.Mutex);
    InitializeListHead(&FspWatches);
    InitializeListHead(&FspTold);
}

void FspUnlock(void)
{
    LIST_ENTRY Told;
    InitializeListHead(&Told);
    while (!IsListEmpty(&FspTold))
        InsertTailList(&Told, RemoveHeadList(&FspTold));
    KiWillRelease(&FspLock);
    ExReleaseFastMutex(&FspLock);
    FsrtlCompleteDone(&Told);
}

/* ---- names ----------------------------------------------------------------------------------- */

/*
 * The NT path of one below C:, "\\Windows\\Temp", which is never longer in characters than that is
 * in bytes.
 */
static STRING FspFullName(const char *Path, WCHAR *Buffer)
{
    ULONG Bytes = 0;
    Buffer[0] = u'\\';
    RtlUTF8ToUnicodeN(
        Buffer + 1, (FSP_PATH_BYTES - 1) * sizeof(WCHAR), &Bytes, Path, (ULONG)strlen(Path));
    for (ULONG Index = 1; Index <= Bytes / sizeof(WCHAR); Index++) {
        if (Buffer[Index] == u'/')
            Buffer[Index] = u'\\';
    }
    Bytes += sizeof(WCHAR);
    return (STRING){(USHORT)Bytes, (USHORT)Bytes, (char *)(void *)Buffer};
}

static USHORT FspLastOffset(const STRING *Name)
{
    const WCHAR *Text = (const WCHAR *)(const void *)Name->Buffer;
    ULONG At = Name->Length / sizeof(WCHAR);
    while (Text[At - 1] != u'\\')
        At--;
    return (USHORT)(At * sizeof(WCHAR));
}

NTSTATUS FspMakeName(const char *Path, STRING *Name)
{
    const STRING Full = FspFullName(Path, FspChangedName);
    char *Copy = ExiAllocate(PagedPool, Full.Length, FSP_TAG, EX_KERNEL_SITE);
    if (Copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(Copy, Full.Buffer, Full.Length);
    *Name = (STRING){Full.Length, Full.Length, Copy};
    return STATUS_SUCCESS;
}

/* ---- changes --------------------------------------------------------------------------------- */

BOOLEAN FspIsWatched(void)
{
    return __atomic_load_n(&FspWatches.Flink, __ATOMIC_ACQUIRE) != &FspWatches;
}

void FspChanged(const char *Path, ULONG Filter, ULONG Action)
{
    if (!FspIsWatched() || Filter == 0)
        return;
    const STRING Name = FspFullName(Path, FspChangedName);
    const FSRTL_CHANGE Change = {
        .Target = &Name, .NameOffset = FspLastOffset(&Name), .Filter = Filter, .Action = Action};
    FsrtlReport(&FspSync, &FspWatches, &Change, &FspTold);
}

void FspNameChanged(const char *Path, BOOLEAN Folder, ULONG Action)
{
    FspChanged(Path, Folder ? FILE_NOTIFY_CHANGE_DIR_NAME : FILE_NOTIFY_CHANGE_FILE_NAME, Action);
}

void FspModified(const FSP_FILE *File, ULONG Filter)
{
    if (!File->Removed && File->Path[0] != 0)
        FspChanged(File->Path, Filter, FILE_ACTION_MODIFIED);
}

void FspMarkDeleted(FSP_FILE *File)
{
    File->DeletePending = TRUE;
    if (File->Name.Buffer != NULL)
        FsrtlDeleteWatched(&FspSync, &FspWatches, &File->Name, &FspTold);
}

/* ---- requests -------------------------------------------------------------------------------- */

void FspEndWatch(FSP_OPEN *Open)
{
    FsrtlEndWatch(&FspSync, &FspWatches, Open, &FspTold);
}

/*
 * Whoever holds the folder's name frees it with the FSP_FILE, which outlives the watch: that ends
 * with the handle.
 */
NTSTATUS FspWatch(FSP_OPEN *Open, IRP *Irp, const IO_STACK_LOCATION *Stack)
{
    FSP_FILE *File = Open->File;
    const FSRTL_WATCHING Watching = {.FsContext = Open,
        .Directory = &File->Name,
        .Filter = Stack->Parameters.NotifyDirectory.CompletionFilter,
        .Tree = (Stack->Flags & SL_WATCH_TREE) != 0};
    NTSTATUS Status = STATUS_SUCCESS;
    FspAcquireLock();
    if (File->DeletePending || File->Removed)
        Status = STATUS_DELETE_PENDING;
    if (NT_SUCCESS(Status) && File->Name.Buffer == NULL)
        Status = FspMakeName(File->Path, &File->Name);
    if (NT_SUCCESS(Status))
        Status = FsrtlWatch(&FspSync, &FspWatches, &Watching, Irp, &FspTold);
    FspUnlock();
    return Status;
}
