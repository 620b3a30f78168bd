/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Keys of the registry: opening, creating, deleting, renaming, watching. Which key a name means is
 * registry_path.c's.
 */
#include "registry.h"

#include <stdlib.h>
#include <string.h>

#include "redirect.h"

/* ---- handles --------------------------------------------------------------------------------- */

/* In a 32-bit program on an x64 machine a key in the other view is known as such.
 * ERROR_OUTOFMEMORY: closed again. */
static LSTATUS BasepOpened(HKEY Below, REGSAM Access, HANDLE *Handle)
{
    if (!BasepIsWow64())
        return ERROR_SUCCESS;
    const REGSAM Flags = Access & KEY_WOW64_RES;
    LSTATUS Error = BasepMark64(
        *Handle, Flags != 0 ? Flags != KEY_WOW64_32KEY : BasepIsMarked64(Below));
    if (Error != ERROR_SUCCESS)
        SysClose(*Handle);
    return Error;
}

LSTATUS BasepRegOpen(HKEY Key, const WCHAR *Path, ULONG Options, REGSAM Access, HANDLE *Handle)
{
    BASEP_KEY_NAME Name;
    LSTATUS Error = BasepNameKey(Key, Path, Access, &Name);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepRegError(SysOpenKeyEx(Handle, Access, &Name.Attributes, Options));
    free(Name.Allocated);
    return Error == ERROR_SUCCESS ? BasepOpened(Key, Access, Handle) : Error;
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

/* ---- opening --------------------------------------------------------------------------------- */

LSTATUS WINAPI RegOpenKeyExW(
    HKEY hKey, LPCWSTR lpSubKey, DWORD ulOptions, REGSAM samDesired, PHKEY phkResult)
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
    if (BasepIsPredefined(hKey))
        return ERROR_SUCCESS;
    if (BasepIsWow64())
        BasepMark64((HANDLE)hKey, FALSE);
    return BasepRegError(SysClose((HANDLE)hKey));
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

/* ---- creating -------------------------------------------------------------------------------- */

typedef struct BASEP_CREATION {
    UNICODE_STRING *Class;
    DWORD Options;
    REGSAM Access;
    void *Security;
    ULONG Attributes, Disposition;
} BASEP_CREATION;

static NTSTATUS BasepCreateOne(
    OBJECT_ATTRIBUTES *Attributes, BASEP_CREATION *Creation, REGSAM Access, HANDLE *Handle)
{
    return SysCreateKey(
        Handle, Access, Attributes, 0, Creation->Class, Creation->Options, &Creation->Disposition);
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
        UNICODE_STRING Part = {
            (USHORT)(End * sizeof(WCHAR)), (USHORT)(End * sizeof(WCHAR)), Name->String.Buffer};
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
    return NT_SUCCESS(Status) ? BasepOpened(Key, Creation->Access, Handle) : BasepRegError(Status);
}

LSTATUS WINAPI RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD Reserved, LPWSTR lpClass,
    DWORD dwOptions, REGSAM samDesired, LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult,
    LPDWORD lpdwDisposition)
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

/* ---- changing -------------------------------------------------------------------------------- */

LSTATUS WINAPI RegDeleteKeyExW(HKEY hKey, LPCWSTR lpSubKey, REGSAM samDesired, DWORD Reserved)
{
    HANDLE Handle;
    if (lpSubKey == NULL || Reserved != 0)
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error = BasepRegOpen(
        hKey, lpSubKey, REG_OPTION_OPEN_LINK, (samDesired & KEY_WOW64_RES) | DELETE, &Handle);
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
    static IO_STATUS_BLOCK Ignored; /* written when the change comes, which may be after this call
                                     */
    BASEP_KEY Key;
    if (fAsynchronous && hEvent == NULL)
        return ERROR_INVALID_PARAMETER;
    if (fAsynchronous && BasepIsPredefined(hKey)) /* the watch would end with the call's own handle
                                                   */
        return ERROR_INVALID_HANDLE;
    LSTATUS Error = BasepUseKey(hKey, KEY_NOTIFY, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    NTSTATUS Status = SysNotifyChangeKey(Key.Handle, hEvent, NULL, NULL, &Ignored,
        dwNotifyFilter & ~(DWORD)REG_NOTIFY_THREAD_AGNOSTIC, bWatchSubtree != FALSE, NULL, 0,
        fAsynchronous != FALSE);
    BasepEndKey(&Key);
    return BasepRegError(Status);
}
