/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The program: its environment, its file. Variables are those of the host's environment, in any
 * case, and where it has none of the name, those every Windows has for a program of its kind.
 *
 * Source: DOC winprog64/wow64-implementation-details
 */
#include "redirect.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

extern char **environ;

/* Programs a variable is for. */
#define BASEP_IN_64    0x1u /* 64-bit ones */
#define BASEP_IN_WOW64 0x2u /* 32-bit ones on an x64 machine */
#define BASEP_IN_32    0x4u /* 32-bit ones on an x86 machine */
#define BASEP_IN_X64   (BASEP_IN_64 | BASEP_IN_WOW64)
#define BASEP_IN_ALL   (BASEP_IN_X64 | BASEP_IN_32)

static const struct {
    const char *Name, *Value;
    UCHAR In;
    USHORT Since; /* the first Windows that has it; 0: all */
} BasepWindowsVariable[] = {
    {"SystemDrive", "C:", BASEP_IN_ALL, 0},
    {"SystemRoot", "C:\\Windows", BASEP_IN_ALL, 0},
    {"windir", "C:\\Windows", BASEP_IN_ALL, 0},
    {"TEMP", "C:\\Windows\\Temp", BASEP_IN_ALL, 0},
    {"TMP", "C:\\Windows\\Temp", BASEP_IN_ALL, 0},
    {"ProgramFiles", "C:\\Program Files", BASEP_IN_64 | BASEP_IN_32, 0},
    {"ProgramFiles", "C:\\Program Files (x86)", BASEP_IN_WOW64, 0},
    {"ProgramFiles(x86)", "C:\\Program Files (x86)", BASEP_IN_X64, 0},
    {"ProgramW6432", "C:\\Program Files", BASEP_IN_X64, BASEP_WIN7},
    {"CommonProgramFiles", "C:\\Program Files\\Common Files", BASEP_IN_64 | BASEP_IN_32, 0},
    {"CommonProgramFiles", "C:\\Program Files (x86)\\Common Files", BASEP_IN_WOW64, 0},
    {"CommonProgramFiles(x86)", "C:\\Program Files (x86)\\Common Files", BASEP_IN_X64, 0},
    {"CommonProgramW6432", "C:\\Program Files\\Common Files", BASEP_IN_X64, BASEP_WIN7},
    {"PROCESSOR_ARCHITECTURE", "AMD64", BASEP_IN_64, 0},
    {"PROCESSOR_ARCHITECTURE", "x86", BASEP_IN_WOW64 | BASEP_IN_32, 0},
    {"PROCESSOR_ARCHITEW6432", "AMD64", BASEP_IN_WOW64, 0},
    {"ProgramData", "C:\\ProgramData", BASEP_IN_ALL, 0},
    {"PUBLIC", "C:\\Users\\Public", BASEP_IN_ALL, 0},
    {"OS", "Windows_NT", BASEP_IN_ALL, 0},
};

static ULONG BasepProgramKind(void)
{
    return BasepIsWow64() ? BASEP_IN_WOW64 : sizeof(void *) == 8 ? BASEP_IN_64 : BASEP_IN_32;
}

/* One every Windows has. The machine is asked about the program and itself for those that differ
 * only. */
static const char *BasepFindWindowsVariable(const char *Name, SIZE_T Length)
{
    for (SIZE_T i = 0; i < RTL_NUMBER_OF(BasepWindowsVariable); i++) {
        const char *Known = BasepWindowsVariable[i].Name;
        const UCHAR In = BasepWindowsVariable[i].In;
        const USHORT Since = BasepWindowsVariable[i].Since;
        if (strncasecmp(Known, Name, Length) == 0 && Known[Length] == 0 &&
            (In == BASEP_IN_ALL || (In & BasepProgramKind()) != 0) &&
            (Since == 0 || BasepMachineRelease() >= Since))
            return BasepWindowsVariable[i].Value;
    }
    return NULL;
}

const char *BasepFindVariable(const char *Name, SIZE_T Length)
{
    for (char **Entry = environ; Entry != NULL && *Entry != NULL; Entry++) {
        if (strncasecmp(*Entry, Name, Length) == 0 && (*Entry)[Length] == '=')
            return *Entry + Length + 1;
    }
    return BasepFindWindowsVariable(Name, Length);
}

DWORD WINAPI GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize)
{
    const char *Value = lpName != NULL && lpName[0] != 0 ? BasepFindVariable(lpName, strlen(lpName))
                                                         : NULL;

    if (Value == NULL)
        return (DWORD)BasepFailWin32(ERROR_ENVVAR_NOT_FOUND);
    SIZE_T Length = strlen(Value);
    if (Length >= nSize)
        return (DWORD)Length + 1;
    memcpy(lpBuffer, Value, Length + 1);
    return (DWORD)Length;
}

