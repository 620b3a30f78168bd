/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Strings in pool, and the registry with the kernel's rights, as the rest of pnp uses them. */
#include <stdarg.h>
#include <string.h>

#include "pnp/pnpp.h"

/* ---- strings --------------------------------------------------------------------------------- */

static ULONG PnppAddUp(const UNICODE_STRING *First, va_list Arguments)
{
    ULONG Bytes = 0;
    for (const UNICODE_STRING *Part = First; Part != NULL;
         Part = va_arg(Arguments, const UNICODE_STRING *))
        Bytes += Part->Length;
    return Bytes;
}

NTSTATUS PnppJoin(UNICODE_STRING *Result, ULONG_PTR Site, const UNICODE_STRING *First, ...)
{
    va_list Arguments;
    va_start(Arguments, First);
    ULONG Bytes = PnppAddUp(First, Arguments);
    va_end(Arguments);
    if (Bytes > MAXUSHORT - sizeof(WCHAR))
        return STATUS_NAME_TOO_LONG;
    UCHAR *Buffer = ExiAllocate(PagedPool, Bytes + sizeof(WCHAR), PNPP_TAG, Site), *At = Buffer;
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    va_start(Arguments, First);
    for (const UNICODE_STRING *Part = First; Part != NULL;
         Part = va_arg(Arguments, const UNICODE_STRING *)) {
        if (Part->Length != 0)
            memcpy(At, Part->Buffer, Part->Length);
        At += Part->Length;
    }
    va_end(Arguments);
    memset(At, 0, sizeof(WCHAR));
    *Result = (UNICODE_STRING){
        (USHORT)Bytes, (USHORT)(Bytes + sizeof(WCHAR)), (WCHAR *)(void *)Buffer};
    return STATUS_SUCCESS;
}

NTSTATUS PnppCopy(const UNICODE_STRING *From, UNICODE_STRING *To)
{
    return PnppJoin(To, EX_KERNEL_SITE, From, NULL);
}

void PnppFree(UNICODE_STRING *String)
{
    if (String->Buffer != NULL)
        ExiFree(String->Buffer);
    *String = (UNICODE_STRING){0, 0, NULL};
}

BOOLEAN PnppSame(const UNICODE_STRING *One, const UNICODE_STRING *Other)
{
    return RtlEqualUnicodeString(One, Other, TRUE);
}

/* ---- keys ------------------------------------------------------------------------------------ */

NTSTATUS PnppOpenKey(HANDLE Root, const UNICODE_STRING *Path, ACCESS_MASK Access, HANDLE *Key)
{
    UNICODE_STRING Name = *Path;
    OBJECT_ATTRIBUTES Attributes;
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Root, NULL);
    return ZwOpenKey(Key, Access, &Attributes);
}

/* One key of a path; its parent is there. */
static NTSTATUS PnppCreateOne(
    HANDLE Root, UNICODE_STRING *Path, ULONG Options, ACCESS_MASK Access, HANDLE *Key)
{
    OBJECT_ATTRIBUTES Attributes;
    InitializeObjectAttributes(
        &Attributes, Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Root, NULL);
    return ZwCreateKey(Key, Access, &Attributes, 0, NULL, Options, NULL);
}

NTSTATUS PnppCreateKey(
    HANDLE Root, const UNICODE_STRING *Path, ULONG Options, ACCESS_MASK Access, HANDLE *Key)
{
    UNICODE_STRING Part = *Path;
    NTSTATUS Status = PnppCreateOne(Root, &Part, Options, Access, Key);
    USHORT Length = Path->Length / sizeof(WCHAR);
    if (Status != STATUS_OBJECT_NAME_NOT_FOUND && Status != STATUS_OBJECT_PATH_NOT_FOUND)
        return Status;
    for (USHORT End = 1; End <= Length; End++) {
        if (End < Length && Path->Buffer[End] != u'\\')
            continue;
        Part.Length = (USHORT)(End * sizeof(WCHAR));
        Status = PnppOpenKey(Root, &Part, Access, Key);
        if (!NT_SUCCESS(Status))
            Status = PnppCreateOne(
                Root, &Part, End == Length ? Options : REG_OPTION_NON_VOLATILE, Access, Key);
        if (NT_SUCCESS(Status) && End < Length)
            ZwClose(*Key);
    }
    return Status;
}

