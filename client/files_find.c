/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * FindFirstFile: the last part of a path is a pattern, the rest a folder. Patterns mean what they
 * did in DOS: "*.*" is everything, "*." what has no extension, and a question mark before a dot or
 * at the end may stand for nothing. A find handle is a structure of ours, not one of the machine's.
 */
#include "client.h"

#include <stdlib.h>
#include <string.h>

#define BASEP_FIND_MAGIC 0x646E6946u
#define BASEP_FIND_BYTES 4096u

typedef struct BASEP_FIND {
    ULONG Magic;
    HANDLE Folder;
    ULONG Next; /* of the entry to give next; BASEP_FIND_BYTES: ask for more */
    _Alignas(8) UCHAR Entries[BASEP_FIND_BYTES];
} BASEP_FIND;

/* ---- the pattern ----------------------------------------------------------------------------- */

static SIZE_T BasepLastPart(const WCHAR *Path)
{
    SIZE_T At = BasepWideLength(Path);

    while (At > 0 && Path[At - 1] != u'\\' && Path[At - 1] != u'/' && !(At == 2 && Path[1] == u':'))
        At--;
    return At;
}

/* DOS's wild cards as the file system's. In place; returns the length. */
static SIZE_T BasepTranslatePattern(WCHAR *Pattern, SIZE_T Length)
{
    if (Length == 3 && memcmp(Pattern, u"*.*", 3 * sizeof(WCHAR)) == 0)
        return 1;
    BOOLEAN NoExtension = Length >= 2 && Pattern[Length - 1] == u'.' && Pattern[Length - 2] == u'*';
    if (NoExtension)
        Length--;
    for (SIZE_T i = 0; i < Length; i++) {
        WCHAR Next = i + 1 < Length ? Pattern[i + 1] : 0;
        if (Pattern[i] == u'?')
            Pattern[i] = u'>';
        else if (Pattern[i] == u'.' && (Next == u'?' || Next == u'*'))
            Pattern[i] = u'"';
        else if (Pattern[i] == u'*' && (Next == u'.' || (NoExtension && i + 1 == Length)))
            Pattern[i] = u'<';
    }
    return Length;
}

/* ---- entries --------------------------------------------------------------------------------- */

static NTSTATUS BasepFetchEntries(BASEP_FIND *Find, UNICODE_STRING *Pattern)
{
    IO_STATUS_BLOCK Io;

    Find->Next = 0;
    return SysQueryDirectoryFile(Find->Folder, NULL, NULL, NULL, &Io, Find->Entries,
        BASEP_FIND_BYTES, FileBothDirectoryInformation, FALSE, Pattern, FALSE);
}

/* The common part: WIN32_FIND_DATAA and …W begin alike. */
static void BasepFillFindData(const FILE_BOTH_DIR_INFORMATION *Entry, WIN32_FIND_DATAW *Data)
{
    Data->dwFileAttributes = Entry->FileAttributes;
    Data->ftCreationTime = BasepFileTime(Entry->CreationTime);
    Data->ftLastAccessTime = BasepFileTime(Entry->LastAccessTime);
    Data->ftLastWriteTime = BasepFileTime(Entry->LastWriteTime);
    Data->nFileSizeHigh = (DWORD)Entry->EndOfFile.HighPart;
    Data->nFileSizeLow = Entry->EndOfFile.LowPart;
    Data->dwReserved0 = Data->dwReserved1 = 0;
    SIZE_T Length = Entry->FileNameLength / sizeof(WCHAR);
    memcpy(Data->cFileName, Entry->FileName, Length * sizeof(WCHAR)); /* at most 255 characters */
    Data->cFileName[Length] = 0;
    Data->cAlternateFileName[0] = 0;
}

static void BasepTakeEntry(BASEP_FIND *Find, WIN32_FIND_DATAW *Data)
{
    const FILE_BOTH_DIR_INFORMATION *Entry = (FILE_BOTH_DIR_INFORMATION *)(void *)(Find->Entries +
        Find->Next);

    BasepFillFindData(Entry, Data);
    Find->Next = Entry->NextEntryOffset != 0 ? Find->Next + Entry->NextEntryOffset
                                             : BASEP_FIND_BYTES;
}

/* A name longer in UTF-8 than the structure takes is cut. */
static void BasepNarrowFindData(const WIN32_FIND_DATAW *Wide, WIN32_FIND_DATAA *Data)
{
    memcpy(Data, Wide, FIELD_OFFSET(WIN32_FIND_DATAA, cFileName));
    SIZE_T Bytes = BasepUtf8FromUtf16(
        Wide->cFileName, BasepWideLength(Wide->cFileName), Data->cFileName, MAX_PATH - 1);
    Data->cFileName[Bytes < MAX_PATH - 1 ? Bytes : MAX_PATH - 1] = 0;
    Data->cAlternateFileName[0] = 0;
}

