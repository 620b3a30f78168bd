/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Keys of the registry: opening, creating, deleting, renaming, watching. HKEY_CURRENT_USER is the key of the caller's
 * token. The view of 32-bit programs is a matter of the path below a predefined key: a handle stays in the view it
 * was opened in.
 */
#include "registry.h"

#include <stdlib.h>
#include <string.h>

#include "se/se.h"

/* ---- predefined keys --------------------------------------------------------------------------- */

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

    NTSTATUS Status = SysQueryInformationToken(BASEP_TOKEN, TokenUser, &Answer, sizeof(Answer), &Bytes);
    if (NT_SUCCESS(Status))
        Status = RtlConvertSidToUnicodeString(&Sid, Answer.User.User.Sid, FALSE);
    if (!NT_SUCCESS(Status))
        return BasepRegError(Status);
    memcpy(Root, BASEP_USER, Prefix * sizeof(WCHAR));
    Root[Prefix + Sid.Length / sizeof(WCHAR)] = 0;
    return ERROR_SUCCESS;
}

/* Length of Word if it is the first name of Path, without case; 0: it is not. */
static SIZE_T BasepFirstName(const WCHAR *Path, const char *Word)
{
    SIZE_T Length = 0;
    for (; Word[Length] != 0; Length++) {
        WCHAR Letter = Path[Length] >= 'A' && Path[Length] <= 'Z' ? Path[Length] + 32 : Path[Length];
        if (Letter != (unsigned char)Word[Length])
            return 0;
    }
    return Path[Length] == 0 || Path[Length] == '\\' ? Length : 0;
}

/* 32-bit programs have a Software key of their own, and others may ask for it. */
static BOOLEAN BasepWantsView32(REGSAM Access)
{
    return (Access & KEY_WOW64_RES) == KEY_WOW64_32KEY || (sizeof(void *) == 4 && !(Access & KEY_WOW64_64KEY));
}

/* Characters of Path behind which the name of that key goes; FALSE: it goes nowhere. */
static BOOLEAN BasepViewPlace(HKEY Key, const WCHAR *Path, SIZE_T *Place)
{
    *Place = Key == HKEY_LOCAL_MACHINE ? BasepFirstName(Path, "software") : 0;
    if (*Place == 0 && Key != HKEY_CLASSES_ROOT)
        return FALSE;
    const WCHAR *Rest = Path + *Place;
    while (*Rest == '\\')
        Rest++;
    return BasepFirstName(Rest, "wow6432node") == 0;
}

static void BasepAppendName(WCHAR *Text, SIZE_T *Length, const WCHAR *Name, SIZE_T Characters)
{
    if (Characters != 0 && Name[0] != '\\' && *Length != 0)
        Text[(*Length)++] = '\\';
    memcpy(Text + *Length, Name, Characters * sizeof(WCHAR));
    *Length += Characters;
    Text[*Length] = 0;
}

/* The NT path of a predefined key with Path below it, in the view Access asks for. Text: free it. */
static LSTATUS BasepPredefinedPath(HKEY Key, const WCHAR *Path, REGSAM Access, WCHAR **Text)
{
    static const WCHAR View[] = u"WOW6432Node";
    const ULONG_PTR Which = (ULONG_PTR)Key - (ULONG_PTR)HKEY_CLASSES_ROOT;
    WCHAR User[256];
    const WCHAR *Root = User;
    SIZE_T Place = 0, Length = 0;

    if (Key == HKEY_CURRENT_USER) {
        LSTATUS Error = BasepUserRoot(User, RTL_NUMBER_OF(User));
        if (Error != ERROR_SUCCESS)
            return Error;
    } else if (Which >= RTL_NUMBER_OF(BasepRoots) || BasepRoots[Which] == NULL) {
        return ERROR_INVALID_HANDLE;
    } else {
        Root = BasepRoots[Which];
    }
    Path = Path != NULL ? Path : u"";
    *Text = malloc((BasepWideLength(Root) + BasepWideLength(Path) + RTL_NUMBER_OF(View) + 3) * sizeof(WCHAR));
    if (*Text == NULL)
        return ERROR_OUTOFMEMORY;
    BasepAppendName(*Text, &Length, Root, BasepWideLength(Root));
    if (BasepWantsView32(Access) && BasepViewPlace(Key, Path, &Place)) {
        BasepAppendName(*Text, &Length, Path, Place);
        BasepAppendName(*Text, &Length, View, RTL_NUMBER_OF(View) - 1);
        Path += Place;
    }
    BasepAppendName(*Text, &Length, Path, BasepWideLength(Path));
    return ERROR_SUCCESS;
}

