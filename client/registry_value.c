/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Values of the registry: reading, setting, deleting. RegGetValue, which checks types and expands
 * variables, is in registry_get.c.
 */
#include "registry.h"

#include <stdlib.h>
#include <string.h>

/* Room on the stack for most values. */
#define BASEP_HEADER ((ULONG)FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data))
#define BASEP_LOCAL  512u

typedef union BASEP_PARTIAL {
    KEY_VALUE_PARTIAL_INFORMATION Value;
    UCHAR Bytes[BASEP_LOCAL];
} BASEP_PARTIAL;

/* ---- reading --------------------------------------------------------------------------------- */

LSTATUS BasepRegAnswer(
    ULONG Type, const void *Data, ULONG Bytes, DWORD *TypeTo, void *Buffer, DWORD *Length)
{
    LSTATUS Error = ERROR_SUCCESS;
    if (Buffer != NULL && Length == NULL)
        return ERROR_INVALID_PARAMETER;
    if (TypeTo != NULL)
        *TypeTo = Type;
    if (Length == NULL)
        return ERROR_SUCCESS;
    if (Buffer != NULL && *Length < Bytes)
        Error = ERROR_MORE_DATA;
    else if (Buffer != NULL && Bytes != 0)
        memcpy(Buffer, Data, Bytes);
    *Length = Bytes;
    return Error;
}

LSTATUS BasepReadValue(HKEY Key, const WCHAR *Name, BASEP_VALUE *Value)
{
    BASEP_PARTIAL Local;
    KEY_VALUE_PARTIAL_INFORMATION *Answer = &Local.Value;
    ULONG Room = sizeof(Local), Needed;
    UNICODE_STRING String;
    BASEP_KEY Use;

    LSTATUS Error = BasepRegString(Name, &String);
    if (Error == ERROR_SUCCESS)
        Error = BasepUseKey(Key, KEY_QUERY_VALUE, &Use);
    if (Error != ERROR_SUCCESS)
        return Error;
    NTSTATUS Status;
    while ((Status = SysQueryValueKey(Use.Handle, &String, KeyValuePartialInformation, Answer, Room,
                &Needed)) == STATUS_BUFFER_OVERFLOW) {
        if (Answer != &Local.Value)
            free(Answer);
        Room = Needed;
        Answer = malloc(Room);
        if (Answer == NULL) {
            Status = STATUS_NO_MEMORY;
            break;
        }
    }
    BasepEndKey(&Use);
    Error = BasepRegError(Status);
    if (Error == ERROR_SUCCESS) {
        Value->Type = Answer->Type;
        Value->Bytes = Answer->DataLength;
        Value->Data = malloc((SIZE_T)Value->Bytes + 2 * sizeof(WCHAR));
        if (Value->Data == NULL)
            Error = ERROR_OUTOFMEMORY;
    }
    if (Error == ERROR_SUCCESS) {
        memcpy(Value->Data, Answer->Data, Value->Bytes);
        memset(Value->Data + Value->Bytes, 0, 2 * sizeof(WCHAR));
    }
    if (Answer != &Local.Value)
        free(Answer);
    return Error;
}

/* What a caller with so much room gets of a value: the status and *Answer, which is Local or
 * allocated. */
static NTSTATUS BasepQueryRoom(HANDLE Key, UNICODE_STRING *Name, const DWORD *RoomBytes,
    BASEP_PARTIAL *Local, KEY_VALUE_PARTIAL_INFORMATION **Answer)
{
    ULONG Room = RoomBytes != NULL ? (ULONG)sizeof(*Local) : BASEP_HEADER, Needed;
    *Answer = &Local->Value;
    for (;;) {
        NTSTATUS Status = SysQueryValueKey(
            Key, Name, KeyValuePartialInformation, *Answer, Room, &Needed);
        if (Status != STATUS_BUFFER_OVERFLOW || RoomBytes == NULL ||
            (*Answer)->DataLength > *RoomBytes)
            return Status;
        if (*Answer != &Local->Value)
            free(*Answer);
        Room = Needed;
        *Answer = malloc(Room);
        if (*Answer == NULL)
            return STATUS_NO_MEMORY;
    }
}

