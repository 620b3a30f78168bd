/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Keys of the registry: opening, creating, deleting, renaming, watching. HKEY_CURRENT_USER is the key of the caller's token. */
#include "registry.h"

#include <stdlib.h>
#include <string.h>

#include "se/se.h"

/* ---- predefined keys --------------------------------------------------------------------------- */

#define BASEP_TOKEN ((HANDLE)(LONG_PTR)-6) /* the thread's effective one */
#define BASEP_USER u"\\Registry\\User\\"

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

LSTATUS BasepPredefinedPath(HKEY Key, const WCHAR *Path, WCHAR **Text)
{
    const ULONG_PTR Which = (ULONG_PTR)Key - (ULONG_PTR)HKEY_CLASSES_ROOT;
    WCHAR User[256];
    const WCHAR *Root = User;

    if (Key == HKEY_CURRENT_USER) {
        LSTATUS Error = BasepUserRoot(User, RTL_NUMBER_OF(User));
        if (Error != ERROR_SUCCESS)
            return Error;
    } else if (Which >= RTL_NUMBER_OF(BasepRoots) || BasepRoots[Which] == NULL) {
        return ERROR_INVALID_HANDLE;
    } else {
        Root = BasepRoots[Which];
    }
    SIZE_T Length = BasepWideLength(Root), Below = Path != NULL ? BasepWideLength(Path) : 0;
    *Text = malloc((Length + Below + 2) * sizeof(WCHAR));
    if (*Text == NULL)
        return ERROR_OUTOFMEMORY;
    memcpy(*Text, Root, (Length + 1) * sizeof(WCHAR));
    if (Below != 0) {
        (*Text)[Length++] = '\\';
        memcpy(*Text + Length, Path, (Below + 1) * sizeof(WCHAR));
    }
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

static LSTATUS BasepNameKey(HKEY Key, const WCHAR *Path, BASEP_KEY_NAME *Name)
{
    LSTATUS Error;
    Name->Allocated = NULL;
    if (Key == NULL)
        return ERROR_INVALID_HANDLE;
    if (Path != NULL && Path[0] == '\\')
        return ERROR_BAD_PATHNAME;
    if (BasepIsPredefined(Key)) {
        Error = BasepPredefinedPath(Key, Path, &Name->Allocated);
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
    InitializeObjectAttributes(&Name->Attributes, &Name->String, OBJ_CASE_INSENSITIVE,
        Name->Allocated != NULL ? NULL : (HANDLE)Key, NULL);
    return ERROR_SUCCESS;
}

LSTATUS BasepRegOpen(HKEY Key, const WCHAR *Path, ULONG Options, REGSAM Access, HANDLE *Handle)
{
    BASEP_KEY_NAME Name;
    LSTATUS Error = BasepNameKey(Key, Path, &Name);
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

/* One key; what it is in must be there. */
static NTSTATUS BasepCreateOne(
    HANDLE Root, const UNICODE_STRING *Name, BASEP_CREATION *Creation, REGSAM Access, HANDLE *Handle)
{
    OBJECT_ATTRIBUTES Attributes;
    InitializeObjectAttributes(&Attributes, (UNICODE_STRING *)(ULONG_PTR)Name,
        OBJ_CASE_INSENSITIVE | Creation->Attributes, Root, Creation->Security);
    return SysCreateKey(Handle, Access, &Attributes, 0, Creation->Class, Creation->Options, &Creation->Disposition);
}

/* Key by key down Path. */
static NTSTATUS BasepCreatePath(HANDLE Root, UNICODE_STRING Path, BASEP_CREATION *Creation, HANDLE *Result)
{
    HANDLE At = Root, Next;
    for (;;) {
        UNICODE_STRING Name = {0, 0, Path.Buffer};
        while (Name.Length < Path.Length && Name.Buffer[Name.Length / sizeof(WCHAR)] != '\\')
            Name.Length += sizeof(WCHAR);
        USHORT Used = Name.Length;
        while (Used < Path.Length && Path.Buffer[Used / sizeof(WCHAR)] == '\\')
            Used += sizeof(WCHAR);
        Path.Buffer += Used / sizeof(WCHAR);
        Path.Length -= Used;
        BOOLEAN Last = Path.Length == 0;
        BASEP_CREATION Way = *Creation;
        if (!Last)
            Way.Options &= ~(DWORD)REG_OPTION_CREATE_LINK;
        NTSTATUS Status = BasepCreateOne(At, &Name, &Way,
            Last ? Creation->Access : (Creation->Access & KEY_WOW64_RES) | MAXIMUM_ALLOWED, &Next);
        Creation->Disposition = Way.Disposition;
        if (At != Root)
            SysClose(At);
        if (!NT_SUCCESS(Status) || Last) {
            *Result = Next;
            return Status;
        }
        At = Next;
    }
}

static LSTATUS BasepCreateKey(HKEY Key, const WCHAR *Path, BASEP_CREATION *Creation, HANDLE *Handle)
{
    BASEP_KEY_NAME Name;
    BASEP_KEY Root;
    UNICODE_STRING Below;
    LSTATUS Error = BasepNameKey(Key, Path, &Name);
    if (Error != ERROR_SUCCESS)
        return Error;
    Name.Attributes.Attributes |= Creation->Attributes;
    Name.Attributes.SecurityDescriptor = Creation->Security;
    NTSTATUS Status = SysCreateKey(Handle, Creation->Access, &Name.Attributes, 0, Creation->Class, Creation->Options,
        &Creation->Disposition);
    free(Name.Allocated);
    if (Status != STATUS_OBJECT_NAME_NOT_FOUND)
        return BasepRegError(Status);
    Error = BasepRegString(Path, &Below);
    if (Error == ERROR_SUCCESS)
        Error = BasepUseKey(Key, MAXIMUM_ALLOWED, &Root);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepRegError(BasepCreatePath(Root.Handle, Below, Creation, Handle));
    BasepEndKey(&Root);
    return Error;
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
    if (fAsynchronous && hEvent == NULL)
        return ERROR_INVALID_PARAMETER;
    if (hKey == NULL || BasepIsPredefined(hKey)) /* the watch would end with the call's own handle */
        return ERROR_INVALID_HANDLE;
    NTSTATUS Status = SysNotifyChangeKey((HANDLE)hKey, hEvent, NULL, NULL, &Ignored,
        dwNotifyFilter & ~(DWORD)REG_NOTIFY_THREAD_AGNOSTIC, bWatchSubtree != FALSE, NULL, 0, fAsynchronous != FALSE);
    return BasepRegError(Status);
}