/* ---- handles ------------------------------------------------------------------------------------- */

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

/* What opening and creating take. Allocated: free it. */
typedef struct BASEP_KEY_NAME {
    UNICODE_STRING String;
    OBJECT_ATTRIBUTES Attributes;
    WCHAR *Allocated;
} BASEP_KEY_NAME;

static LSTATUS BasepNameKey(HKEY Key, const WCHAR *Path, REGSAM Access, BASEP_KEY_NAME *Name)
{
    LSTATUS Error;
    Name->Allocated = NULL;
    if (Key == NULL)
        return ERROR_INVALID_HANDLE;
    if (Path != NULL && Path[0] == '\\')
        return ERROR_BAD_PATHNAME;
    if (BasepIsPredefined(Key)) {
        Error = BasepPredefinedPath(Key, Path, Access, &Name->Allocated);
        if (Error != ERROR_SUCCESS)
            return Error;
        Error = BasepRegString(Name->Allocated, &Name->String);
    } else {
        Error = BasepRegString(Path, &Name->String);
    }
    if (Error != ERROR_SUCCESS) {
        free(Name->Allocated);
        return Error;
    }
    while (Name->String.Length != 0 && Name->String.Buffer[Name->String.Length / sizeof(WCHAR) - 1] == '\\')
        Name->String.Length -= sizeof(WCHAR);
    InitializeObjectAttributes(&Name->Attributes, &Name->String, OBJ_CASE_INSENSITIVE,
        Name->Allocated != NULL ? NULL : (HANDLE)Key, NULL);
    return ERROR_SUCCESS;
}

LSTATUS BasepRegOpen(HKEY Key, const WCHAR *Path, ULONG Options, REGSAM Access, HANDLE *Handle)
{
    BASEP_KEY_NAME Name;
    LSTATUS Error = BasepNameKey(Key, Path, Access, &Name);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepRegError(SysOpenKeyEx(Handle, Access, &Name.Attributes, Options));
    free(Name.Allocated);
    return Error;
}

LSTATUS BasepUseKey(HKEY Key, REGSAM Access, BASEP_KEY *Use)
{
    Use->Handle = (HANDLE)Key;
    Use->Temporary = BasepIsPredefined(Key);
    if (Key == NULL)
        return ERROR_INVALID_HANDLE;
    return Use->Temporary ? BasepRegOpen(Key, NULL, 0, Access, &Use->Handle) : ERROR_SUCCESS;
}

void BasepEndKey(BASEP_KEY *Use)
{
    if (Use->Temporary)
        SysClose(Use->Handle);
}

/* ---- opening --------------------------------------------------------------------------------------- */

LSTATUS WINAPI RegOpenKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD ulOptions, REGSAM samDesired, PHKEY phkResult)
{
    HANDLE Handle;
    if (phkResult == NULL || (ulOptions & ~(DWORD)REG_OPEN_LEGAL_OPTION))
        return ERROR_INVALID_PARAMETER;
    if (BasepIsPredefined(hKey) && (lpSubKey == NULL || lpSubKey[0] == 0)) {
        *phkResult = hKey;
        return ERROR_SUCCESS;
    }
    LSTATUS Error = BasepRegOpen(hKey, lpSubKey, ulOptions, samDesired, &Handle);
    *phkResult = Error == ERROR_SUCCESS ? (HKEY)Handle : NULL;
    return Error;
}

