/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From a key and a path below it to what services take. A path below a predefined key is a full
 * one; HKEY_CURRENT_USER is the key of the caller's token. On an x64 machine the view comes in
 * here: KEY_WOW64_32KEY asks for that of 32-bit programs, in which such a program is anyway unless
 * KEY_WOW64_64KEY, or a key that was opened with it, says otherwise. Below a handle,
 * KEY_WOW64_64KEY means the key that is really there.
 *
 * Source: DOC winprog64/accessing-an-alternate-registry-view; INF that keys below inherit the flag
 */
#include "registry.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "redirect.h"
#include "se/se.h"

/* ---- predefined keys ------------------------------------------------------------------------- */

#define BASEP_TOKEN ((HANDLE)(LONG_PTR)-6) /* the thread's effective one */
#define BASEP_USER  u"\\Registry\\User\\"

static const WCHAR *const BasepRoots[] = {
    u"\\Registry\\Machine\\Software\\Classes",
    NULL, /* the user's */
    u"\\Registry\\Machine",
    u"\\Registry\\User",
    NULL, /* performance data */
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Hardware Profiles\\Current",
};

/* Room: characters. */
static LSTATUS BasepUserRoot(WCHAR *Root, ULONG Room)
{
    const ULONG Prefix = RTL_NUMBER_OF(BASEP_USER) - 1;
    union {
        TOKEN_USER User;
        UCHAR Bytes[sizeof(TOKEN_USER) + 68];
    } Answer;
    ULONG Bytes;
    UNICODE_STRING Sid = {0, (USHORT)((Room - Prefix - 1) * sizeof(WCHAR)), Root + Prefix};

    NTSTATUS Status = SysQueryInformationToken(
        BASEP_TOKEN, TokenUser, &Answer, sizeof(Answer), &Bytes);
    if (NT_SUCCESS(Status))
        Status = RtlConvertSidToUnicodeString(&Sid, Answer.User.User.Sid, FALSE);
    if (!NT_SUCCESS(Status))
        return BasepRegError(Status);
    memcpy(Root, BASEP_USER, Prefix * sizeof(WCHAR));
    Root[Prefix + Sid.Length / sizeof(WCHAR)] = 0;
    return ERROR_SUCCESS;
}

static void BasepAppendName(WCHAR *Text, SIZE_T *Length, const WCHAR *Name, SIZE_T Characters)
{
    if (Characters != 0 && Name[0] != '\\' && *Length != 0)
        Text[(*Length)++] = '\\';
    memcpy(Text + *Length, Name, Characters * sizeof(WCHAR));
    *Length += Characters;
    Text[*Length] = 0;
}

/* The NT path of a predefined key with Path below it. Text: free it. */
static LSTATUS BasepPredefinedPath(HKEY Key, const WCHAR *Path, WCHAR **Text)
{
    const ULONG_PTR Which = (ULONG_PTR)Key - (ULONG_PTR)HKEY_CLASSES_ROOT;
    WCHAR User[256];
    const WCHAR *Root = User;
    SIZE_T Length = 0;

    if (Key == HKEY_CURRENT_USER) {
        LSTATUS Error = BasepUserRoot(User, RTL_NUMBER_OF(User));
        if (Error != ERROR_SUCCESS)
            return Error;
    } else if (Which >= RTL_NUMBER_OF(BasepRoots) || BasepRoots[Which] == NULL) {
        return ERROR_INVALID_HANDLE;
    } else {
        Root = BasepRoots[Which];
    }
    *Text = malloc((BasepWideLength(Root) + BasepWideLength(Path) + 2) * sizeof(WCHAR));
    if (*Text == NULL)
        return ERROR_OUTOFMEMORY;
    BasepAppendName(*Text, &Length, Root, BasepWideLength(Root));
    BasepAppendName(*Text, &Length, Path, BasepWideLength(Path));
    return ERROR_SUCCESS;
}

LSTATUS BasepHandlePath(HANDLE Key, const WCHAR *Path, WCHAR **Text)
{
    ULONG Room = 0, Needed = 0;
    KEY_NAME_INFORMATION *Name = NULL;
    NTSTATUS Status;

    while ((Status = SysQueryKey(Key, KeyNameInformation, Name, Room, &Needed)) ==
            STATUS_BUFFER_OVERFLOW ||
        Status == STATUS_BUFFER_TOO_SMALL) {
        free(Name);
        Room = Needed;
        Name = malloc(Room);
        if (Name == NULL)
            return ERROR_OUTOFMEMORY;
    }
    SIZE_T Length = 0;
    *Text = NULL;
    if (NT_SUCCESS(Status))
        *Text = malloc(
            (Name->NameLength / sizeof(WCHAR) + BasepWideLength(Path) + 2) * sizeof(WCHAR));
    if (*Text != NULL) {
        BasepAppendName(*Text, &Length, Name->Name, Name->NameLength / sizeof(WCHAR));
        BasepAppendName(*Text, &Length, Path, BasepWideLength(Path));
    }
    free(Name);
    return *Text == NULL && NT_SUCCESS(Status) ? ERROR_OUTOFMEMORY : BasepRegError(Status);
}

/* ---- keys opened with KEY_WOW64_64KEY -------------------------------------------------------- */

/* By handle, in 32-bit programs on an x64 machine. Every opened key is set or cleared, so one
 * closed elsewhere does no harm. */
static pthread_mutex_t BasepMarksLock = PTHREAD_MUTEX_INITIALIZER;
static UCHAR *BasepMarks;
static SIZE_T BasepMarksBytes;

