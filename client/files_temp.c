/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The folders of Windows and of temporary files, and names for those. */
#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASEP_TEMP_SUFFIX 14 /* "\abcFFFF.TMP" and its end, which a path must leave room for */

/* ---- fixed folders --------------------------------------------------------------------------- */

static const WCHAR BasepWindows[] = u"C:\\Windows", BasepSystem[] = u"C:\\Windows\\System32";

UINT WINAPI GetWindowsDirectoryW(LPWSTR lpBuffer, UINT uSize)
{
    return BasepAnswer(BasepWindows, RTL_NUMBER_OF(BasepWindows) - 1, lpBuffer, uSize);
}

UINT WINAPI GetWindowsDirectoryA(LPSTR lpBuffer, UINT uSize)
{
    return BasepAnswerAnsi(BasepWindows, RTL_NUMBER_OF(BasepWindows) - 1, lpBuffer, uSize);
}

UINT WINAPI GetSystemDirectoryW(LPWSTR lpBuffer, UINT uSize)
{
    return BasepAnswer(BasepSystem, RTL_NUMBER_OF(BasepSystem) - 1, lpBuffer, uSize);
}

UINT WINAPI GetSystemDirectoryA(LPSTR lpBuffer, UINT uSize)
{
    return BasepAnswerAnsi(BasepSystem, RTL_NUMBER_OF(BasepSystem) - 1, lpBuffer, uSize);
}

/* ---- temporary files ------------------------------------------------------------------------- */

/*
 * TMP, TEMP, in which a host's program may have a folder of the host: that is none of ours. With a
 * backslash at the end.
 */
static SIZE_T BasepTempPath(WCHAR Path[MAX_PATH + 1])
{
    static const char *const Names[] = {"TMP", "TEMP"};
    static const WCHAR Default[] = u"C:\\Windows\\Temp\\";

    for (SIZE_T i = 0; i < RTL_NUMBER_OF(Names); i++) {
        const char *Value = getenv(Names[i]);
        if (Value == NULL || Value[0] == 0 || Value[1] != ':')
            continue;
        SIZE_T Length = BasepUtf16FromUtf8(Value, strlen(Value), Path, MAX_PATH - 1);
        if (Length > MAX_PATH - 1)
            continue;
        if (Path[Length - 1] != u'\\')
            Path[Length++] = u'\\';
        return Length;
    }
    memcpy(Path, Default, sizeof(Default));
    return RTL_NUMBER_OF(Default) - 1;
}

DWORD WINAPI GetTempPathW(DWORD nBufferLength, LPWSTR lpBuffer)
{
    WCHAR Path[MAX_PATH + 1];

    return BasepAnswer(Path, BasepTempPath(Path), lpBuffer, nBufferLength);
}

DWORD WINAPI GetTempPathA(DWORD nBufferLength, LPSTR lpBuffer)
{
    WCHAR Path[MAX_PATH + 1];

    return BasepAnswerAnsi(Path, BasepTempPath(Path), lpBuffer, nBufferLength);
}

/* Path, up to three characters of Prefix, Number in hexadecimal and ".TMP". Name has MAX_PATH. */
static void BasepComposeTemp(const WCHAR *Path, const WCHAR *Prefix, UINT Number, WCHAR *Name)
{
    char Text[16];
    SIZE_T Length = BasepWideLength(Path),
           PrefixLength = Prefix != NULL ? BasepWideLength(Prefix) : 0;

    memcpy(Name, Path, Length * sizeof(WCHAR));
    if (Length > 0 && Name[Length - 1] != u'\\' && Name[Length - 1] != u'/')
        Name[Length++] = u'\\';
    for (SIZE_T i = 0; i < PrefixLength && i < 3; i++)
        Name[Length++] = Prefix[i];
    snprintf(Text, sizeof(Text), "%X.TMP", Number & 0xFFFF);
    for (SIZE_T i = 0; Text[i] != 0; i++)
        Name[Length++] = (WCHAR)Text[i];
    Name[Length] = 0;
}

/* The first number whose file could be made. 0: the last error says why not. */
static UINT BasepMakeTemp(const WCHAR *Path, const WCHAR *Prefix, WCHAR *Name)
{
    static unsigned Last;
    UINT Start = __atomic_add_fetch(&Last, 1, __ATOMIC_RELAXED) * 16 + host_process_id() * 257;

    for (UINT Tries = 0; Tries < 0x10000; Tries++) {
        UINT Number = (Start + Tries) & 0xFFFF;
        HANDLE File;
        if (Number == 0)
            continue;
        BasepComposeTemp(Path, Prefix, Number, Name);
        NTSTATUS Status = BasepOpenFile(Name, FILE_READ_ATTRIBUTES, 0, FILE_CREATE,
            FILE_NON_DIRECTORY_FILE, FILE_ATTRIBUTE_NORMAL, &File);
        if (NT_SUCCESS(Status)) {
            SysClose(File);
            return Number;
        }
        if (Status != STATUS_OBJECT_NAME_COLLISION) {
            BasepFail(Status);
            return 0;
        }
    }
    BasepFailWin32(ERROR_FILE_EXISTS);
    return 0;
}

UINT WINAPI GetTempFileNameW(
    LPCWSTR lpPathName, LPCWSTR lpPrefixString, UINT uUnique, LPWSTR lpTempFileName)
{
    if (BasepWideLength(lpPathName) > MAX_PATH - BASEP_TEMP_SUFFIX)
        return (UINT)BasepFailWin32(ERROR_BUFFER_OVERFLOW);
    DWORD Attributes = GetFileAttributesW(lpPathName);
    if (Attributes == INVALID_FILE_ATTRIBUTES || (Attributes & FILE_ATTRIBUTE_DIRECTORY) == 0)
        return (UINT)BasepFailWin32(ERROR_DIRECTORY);
    if ((uUnique & 0xFFFF) == 0)
        return BasepMakeTemp(lpPathName, lpPrefixString, lpTempFileName);
    BasepComposeTemp(lpPathName, lpPrefixString, uUnique, lpTempFileName);
    return uUnique & 0xFFFF;
}

UINT WINAPI GetTempFileNameA(
    LPCSTR lpPathName, LPCSTR lpPrefixString, UINT uUnique, LPSTR lpTempFileName)
{
    WCHAR Name[MAX_PATH];
    BASEP_WIDE Path, Prefix;
    UINT Number = 0;
    NTSTATUS Status = BasepWiden(lpPathName, &Path);

    if (!NT_SUCCESS(Status))
        return (UINT)BasepFail(Status);
    Status = BasepWiden(lpPrefixString, &Prefix);
    if (NT_SUCCESS(Status)) {
        Number = GetTempFileNameW(Path.Text, Prefix.Text, uUnique, Name);
        BasepFreeWide(&Prefix);
    } else {
        BasepFail(Status);
    }
    BasepFreeWide(&Path);
    if (Number != 0 &&
        BasepAnswerAnsi(Name, BasepWideLength(Name), lpTempFileName, MAX_PATH) >= MAX_PATH)
        return (UINT)BasepFailWin32(ERROR_BUFFER_OVERFLOW);
    return Number;
}