static LSTATUS BasepQuery(HANDLE Key, UNICODE_STRING *Name, DWORD *Type, BYTE *Data, DWORD *Length)
{
    const DWORD Room = Data != NULL ? *Length : 0;
    BASEP_PARTIAL Local;
    KEY_VALUE_PARTIAL_INFORMATION *Answer;

    NTSTATUS Status = BasepQueryRoom(Key, Name, Data != NULL ? &Room : NULL, &Local, &Answer);
    LSTATUS Error = BasepRegError(Status);
    if (NT_SUCCESS(Status) || Status == STATUS_BUFFER_OVERFLOW) {
        Error = BasepRegAnswer(Answer->Type, Answer->Data, Answer->DataLength, Type, Data, Length);
        if (Error == ERROR_SUCCESS && Data != NULL && BasepRegIsText(Answer->Type) &&
            Room - Answer->DataLength >= sizeof(WCHAR))
            /* text may be stored without an end */
            memset(Data + Answer->DataLength, 0, sizeof(WCHAR));
    }
    if (Answer != &Local.Value)
        free(Answer);
    return Error;
}

LSTATUS WINAPI RegQueryValueExW(HKEY hKey, LPCWSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
    LPBYTE lpData, LPDWORD lpcbData)
{
    UNICODE_STRING Name;
    BASEP_KEY Key;
    if (lpReserved != NULL || (lpData != NULL && lpcbData == NULL))
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error = BasepRegString(lpValueName, &Name);
    if (Error == ERROR_SUCCESS)
        Error = BasepUseKey(hKey, KEY_QUERY_VALUE, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepQuery(Key.Handle, &Name, lpType, lpData, lpcbData);
    BasepEndKey(&Key);
    return Error;
}

LSTATUS BasepNarrowValue(BASEP_VALUE *Value)
{
    if (!BasepRegIsText(Value->Type))
        return ERROR_SUCCESS;
    const WCHAR *Text = (const WCHAR *)(const void *)Value->Data;
    SIZE_T Length = Value->Bytes / sizeof(WCHAR), Bytes = BasepUtf8FromUtf16(Text, Length, NULL, 0);
    char *Narrow = malloc(Bytes + 2 * sizeof(WCHAR));
    if (Narrow == NULL)
        return ERROR_OUTOFMEMORY;
    BasepUtf8FromUtf16(Text, Length, Narrow, Bytes);
    memset(Narrow + Bytes, 0, 2 * sizeof(WCHAR));
    free(Value->Data);
    Value->Data = (UCHAR *)Narrow;
    Value->Bytes = (ULONG)Bytes;
    return ERROR_SUCCESS;
}

LSTATUS WINAPI RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
    LPBYTE lpData, LPDWORD lpcbData)
{
    BASEP_WIDE Name;
    BASEP_VALUE Value;
    if (lpReserved != NULL || (lpData != NULL && lpcbData == NULL))
        return ERROR_INVALID_PARAMETER;
    if (!NT_SUCCESS(BasepWiden(lpValueName, &Name)))
        return ERROR_OUTOFMEMORY;
    LSTATUS Error = BasepReadValue(hKey, Name.Text, &Value);
    BasepFreeWide(&Name);
    if (Error != ERROR_SUCCESS)
        return Error;
    const DWORD Room = lpData != NULL ? *lpcbData : 0;
    Error = BasepNarrowValue(&Value);
    if (Error == ERROR_SUCCESS)
        Error = BasepRegAnswer(Value.Type, Value.Data, Value.Bytes, lpType, lpData, lpcbData);
    if (Error == ERROR_SUCCESS && lpData != NULL && BasepRegIsText(Value.Type) &&
        Room > Value.Bytes)
        lpData[Value.Bytes] = 0;
    free(Value.Data);
    return Error;
}

/* ---- setting --------------------------------------------------------------------------------- */