BOOLEAN BasepIsMarked64(HKEY Key)
{
    const SIZE_T Place = (ULONG_PTR)Key / 4;

    if (BasepIsPredefined(Key))
        return FALSE;
    pthread_mutex_lock(&BasepMarksLock);
    BOOLEAN Marked = Place / 8 < BasepMarksBytes && (BasepMarks[Place / 8] >> Place % 8 & 1);
    pthread_mutex_unlock(&BasepMarksLock);
    return Marked;
}

static LSTATUS BasepGrowMarks(SIZE_T Place)
{
    const SIZE_T Bytes = (Place / 8 + 1) * 2;
    UCHAR *Grown = realloc(BasepMarks, Bytes);

    if (Grown == NULL)
        return ERROR_OUTOFMEMORY;
    memset(Grown + BasepMarksBytes, 0, Bytes - BasepMarksBytes);
    BasepMarks = Grown;
    BasepMarksBytes = Bytes;
    return ERROR_SUCCESS;
}

LSTATUS BasepMark64(HANDLE Key, BOOLEAN Marked)
{
    const SIZE_T Place = (ULONG_PTR)Key / 4;
    LSTATUS Error = ERROR_SUCCESS;

    pthread_mutex_lock(&BasepMarksLock);
    if (Marked && Place / 8 >= BasepMarksBytes)
        Error = BasepGrowMarks(Place);
    if (Error == ERROR_SUCCESS && Marked)
        BasepMarks[Place / 8] |= (UCHAR)(1u << Place % 8);
    else if (Place / 8 < BasepMarksBytes)
        BasepMarks[Place / 8] &= (UCHAR)~(1u << Place % 8);
    pthread_mutex_unlock(&BasepMarksLock);
    return Error;
}

/* ---- views ----------------------------------------------------------------------------------- */

/* Whether the view of 32-bit programs is meant. ERROR_INVALID_PARAMETER: both are; before Windows
 * 7, the other one then is. */
static LSTATUS BasepChooseView(HKEY Key, REGSAM Access, BOOLEAN *View32)
{
    const REGSAM Flags = Access & KEY_WOW64_RES;

    *View32 = FALSE;
    if (!BasepMachineIs64() || Flags == KEY_WOW64_64KEY)
        return ERROR_SUCCESS;
    if (Flags == KEY_WOW64_RES)
        return BasepMachineRelease() >= BASEP_WIN7 ? ERROR_INVALID_PARAMETER : ERROR_SUCCESS;
    *View32 = Flags == KEY_WOW64_32KEY || (BasepIsWow64() && !BasepIsMarked64(Key));
    return ERROR_SUCCESS;
}

/* The full path when it has to be one, in the view; *Full NULL: Path is below the handle. */
static LSTATUS BasepPlaceKey(HKEY Key, const WCHAR *Path, REGSAM Access, WCHAR **Full)
{
    WCHAR *Mapped = NULL;
    BOOLEAN View32;

    *Full = NULL;
    LSTATUS Error = BasepChooseView(Key, Access, &View32);
    if (Error != ERROR_SUCCESS)
        return Error;
    if (BasepIsPredefined(Key))
        Error = BasepPredefinedPath(Key, Path, Full);
    else if (View32)
        Error = BasepHandlePath((HANDLE)Key, Path, Full);
    if (Error == ERROR_SUCCESS && View32)
        Error = BasepMapView32(*Full, BasepWideLength(*Full), &Mapped);
    if (Error != ERROR_SUCCESS || Mapped != NULL || !BasepIsPredefined(Key)) {
        free(*Full); /* below a handle, what is where it is needs no other path */
        *Full = Mapped;
    }
    return Error;
}

/* ---- names ----------------------------------------------------------------------------------- */

LSTATUS BasepRegString(const WCHAR *Text, UNICODE_STRING *String)
{
    SIZE_T Length = Text != NULL ? BasepWideLength(Text) : 0;
    if (Length > (MAXUSHORT - sizeof(WCHAR)) / sizeof(WCHAR))
        return ERROR_INVALID_PARAMETER;
    String->Buffer = (WCHAR *)(ULONG_PTR)Text;
    String->Length = (USHORT)(Length * sizeof(WCHAR));
    String->MaximumLength = (USHORT)(String->Length + sizeof(WCHAR));
    return ERROR_SUCCESS;
}

LSTATUS BasepNameKey(HKEY Key, const WCHAR *Path, REGSAM Access, BASEP_KEY_NAME *Name)
{
    Name->Allocated = NULL;
    if (Key == NULL)
        return ERROR_INVALID_HANDLE;
    Path = Path != NULL ? Path : u"";
    if (Path[0] == '\\')
        return ERROR_BAD_PATHNAME;
    LSTATUS Error = BasepPlaceKey(Key, Path, Access, &Name->Allocated);
    if (Error == ERROR_SUCCESS)
        Error = BasepRegString(Name->Allocated != NULL ? Name->Allocated : Path, &Name->String);
    if (Error != ERROR_SUCCESS) {
        free(Name->Allocated);
        return Error;
    }
    while (Name->String.Length != 0 &&
        Name->String.Buffer[Name->String.Length / sizeof(WCHAR) - 1] == '\\')
        Name->String.Length -= sizeof(WCHAR);
    InitializeObjectAttributes(&Name->Attributes, &Name->String, OBJ_CASE_INSENSITIVE,
        Name->Allocated != NULL ? NULL : (HANDLE)Key, NULL);
    return ERROR_SUCCESS;
}