LSTATUS WINAPI RegOpenKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult)
{
    if (phkResult == NULL)
        return ERROR_INVALID_PARAMETER;
    if (lpSubKey == NULL || lpSubKey[0] == 0) { /* the key itself, and closing it closes both */
        *phkResult = hKey;
        return hKey != NULL ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
    }
    return RegOpenKeyExW(hKey, lpSubKey, 0, MAXIMUM_ALLOWED, phkResult);
}

LSTATUS WINAPI RegCloseKey(HKEY hKey)
{
    if (hKey == NULL)
        return ERROR_INVALID_HANDLE;
    return BasepIsPredefined(hKey) ? ERROR_SUCCESS : BasepRegError(SysClose((HANDLE)hKey));
}

LSTATUS WINAPI RegFlushKey(HKEY hKey)
{
    BASEP_KEY Key;
    LSTATUS Error = BasepUseKey(hKey, KEY_QUERY_VALUE, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepRegError(SysFlushKey(Key.Handle));
    BasepEndKey(&Key);
    return Error;
}

/* ---- creating -------------------------------------------------------------------------------------- */

typedef struct BASEP_CREATION {
    UNICODE_STRING *Class;
    DWORD Options;
    REGSAM Access;
    void *Security;
    ULONG Attributes, Disposition;
} BASEP_CREATION;

static NTSTATUS BasepCreateOne(OBJECT_ATTRIBUTES *Attributes, BASEP_CREATION *Creation, REGSAM Access, HANDLE *Handle)
{
    return SysCreateKey(Handle, Access, Attributes, 0, Creation->Class, Creation->Options, &Creation->Disposition);
}

/* Each key the last one is in. */
static NTSTATUS BasepCreateWay(const BASEP_KEY_NAME *Name, const BASEP_CREATION *Creation)
{
    const ULONG Length = Name->String.Length / sizeof(WCHAR);
    BASEP_CREATION Way = *Creation;
    NTSTATUS Status = STATUS_SUCCESS;
    HANDLE Handle;

    Way.Options &= ~(DWORD)REG_OPTION_CREATE_LINK;
    for (ULONG End = 1; End < Length && NT_SUCCESS(Status); End++) {
        UNICODE_STRING Part = {(USHORT)(End * sizeof(WCHAR)), (USHORT)(End * sizeof(WCHAR)), Name->String.Buffer};
        OBJECT_ATTRIBUTES Attributes = Name->Attributes;
        if (Part.Buffer[End] != '\\' || Part.Buffer[End - 1] == '\\')
            continue;
        Attributes.ObjectName = &Part;
        Status = BasepCreateOne(&Attributes, &Way, MAXIMUM_ALLOWED, &Handle);
        if (NT_SUCCESS(Status))
            SysClose(Handle);
    }
    return Status;
}

static LSTATUS BasepCreateKey(HKEY Key, const WCHAR *Path, BASEP_CREATION *Creation, HANDLE *Handle)
{
    BASEP_KEY_NAME Name;
    LSTATUS Error = BasepNameKey(Key, Path, Creation->Access, &Name);
    if (Error != ERROR_SUCCESS)
        return Error;
    Name.Attributes.Attributes |= Creation->Attributes;
    Name.Attributes.SecurityDescriptor = Creation->Security;
    NTSTATUS Status = BasepCreateOne(&Name.Attributes, Creation, Creation->Access, Handle);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND) {
        Status = BasepCreateWay(&Name, Creation);
        if (NT_SUCCESS(Status))
            Status = BasepCreateOne(&Name.Attributes, Creation, Creation->Access, Handle);
    }
    free(Name.Allocated);
    return BasepRegError(Status);
}

