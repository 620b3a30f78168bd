/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * RegGetValue: a value of the types its caller wants, text always with its end and with variables
 * replaced. Variables are the machine's (SystemRoot, SystemDrive, windir, OS), then those of the
 * client's environment and what every Windows has; unknown ones stay as they are.
 */
#include "registry.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- variables ------------------------------------------------------------------------------- */

static const char *BasepVariable(const char *Name)
{
    static const struct {
        const char *Name, *Value;
    } Machine[] = {{"SystemRoot", "C:\\Windows"}, {"SystemDrive", "C:"}, {"windir", "C:\\Windows"},
        {"OS", "Windows_NT"}};
    for (unsigned Index = 0; Index < RTL_NUMBER_OF(Machine); Index++) {
        if (strcasecmp(Machine[Index].Name, Name) == 0)
            return Machine[Index].Value;
    }
    return BasepFindVariable(Name, strlen(Name));
}

/* The value of the variable whose name is here; NULL: there is none. */
static const char *BasepRegVariable(const WCHAR *Name, SIZE_T Length)
{
    char Narrow[128];
    SIZE_T Bytes = BasepUtf8FromUtf16(Name, Length, Narrow, sizeof(Narrow) - 1);
    if (Length == 0 || Bytes >= sizeof(Narrow))
        return NULL;
    Narrow[Bytes] = 0;
    return BasepVariable(Narrow);
}

/* Characters of the expanded text, of which those are written that To has room for. */
static SIZE_T BasepRegExpand(const WCHAR *Text, WCHAR *To, SIZE_T Room)
{
    SIZE_T Length = 0;
    while (*Text != 0) {
        SIZE_T Name = 0;
        const char *Value = NULL;
        if (*Text == '%') {
            while (Text[Name + 1] != 0 && Text[Name + 1] != '%')
                Name++;
            Value = Text[Name + 1] == '%' ? BasepRegVariable(Text + 1, Name) : NULL;
        }
        if (Value == NULL) {
            if (Length < Room)
                To[Length] = *Text;
            Length++;
            Text++;
            continue;
        }
        Length += BasepUtf16FromUtf8(Value, strlen(Value), To + (Length < Room ? Length : Room),
            Length < Room ? Room - Length : 0);
        Text += Name + 2;
    }
    return Length;
}

static LSTATUS BasepExpandValue(BASEP_VALUE *Value)
{
    const WCHAR *Text = (const WCHAR *)(const void *)Value->Data;
    SIZE_T Length = BasepRegExpand(Text, NULL, 0);
    WCHAR *Expanded = malloc((Length + 3) * sizeof(WCHAR));
    if (Expanded == NULL)
        return ERROR_OUTOFMEMORY;
    BasepRegExpand(Text, Expanded, Length);
    memset(Expanded + Length, 0, 3 * sizeof(WCHAR));
    free(Value->Data);
    Value->Type = REG_SZ;
    Value->Bytes = (ULONG)((Length + 1) * sizeof(WCHAR));
    Value->Data = (UCHAR *)Expanded;
    return ERROR_SUCCESS;
}

/* ---- types ----------------------------------------------------------------------------------- */

/* RRF_RT_* of a type. */
static DWORD BasepRestriction(ULONG Type)
{
    static const DWORD Bit[] = {RRF_RT_REG_NONE, RRF_RT_REG_SZ, RRF_RT_REG_EXPAND_SZ,
        RRF_RT_REG_BINARY, RRF_RT_REG_DWORD, 0, 0, RRF_RT_REG_MULTI_SZ, 0, 0, 0, RRF_RT_REG_QWORD};
    return Type < RTL_NUMBER_OF(Bit) ? Bit[Type] : 0;
}

static LSTATUS BasepCheckType(const BASEP_VALUE *Value, DWORD Flags)
{
    const DWORD Wanted = Flags & RRF_RT_ANY;
    if (Wanted == RRF_RT_ANY)
        return ERROR_SUCCESS;
    if (!(BasepRestriction(Value->Type) & Wanted))
        return ERROR_UNSUPPORTED_TYPE;
    if (Value->Type != REG_BINARY)
        return ERROR_SUCCESS;
    if ((Wanted == RRF_RT_DWORD && Value->Bytes != sizeof(DWORD)) ||
        (Wanted == RRF_RT_QWORD && Value->Bytes != sizeof(ULONGLONG)))
        return ERROR_INVALID_DATA;
    return ERROR_SUCCESS;
}

