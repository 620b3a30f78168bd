/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From NT names to the host's. A path is walked one component at a time, each opened from the
 * folder before it and never through a symbolic link, so that no name leads out of C:. A name that
 * exists as it is spelled is taken; otherwise the first in the folder that is the same in upper
 * case.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fs/fsp.h"

/* ---- names ----------------------------------------------------------------------------------- */

/* What NTFS has in no name; a colon would be a stream's. */
static BOOLEAN FspIsForbidden(WCHAR Character)
{
    return Character < 0x20 || (Character < 0x80 && strchr("\"*/:<>?|\\", (char)Character) != NULL);
}

NTSTATUS FspCheckName(const WCHAR *Name, ULONG Characters, char *Leaf)
{
    ULONG Bytes = 0;
    if (Characters == 0 || Characters > FSP_NAME_CHARACTERS)
        return STATUS_OBJECT_NAME_INVALID;
    for (ULONG Index = 0; Index < Characters; Index++) {
        if (FspIsForbidden(Name[Index]))
            return STATUS_OBJECT_NAME_INVALID;
    }
    if (Name[0] == u'.' && (Characters == 1 || (Characters == 2 && Name[1] == u'.')))
        return STATUS_OBJECT_NAME_INVALID;
    NTSTATUS Status = RtlUnicodeToUTF8N(
        Leaf, FSP_NAME_BYTES - 1, &Bytes, Name, Characters * sizeof(WCHAR));
    if (Status == STATUS_BUFFER_TOO_SMALL)
        return STATUS_NAME_TOO_LONG;
    if (Status != STATUS_SUCCESS)
        return STATUS_OBJECT_NAME_INVALID; /* half a surrogate pair */
    Leaf[Bytes] = 0;
    return STATUS_SUCCESS;
}

ULONG FspToNtName(const char *Text, WCHAR *Name)
{
    ULONG Bytes = 0;
    SIZE_T Length = strlen(Text);
    if (Length >= FSP_NAME_BYTES ||
        RtlUTF8ToUnicodeN(Name, FSP_NAME_CHARACTERS * sizeof(WCHAR), &Bytes, Text, (ULONG)Length) !=
            STATUS_SUCCESS)
        return 0;
    for (ULONG Index = 0; Index < Bytes / sizeof(WCHAR); Index++) {
        if (FspIsForbidden(Name[Index]))
            return 0; /* it could not be opened */
    }
    return Bytes / sizeof(WCHAR);
}

/* ---- one step -------------------------------------------------------------------------------- */

typedef struct FSP_SEARCH {
    const WCHAR *Name;
    ULONG Characters;
    char *Leaf;
    BOOLEAN Found;
} FSP_SEARCH;

static bool FspMatchName(void *Context, const char *Text)
{
    FSP_SEARCH *Search = Context;
    WCHAR Name[FSP_NAME_CHARACTERS];
    if (FspToNtName(Text, Name) != Search->Characters)
        return true;
    for (ULONG Index = 0; Index < Search->Characters; Index++) {
        if (Name[Index] != Search->Name[Index] &&
            RtlUpcaseUnicodeChar(Name[Index]) != RtlUpcaseUnicodeChar(Search->Name[Index]))
            return true;
    }
    memcpy(Search->Leaf, Text, strlen(Text) + 1); /* FspToNtName saw that it fits */
    Search->Found = TRUE;
    return false;
}

/*
 * A component in Folder: its name there into Leaf, its status. *Found FALSE: there is none; Leaf is
 * what one would be called.
 */
static NTSTATUS FspStep(int Folder, const WCHAR *Name, ULONG Characters, char *Leaf,
    struct host_file_status *Status, BOOLEAN *Found)
{
    *Found = FALSE;
    NTSTATUS Checked = FspCheckName(Name, Characters, Leaf);
    if (!NT_SUCCESS(Checked))
        return Checked;
    int Error = host_folder_status(Folder, Leaf, Status);
    if (Error == ENOENT) {
        FSP_SEARCH Search = {Name, Characters, Leaf, FALSE};
        Error = host_folder_list(Folder, FspMatchName, &Search);
        if (Error != 0)
            return FspStatusFromHost(Error);
        if (!Search.Found)
            return STATUS_SUCCESS;
        Error = host_folder_status(Folder, Leaf, Status);
        if (Error == ENOENT)
            return STATUS_SUCCESS; /* it went meanwhile */
    }
    if (Error != 0)
        return FspStatusFromHost(Error);
    if (Status->kind == HOST_FILE_OTHER)
        return STATUS_ACCESS_DENIED; /* a symbolic link, a pipe, a device of the host */
    *Found = TRUE;
    return STATUS_SUCCESS;
}

