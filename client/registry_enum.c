/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What is in a key: its keys and values one after the other, their number and greatest lengths. */
#include "registry.h"

#include <stdlib.h>
#include <string.h>

#define BASEP_LOCAL 768u

typedef struct BASEP_ENTRY {
    union {
        KEY_NODE_INFORMATION Node;
        KEY_FULL_INFORMATION Full;
        KEY_VALUE_FULL_INFORMATION Value;
        UCHAR Bytes[BASEP_LOCAL];
    } Local;
    void *Answer; /* Local or allocated */
} BASEP_ENTRY;

static void BasepFreeEntry(BASEP_ENTRY *Entry)
{
    if (Entry->Answer != &Entry->Local)
        free(Entry->Answer);
}

/* One entry, whatever its size. Value: of the values; otherwise a key. */
static LSTATUS BasepEnumerate(HANDLE Key, BOOLEAN Value, ULONG Index, BASEP_ENTRY *Entry)
{
    ULONG Room = sizeof(Entry->Local), Needed;
    NTSTATUS Status;
    Entry->Answer = &Entry->Local;
    for (;;) {
        Status = Value
            ? SysEnumerateValueKey(
                  Key, Index, KeyValueFullInformation, Entry->Answer, Room, &Needed)
            : SysEnumerateKey(Key, Index, KeyNodeInformation, Entry->Answer, Room, &Needed);
        if (Status != STATUS_BUFFER_OVERFLOW)
            break;
        BasepFreeEntry(Entry);
        Room = Needed;
        Entry->Answer = malloc(Room);
        if (Entry->Answer == NULL)
            return ERROR_OUTOFMEMORY;
    }
    if (!NT_SUCCESS(Status))
        BasepFreeEntry(Entry);
    return BasepRegError(Status);
}

/* A name or class with its end. *Length: room on the way in, characters without the end on the way
 * out. */
static LSTATUS BasepGiveText(
    const WCHAR *Text, ULONG Bytes, void *To, DWORD *Length, BOOLEAN Narrow)
{
    SIZE_T Characters = Bytes / sizeof(WCHAR);
    SIZE_T Needed = Narrow ? BasepUtf8FromUtf16(Text, Characters, NULL, 0) : Characters;
    if (To == NULL || Length == NULL)
        return To == NULL && Length == NULL ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
    if (*Length <= Needed)
        return ERROR_MORE_DATA;
    if (Narrow) {
        BasepUtf8FromUtf16(Text, Characters, To, Needed);
        ((char *)To)[Needed] = 0;
    } else {
        memcpy(To, Text, Bytes);
        ((WCHAR *)To)[Needed] = 0;
    }
    *Length = (DWORD)Needed;
    return ERROR_SUCCESS;
}

static void BasepGiveTime(LARGE_INTEGER Time, FILETIME *To)
{
    if (To != NULL)
        *To = (FILETIME){Time.LowPart, (DWORD)Time.HighPart};
}

/* ---- keys ------------------------------------------------------------------------------------ */

static LSTATUS BasepEnumKey(HKEY hKey, DWORD Index, void *Name, DWORD *NameLength, void *Class,
    DWORD *ClassLength, FILETIME *Time, BOOLEAN Narrow)
{
    BASEP_ENTRY Entry;
    BASEP_KEY Key;
    if (Name == NULL || NameLength == NULL || (Class != NULL && ClassLength == NULL))
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error = BasepUseKey(hKey, KEY_ENUMERATE_SUB_KEYS, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepEnumerate(Key.Handle, FALSE, Index, &Entry);
    BasepEndKey(&Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    const KEY_NODE_INFORMATION *Node = Entry.Answer;
    Error = BasepGiveText(Node->Name, Node->NameLength, Name, NameLength, Narrow);
    if (Error == ERROR_SUCCESS && Class != NULL)
        Error = BasepGiveText((const WCHAR *)(const void *)((const UCHAR *)Node +
                                  (Node->ClassLength != 0 ? Node->ClassOffset : 0)),
            Node->ClassLength, Class, ClassLength, Narrow);
    if (Error == ERROR_SUCCESS)
        BasepGiveTime(Node->LastWriteTime, Time);
    BasepFreeEntry(&Entry);
    return Error;
}

LSTATUS WINAPI RegEnumKeyExW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, LPDWORD lpcchName,
    LPDWORD lpReserved, LPWSTR lpClass, LPDWORD lpcchClass, PFILETIME lpftLastWriteTime)
{
    if (lpReserved != NULL)
        return ERROR_INVALID_PARAMETER;
    return BasepEnumKey(
        hKey, dwIndex, lpName, lpcchName, lpClass, lpcchClass, lpftLastWriteTime, FALSE);
}

LSTATUS WINAPI RegEnumKeyExA(HKEY hKey, DWORD dwIndex, LPSTR lpName, LPDWORD lpcchName,
    LPDWORD lpReserved, LPSTR lpClass, LPDWORD lpcchClass, PFILETIME lpftLastWriteTime)
{
    if (lpReserved != NULL)
        return ERROR_INVALID_PARAMETER;
    return BasepEnumKey(
        hKey, dwIndex, lpName, lpcchName, lpClass, lpcchClass, lpftLastWriteTime, TRUE);
}

LSTATUS WINAPI RegEnumKeyW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, DWORD cchName)
{
    return BasepEnumKey(hKey, dwIndex, lpName, &cchName, NULL, NULL, NULL, FALSE);
}