/* UTF-8 of a wide argument; freed by the caller. NULL: out of memory, the last error is set. */
static char *BasepNarrow(const WCHAR *Text)
{
    SIZE_T Length = BasepWideLength(Text), Bytes = BasepUtf8FromUtf16(Text, Length, NULL, 0);
    char *Narrow = malloc(Bytes + 1);

    if (Narrow == NULL) {
        BasepFailWin32(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    BasepUtf8FromUtf16(Text, Length, Narrow, Bytes);
    Narrow[Bytes] = 0;
    return Narrow;
}

/* UTF-8 as the answer of a W call. */
static DWORD BasepAnswerUtf8(const char *Text, SIZE_T Bytes, WCHAR *Buffer, DWORD Room)
{
    SIZE_T Length = BasepUtf16FromUtf8(Text, Bytes, NULL, 0);

    if (Length >= Room)
        return (DWORD)Length + 1;
    BasepUtf16FromUtf8(Text, Bytes, Buffer, Length);
    Buffer[Length] = 0;
    return (DWORD)Length;
}

DWORD WINAPI GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize)
{
    char *Name = BasepNarrow(lpName);

    if (Name == NULL)
        return 0;
    const char *Value = Name[0] != 0 ? BasepFindVariable(Name, strlen(Name)) : NULL;
    free(Name);
    if (Value == NULL)
        return (DWORD)BasepFailWin32(ERROR_ENVVAR_NOT_FOUND);
    return BasepAnswerUtf8(Value, strlen(Value), lpBuffer, nSize);
}

/* Text with %NAME% replaced where there is such a variable. Returns the bytes it needs; writes as
 * many as fit. */
static SIZE_T BasepExpand(const char *Text, char *Result, SIZE_T Room)
{
    SIZE_T Needed = 0;

    while (*Text != 0) {
        const char *Piece = Text, *Close = *Text == '%' ? strchr(Text + 1, '%') : NULL;
        const char *Value = Close != NULL ? BasepFindVariable(Text + 1, (SIZE_T)(Close - Text - 1))
                                          : NULL;
        SIZE_T Bytes = 1;
        if (Value != NULL && Close != Text + 1) {
            Piece = Value;
            Bytes = strlen(Value);
            Text = Close + 1;
        } else {
            Text++;
        }
        if (Needed + Bytes <= Room)
            memcpy(Result + Needed, Piece, Bytes);
        Needed += Bytes;
    }
    return Needed;
}

/* The answer counts the end. */
DWORD WINAPI ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize)
{
    SIZE_T Needed = BasepExpand(lpSrc, NULL, 0);

    if (Needed < nSize) {
        BasepExpand(lpSrc, lpDst, nSize);
        lpDst[Needed] = 0;
    }
    return (DWORD)Needed + 1;
}

DWORD WINAPI ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize)
{
    char *Text = BasepNarrow(lpSrc);
    DWORD Answer = 0;

    if (Text == NULL)
        return 0;
    SIZE_T Bytes = BasepExpand(Text, NULL, 0);
    char *Expanded = malloc(Bytes + 1);
    if (Expanded != NULL) {
        BasepExpand(Text, Expanded, Bytes);
        Answer = BasepAnswerUtf8(Expanded, Bytes, lpDst, nSize);
        if (Answer < nSize)
            Answer++;
    } else {
        BasepFailWin32(ERROR_NOT_ENOUGH_MEMORY);
    }
    free(Expanded);
    free(Text);
    return Answer;
}

/* "Z:\…": where the host has the program. FALSE: there is no telling; the last error is set. */
static BOOL BasepModulePath(HMODULE Module, BASEP_PATH *Path)
{
    char Host[BASEP_CURRENT_CHARACTERS];
    ssize_t Bytes = readlink("/proc/self/exe", Host + 2, sizeof(Host) - 3);

    if (Module != NULL)
        return BasepFailWin32(ERROR_MOD_NOT_FOUND);
    if (Bytes <= 0)
        return BasepFailWin32(ERROR_FILE_NOT_FOUND);
    Host[0] = 'Z';
    Host[1] = ':';
    Host[2 + Bytes] = 0;
    BASEP_WIDE Wide;
    NTSTATUS Status = BasepWiden(Host, &Wide);
    if (NT_SUCCESS(Status)) {
        Status = BasepFullPath(Wide.Text, Path);
        BasepFreeWide(&Wide);
    }
    return NT_SUCCESS(Status) ? TRUE : BasepFail(Status);
}

/* A name that does not fit is cut: ERROR_INSUFFICIENT_BUFFER, and the answer is nSize. */
DWORD WINAPI GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize)
{
    BASEP_PATH Path;

    if (!BasepModulePath(hModule, &Path))
        return 0;
    SIZE_T Length = Path.Name.Length / sizeof(WCHAR), Taken = Length < nSize ? Length : nSize;
    memcpy(lpFilename, Path.Name.Buffer, Taken * sizeof(WCHAR));
    if (Taken == nSize && nSize != 0)
        lpFilename[nSize - 1] = 0;
    else if (nSize != 0)
        lpFilename[Taken] = 0;
    SetLastError(Length < nSize ? ERROR_SUCCESS : ERROR_INSUFFICIENT_BUFFER);
    BasepFreePath(&Path);
    return (DWORD)Taken;
}

DWORD WINAPI GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize)
{
    BASEP_PATH Path;

    if (!BasepModulePath(hModule, &Path))
        return 0;
    SIZE_T Length = Path.Name.Length / sizeof(WCHAR);
    SIZE_T Bytes = BasepUtf8FromUtf16(Path.Name.Buffer, Length, lpFilename, nSize);
    BasepFreePath(&Path);
    if (nSize != 0)
        lpFilename[Bytes < nSize ? Bytes : nSize - 1] = 0;
    SetLastError(Bytes < nSize ? ERROR_SUCCESS : ERROR_INSUFFICIENT_BUFFER);
    return (DWORD)(Bytes < nSize ? Bytes : nSize);
}