/* ---- the calls ------------------------------------------------------------------------------- */

static NTSTATUS BasepOpenFolderOf(const WCHAR *Path, SIZE_T Part, HANDLE *Folder)
{
    WCHAR *Text = malloc((Part + 2) * sizeof(WCHAR));

    if (Text == NULL)
        return STATUS_NO_MEMORY;
    memcpy(Text, Path, Part * sizeof(WCHAR));
    Text[Part] = 0;
    if (Part == 0)
        memcpy(Text, u".", 2 * sizeof(WCHAR));
    NTSTATUS Status = BasepOpenFile(Text, FILE_LIST_DIRECTORY,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN,
        FILE_DIRECTORY_FILE | FILE_OPEN_FOR_BACKUP_INTENT, 0, Folder);
    free(Text);
    return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_OBJECT_PATH_NOT_FOUND : Status;
}

static NTSTATUS BasepBeginFind(const WCHAR *Path, BASEP_FIND *Find)
{
    WCHAR Pattern[MAX_PATH];
    SIZE_T Part = BasepLastPart(Path), Length = BasepWideLength(Path + Part);

    if (Length == 0)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (Length >= MAX_PATH)
        return STATUS_OBJECT_NAME_INVALID;
    memcpy(Pattern, Path + Part, Length * sizeof(WCHAR));
    Length = BasepTranslatePattern(Pattern, Length);
    NTSTATUS Status = BasepOpenFolderOf(Path, Part, &Find->Folder);
    if (!NT_SUCCESS(Status))
        return Status;
    UNICODE_STRING Name = {.Length = (USHORT)(Length * sizeof(WCHAR)),
        .MaximumLength = sizeof(Pattern),
        .Buffer = Pattern};
    Status = BasepFetchEntries(Find, &Name);
    if (!NT_SUCCESS(Status))
        SysClose(Find->Folder);
    return Status;
}

HANDLE WINAPI FindFirstFileW(LPCWSTR lpFileName, LPWIN32_FIND_DATAW lpFindFileData)
{
    BASEP_FIND *Find = malloc(sizeof(*Find));
    NTSTATUS Status = Find == NULL ? STATUS_NO_MEMORY
        : lpFileName == NULL       ? STATUS_OBJECT_PATH_NOT_FOUND
                                   : BasepBeginFind(lpFileName, Find);

    if (!NT_SUCCESS(Status)) {
        free(Find);
        BasepFail(Status);
        return INVALID_HANDLE_VALUE;
    }
    Find->Magic = BASEP_FIND_MAGIC;
    BasepTakeEntry(Find, lpFindFileData);
    return Find;
}

BOOL WINAPI FindNextFileW(HANDLE hFindFile, LPWIN32_FIND_DATAW lpFindFileData)
{
    BASEP_FIND *Find = hFindFile;

    if (Find == NULL || hFindFile == INVALID_HANDLE_VALUE || Find->Magic != BASEP_FIND_MAGIC)
        return BasepFailWin32(ERROR_INVALID_HANDLE);
    if (Find->Next == BASEP_FIND_BYTES) {
        NTSTATUS Status = BasepFetchEntries(Find, NULL);
        if (!NT_SUCCESS(Status)) {
            Find->Next = BASEP_FIND_BYTES;
            return BasepFail(Status);
        }
    }
    BasepTakeEntry(Find, lpFindFileData);
    return TRUE;
}

HANDLE WINAPI FindFirstFileA(LPCSTR lpFileName, LPWIN32_FIND_DATAA lpFindFileData)
{
    WIN32_FIND_DATAW Data;
    BASEP_WIDE Wide;
    NTSTATUS Status = BasepWiden(lpFileName, &Wide);

    if (!NT_SUCCESS(Status)) {
        BasepFail(Status);
        return INVALID_HANDLE_VALUE;
    }
    HANDLE Find = FindFirstFileW(Wide.Text, &Data);
    BasepFreeWide(&Wide);
    if (Find != INVALID_HANDLE_VALUE)
        BasepNarrowFindData(&Data, lpFindFileData);
    return Find;
}

BOOL WINAPI FindNextFileA(HANDLE hFindFile, LPWIN32_FIND_DATAA lpFindFileData)
{
    WIN32_FIND_DATAW Data;

    if (!FindNextFileW(hFindFile, &Data))
        return FALSE;
    BasepNarrowFindData(&Data, lpFindFileData);
    return TRUE;
}

BOOL WINAPI FindClose(HANDLE hFindFile)
{
    BASEP_FIND *Find = hFindFile;

    if (Find == NULL || hFindFile == INVALID_HANDLE_VALUE || Find->Magic != BASEP_FIND_MAGIC)
        return BasepFailWin32(ERROR_INVALID_HANDLE);
    Find->Magic = 0;
    SysClose(Find->Folder);
    free(Find);
    return TRUE;
}