/* ---- paths ----------------------------------------------------------------------------------- */

/* Goes on from *Folder, which is closed, to Name in it. */
static NTSTATUS FspEnter(int *Folder, int Root, const char *Name)
{
    int Inside, Error = host_folder_open(*Folder, Name, &Inside);
    if (Error != 0)
        return Error == ENOENT || Error == ENOTDIR ? STATUS_OBJECT_PATH_NOT_FOUND
                                                   : FspStatusFromHost(Error);
    if (*Folder != Root)
        FspCloseBooked(*Folder);
    *Folder = Root; /* in case the book is full */
    NTSTATUS Status = FspBook(Inside);
    if (NT_SUCCESS(Status))
        *Folder = Inside;
    return Status;
}

/* Walks the first Length bytes of a path below C: by exact names; *Folder is Root or booked, also
 * on failure. */
static NTSTATUS FspWalkExact(const char *Path, SIZE_T Length, int Root, int *Folder)
{
    char Name[FSP_NAME_BYTES];
    *Folder = Root;
    for (SIZE_T At = 0; At < Length;) {
        const char *Slash = memchr(Path + At, '/', Length - At);
        SIZE_T Bytes = Slash != NULL ? (SIZE_T)(Slash - Path) - At : Length - At;
        if (Bytes >= sizeof(Name))
            return STATUS_NAME_TOO_LONG;
        memcpy(Name, Path + At, Bytes);
        Name[Bytes] = 0;
        NTSTATUS Status = FspEnter(Folder, Root, Name);
        if (!NT_SUCCESS(Status))
            return Status;
        At += Bytes + 1;
    }
    return STATUS_SUCCESS;
}

void FspCloseParent(int Folder)
{
    int Root;
    if (NT_SUCCESS(FspRoot(&Root, NULL)) && Folder != Root)
        FspCloseBooked(Folder);
}

void FspEndLookup(FSP_LOOKUP *Lookup)
{
    FspCloseParent(Lookup->Folder);
}

