/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Renaming, within a folder or into another. The new name is a plain one in the same folder, one
 * relative to an open folder, or any path, which the I/O manager has opened the folder of
 * (Parameters.SetFile.FileObject). All under FspLock.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fs/fsp.h"

/* The folder the new name goes into, as the host spells it. */
static NTSTATUS FspNewFolder(const FSP_FILE *File, const FILE_OBJECT *Target, char *Folder)
{
    if (Target == NULL) {
        const char *Slash = strrchr(File->Path, '/');
        SIZE_T Length = Slash != NULL ? (SIZE_T)(Slash - File->Path) : 0;
        memcpy(Folder, File->Path, Length);
        Folder[Length] = 0;
        return STATUS_SUCCESS;
    }
    const FSP_OPEN *Open = FspOpenOf(Target);
    if (Target->DeviceObject != FspDevice || Open == NULL || Open->Volume)
        return STATUS_NOT_SAME_DEVICE;
    snprintf(Folder, FSP_PATH_BYTES, "%s", Open->File->Path);
    return Open->File->Folder ? STATUS_SUCCESS : STATUS_NOT_A_DIRECTORY;
}

/* Whatever has the new name already must be one that may go. */
static NTSTATUS FspCheckReplaced(
    const FSP_FILE *File, const FSP_LOOKUP *Lookup, const FSP_FILE *Replaced, ULONG Flags)
{
    if (Lookup->Status.inode == File->Inode && Lookup->Status.device == File->Device)
        return STATUS_SUCCESS; /* itself, in another case */
    if (!(Flags & FILE_RENAME_REPLACE_IF_EXISTS))
        return STATUS_OBJECT_NAME_COLLISION;
    const BOOLEAN Open =
        Replaced != NULL && Replaced->Handles != 0 && !(Flags & FILE_RENAME_POSIX_SEMANTICS);
    if (Lookup->Status.kind == HOST_FILE_FOLDER || File->Folder || Open ||
        (FspAttributes(&Lookup->Status) & FILE_ATTRIBUTE_READONLY))
        return STATUS_ACCESS_DENIED;
    return STATUS_SUCCESS;
}

static NTSTATUS FspMoveOnHost(
    const FSP_FILE *File, FSP_LOOKUP *Lookup, const char *NewLeaf, BOOLEAN Replace)
{
    const char *Leaf;
    int Parent;
    NTSTATUS Status = FspOpenParent(File->Path, &Parent, &Leaf);
    if (!NT_SUCCESS(Status))
        return Status;
    int Error = host_folder_rename(Parent, Leaf, Lookup->Folder, NewLeaf, Replace);
    /* Found under another spelling: two names that differ in case may not both stay. */
    if (Error == 0 && Lookup->Found && strcmp(Lookup->Leaf, NewLeaf) != 0 && Replace)
        host_folder_remove(Lookup->Folder, Lookup->Leaf, false);
    FspCloseParent(Parent);
    return FspStatusFromHost(Error);
}

/* Within a folder the two names belong together. */
static void FspTellRename(const char *Old, const char *New, BOOLEAN Folder, BOOLEAN Replaced)
{
    const char *OldLast = strrchr(Old, '/'), *NewLast = strrchr(New, '/');
    const SIZE_T Length = OldLast != NULL ? (SIZE_T)(OldLast - Old) : 0;
    const BOOLEAN Together =
        Length == (NewLast != NULL ? (SIZE_T)(NewLast - New) : 0) && strncmp(Old, New, Length) == 0;
    if (Replaced)
        FspNameChanged(New, FALSE, FILE_ACTION_REMOVED);
    FspNameChanged(Old, Folder, Together ? FILE_ACTION_RENAMED_OLD_NAME : FILE_ACTION_REMOVED);
    FspNameChanged(New, Folder, Together ? FILE_ACTION_RENAMED_NEW_NAME : FILE_ACTION_ADDED);
}

/* Takes NewPath; the name watchers know it by, where there is one, becomes NewName. */
static void FspEnterName(FSP_FILE *File, char *NewPath, const STRING *NewName, BOOLEAN Replaced)
{
    if (strcmp(File->Path, NewPath) != 0)
        FspTellRename(File->Path, NewPath, File->Folder, Replaced);
    ExiFree(File->Path);
    File->Path = NewPath;
    if (File->Name.Buffer != NULL) {
        ExiFree(File->Name.Buffer);
        File->Name = *NewName;
    }
}

