/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The current directory: one for the process, as on Windows, under a lock. It starts as the host's,
 * on Z:, where services look for drivers' images and nothing can be opened; SetCurrentDirectory
 * takes folders of C: and, on Z:, of the host.
 */
#include "client.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t BasepCurrentLock = PTHREAD_MUTEX_INITIALIZER;
static WCHAR BasepCurrent[BASEP_CURRENT_CHARACTERS]; /* empty: not asked for yet */
static SIZE_T BasepCurrentLength;

DWORD BasepAnswer(const WCHAR *Text, SIZE_T Length, WCHAR *Buffer, DWORD Room)
{
    if (Length >= Room)
        return (DWORD)Length + 1;
    memcpy(Buffer, Text, Length * sizeof(WCHAR));
    Buffer[Length] = 0;
    return (DWORD)Length;
}

DWORD BasepAnswerAnsi(const WCHAR *Text, SIZE_T Length, char *Buffer, DWORD Room)
{
    SIZE_T Bytes = BasepUtf8FromUtf16(Text, Length, NULL, 0);

    if (Bytes >= Room)
        return (DWORD)Bytes + 1;
    BasepUtf8FromUtf16(Text, Length, Buffer, Bytes);
    Buffer[Bytes] = 0;
    return (DWORD)Bytes;
}

static void BasepStartCurrent(void)
{
    char Path[BASEP_CURRENT_CHARACTERS];
    WCHAR *Text = BasepCurrent;

    if (getcwd(Path, sizeof(Path) - 3) == NULL || Path[0] != '/')
        memcpy(Path, "/", 2);
    Text[0] = u'Z';
    Text[1] = u':';
    BasepCurrentLength = 2 +
        BasepUtf16FromUtf8(Path, strlen(Path), Text + 2, BASEP_CURRENT_CHARACTERS - 3);
    for (SIZE_T i = 2; i < BasepCurrentLength; i++) {
        if (Text[i] == u'/')
            Text[i] = u'\\';
    }
}

SIZE_T BasepCurrentDirectory(WCHAR Text[BASEP_CURRENT_CHARACTERS])
{
    pthread_mutex_lock(&BasepCurrentLock);
    if (BasepCurrentLength == 0)
        BasepStartCurrent();
    SIZE_T Length = BasepCurrentLength;
    memcpy(Text, BasepCurrent, Length * sizeof(WCHAR));
    pthread_mutex_unlock(&BasepCurrentLock);
    return Length;
}

DWORD WINAPI GetCurrentDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer)
{
    WCHAR Text[BASEP_CURRENT_CHARACTERS];

    return BasepAnswer(Text, BasepCurrentDirectory(Text), lpBuffer, nBufferLength);
}

DWORD WINAPI GetCurrentDirectoryA(DWORD nBufferLength, LPSTR lpBuffer)
{
    WCHAR Text[BASEP_CURRENT_CHARACTERS];

    return BasepAnswerAnsi(Text, BasepCurrentDirectory(Text), lpBuffer, nBufferLength);
}

/* Whether a folder of the host's is there. */
static NTSTATUS BasepCheckHostFolder(const WCHAR *Path, SIZE_T Length)
{
    struct stat Status;
    char Host[BASEP_CURRENT_CHARACTERS];
    SIZE_T Bytes = BasepUtf8FromUtf16(Path, Length, Host, sizeof(Host) - 1);

    if (Bytes >= sizeof(Host))
        return STATUS_NAME_TOO_LONG;
    Host[Bytes] = 0;
    for (SIZE_T i = 0; i < Bytes; i++) {
        if (Host[i] == '\\')
            Host[i] = '/';
    }
    if (stat(Host, &Status) != 0)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    return S_ISDIR(Status.st_mode) ? STATUS_SUCCESS : STATUS_NOT_A_DIRECTORY;
}