LSTATUS WINAPI RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD Reserved, LPWSTR lpClass, DWORD dwOptions,
    REGSAM samDesired, LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult, LPDWORD lpdwDisposition)
{
    BASEP_CREATION Creation = {.Options = dwOptions, .Access = samDesired};
    UNICODE_STRING Class;
    HANDLE Handle;

    if (lpSubKey == NULL)
        return ERROR_BADKEY;
    if (Reserved != 0 || phkResult == NULL)
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error = BasepRegString(lpClass, &Class);
    if (Error != ERROR_SUCCESS)
        return Error;
    Creation.Class = lpClass != NULL ? &Class : NULL;
    if (lpSecurityAttributes != NULL) {
        Creation.Security = lpSecurityAttributes->lpSecurityDescriptor;
        Creation.Attributes = lpSecurityAttributes->bInheritHandle ? OBJ_INHERIT : 0;
    }
    Error = BasepCreateKey(hKey, lpSubKey, &Creation, &Handle);
    *phkResult = Error == ERROR_SUCCESS ? (HKEY)Handle : NULL;
    if (Error == ERROR_SUCCESS && lpdwDisposition != NULL)
        *lpdwDisposition = Creation.Disposition;
    return Error;
}

LSTATUS WINAPI RegCreateKeyW(HKEY hKey, LPCWSTR lpSubKey, PHKEY phkResult)
{
    if (phkResult == NULL)
        return ERROR_INVALID_PARAMETER;
    if (lpSubKey == NULL || lpSubKey[0] == 0)
        return RegOpenKeyW(hKey, lpSubKey, phkResult);
    return RegCreateKeyExW(hKey, lpSubKey, 0, NULL, 0, MAXIMUM_ALLOWED, NULL, phkResult, NULL);
}

/* ---- changing ----------------------------------------------------------------------------------------- */

LSTATUS WINAPI RegDeleteKeyExW(HKEY hKey, LPCWSTR lpSubKey, REGSAM samDesired, DWORD Reserved)
{
    HANDLE Handle;
    if (lpSubKey == NULL || Reserved != 0)
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error =
        BasepRegOpen(hKey, lpSubKey, REG_OPTION_OPEN_LINK, (samDesired & KEY_WOW64_RES) | DELETE, &Handle);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepRegError(SysDeleteKey(Handle));
    SysClose(Handle);
    return Error;
}

LSTATUS WINAPI RegDeleteKeyW(HKEY hKey, LPCWSTR lpSubKey)
{
    return RegDeleteKeyExW(hKey, lpSubKey, 0, 0);
}

LSTATUS WINAPI RegRenameKey(HKEY hKey, LPCWSTR lpSubKeyName, LPCWSTR lpNewKeyName)
{
    UNICODE_STRING Name;
    HANDLE Handle;
    if (lpNewKeyName == NULL)
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error = BasepRegString(lpNewKeyName, &Name);
    if (Error == ERROR_SUCCESS)
        Error = BasepRegOpen(hKey, lpSubKeyName, 0, KEY_WRITE, &Handle);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepRegError(SysRenameKey(Handle, &Name));
    SysClose(Handle);
    return Error;
}

LSTATUS WINAPI RegNotifyChangeKeyValue(
    HKEY hKey, BOOL bWatchSubtree, DWORD dwNotifyFilter, HANDLE hEvent, BOOL fAsynchronous)
{
    static IO_STATUS_BLOCK Ignored; /* written when the change comes, which may be after this call */
    BASEP_KEY Key;
    if (fAsynchronous && hEvent == NULL)
        return ERROR_INVALID_PARAMETER;
    if (fAsynchronous && BasepIsPredefined(hKey)) /* the watch would end with the call's own handle */
        return ERROR_INVALID_HANDLE;
    LSTATUS Error = BasepUseKey(hKey, KEY_NOTIFY, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    NTSTATUS Status = SysNotifyChangeKey(Key.Handle, hEvent, NULL, NULL, &Ignored,
        dwNotifyFilter & ~(DWORD)REG_NOTIFY_THREAD_AGNOSTIC, bWatchSubtree != FALSE, NULL, 0, fAsynchronous != FALSE);
    BasepEndKey(&Key);
    return BasepRegError(Status);
}