static NTSTATUS FspRenameTo(FSP_FILE *File, const char *Folder, const WCHAR *Name, ULONG Characters,
    ULONG Flags, FSP_LOOKUP *Lookup)
{
    char Leaf[FSP_NAME_BYTES]; /* the name as given: Lookup->Leaf is how the host spells what is
                                  there */
    NTSTATUS Status = FspCheckName(Name, Characters, Leaf);
    if (NT_SUCCESS(Status))
        Status = FspFind(Folder, Name, Characters, Lookup);
    if (!NT_SUCCESS(Status))
        return Status;
    BOOLEAN Itself = Lookup->Found && Lookup->Status.inode == File->Inode &&
        Lookup->Status.device == File->Device;
    FSP_FILE *Replaced =
        Lookup->Found && !Itself ? FspFindFile(Lookup->Path, &Lookup->Status) : NULL;
    if (Lookup->Found)
        Status = FspCheckReplaced(File, Lookup, Replaced, Flags);
    /* Where it is from now on: what the lookup found but for the spelling of the last name. */
    char *Slash = strrchr(Lookup->Path, '/');
    char *Last = Slash != NULL ? Slash + 1 : Lookup->Path;
    SIZE_T Room = sizeof(Lookup->Path) - (SIZE_T)(Last - Lookup->Path);
    if (NT_SUCCESS(Status) && (SIZE_T)snprintf(Last, Room, "%s", Leaf) >= Room)
        Status = STATUS_NAME_TOO_LONG;
    char *NewPath = NULL;
    STRING NewName = {0};
    if (NT_SUCCESS(Status)) {
        NewPath = ExiAllocate(PagedPool, strlen(Lookup->Path) + 1, FSP_TAG, EX_KERNEL_SITE);
        Status = NewPath != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    }
    if (NT_SUCCESS(Status) && File->Name.Buffer != NULL)
        Status = FspMakeName(Lookup->Path, &NewName);
    if (NT_SUCCESS(Status) && strcmp(File->Path, Lookup->Path) != 0) {
        if (Itself)
            Lookup->Found = FALSE; /* the old spelling is what moves */
        Status = FspMoveOnHost(
            File, Lookup, Leaf, (Flags & FILE_RENAME_REPLACE_IF_EXISTS) != 0 || Itself);
    }
    if (NT_SUCCESS(Status)) {
        if (Replaced != NULL)
            Replaced->Removed = TRUE; /* who has it open keeps what has no name any more */
        memcpy(NewPath, Lookup->Path, strlen(Lookup->Path) + 1);
        FspEnterName(File, NewPath, &NewName, Lookup->Found);
    } else {
        if (NewPath != NULL)
            ExiFree(NewPath);
        if (NewName.Buffer != NULL)
            ExiFree(NewName.Buffer);
    }
    FspEndLookup(Lookup);
    return Status;
}

NTSTATUS FspRename(
    FSP_OPEN *Open, const IO_STACK_LOCATION *Stack, const FILE_RENAME_INFORMATION *Rename)
{
    FSP_FILE *File = Open->File;
    const FILE_OBJECT *Target = Stack->Parameters.SetFile.FileObject;
    const WCHAR *Name = Rename->FileName;
    ULONG Characters = Rename->FileNameLength / sizeof(WCHAR);
    ULONG Flags = Stack->Parameters.SetFile.ReplaceIfExists ? FILE_RENAME_REPLACE_IF_EXISTS : 0;
    if (Stack->Parameters.SetFile.FileInformationClass == FileRenameInformationEx)
        Flags = Rename->Flags;
    if (Target != NULL) {
        Name = Target->FileName.Buffer;
        Characters = Target->FileName.Length / sizeof(WCHAR);
    }
    if (File->Path[0] == 0)
        return STATUS_INVALID_PARAMETER;
    for (ULONG Index = 0; Index < Characters; Index++) {
        if (Name[Index] == u'\\')
            return STATUS_OBJECT_NAME_INVALID; /* a path the I/O manager has not opened the folder
                                                  of */
    }
    if (File->DeletePending || File->Removed)
        return STATUS_DELETE_PENDING;
    if (File->Folder && FspIsOpenBelow(File->Path))
        return STATUS_ACCESS_DENIED;
    FSP_LOOKUP *Lookup = ExiAllocate(PagedPool, sizeof(*Lookup), FSP_TAG, EX_KERNEL_SITE);
    char *Folder = ExiAllocate(PagedPool, FSP_PATH_BYTES, FSP_TAG, EX_KERNEL_SITE);
    NTSTATUS Status = Lookup != NULL && Folder != NULL ? STATUS_SUCCESS
                                                       : STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status))
        Status = FspNewFolder(File, Target, Folder);
    if (NT_SUCCESS(Status))
        Status = FspRenameTo(File, Folder, Name, Characters, Flags, Lookup);
    if (Lookup != NULL)
        ExiFree(Lookup);
    if (Folder != NULL)
        ExiFree(Folder);
    return Status;
}