LSTATUS WINAPI RegSetValueExW(
    HKEY hKey, LPCWSTR lpValueName, DWORD Reserved, DWORD dwType, const BYTE *lpData, DWORD cbData)
{
    const void *Data = lpData;
    UNICODE_STRING Name;
    BASEP_KEY Key;
    WCHAR *Copy;
    if (Reserved != 0)
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error = BasepRegString(lpValueName, &Name);
    if (Error == ERROR_SUCCESS)
        Error = BasepUseKey(hKey, KEY_SET_VALUE, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepRedirectText(hKey, Key.Handle, dwType, &Data, &cbData, &Copy);
    if (Error == ERROR_SUCCESS)
        Error = BasepRegError(
            SysSetValueKey(Key.Handle, &Name, 0, dwType, (void *)(ULONG_PTR)Data, cbData));
    free(Copy);
    BasepEndKey(&Key);
    return Error;
}

/* UTF-8 data of a text type as UTF-16; other data as they are. *Copy: free it, NULL: there is
 * none. */
static LSTATUS BasepWidenData(DWORD Type, const void **Data, DWORD *Bytes, WCHAR **Copy)
{
    *Copy = NULL;
    if (!BasepRegIsText(Type) || *Data == NULL || *Bytes == 0)
        return ERROR_SUCCESS;
    SIZE_T Room = *Bytes; /* a text never has more UTF-16 units than UTF-8 ones */
    *Copy = malloc(Room * sizeof(WCHAR));
    if (*Copy == NULL)
        return ERROR_OUTOFMEMORY;
    *Bytes = (DWORD)(BasepUtf16FromUtf8(*Data, *Bytes, *Copy, Room) * sizeof(WCHAR));
    *Data = *Copy;
    return ERROR_SUCCESS;
}

LSTATUS WINAPI RegSetValueExA(
    HKEY hKey, LPCSTR lpValueName, DWORD Reserved, DWORD dwType, const BYTE *lpData, DWORD cbData)
{
    const void *Data = lpData;
    BASEP_WIDE Name;
    WCHAR *Copy;
    if (!NT_SUCCESS(BasepWiden(lpValueName, &Name)))
        return ERROR_OUTOFMEMORY;
    LSTATUS Error = BasepWidenData(dwType, &Data, &cbData, &Copy);
    if (Error == ERROR_SUCCESS)
        Error = RegSetValueExW(hKey, Name.Text, Reserved, dwType, Data, cbData);
    free(Copy);
    BasepFreeWide(&Name);
    return Error;
}

LSTATUS WINAPI RegSetKeyValueW(
    HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName, DWORD dwType, LPCVOID lpData, DWORD cbData)
{
    HKEY Key = hKey;
    BOOLEAN Below = lpSubKey != NULL && lpSubKey[0] != 0;
    if (Below) {
        LSTATUS Error = RegCreateKeyExW(
            hKey, lpSubKey, 0, NULL, 0, KEY_SET_VALUE, NULL, &Key, NULL);
        if (Error != ERROR_SUCCESS)
            return Error;
    }
    LSTATUS Error = RegSetValueExW(Key, lpValueName, 0, dwType, lpData, cbData);
    if (Below)
        RegCloseKey(Key);
    return Error;
}

LSTATUS WINAPI RegSetKeyValueA(
    HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValueName, DWORD dwType, LPCVOID lpData, DWORD cbData)
{
    BASEP_WIDE Path, Name;
    WCHAR *Copy = NULL;
    LSTATUS Error = ERROR_OUTOFMEMORY;
    if (!NT_SUCCESS(BasepWiden(lpSubKey, &Path)))
        return Error;
    if (NT_SUCCESS(BasepWiden(lpValueName, &Name))) {
        Error = BasepWidenData(dwType, &lpData, &cbData, &Copy);
        if (Error == ERROR_SUCCESS)
            Error = RegSetKeyValueW(hKey, Path.Text, Name.Text, dwType, lpData, cbData);
        free(Copy);
        BasepFreeWide(&Name);
    }
    BasepFreeWide(&Path);
    return Error;
}

/* ---- deleting -------------------------------------------------------------------------------- */

LSTATUS WINAPI RegDeleteKeyValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValueName)
{
    BASEP_KEY Key;
    UNICODE_STRING Name;
    LSTATUS Error = BasepRegString(lpValueName, &Name);
    if (Error != ERROR_SUCCESS)
        return Error;
    if (lpSubKey != NULL && lpSubKey[0] != 0) {
        Key.Temporary = TRUE;
        Error = BasepRegOpen(hKey, lpSubKey, 0, KEY_SET_VALUE, &Key.Handle);
    } else {
        Error = BasepUseKey(hKey, KEY_SET_VALUE, &Key);
    }
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepRegError(SysDeleteValueKey(Key.Handle, &Name));
    BasepEndKey(&Key);
    return Error;
}

LSTATUS WINAPI RegDeleteValueW(HKEY hKey, LPCWSTR lpValueName)
{
    return RegDeleteKeyValueW(hKey, NULL, lpValueName);
}