LSTATUS WINAPI RegEnumKeyA(HKEY hKey, DWORD dwIndex, LPSTR lpName, DWORD cchName)
{
    return BasepEnumKey(hKey, dwIndex, lpName, &cchName, NULL, NULL, NULL, TRUE);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The data of an entry, of their own. */
static LSTATUS BasepCopyData(const KEY_VALUE_FULL_INFORMATION *Full, BASEP_VALUE *Value)
{
    Value->Type = Full->Type;
    Value->Bytes = Full->DataLength;
    Value->Data = malloc((SIZE_T)Value->Bytes + 2 * sizeof(WCHAR));
    if (Value->Data == NULL)
        return ERROR_OUTOFMEMORY;
    if (Value->Bytes != 0)
        memcpy(Value->Data, (const UCHAR *)Full + Full->DataOffset, Value->Bytes);
    memset(Value->Data + Value->Bytes, 0, 2 * sizeof(WCHAR));
    return ERROR_SUCCESS;
}

static LSTATUS BasepGiveValue(const KEY_VALUE_FULL_INFORMATION *Full, void *Name, DWORD *NameLength,
    DWORD *Type, BYTE *Data, DWORD *Length, BOOLEAN Narrow)
{
    BASEP_VALUE Value;
    LSTATUS Error = BasepCopyData(Full, &Value);
    if (Error != ERROR_SUCCESS)
        return Error;
    if (Narrow)
        Error = BasepNarrowValue(&Value);
    if (Error == ERROR_SUCCESS)
        Error = BasepRegAnswer(Value.Type, Value.Data, Value.Bytes, Type, Data, Length);
    if (Error == ERROR_SUCCESS)
        Error = BasepGiveText(Full->Name, Full->NameLength, Name, NameLength, Narrow);
    free(Value.Data);
    return Error;
}

static LSTATUS BasepEnumValue(HKEY hKey, DWORD Index, void *Name, DWORD *NameLength,
    const DWORD *Reserved, DWORD *Type, BYTE *Data, DWORD *Length, BOOLEAN Narrow)
{
    BASEP_ENTRY Entry;
    BASEP_KEY Key;
    if (Name == NULL || NameLength == NULL || Reserved != NULL || (Data != NULL && Length == NULL))
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error = BasepUseKey(hKey, KEY_QUERY_VALUE, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepEnumerate(Key.Handle, TRUE, Index, &Entry);
    BasepEndKey(&Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepGiveValue(Entry.Answer, Name, NameLength, Type, Data, Length, Narrow);
    BasepFreeEntry(&Entry);
    return Error;
}

LSTATUS WINAPI RegEnumValueW(HKEY hKey, DWORD dwIndex, LPWSTR lpValueName, LPDWORD lpcchValueName,
    LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData)
{
    return BasepEnumValue(
        hKey, dwIndex, lpValueName, lpcchValueName, lpReserved, lpType, lpData, lpcbData, FALSE);
}

LSTATUS WINAPI RegEnumValueA(HKEY hKey, DWORD dwIndex, LPSTR lpValueName, LPDWORD lpcchValueName,
    LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData)
{
    return BasepEnumValue(
        hKey, dwIndex, lpValueName, lpcchValueName, lpReserved, lpType, lpData, lpcbData, TRUE);
}

/* ---- numbers --------------------------------------------------------------------------------- */

typedef struct BASEP_KEY_FACTS {
    DWORD *Keys, *MaxKey, *MaxClass, *Values, *MaxValueName, *MaxValue, *Security;
    FILETIME *Time;
} BASEP_KEY_FACTS;

static void BasepGiveNumber(DWORD *To, ULONG Number)
{
    if (To != NULL)
        *To = Number;
}

/* An estimate that is always enough: a character of UTF-16 takes up to three bytes of UTF-8. */
static ULONG BasepMaximum(ULONG Bytes, BOOLEAN Narrow)
{
    return Bytes / (ULONG)sizeof(WCHAR) * (Narrow ? 3 : 1);
}

static void BasepGiveFacts(
    const KEY_FULL_INFORMATION *Full, const BASEP_KEY_FACTS *Facts, BOOLEAN Narrow)
{
    BasepGiveNumber(Facts->Keys, Full->SubKeys);
    BasepGiveNumber(Facts->MaxKey, BasepMaximum(Full->MaxNameLen, Narrow));
    BasepGiveNumber(Facts->MaxClass, BasepMaximum(Full->MaxClassLen, Narrow));
    BasepGiveNumber(Facts->Values, Full->Values);
    BasepGiveNumber(Facts->MaxValueName, BasepMaximum(Full->MaxValueNameLen, Narrow));
    BasepGiveNumber(Facts->MaxValue,
        Narrow ? Full->MaxValueDataLen + Full->MaxValueDataLen / 2 : Full->MaxValueDataLen);
    BasepGiveTime(Full->LastWriteTime, Facts->Time);
}

static LSTATUS BasepQueryFull(HANDLE Key, BASEP_ENTRY *Entry)
{
    ULONG Room = sizeof(Entry->Local), Needed;
    NTSTATUS Status;
    Entry->Answer = &Entry->Local;
    while ((Status = SysQueryKey(Key, KeyFullInformation, Entry->Answer, Room, &Needed)) ==
        STATUS_BUFFER_OVERFLOW) {
        BasepFreeEntry(Entry);
        Room = Needed;
        Entry->Answer = malloc(Room);
        if (Entry->Answer == NULL)
            return ERROR_OUTOFMEMORY;
    }
    if (!NT_SUCCESS(Status))
        BasepFreeEntry(Entry);
    return BasepRegError(Status);
}

/* Bytes of the descriptor; 0: it must not be read. */
static ULONG BasepSecurityBytes(HANDLE Key)
{
    ULONG Bytes = 0;
    NTSTATUS Status = SysQuerySecurityObject(Key,
        OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, NULL,
        0, &Bytes);
    return Status == STATUS_BUFFER_TOO_SMALL ? Bytes : 0;
}

static LSTATUS BasepQueryInfo(
    HKEY hKey, void *Class, DWORD *ClassLength, const BASEP_KEY_FACTS *Facts, BOOLEAN Narrow)
{
    BASEP_ENTRY Entry;
    BASEP_KEY Key;
    LSTATUS Error = BasepUseKey(hKey, KEY_READ, &Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepQueryFull(Key.Handle, &Entry);
    if (Error == ERROR_SUCCESS && Facts->Security != NULL)
        *Facts->Security = BasepSecurityBytes(Key.Handle);
    BasepEndKey(&Key);
    if (Error != ERROR_SUCCESS)
        return Error;
    const KEY_FULL_INFORMATION *Full = Entry.Answer;
    BasepGiveFacts(Full, Facts, Narrow);
    if (Class != NULL)
        Error = BasepGiveText(Full->Class, Full->ClassLength, Class, ClassLength, Narrow);
    else if (ClassLength != NULL)
        *ClassLength = Full->ClassLength / (ULONG)sizeof(WCHAR);
    BasepFreeEntry(&Entry);
    return Error;
}

LSTATUS WINAPI RegQueryInfoKeyW(HKEY hKey, LPWSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
    LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen, LPDWORD lpcValues,
    LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen, LPDWORD lpcbSecurityDescriptor,
    PFILETIME lpftLastWriteTime)
{
    const BASEP_KEY_FACTS Facts = {lpcSubKeys, lpcbMaxSubKeyLen, lpcbMaxClassLen, lpcValues,
        lpcbMaxValueNameLen, lpcbMaxValueLen, lpcbSecurityDescriptor, lpftLastWriteTime};
    if (lpReserved != NULL || (lpClass != NULL && lpcchClass == NULL))
        return ERROR_INVALID_PARAMETER;
    return BasepQueryInfo(hKey, lpClass, lpcchClass, &Facts, FALSE);
}

LSTATUS WINAPI RegQueryInfoKeyA(HKEY hKey, LPSTR lpClass, LPDWORD lpcchClass, LPDWORD lpReserved,
    LPDWORD lpcSubKeys, LPDWORD lpcbMaxSubKeyLen, LPDWORD lpcbMaxClassLen, LPDWORD lpcValues,
    LPDWORD lpcbMaxValueNameLen, LPDWORD lpcbMaxValueLen, LPDWORD lpcbSecurityDescriptor,
    PFILETIME lpftLastWriteTime)
{
    const BASEP_KEY_FACTS Facts = {lpcSubKeys, lpcbMaxSubKeyLen, lpcbMaxClassLen, lpcValues,
        lpcbMaxValueNameLen, lpcbMaxValueLen, lpcbSecurityDescriptor, lpftLastWriteTime};
    if (lpReserved != NULL || (lpClass != NULL && lpcchClass == NULL))
        return ERROR_INVALID_PARAMETER;
    return BasepQueryInfo(hKey, lpClass, lpcchClass, &Facts, TRUE);
}
