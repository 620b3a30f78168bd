/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * QueryDosDevice: the symbolic links of \??. One name's target, or all names, as strings that each
 * end with a null and an empty one at the end. The answer's length counts every character stored.
 */
#include "client.h"

#include <stdlib.h>
#include <string.h>

/* Right to read a link's target. */
#define BASEP_LINK_QUERY 0x0001u
#define BASEP_DIRECTORY_QUERY 0x0001u

/* Where strings are collected; Length may be at most Room. */
typedef struct BASEP_STRINGS {
    WCHAR *Text;
    DWORD Length;
    DWORD Room;
} BASEP_STRINGS;

/* Adds a string and its end. FALSE: no room. */
static BOOLEAN BasepAddString(BASEP_STRINGS *Strings, const WCHAR *Text, SIZE_T Length)
{
    if (Length + 1 > Strings->Room - Strings->Length)
        return FALSE;
    memcpy(Strings->Text + Strings->Length, Text, Length * sizeof(WCHAR));
    Strings->Length += (DWORD)Length;
    Strings->Text[Strings->Length++] = 0;
    return TRUE;
}

static BOOLEAN BasepIsLink(const OBJECT_DIRECTORY_INFORMATION *Entry)
{
    static const WCHAR Link[] = u"SymbolicLink";

    return Entry->TypeName.Length == sizeof(Link) - sizeof(WCHAR) &&
        memcmp(Entry->TypeName.Buffer, Link, Entry->TypeName.Length) == 0;
}

static NTSTATUS BasepAddNames(HANDLE Directory, BASEP_STRINGS *Strings)
{
    _Alignas(OBJECT_DIRECTORY_INFORMATION) UCHAR Buffer[4096];
    BOOLEAN Restart = TRUE;
    ULONG Context = 0, Returned;

    for (;; Restart = FALSE) {
        NTSTATUS Status = SysQueryDirectoryObject(
            Directory, Buffer, sizeof(Buffer), FALSE, Restart, &Context, &Returned);
        if (Status == STATUS_NO_MORE_ENTRIES)
            return STATUS_SUCCESS;
        if (!NT_SUCCESS(Status))
            return Status;
        const OBJECT_DIRECTORY_INFORMATION *Entry = (OBJECT_DIRECTORY_INFORMATION *)(void *)Buffer;
        for (; Entry->Name.Length != 0; Entry++) {
            if (BasepIsLink(Entry) &&
                !BasepAddString(Strings, Entry->Name.Buffer, Entry->Name.Length / sizeof(WCHAR)))
                return STATUS_BUFFER_TOO_SMALL;
        }
        if (Status != STATUS_MORE_ENTRIES)
            return STATUS_SUCCESS;
    }
}

static NTSTATUS BasepListDevices(BASEP_STRINGS *Strings)
{
    static const UNICODE_STRING Path = RTL_CONSTANT_STRING(u"\\??");
    OBJECT_ATTRIBUTES Object;
    HANDLE Directory;

    InitializeObjectAttributes(&Object, &Path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    NTSTATUS Status = SysOpenDirectoryObject(&Directory, BASEP_DIRECTORY_QUERY, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = BasepAddNames(Directory, Strings);
    SysClose(Directory);
    if (NT_SUCCESS(Status) && !BasepAddString(Strings, u"", 0))
        Status = STATUS_BUFFER_TOO_SMALL;
    return Status;
}

static NTSTATUS BasepReadLink(const UNICODE_STRING *Path, BASEP_STRINGS *Strings)
{
    OBJECT_ATTRIBUTES Object;
    UNICODE_STRING Target;
    HANDLE Link;

    InitializeObjectAttributes(&Object, Path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    NTSTATUS Status = SysOpenSymbolicLinkObject(&Link, BASEP_LINK_QUERY, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    DWORD Room = Strings->Room < UNICODE_STRING_MAX_CHARS ? Strings->Room
                                                          : UNICODE_STRING_MAX_CHARS;
    Target.Buffer = Strings->Text;
    Target.Length = 0;
    Target.MaximumLength = (USHORT)(Room * sizeof(WCHAR));
    Status = SysQuerySymbolicLinkObject(Link, &Target, NULL);
    SysClose(Link);
    if (!NT_SUCCESS(Status))
        return Status;
    Strings->Length = Target.Length / sizeof(WCHAR);
    if (!BasepAddString(Strings, u"", 0))
        return STATUS_BUFFER_TOO_SMALL;
    BasepAddString(Strings, u"", 0); /* the empty string at the end is left out when there is no
                                        room for it */
    return STATUS_SUCCESS;
}

static NTSTATUS BasepQueryDevice(const WCHAR *Name, BASEP_STRINGS *Strings)
{
    WCHAR Buffer[MAX_PATH + 4] = u"\\??\\";
    UNICODE_STRING Path = {0, 0, Buffer};

    if (Name == NULL)
        return BasepListDevices(Strings);
    SIZE_T Length = BasepWideLength(Name);
    if (Length == 0 || Length > MAX_PATH)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    memcpy(Buffer + 4, Name, Length * sizeof(WCHAR));
    Path.Length = Path.MaximumLength = (USHORT)((Length + 4) * sizeof(WCHAR));
    return BasepReadLink(&Path, Strings);
}

/* Sets the last error; 0, as both calls return on failure. */
static DWORD BasepFailQuery(NTSTATUS Status)
{
    Status == STATUS_BUFFER_TOO_SMALL ? BasepFailWin32(ERROR_INSUFFICIENT_BUFFER)
                                      : BasepFail(Status);
    return 0;
}

DWORD WINAPI QueryDosDeviceW(LPCWSTR lpDeviceName, LPWSTR lpTargetPath, DWORD ucchMax)
{
    BASEP_STRINGS Strings = {lpTargetPath, 0, ucchMax};
    NTSTATUS Status = BasepQueryDevice(lpDeviceName, &Strings);

    return NT_SUCCESS(Status) ? Strings.Length : BasepFailQuery(Status);
}

DWORD WINAPI QueryDosDeviceA(LPCSTR lpDeviceName, LPSTR lpTargetPath, DWORD ucchMax)
{
    BASEP_WIDE Name;
    SIZE_T Length = 0;
    NTSTATUS Status = BasepWiden(lpDeviceName, &Name);

    if (!NT_SUCCESS(Status))
        return BasepFailQuery(Status);
    /* UTF-8 is never shorter than UTF-16: what does not fit in this many units would not fit in the
     * caller's bytes. */
    BASEP_STRINGS Strings = {malloc((SIZE_T)ucchMax * sizeof(WCHAR) + 1), 0, ucchMax};
    Status = Strings.Text != NULL ? BasepQueryDevice(Name.Text, &Strings) : STATUS_NO_MEMORY;
    if (NT_SUCCESS(Status)) {
        Length = BasepUtf8FromUtf16(Strings.Text, Strings.Length, lpTargetPath, ucchMax);
        if (Length > ucchMax)
            Status = STATUS_BUFFER_TOO_SMALL;
    }
    free(Strings.Text);
    BasepFreeWide(&Name);
    return NT_SUCCESS(Status) ? (DWORD)Length : BasepFailQuery(Status);
}