NTSTATUS PnppSetValue(HANDLE Key, const WCHAR *Name, ULONG Type, const void *Data, ULONG Bytes)
{
    UNICODE_STRING Value;
    RtlInitUnicodeString(&Value, Name);
    return ZwSetValueKey(Key, &Value, 0, Type, (void *)(ULONG_PTR)Data, Bytes);
}

NTSTATUS PnppSetText(HANDLE Key, const WCHAR *Name, const UNICODE_STRING *Text)
{
    return PnppSetValue(Key, Name, REG_SZ, Text->Buffer, Text->Length + (ULONG)sizeof(WCHAR));
}

NTSTATUS PnppSetNumber(HANDLE Key, const WCHAR *Name, ULONG Number)
{
    return PnppSetValue(Key, Name, REG_DWORD, &Number, sizeof(Number));
}

void PnppDeleteValue(HANDLE Key, const WCHAR *Name)
{
    UNICODE_STRING Value;
    RtlInitUnicodeString(&Value, Name);
    ZwDeleteValueKey(Key, &Value);
}

NTSTATUS PnppQueryValue(HANDLE Key, const WCHAR *Name, KEY_VALUE_PARTIAL_INFORMATION **Value)
{
    UNICODE_STRING Text;
    RtlInitUnicodeString(&Text, Name);
    return IoiQueryValue(Key, &Text, Value);
}

NTSTATUS PnppQueryText(HANDLE Key, const WCHAR *Name, UNICODE_STRING *Text)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    PNPP_STRINGS Strings;
    NTSTATUS Status = PnppQueryValue(Key, Name, &Value);
    if (!NT_SUCCESS(Status))
        return Status;
    PnppBeginStrings(&Strings, Value);
    Status = PnppNextString(&Strings) ? PnppCopy(&Strings.Text, Text)
                                      : STATUS_OBJECT_NAME_NOT_FOUND;
    ExiFree(Value);
    return Status;
}

BOOLEAN PnppQueryNumber(HANDLE Key, const WCHAR *Name, ULONG *Number)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    if (!NT_SUCCESS(PnppQueryValue(Key, Name, &Value)))
        return FALSE;
    BOOLEAN Fits = Value->Type == REG_DWORD && Value->DataLength == sizeof(*Number);
    if (Fits)
        memcpy(Number, Value->Data, sizeof(*Number));
    ExiFree(Value);
    return Fits;
}

NTSTATUS PnppEnumerateKey(HANDLE Key, ULONG Index, UNICODE_STRING *Name)
{
    UCHAR Buffer[FIELD_OFFSET(KEY_BASIC_INFORMATION, Name) + 512 + 2] __attribute__((aligned(8)));
    KEY_BASIC_INFORMATION *Basic = (KEY_BASIC_INFORMATION *)(void *)Buffer;
    ULONG Needed;
    NTSTATUS Status = ZwEnumerateKey(
        Key, Index, KeyBasicInformation, Buffer, sizeof(Buffer), &Needed);
    if (!NT_SUCCESS(Status))
        return Status;
    const UNICODE_STRING Found = {
        (USHORT)Basic->NameLength, (USHORT)Basic->NameLength, Basic->Name};
    return PnppCopy(&Found, Name);
}

