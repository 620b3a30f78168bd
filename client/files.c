/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Files and folders by name: making, deleting, moving, attributes. Copying is in files_copy.c,
 * finding in files_find.c.
 */
#include "client.h"

#include <stdlib.h>
#include <string.h>

#define BASEP_SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

NTSTATUS BasepOpenFile(const WCHAR *Path, ACCESS_MASK Access, ULONG Share, ULONG Disposition,
    ULONG Options, ULONG Attributes, HANDLE *File)
{
    OBJECT_ATTRIBUTES Object;
    IO_STATUS_BLOCK Io;
    BASEP_PATH Nt;
    NTSTATUS Status = BasepPathFromWin32(Path, &Nt);

    if (!NT_SUCCESS(Status))
        return Status;
    InitializeObjectAttributes(&Object, &Nt.Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = SysCreateFile(File, Access | SYNCHRONIZE, &Object, &Io, NULL, Attributes, Share,
        Disposition, Options | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    BasepFreePath(&Nt);
    return Status;
}

/* The W function with a widened argument. */
#define BASEP_CALL_WIDE(Name, Failed, Call)      \
    BASEP_WIDE Wide;                             \
    NTSTATUS Status = BasepWiden(Name, &Wide);   \
    if (!NT_SUCCESS(Status)) {                   \
        BasepFail(Status);                       \
        return Failed;                           \
    }                                            \
    __auto_type Result = Call;                   \
    BasepFreeWide(&Wide);                        \
    return Result

/* ---- making and deleting --------------------------------------------------------------------- */

static BOOL BasepRemove(const WCHAR *Path, ULONG Options)
{
    FILE_DISPOSITION_INFORMATION Disposition = {TRUE};
    IO_STATUS_BLOCK Io;
    HANDLE File;
    NTSTATUS Status = BasepOpenFile(Path, DELETE, BASEP_SHARE_ALL, FILE_OPEN,
        Options | FILE_OPEN_FOR_BACKUP_INTENT | FILE_OPEN_REPARSE_POINT, 0, &File);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    Status = SysSetInformationFile(
        File, &Io, &Disposition, sizeof(Disposition), FileDispositionInformation);
    SysClose(File);
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI DeleteFileW(LPCWSTR lpFileName)
{
    return BasepRemove(lpFileName, FILE_NON_DIRECTORY_FILE);
}

BOOL WINAPI DeleteFileA(LPCSTR lpFileName)
{
    BASEP_CALL_WIDE(lpFileName, FALSE, DeleteFileW(Wide.Text));
}

BOOL WINAPI RemoveDirectoryW(LPCWSTR lpPathName)
{
    return BasepRemove(lpPathName, FILE_DIRECTORY_FILE);
}

BOOL WINAPI RemoveDirectoryA(LPCSTR lpPathName)
{
    BASEP_CALL_WIDE(lpPathName, FALSE, RemoveDirectoryW(Wide.Text));
}

BOOL WINAPI CreateDirectoryW(LPCWSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes)
{
    HANDLE Folder;

    (void)lpSecurityAttributes; /* files of C: have the descriptors their place gives them */
    NTSTATUS Status = BasepOpenFile(lpPathName, FILE_LIST_DIRECTORY,
        FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_CREATE,
        FILE_DIRECTORY_FILE | FILE_OPEN_FOR_BACKUP_INTENT, FILE_ATTRIBUTE_NORMAL, &Folder);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    SysClose(Folder);
    return TRUE;
}

BOOL WINAPI CreateDirectoryA(LPCSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes)
{
    BASEP_CALL_WIDE(lpPathName, FALSE, CreateDirectoryW(Wide.Text, lpSecurityAttributes));
}

/* ---- attributes ------------------------------------------------------------------------------ */

DWORD WINAPI GetFileAttributesW(LPCWSTR lpFileName)
{
    OBJECT_ATTRIBUTES Object;
    FILE_BASIC_INFORMATION Basic;
    BASEP_PATH Nt;
    NTSTATUS Status = BasepPathFromWin32(lpFileName, &Nt);

    if (NT_SUCCESS(Status)) {
        InitializeObjectAttributes(&Object, &Nt.Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
        Status = SysQueryAttributesFile(&Object, &Basic);
        BasepFreePath(&Nt);
    }
    if (NT_SUCCESS(Status))
        return Basic.FileAttributes;
    BasepFail(Status);
    return INVALID_FILE_ATTRIBUTES;
}

DWORD WINAPI GetFileAttributesA(LPCSTR lpFileName)
{
    BASEP_CALL_WIDE(lpFileName, INVALID_FILE_ATTRIBUTES, GetFileAttributesW(Wide.Text));
}

BOOL WINAPI GetFileAttributesExW(
    LPCWSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId, LPVOID lpFileInformation)
{
    OBJECT_ATTRIBUTES Object;
    FILE_NETWORK_OPEN_INFORMATION Network;
    BASEP_PATH Nt;
    WIN32_FILE_ATTRIBUTE_DATA *Data = lpFileInformation;

    if (fInfoLevelId != GetFileExInfoStandard)
        return BasepFailWin32(ERROR_INVALID_PARAMETER);
    NTSTATUS Status = BasepPathFromWin32(lpFileName, &Nt);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    InitializeObjectAttributes(&Object, &Nt.Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = SysQueryFullAttributesFile(&Object, &Network);
    BasepFreePath(&Nt);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    Data->dwFileAttributes = Network.FileAttributes;
    Data->ftCreationTime = BasepFileTime(Network.CreationTime);
    Data->ftLastAccessTime = BasepFileTime(Network.LastAccessTime);
    Data->ftLastWriteTime = BasepFileTime(Network.LastWriteTime);
    Data->nFileSizeHigh = (DWORD)Network.EndOfFile.HighPart;
    Data->nFileSizeLow = Network.EndOfFile.LowPart;
    return TRUE;
}

BOOL WINAPI GetFileAttributesExA(
    LPCSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId, LPVOID lpFileInformation)
{
    BASEP_CALL_WIDE(
        lpFileName, FALSE, GetFileAttributesExW(Wide.Text, fInfoLevelId, lpFileInformation));
}

BOOL WINAPI SetFileAttributesW(LPCWSTR lpFileName, DWORD dwFileAttributes)
{
    const ULONG Settable = FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM |
        FILE_ATTRIBUTE_ARCHIVE | FILE_ATTRIBUTE_TEMPORARY | FILE_ATTRIBUTE_OFFLINE |
        FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
    FILE_BASIC_INFORMATION Basic = {.FileAttributes = dwFileAttributes & Settable};
    IO_STATUS_BLOCK Io;
    HANDLE File;
    NTSTATUS Status = BasepOpenFile(lpFileName, FILE_WRITE_ATTRIBUTES, BASEP_SHARE_ALL, FILE_OPEN,
        FILE_OPEN_FOR_BACKUP_INTENT | FILE_OPEN_REPARSE_POINT, 0, &File);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    if (Basic.FileAttributes == 0)
        Basic.FileAttributes = FILE_ATTRIBUTE_NORMAL;
    Status = SysSetInformationFile(File, &Io, &Basic, sizeof(Basic), FileBasicInformation);
    SysClose(File);
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI SetFileAttributesA(LPCSTR lpFileName, DWORD dwFileAttributes)
{
    BASEP_CALL_WIDE(lpFileName, FALSE, SetFileAttributesW(Wide.Text, dwFileAttributes));
}

/* ---- moving ---------------------------------------------------------------------------------- */

static NTSTATUS BasepRenameTo(HANDLE File, const WCHAR *NewPath, BOOLEAN Replace)
{
    IO_STATUS_BLOCK Io;
    BASEP_PATH Nt;
    NTSTATUS Status = BasepPathFromWin32(NewPath, &Nt);

    if (!NT_SUCCESS(Status))
        return Status;
    ULONG Bytes = (ULONG)sizeof(FILE_RENAME_INFORMATION) + Nt.Name.Length;
    FILE_RENAME_INFORMATION *Rename = calloc(1, Bytes);
    if (Rename != NULL) {
        Rename->ReplaceIfExists = Replace;
        Rename->FileNameLength = Nt.Name.Length;
        memcpy(Rename->FileName, Nt.Name.Buffer, Nt.Name.Length);
        Status = SysSetInformationFile(File, &Io, Rename, Bytes, FileRenameInformation);
        free(Rename);
    } else {
        Status = STATUS_NO_MEMORY;
    }
    BasepFreePath(&Nt);
    return Status;
}

BOOL WINAPI MoveFileExW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, DWORD dwFlags)
{
    HANDLE File;

    if (lpNewFileName == NULL || (dwFlags & MOVEFILE_DELAY_UNTIL_REBOOT) != 0)
        return BasepFailWin32(
            lpNewFileName != NULL ? ERROR_NOT_SUPPORTED : ERROR_INVALID_PARAMETER);
    NTSTATUS Status = BasepOpenFile(lpExistingFileName, DELETE | FILE_READ_ATTRIBUTES,
        BASEP_SHARE_ALL, FILE_OPEN, FILE_OPEN_FOR_BACKUP_INTENT | FILE_OPEN_REPARSE_POINT, 0,
        &File);
    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    Status = BasepRenameTo(File, lpNewFileName, (dwFlags & MOVEFILE_REPLACE_EXISTING) != 0);
    SysClose(File);
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI MoveFileExA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, DWORD dwFlags)
{
    BASEP_WIDE New;
    NTSTATUS Widened = BasepWiden(lpNewFileName, &New);

    if (!NT_SUCCESS(Widened))
        return BasepFail(Widened);
    BASEP_WIDE Old;
    BOOL Moved = FALSE;
    NTSTATUS Status = BasepWiden(lpExistingFileName, &Old);
    if (NT_SUCCESS(Status)) {
        Moved = MoveFileExW(Old.Text, New.Text, dwFlags);
        BasepFreeWide(&Old);
    } else {
        BasepFail(Status);
    }
    BasepFreeWide(&New);
    return Moved;
}

BOOL WINAPI MoveFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName)
{
    return MoveFileExW(lpExistingFileName, lpNewFileName, MOVEFILE_COPY_ALLOWED);
}

BOOL WINAPI MoveFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName)
{
    return MoveFileExA(lpExistingFileName, lpNewFileName, MOVEFILE_COPY_ALLOWED);
}