NTSTATUS FspOpenParent(const char *Path, int *Folder, const char **Leaf)
{
    int Root;
    const char *Slash = strrchr(Path, '/');
    if (Path[0] == 0)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = FspRoot(&Root, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = FspWalkExact(Path, Slash != NULL ? (SIZE_T)(Slash - Path) : 0, Root, Folder);
    if (!NT_SUCCESS(Status)) {
        FspCloseParent(*Folder);
        return Status;
    }
    *Leaf = Slash != NULL ? Slash + 1 : Path;
    return STATUS_SUCCESS;
}

static NTSTATUS FspExtend(char *Path, const char *Leaf)
{
    SIZE_T Length = strlen(Path);
    int Added = snprintf(Path + Length, FSP_PATH_BYTES - Length, Length != 0 ? "/%s" : "%s", Leaf);
    return Length + (SIZE_T)Added < FSP_PATH_BYTES ? STATUS_SUCCESS : STATUS_NAME_TOO_LONG;
}

static ULONG FspComponentLength(const WCHAR *Name, ULONG Characters)
{
    ULONG Length = 0;
    while (Length < Characters && Name[Length] != u'\\')
        Length++;
    return Length;
}

static NTSTATUS FspWalk(FSP_LOOKUP *Lookup, int Root, const WCHAR *Name, ULONG Characters)
{
    for (ULONG At = 0; At < Characters;) {
        ULONG Length = FspComponentLength(Name + At, Characters - At);
        if (At != 0) {
            /* What came before is not the last: it must be a folder. */
            if (!Lookup->Found || Lookup->Status.kind != HOST_FILE_FOLDER)
                return STATUS_OBJECT_PATH_NOT_FOUND;
            NTSTATUS Entered = FspEnter(&Lookup->Folder, Root, Lookup->Leaf);
            if (!NT_SUCCESS(Entered))
                return Entered;
        }
        NTSTATUS Status = FspStep(
            Lookup->Folder, Name + At, Length, Lookup->Leaf, &Lookup->Status, &Lookup->Found);
        if (NT_SUCCESS(Status))
            Status = FspExtend(Lookup->Path, Lookup->Leaf);
        if (!NT_SUCCESS(Status))
            return Status;
        At += Length + 1;
    }
    return STATUS_SUCCESS;
}

/* A whole path is looked at before any of it is looked up: a bad name further on wins over a
 * missing folder. */
static NTSTATUS FspCheckPath(const WCHAR *Name, ULONG Characters)
{
    char Leaf[FSP_NAME_BYTES];
    for (ULONG At = 0; At < Characters;) {
        ULONG Length = FspComponentLength(Name + At, Characters - At);
        NTSTATUS Status = FspCheckName(Name + At, Length, Leaf);
        if (!NT_SUCCESS(Status))
            return Status;
        At += Length + 1;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS FspFindRoot(FSP_LOOKUP *Lookup, int Root)
{
    int Error = host_file_query(Root, &Lookup->Status);
    Lookup->Root = Lookup->Found = TRUE;
    return FspStatusFromHost(Error);
}

NTSTATUS FspFind(const char *Base, const WCHAR *Name, ULONG Characters, FSP_LOOKUP *Lookup)
{
    int Root;
    NTSTATUS Status = FspRoot(&Root, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Lookup->Folder = Root;
    Lookup->Root = Lookup->Found = Lookup->TrailingBackslash = FALSE;
    Lookup->Leaf[0] = 0;
    snprintf(Lookup->Path, sizeof(Lookup->Path), "%s", Base);
    if (Characters != 0 && Name[0] == u'\\') {
        Name++;
        Characters--;
    }
    if (Characters != 0 && Name[Characters - 1] == u'\\') {
        Lookup->TrailingBackslash = TRUE;
        Characters--;
    }
    Status = FspCheckPath(Name, Characters);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Characters == 0 && Base[0] == 0)
        return FspFindRoot(Lookup, Root);
    if (Characters == 0) { /* the related file once more */
        const char *Leaf;
        Status = FspOpenParent(Base, &Lookup->Folder, &Leaf);
        if (!NT_SUCCESS(Status))
            return Status;
        snprintf(Lookup->Leaf, sizeof(Lookup->Leaf), "%s", Leaf);
        int Error = host_folder_status(Lookup->Folder, Leaf, &Lookup->Status);
        Lookup->Found = Error == 0;
        Status = Error == ENOENT ? STATUS_SUCCESS : FspStatusFromHost(Error);
    } else {
        Status = FspWalkExact(Base, strlen(Base), Root, &Lookup->Folder);
        if (NT_SUCCESS(Status))
            Status = FspWalk(Lookup, Root, Name, Characters);
    }
    if (!NT_SUCCESS(Status))
        FspEndLookup(Lookup);
    return Status;
}

/* ---- the host's path of an NT path ----------------------------------------------------------- */

enum FSP_BASE { FspDrive, FspWindows, FspHost };

static const struct {
    UNICODE_STRING Prefix;
    enum FSP_BASE Base; /* what follows is relative to C:'s root, to its Windows folder, or to the
                           host's root */
} FspPrefix[] = {
    {RTL_STRING(u"\\??\\C:\\"), FspDrive},
    {RTL_STRING(u"\\DosDevices\\C:\\"), FspDrive},
    {RTL_STRING(u"\\GLOBAL??\\C:\\"), FspDrive},
    {RTL_STRING(u"\\Device\\HarddiskVolume2\\"), FspDrive},
    {RTL_STRING(u"\\SystemRoot\\"), FspWindows},
    {RTL_STRING(u"\\??\\Z:\\"), FspHost},
    {RTL_STRING(u"\\DosDevices\\Z:\\"), FspHost},
};

/* Z:, the host's /: backslashes for slashes, the rest as it is. */
static NTSTATUS FspHostRootPath(const UNICODE_STRING *Rest, char *HostPath, SIZE_T HostPathBytes)
{
    ULONG Bytes = 0;
    if (HostPathBytes < 2)
        return STATUS_NAME_TOO_LONG;
    NTSTATUS Status = RtlUnicodeToUTF8N(
        HostPath + 1, (ULONG)HostPathBytes - 2, &Bytes, Rest->Buffer, Rest->Length);
    if (Status == STATUS_BUFFER_TOO_SMALL)
        return STATUS_NAME_TOO_LONG;
    if (Status != STATUS_SUCCESS)
        return STATUS_OBJECT_NAME_INVALID;
    HostPath[0] = '/';
    HostPath[Bytes + 1] = 0;
    for (ULONG At = 1; At <= Bytes; At++) {
        if (HostPath[At] == 0)
            return STATUS_OBJECT_NAME_INVALID;
        if (HostPath[At] == '\\')
            HostPath[At] = '/';
    }
    int Exists = host_path_exists(HostPath);
    return Exists == 0      ? STATUS_SUCCESS
        : Exists == ENOTDIR ? STATUS_OBJECT_PATH_NOT_FOUND
                            : FspStatusFromHost(Exists);
}

static NTSTATUS FspHostPathOnC(
    const char *Base, const UNICODE_STRING *Rest, char *HostPath, SIZE_T HostPathBytes)
{
    FSP_LOOKUP *Lookup = ExiAllocate(PagedPool, sizeof(*Lookup), FSP_TAG, EX_KERNEL_SITE);
    const char *RootPath;
    int Root;
    if (Lookup == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    FspAcquireLock();
    NTSTATUS Status = FspRoot(&Root, &RootPath);
    if (NT_SUCCESS(Status))
        Status = FspFind(Base, Rest->Buffer, Rest->Length / sizeof(WCHAR), Lookup);
    if (NT_SUCCESS(Status)) {
        if (!Lookup->Found)
            Status = STATUS_OBJECT_NAME_NOT_FOUND;
        else if ((SIZE_T)snprintf(HostPath, HostPathBytes, "%s/%s", RootPath, Lookup->Path) >=
            HostPathBytes)
            Status = STATUS_NAME_TOO_LONG;
        FspEndLookup(Lookup);
    }
    FspUnlock();
    ExiFree(Lookup);
    return Status;
}

/* C:\Windows as the host spells it. */
static NTSTATUS FspWindowsFolder(char *Path)
{
    FSP_LOOKUP *Lookup = ExiAllocate(PagedPool, sizeof(*Lookup), FSP_TAG, EX_KERNEL_SITE);
    if (Lookup == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    FspAcquireLock();
    NTSTATUS Status = FspFind("", u"Windows", 7, Lookup);
    if (NT_SUCCESS(Status)) {
        memcpy(Path, Lookup->Leaf, sizeof(Lookup->Leaf));
        if (!Lookup->Found)
            Status = STATUS_OBJECT_PATH_NOT_FOUND;
        FspEndLookup(Lookup);
    }
    FspUnlock();
    ExiFree(Lookup);
    return Status;
}

NTSTATUS FsiFindHostPath(const UNICODE_STRING *NtPath, char *HostPath, SIZE_T HostPathBytes)
{
    char Base[FSP_NAME_BYTES] = "";
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(FspPrefix); Index++) {
        const UNICODE_STRING *Prefix = &FspPrefix[Index].Prefix;
        if (!RtlPrefixUnicodeString(Prefix, NtPath, TRUE))
            continue;
        UNICODE_STRING Rest = {.Length = (USHORT)(NtPath->Length - Prefix->Length),
            .MaximumLength = (USHORT)(NtPath->Length - Prefix->Length),
            .Buffer = NtPath->Buffer + Prefix->Length / sizeof(WCHAR)};
        if (FspPrefix[Index].Base == FspHost)
            return FspHostRootPath(&Rest, HostPath, HostPathBytes);
        NTSTATUS Status = FspPrefix[Index].Base == FspWindows ? FspWindowsFolder(Base)
                                                              : STATUS_SUCCESS;
        return NT_SUCCESS(Status) ? FspHostPathOnC(Base, &Rest, HostPath, HostPathBytes) : Status;
    }
    return NtPath->Length == 0 || NtPath->Buffer[0] != u'\\' ? STATUS_OBJECT_PATH_SYNTAX_BAD
                                                             : STATUS_OBJECT_PATH_NOT_FOUND;
}