void PnppCopyValues(HANDLE From, HANDLE To)
{
    ULONG Needed = 0, Room = 0;
    KEY_VALUE_FULL_INFORMATION *Full = NULL;
    for (ULONG Index = 0;;) {
        NTSTATUS Status = ZwEnumerateValueKey(
            From, Index, KeyValueFullInformation, Full, Room, &Needed);
        if (Status == STATUS_BUFFER_TOO_SMALL || Status == STATUS_BUFFER_OVERFLOW) {
            if (Full != NULL)
                ExiFree(Full);
            Room = Needed;
            Full = ExiAllocate(PagedPool, Room, PNPP_TAG, EX_KERNEL_SITE);
            if (Full == NULL)
                return;
            continue;
        }
        if (!NT_SUCCESS(Status))
            break;
        UNICODE_STRING Name = {(USHORT)Full->NameLength, (USHORT)Full->NameLength, Full->Name};
        ZwSetValueKey(To, &Name, 0, Full->Type, (UCHAR *)Full + Full->DataOffset, Full->DataLength);
        Index++;
    }
    if (Full != NULL)
        ExiFree(Full);
}

void PnppDeleteTree(HANDLE Key)
{
    UNICODE_STRING Name;
    HANDLE Below;
    /* Always the first: the one before it is gone. One that cannot go ends it. */
    while (NT_SUCCESS(PnppEnumerateKey(Key, 0, &Name))) {
        NTSTATUS Status = PnppOpenKey(Key, &Name, KEY_ALL_ACCESS, &Below);
        PnppFree(&Name);
        if (!NT_SUCCESS(Status))
            break;
        PnppDeleteTree(Below);
    }
    ZwDeleteKey(Key);
    ZwClose(Key);
}

void PnppBeginStrings(PNPP_STRINGS *Strings, const KEY_VALUE_PARTIAL_INFORMATION *Value)
{
    memset(Strings, 0, sizeof(*Strings));
    if (Value->Type != REG_SZ && Value->Type != REG_EXPAND_SZ && Value->Type != REG_MULTI_SZ)
        return;
    Strings->At = (const WCHAR *)(const void *)Value->Data;
    Strings->End = Strings->At + Value->DataLength / sizeof(WCHAR);
}

BOOLEAN PnppNextString(PNPP_STRINGS *Strings)
{
    const WCHAR *Start = Strings->At, *At = Start;
    while (At < Strings->End && *At != 0)
        At++;
    if (At == Start || (SIZE_T)(At - Start) > MAXUSHORT / sizeof(WCHAR))
        return FALSE;
    Strings->At = At < Strings->End ? At + 1 : At;
    USHORT Bytes = (USHORT)((SIZE_T)(At - Start) * sizeof(WCHAR));
    Strings->Text = (UNICODE_STRING){Bytes, Bytes, (WCHAR *)(ULONG_PTR)Start};
    return TRUE;
}

/* ---- a device's key -------------------------------------------------------------------------- */

static NTSTATUS PnppDevicePath(
    const UNICODE_STRING *Path, const WCHAR *Below, UNICODE_STRING *Result)
{
    static const UNICODE_STRING Enum = RTL_STRING(PNPP_ENUM), Backslash = RTL_STRING(u"\\");
    UNICODE_STRING Rest;
    RtlInitUnicodeString(&Rest, Below);
    return PnppJoin(
        Result, EX_KERNEL_SITE, &Enum, Path, Below != NULL ? &Backslash : NULL, &Rest, NULL);
}

NTSTATUS PnppOpenDevice(
    const UNICODE_STRING *Path, const WCHAR *Below, ACCESS_MASK Access, HANDLE *Key)
{
    UNICODE_STRING Full;
    NTSTATUS Status = PnppDevicePath(Path, Below, &Full);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppOpenKey(NULL, &Full, Access, Key);
    PnppFree(&Full);
    return Status;
}

NTSTATUS PnppCreateDevice(
    const UNICODE_STRING *Path, const WCHAR *Below, ULONG Options, HANDLE *Key)
{
    UNICODE_STRING Full;
    NTSTATUS Status = PnppDevicePath(Path, Below, &Full);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppCreateKey(NULL, &Full, Options, KEY_ALL_ACCESS, Key);
    PnppFree(&Full);
    return Status;
}
