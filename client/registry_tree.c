/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Whole trees of keys, deleted and copied key by key. What was done before a failure stays done.
 * Keys below the first one are those that are there, found by enumerating: KEY_WOW64_64KEY keeps
 * 32-bit programs from being led elsewhere by their names.
 */
#include "registry.h"

#include <stdlib.h>

#define BASEP_DEPTH_LIMIT 512u
#define BASEP_NAME_ROOM   256u /* characters of a key's name, with its end */

/* ---- deleting -------------------------------------------------------------------------------- */

static LSTATUS BasepDeleteKeys(HKEY Key, ULONG Depth)
{
    WCHAR Name[BASEP_NAME_ROOM];
    LSTATUS Error;
    if (Depth > BASEP_DEPTH_LIMIT)
        return ERROR_INVALID_PARAMETER;
    while ((Error = RegEnumKeyW(Key, 0, Name, BASEP_NAME_ROOM)) == ERROR_SUCCESS) {
        HANDLE Child;
        Error = BasepRegOpen(Key, Name, REG_OPTION_OPEN_LINK,
            DELETE | KEY_ENUMERATE_SUB_KEYS | KEY_QUERY_VALUE | KEY_WOW64_64KEY, &Child);
        if (Error != ERROR_SUCCESS)
            return Error;
        Error = BasepDeleteKeys((HKEY)Child, Depth + 1);
        if (Error == ERROR_SUCCESS)
            Error = BasepRegError(SysDeleteKey(Child));
        SysClose(Child);
        if (Error != ERROR_SUCCESS)
            return Error;
    }
    return Error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : Error;
}

static LSTATUS BasepDeleteValues(HKEY Key)
{
    DWORD Longest;
    LSTATUS Error = RegQueryInfoKeyW(
        Key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, &Longest, NULL, NULL, NULL);
    if (Error != ERROR_SUCCESS)
        return Error;
    DWORD Room = Longest + 1;
    WCHAR *Name = malloc(Room * sizeof(WCHAR));
    if (Name == NULL)
        return ERROR_OUTOFMEMORY;
    for (;;) {
        DWORD Length = Room;
        Error = RegEnumValueW(Key, 0, Name, &Length, NULL, NULL, NULL, NULL);
        if (Error == ERROR_SUCCESS)
            Error = RegDeleteValueW(Key, Name);
        if (Error != ERROR_SUCCESS)
            break;
    }
    free(Name);
    return Error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : Error;
}

#define BASEP_TREE_ACCESS (KEY_ENUMERATE_SUB_KEYS | KEY_QUERY_VALUE | KEY_SET_VALUE)