static NTSTATUS BasepCheckFolder(const WCHAR *Path, const UNICODE_STRING *Full)
{
    HANDLE Folder;

    if (Full->Buffer[0] == u'Z' || Full->Buffer[0] == u'z')
        return BasepCheckHostFolder(Full->Buffer + 2, Full->Length / sizeof(WCHAR) - 2);
    NTSTATUS Status = BasepOpenFile(Path, FILE_TRAVERSE,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN, FILE_DIRECTORY_FILE, 0,
        &Folder);
    if (NT_SUCCESS(Status))
        SysClose(Folder);
    return Status;
}

BOOL WINAPI SetCurrentDirectoryW(LPCWSTR lpPathName)
{
    BASEP_PATH Full;
    NTSTATUS Status = BasepFullPath(lpPathName, &Full);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    SIZE_T Length = Full.Name.Length / sizeof(WCHAR);
    if (Length < 3 || Full.Name.Buffer[1] != u':')
        Status = STATUS_OBJECT_NAME_INVALID;
    else if (Length > 3 && Full.Name.Buffer[Length - 1] == u'\\')
        Length--;
    if (NT_SUCCESS(Status) && Length >= BASEP_CURRENT_CHARACTERS - 1)
        Status = STATUS_NAME_TOO_LONG;
    if (NT_SUCCESS(Status))
        Status = BasepCheckFolder(lpPathName, &Full.Name);
    if (NT_SUCCESS(Status)) {
        pthread_mutex_lock(&BasepCurrentLock);
        memcpy(BasepCurrent, Full.Name.Buffer, Length * sizeof(WCHAR));
        BasepCurrent[0] = BasepCurrent[0] >= u'a' ? BasepCurrent[0] - 0x20 : BasepCurrent[0];
        BasepCurrentLength = Length;
        pthread_mutex_unlock(&BasepCurrentLock);
    }
    BasepFreePath(&Full);
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

BOOL WINAPI SetCurrentDirectoryA(LPCSTR lpPathName)
{
    BASEP_WIDE Wide;
    NTSTATUS Status = BasepWiden(lpPathName, &Wide);

    if (!NT_SUCCESS(Status))
        return BasepFail(Status);
    BOOL Done = SetCurrentDirectoryW(Wide.Text);
    BasepFreeWide(&Wide);
    return Done;
}

DWORD WINAPI GetFullPathNameW(
    LPCWSTR lpFileName, DWORD nBufferLength, LPWSTR lpBuffer, LPWSTR *lpFilePart)
{
    BASEP_PATH Full;
    NTSTATUS Status = BasepFullPath(lpFileName, &Full);

    if (!NT_SUCCESS(Status))
        return (DWORD)BasepFail(Status);
    SIZE_T Length = Full.Name.Length / sizeof(WCHAR), Part = Length;
    DWORD Result = BasepAnswer(Full.Name.Buffer, Length, lpBuffer, nBufferLength);
    while (Part > 0 && Full.Name.Buffer[Part - 1] != u'\\')
        Part--;
    if (lpFilePart != NULL)
        *lpFilePart = Result == Length && Part < Length ? lpBuffer + Part : NULL;
    BasepFreePath(&Full);
    return Result;
}

DWORD WINAPI GetFullPathNameA(
    LPCSTR lpFileName, DWORD nBufferLength, LPSTR lpBuffer, LPSTR *lpFilePart)
{
    BASEP_WIDE Wide;
    BASEP_PATH Full;
    NTSTATUS Status = BasepWiden(lpFileName, &Wide);

    if (!NT_SUCCESS(Status))
        return (DWORD)BasepFail(Status);
    Status = BasepFullPath(Wide.Text, &Full);
    BasepFreeWide(&Wide);
    if (!NT_SUCCESS(Status))
        return (DWORD)BasepFail(Status);
    DWORD Result = BasepAnswerAnsi(
        Full.Name.Buffer, Full.Name.Length / sizeof(WCHAR), lpBuffer, nBufferLength);
    BasepFreePath(&Full);
    if (lpFilePart != NULL) {
        char *Last = Result < nBufferLength ? strrchr(lpBuffer, '\\') : NULL;
        *lpFilePart = Last != NULL && Last[1] != 0 ? Last + 1 : NULL;
    }
    return Result;
}