/* The end text must have is added in the room behind the data. */
static void BasepEndText(BASEP_VALUE *Value)
{
    const WCHAR *Text = (const WCHAR *)(const void *)Value->Data;
    if (!BasepRegIsText(Value->Type))
        return;
    Value->Bytes = (Value->Bytes + 1) & ~1u;
    ULONG Length = Value->Bytes / sizeof(WCHAR);
    if (Length == 0 || Text[Length - 1] != 0)
        Value->Bytes += sizeof(WCHAR);
    Length = Value->Bytes / sizeof(WCHAR);
    if (Value->Type == REG_MULTI_SZ && Length > 1 && Text[Length - 2] != 0)
        Value->Bytes += sizeof(WCHAR);
}

/* ---- the calls ------------------------------------------------------------------------------- */

static BOOLEAN BasepFlagsMakeSense(DWORD Flags)
{
    const DWORD Wanted = Flags & RRF_RT_ANY;
    if (Wanted == 0 || (Flags & RRF_WOW64_MASK) == RRF_WOW64_MASK)
        return FALSE;
    return Wanted == RRF_RT_ANY || !(Flags & RRF_RT_REG_EXPAND_SZ) || (Flags & RRF_NOEXPAND) ||
           (Flags & RRF_RT_REG_SZ);
}

static LSTATUS BasepGetValue(
    HKEY Key, const WCHAR *Path, const WCHAR *Name, DWORD Flags, BASEP_VALUE *Value)
{
    HKEY At = Key;
    BOOLEAN Below = Path != NULL && Path[0] != 0;
    LSTATUS Error = ERROR_SUCCESS;
    REGSAM View = (Flags & RRF_SUBKEY_WOW6464KEY) ? KEY_WOW64_64KEY
        : (Flags & RRF_SUBKEY_WOW6432KEY)         ? KEY_WOW64_32KEY
                                                  : 0;

    Value->Data = NULL;
    if (!BasepFlagsMakeSense(Flags))
        return ERROR_INVALID_PARAMETER;
    if (Below)
        Error = RegOpenKeyExW(Key, Path, 0, KEY_QUERY_VALUE | View, &At);
    if (Error != ERROR_SUCCESS)
        return Error;
    Error = BasepReadValue(At, Name, Value);
    if (Below)
        RegCloseKey(At);
    if (Error == ERROR_SUCCESS && Value->Type == REG_EXPAND_SZ && !(Flags & RRF_NOEXPAND))
        Error = BasepExpandValue(Value);
    if (Error == ERROR_SUCCESS)
        Error = BasepCheckType(Value, Flags);
    if (Error == ERROR_SUCCESS)
        BasepEndText(Value);
    return Error;
}

static LSTATUS BasepFinishGet(
    LSTATUS Error, DWORD Flags, BASEP_VALUE *Value, DWORD *Type, void *Data, DWORD *Length)
{
    const DWORD Room = Data != NULL && Length != NULL ? *Length : 0;
    if (Error == ERROR_SUCCESS)
        Error = BasepRegAnswer(Value->Type, Value->Data, Value->Bytes, Type, Data, Length);
    free(Value->Data);
    if (Error != ERROR_SUCCESS && (Flags & RRF_ZEROONFAILURE) && Data != NULL)
        memset(Data, 0, Room);
    return Error;
}

LSTATUS WINAPI RegGetValueW(HKEY hKey, LPCWSTR lpSubKey, LPCWSTR lpValue, DWORD dwFlags,
    LPDWORD pdwType, PVOID pvData, LPDWORD pcbData)
{
    BASEP_VALUE Value;
    if (pvData != NULL && pcbData == NULL)
        return ERROR_INVALID_PARAMETER;
    LSTATUS Error = BasepGetValue(hKey, lpSubKey, lpValue, dwFlags, &Value);
    return BasepFinishGet(Error, dwFlags, &Value, pdwType, pvData, pcbData);
}

LSTATUS WINAPI RegGetValueA(HKEY hKey, LPCSTR lpSubKey, LPCSTR lpValue, DWORD dwFlags,
    LPDWORD pdwType, PVOID pvData, LPDWORD pcbData)
{
    BASEP_VALUE Value = {.Data = NULL};
    BASEP_WIDE Path, Name;
    LSTATUS Error = ERROR_OUTOFMEMORY;
    if (pvData != NULL && pcbData == NULL)
        return ERROR_INVALID_PARAMETER;
    if (!NT_SUCCESS(BasepWiden(lpSubKey, &Path)))
        return Error;
    if (NT_SUCCESS(BasepWiden(lpValue, &Name))) {
        Error = BasepGetValue(hKey, Path.Text, Name.Text, dwFlags, &Value);
        BasepFreeWide(&Name);
    }
    BasepFreeWide(&Path);
    if (Error == ERROR_SUCCESS)
        Error = BasepNarrowValue(&Value);
    return BasepFinishGet(Error, dwFlags, &Value, pdwType, pvData, pcbData);
}