/* All that is in it; the key stays. */
static LSTATUS BasepEmptyKey(HKEY hKey)
{
    BASEP_KEY Key;
    LSTATUS Error = BasepUseKey(hKey, BASEP_TREE_ACCESS, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepDeleteKeys((HKEY)Key.Handle, 0);
    if (Error == ERROR_SUCCESS)
        Error = BasepDeleteValues((HKEY)Key.Handle);
    BasepEndKey(&Key);
    return Error;
}

LSTATUS WINAPI RegDeleteTreeW(HKEY hKey, LPCWSTR lpSubKey)
{
    HANDLE Key;
    if (lpSubKey == NULL)
        return BasepEmptyKey(hKey);
    LSTATUS Error = BasepRegOpen(
        hKey, lpSubKey, REG_OPTION_OPEN_LINK, DELETE | BASEP_TREE_ACCESS, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepDeleteKeys((HKEY)Key, 0);
    if (Error == ERROR_SUCCESS)
        Error = BasepRegError(SysDeleteKey(Key));
    SysClose(Key);
    return Error;
}

/* ---- copying --------------------------------------------------------------------------------- */

static LSTATUS BasepCopyValue(HKEY From, DWORD Index, WCHAR *Name, DWORD Room, HKEY To)
{
    BASEP_VALUE Value;
    LSTATUS Error = RegEnumValueW(From, Index, Name, &Room, NULL, NULL, NULL, NULL);
    if (Error == ERROR_SUCCESS)
        Error = BasepReadValue(From, Name, &Value);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = RegSetValueExW(To, Name, 0, Value.Type, Value.Data, Value.Bytes);
    free(Value.Data);
    return Error;
}

static LSTATUS BasepCopyValues(HKEY From, HKEY To)
{
    DWORD Longest;
    LSTATUS Error = RegQueryInfoKeyW(
        From, NULL, NULL, NULL, NULL, NULL, NULL, NULL, &Longest, NULL, NULL, NULL);
    if (Error != ERROR_SUCCESS)
        return Error;
    WCHAR *Name = malloc((Longest + 1) * sizeof(WCHAR));
    if (Name == NULL)
        return ERROR_OUTOFMEMORY;
    for (DWORD Index = 0; Error == ERROR_SUCCESS; Index++)
        Error = BasepCopyValue(From, Index, Name, Longest + 1, To);
    free(Name);
    return Error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : Error;
}

static LSTATUS BasepCopyTree(HKEY From, HKEY To, ULONG Depth);

static LSTATUS BasepCopyKey(HKEY From, const WCHAR *Name, WCHAR *Class, HKEY To, ULONG Depth)
{
    HKEY Source, Target;
    LSTATUS Error = RegOpenKeyExW(From, Name, 0, KEY_READ | KEY_WOW64_64KEY, &Source);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = RegCreateKeyExW(To, Name, 0, Class[0] != 0 ? Class : NULL, 0,
        KEY_READ | KEY_WRITE | KEY_WOW64_64KEY, NULL, &Target, NULL);
    if (Error == ERROR_SUCCESS) {
        Error = BasepCopyTree(Source, Target, Depth);
        RegCloseKey(Target);
    }
    RegCloseKey(Source);
    return Error;
}

/* The number of keys is settled first: a copy into a key below the source would never end. */
static LSTATUS BasepCopyTree(HKEY From, HKEY To, ULONG Depth)
{
    DWORD Keys, LongestClass;
    if (Depth > BASEP_DEPTH_LIMIT)
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error = RegQueryInfoKeyW(
        From, NULL, NULL, NULL, &Keys, NULL, &LongestClass, NULL, NULL, NULL, NULL, NULL);
    if (Error == ERROR_SUCCESS)
        Error = BasepCopyValues(From, To);
    if (Error != ERROR_SUCCESS || Keys == 0)
        return Error;
    WCHAR *Class = malloc((LongestClass + 1) * sizeof(WCHAR));
    if (Class == NULL)
        return ERROR_OUTOFMEMORY;
    for (DWORD Index = 0; Index < Keys && Error == ERROR_SUCCESS; Index++) {
        WCHAR Name[BASEP_NAME_ROOM];
        DWORD NameRoom = BASEP_NAME_ROOM, ClassRoom = LongestClass + 1;
        Error = RegEnumKeyExW(From, Index, Name, &NameRoom, NULL, Class, &ClassRoom, NULL);
        if (Error == ERROR_SUCCESS)
            Error = BasepCopyKey(From, Name, Class, To, Depth + 1);
    }
    free(Class);
    return Error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : Error;
}

LSTATUS WINAPI RegCopyTreeW(HKEY hKeySrc, LPCWSTR lpSubKey, HKEY hKeyDest)
{
    BASEP_KEY Source, Target;
    LSTATUS Error = BasepUseKey(hKeyDest, KEY_READ | KEY_WRITE, &Target);
    if (Error != ERROR_SUCCESS)
        return Error;
    if (lpSubKey != NULL && lpSubKey[0] != 0) {
        Source.Temporary = TRUE;
        Error = BasepRegOpen(hKeySrc, lpSubKey, 0, KEY_READ, &Source.Handle);
    } else {
        Error = BasepUseKey(hKeySrc, KEY_READ, &Source);
    }
    if (Error == ERROR_SUCCESS) {
        Error = BasepCopyTree((HKEY)Source.Handle, (HKEY)Target.Handle, 0);
        BasepEndKey(&Source);
    }
    BasepEndKey(&Target);
    return Error;
}
