/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * RtlQueryRegistryValues: a table of values, read in order, each handed to a routine or stored
 * directly. A value is read into a pool block first, so neither routines nor the caller's memory
 * are met with anything held.
 */
#include "cm/cmp.h"
#include "cm/rtlkey.h"

typedef struct CMP_TABLE {
    HANDLE Top, Current; /* the same unless a SUBKEY entry was seen */
    void *Context;
    const WCHAR *Environment;
    RTL_QUERY_REGISTRY_TABLE *Entry;
    void *EntryContext; /* of the entry; moves on with the strings of a REG_MULTI_SZ that are stored
                           directly */
    ULONG_PTR Site;
} CMP_TABLE;

/* A value as it is handed out. Name is zero-terminated. */
typedef struct CMP_FOUND {
    WCHAR *Name;
    ULONG Type;
    void *Data;
    ULONG Bytes;
} CMP_FOUND;

static BOOLEAN CmpIsText(ULONG Type)
{
    return Type == REG_SZ || Type == REG_EXPAND_SZ || Type == REG_MULTI_SZ;
}

/* ---- storing directly ------------------------------------------------------------------------ */

static NTSTATUS CmpStoreText(const CMP_TABLE *Table, const CMP_FOUND *Found)
{
    UNICODE_STRING *To = Table->EntryContext;
    ULONG Bytes = Found->Bytes < MAXUSHORT - 1u ? Found->Bytes : MAXUSHORT - 1u;
    if (To->Buffer == NULL) {
        To->Buffer = ExiAllocate(PagedPool, Bytes != 0 ? Bytes : 1, CMP_TAG_TEXT, Table->Site);
        if (To->Buffer == NULL)
            return STATUS_NO_MEMORY;
        To->MaximumLength = (USHORT)Bytes;
    } else if (Bytes > To->MaximumLength) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    if (Bytes != 0)
        __builtin_memcpy(To->Buffer, Found->Data, Bytes);
    To->Length = (USHORT)(Bytes >= sizeof(WCHAR) ? Bytes - sizeof(WCHAR) : 0);
    return STATUS_SUCCESS;
}

static NTSTATUS CmpStoreDirect(const CMP_TABLE *Table, const CMP_FOUND *Found)
{
    ULONG *To = Table->EntryContext;
    if (CmpIsText(Found->Type))
        return CmpStoreText(Table, Found);
    if (Found->Bytes <= sizeof(ULONG)) {
        if (Found->Bytes != 0)
            __builtin_memcpy(To, Found->Data, Found->Bytes);
        return STATUS_SUCCESS;
    }
    LONG Room = (LONG)*To;
    if (Room < 0) {
        if ((ULONG)-(LONG64)Room < Found->Bytes)
            return STATUS_BUFFER_TOO_SMALL;
        __builtin_memcpy(To, Found->Data, Found->Bytes);
        return STATUS_SUCCESS;
    }
    if ((ULONG)Room < 2 * sizeof(ULONG) || (ULONG)Room - 2 * sizeof(ULONG) < Found->Bytes)
        return STATUS_BUFFER_TOO_SMALL;
    To[0] = Found->Bytes;
    To[1] = Found->Type;
    __builtin_memcpy(To + 2, Found->Data, Found->Bytes);
    return STATUS_SUCCESS;
}

/* ---- handing out ----------------------------------------------------------------------------- */

static NTSTATUS CmpHandOut(const CMP_TABLE *Table, const CMP_FOUND *Found)
{
    if (Table->Entry->Flags & RTL_QUERY_REGISTRY_DIRECT)
        return CmpStoreDirect(Table, Found);
    NTSTATUS Status = Table->Entry->QueryRoutine(
        Found->Name, Found->Type, Found->Data, Found->Bytes, Table->Context, Table->EntryContext);
    return Status == STATUS_BUFFER_TOO_SMALL ? STATUS_SUCCESS : Status;
}

/* An empty string is one, too, before the last terminator, which stands alone. */
static NTSTATUS CmpHandOutStrings(CMP_TABLE *Table, const CMP_FOUND *Found)
{
    WCHAR *Text = Found->Data;
    SIZE_T Left = Found->Bytes / sizeof(WCHAR);
    NTSTATUS Status = STATUS_SUCCESS;
    while (NT_SUCCESS(Status) && Left > 1) {
        SIZE_T Length = 0;
        while (Length < Left && Text[Length] != 0)
            Length++;
        if (Length == Left)
            break; /* not terminated: nobody could tell its end */
        CMP_FOUND One = {Found->Name, REG_SZ, Text, (ULONG)((Length + 1) * sizeof(WCHAR))};
        Status = CmpHandOut(Table, &One);
        if (Table->Entry->Flags & RTL_QUERY_REGISTRY_DIRECT)
            Table->EntryContext = (UNICODE_STRING *)Table->EntryContext + 1;
        Text += Length + 1;
        Left -= Length + 1;
    }
    return Status;
}

static NTSTATUS CmpHandOutExpanded(CMP_TABLE *Table, const CMP_FOUND *Found)
{
    WCHAR *Text;
    ULONG Bytes;
    NTSTATUS Status =
        CmpExpandText(Found->Data, Found->Bytes / sizeof(WCHAR), Table->Environment, &Text, &Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    CMP_FOUND Expanded = {Found->Name, REG_SZ, Text, Bytes};
    Status = CmpHandOut(Table, &Expanded);
    ExiFree(Text);
    return Status;
}

static NTSTATUS CmpHandOutValue(CMP_TABLE *Table, const CMP_FOUND *Found)
{
    ULONG Flags = Table->Entry->Flags;
    Table->EntryContext = Table->Entry->EntryContext;
    if (!(Flags & RTL_QUERY_REGISTRY_NOEXPAND) && Found->Type == REG_MULTI_SZ)
        return CmpHandOutStrings(Table, Found);
    if (!(Flags & RTL_QUERY_REGISTRY_NOEXPAND) && Found->Type == REG_EXPAND_SZ)
        return CmpHandOutExpanded(Table, Found);
    return CmpHandOut(Table, Found);
}

static ULONG CmpDefaultBytes(ULONG Type, const WCHAR *Text)
{
    SIZE_T Length = 0;
    if (Text == NULL || !CmpIsText(Type))
        return 0;
    if (Type == REG_MULTI_SZ) {
        while (Text[Length] != 0)
            Length += RtlpWcsLength(Text + Length) + 1;
    } else {
        Length = RtlpWcsLength(Text);
    }
    return (ULONG)((Length + 1) * sizeof(WCHAR));
}

static NTSTATUS CmpHandOutDefault(CMP_TABLE *Table, WCHAR *Name)
{
    const RTL_QUERY_REGISTRY_TABLE *Entry = Table->Entry;
    ULONG Type = Entry->DefaultType & ~(ULONG)RTL_QUERY_REGISTRY_TYPECHECK_MASK;
    if (Type == REG_NONE)
        return (Entry->Flags & RTL_QUERY_REGISTRY_REQUIRED) ? STATUS_OBJECT_NAME_NOT_FOUND
                                                            : STATUS_SUCCESS;
    CMP_FOUND Found = {Name, Type, Entry->DefaultData, Entry->DefaultLength};
    if (Found.Bytes == 0 || (Type == REG_MULTI_SZ && *(const WCHAR *)Entry->DefaultData == 0))
        Found.Bytes = CmpDefaultBytes(Type, Entry->DefaultData);
    return CmpHandOutValue(Table, &Found);
}

static NTSTATUS CmpCheckType(const RTL_QUERY_REGISTRY_TABLE *Entry, ULONG Type)
{
    const ULONG Checked = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TYPECHECK;
    if ((Entry->Flags & Checked) != Checked)
        return STATUS_SUCCESS;
    return Entry->DefaultType >> RTL_QUERY_REGISTRY_TYPECHECK_SHIFT == Type
        ? STATUS_SUCCESS
        : STATUS_OBJECT_TYPE_MISMATCH;
}

/* ---- whose data it is ------------------------------------------------------------------------ */

#define CMP_UNSAFE_ACCESS 9 /* FAST_FAIL_UNSAFE_REGISTRY_ACCESS */

static BOOLEAN CmpIsTrustedPath(const UNICODE_STRING *Path)
{
    static const UNICODE_STRING Machine = RTL_STRING(u"\\REGISTRY\\MACHINE\\");
    static const UNICODE_STRING Hives[] = {RTL_STRING(u"HARDWARE"), RTL_STRING(u"SOFTWARE"),
        RTL_STRING(u"SYSTEM"), RTL_STRING(u"SECURITY"), RTL_STRING(u"SAM")};
    UNICODE_STRING Hive = *Path;
    if (!RtlPrefixUnicodeString(&Machine, Path, TRUE))
        return FALSE;
    Hive.Buffer += Machine.Length / sizeof(WCHAR);
    Hive.Length = (USHORT)(Hive.Length - Machine.Length);
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Hives); Index++) {
        const USHORT Length = Hives[Index].Length;
        if (RtlPrefixUnicodeString(&Hives[Index], &Hive, TRUE) &&
            (Hive.Length == Length || Hive.Buffer[Length / sizeof(WCHAR)] == '\\'))
            return TRUE;
    }
    return FALSE;
}

/*
 * From Windows 8 on a value that any program may have written is not stored where the driver says
 * without a look at its type. A key that cannot say where it is counts as the system's.
 */
static void CmpCheckTrust(const CMP_TABLE *Table)
{
    const ULONG Checked = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TYPECHECK;
    ULONG Bytes = 0;
    if ((Table->Entry->Flags & Checked) != RTL_QUERY_REGISTRY_DIRECT ||
        !RtlpIsSince(6, 2) ||
        ZwQueryKey(Table->Current, KeyNameInformation, NULL, 0, &Bytes) != STATUS_BUFFER_TOO_SMALL)
        return;
    KEY_NAME_INFORMATION *Name = ExiAllocate(PagedPool, Bytes, CMP_TAG_BUFFER, EX_KERNEL_SITE);
    if (Name == NULL)
        return;
    BOOLEAN Trusted = TRUE;
    if (NT_SUCCESS(ZwQueryKey(Table->Current, KeyNameInformation, Name, Bytes, &Bytes))) {
        const UNICODE_STRING Path = {
            (USHORT)Name->NameLength, (USHORT)Name->NameLength, Name->Name};
        Trusted = CmpIsTrustedPath(&Path);
    }
    ExiFree(Name);
    if (!Trusted)
        KeBugCheckEx(KERNEL_SECURITY_CHECK_FAILURE, CMP_UNSAFE_ACCESS, 0, 0, 0);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Name NULL: value number Index. *Value: pool. */
static NTSTATUS CmpReadValue(
    HANDLE Key, UNICODE_STRING *Name, ULONG Index, KEY_VALUE_FULL_INFORMATION **Value)
{
    ULONG Bytes = 256, Needed;
    for (;;) {
        *Value = ExiAllocate(PagedPool, Bytes, CMP_TAG_BUFFER, EX_KERNEL_SITE);
        if (*Value == NULL)
            return STATUS_NO_MEMORY;
        NTSTATUS Status = Name != NULL
            ? ZwQueryValueKey(Key, Name, KeyValueFullInformation, *Value, Bytes, &Needed)
            : ZwEnumerateValueKey(Key, Index, KeyValueFullInformation, *Value, Bytes, &Needed);
        if (NT_SUCCESS(Status))
            return Status;
        ExiFree(*Value);
        if (Status != STATUS_BUFFER_OVERFLOW)
            return Status;
        Bytes = Needed;
    }
}

/* The data moved to an address any type may be read at, and a terminated name. */
static NTSTATUS CmpUnpackValue(const KEY_VALUE_FULL_INFORMATION *Value, CMP_FOUND *Found)
{
    SIZE_T Data = ((SIZE_T)Value->DataLength + 1) & ~(SIZE_T)1;
    UCHAR *Block = ExiAllocateZero(
        PagedPool, Data + Value->NameLength + sizeof(WCHAR), CMP_TAG_BUFFER, EX_KERNEL_SITE);
    if (Block == NULL)
        return STATUS_NO_MEMORY;
    if (Value->DataLength != 0)
        __builtin_memcpy(Block, (const UCHAR *)Value + Value->DataOffset, Value->DataLength);
    __builtin_memcpy(Block + Data, Value->Name, Value->NameLength);
    *Found = (CMP_FOUND){(WCHAR *)(void *)(Block + Data), Value->Type, Block, Value->DataLength};
    return STATUS_SUCCESS;
}

static NTSTATUS CmpHandOutRead(CMP_TABLE *Table, const KEY_VALUE_FULL_INFORMATION *Value)
{
    CMP_FOUND Found;
    NTSTATUS Status = CmpCheckType(Table->Entry, Value->Type);
    if (NT_SUCCESS(Status))
        Status = CmpUnpackValue(Value, &Found);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpHandOutValue(Table, &Found);
    ExiFree(Found.Data);
    return Status;
}

static NTSTATUS CmpQueryOne(CMP_TABLE *Table)
{
    KEY_VALUE_FULL_INFORMATION *Value;
    UNICODE_STRING Name;
    RtlInitUnicodeString(&Name, Table->Entry->Name);
    CmpCheckTrust(Table);
    NTSTATUS Status = CmpReadValue(Table->Current, &Name, 0, &Value);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND)
        return CmpHandOutDefault(Table, Table->Entry->Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpHandOutRead(Table, Value);
    ExiFree(Value);
    if (NT_SUCCESS(Status) && (Table->Entry->Flags & RTL_QUERY_REGISTRY_DELETE))
        ZwDeleteValueKey(Table->Current, &Name);
    return Status;
}

static NTSTATUS CmpQueryAll(CMP_TABLE *Table)
{
    BOOLEAN Delete = (Table->Entry->Flags & RTL_QUERY_REGISTRY_DELETE) != 0;
    ULONG Index = 0, Count = 0;
    for (;;) {
        KEY_VALUE_FULL_INFORMATION *Value;
        NTSTATUS Status = CmpReadValue(Table->Current, NULL, Index, &Value);
        if (Status == STATUS_NO_MORE_ENTRIES)
            break;
        if (!NT_SUCCESS(Status))
            return Status;
        Status = CmpHandOutRead(Table, Value);
        UNICODE_STRING Name = {(USHORT)Value->NameLength, (USHORT)Value->NameLength, Value->Name};
        /* Where deleting fails, the next one is the next. */
        if (!NT_SUCCESS(Status) || !Delete || !NT_SUCCESS(ZwDeleteValueKey(Table->Current, &Name)))
            Index++;
        ExiFree(Value);
        if (!NT_SUCCESS(Status))
            return Status;
        Count++;
    }
    return Count == 0 && (Table->Entry->Flags & RTL_QUERY_REGISTRY_REQUIRED)
        ? STATUS_OBJECT_NAME_NOT_FOUND
        : STATUS_SUCCESS;
}

/* ---- the table ------------------------------------------------------------------------------- */

static void CmpBackToTop(CMP_TABLE *Table)
{
    if (Table->Current != Table->Top)
        ZwClose(Table->Current);
    Table->Current = Table->Top;
}

static NTSTATUS CmpEnterSubkey(CMP_TABLE *Table)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;
    HANDLE Handle;
    if (Table->Entry->Name == NULL)
        return STATUS_INVALID_PARAMETER;
    RtlInitUnicodeString(&Name, Table->Entry->Name);
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Table->Top, NULL);
    NTSTATUS Status = ZwOpenKey(&Handle, MAXIMUM_ALLOWED, &Attributes);
    if (!NT_SUCCESS(Status))
        return Status;
    Table->Current = Handle;
    return Table->Entry->QueryRoutine != NULL ? CmpQueryAll(Table) : STATUS_SUCCESS;
}

static NTSTATUS CmpQueryEntry(CMP_TABLE *Table)
{
    RTL_QUERY_REGISTRY_TABLE *Entry = Table->Entry;
    ULONG Flags = Entry->Flags;

    if ((Flags & RTL_QUERY_REGISTRY_DIRECT) &&
        (Entry->Name == NULL || (Flags & RTL_QUERY_REGISTRY_SUBKEY) || Entry->QueryRoutine != NULL))
        return STATUS_INVALID_PARAMETER;
    if (Flags & (RTL_QUERY_REGISTRY_TOPKEY | RTL_QUERY_REGISTRY_SUBKEY))
        CmpBackToTop(Table);
    if (Flags & RTL_QUERY_REGISTRY_SUBKEY)
        return CmpEnterSubkey(Table);
    if (Entry->QueryRoutine == NULL && !(Flags & RTL_QUERY_REGISTRY_DIRECT))
        return STATUS_INVALID_PARAMETER;
    if (Entry->Name != NULL)
        return CmpQueryOne(Table);
    if (Flags & RTL_QUERY_REGISTRY_NOVALUE) {
        CMP_FOUND Nothing = {NULL, REG_NONE, NULL, 0};
        Table->EntryContext = Entry->EntryContext;
        return CmpHandOut(Table, &Nothing);
    }
    return CmpQueryAll(Table);
}

static BOOLEAN CmpIsEnd(const RTL_QUERY_REGISTRY_TABLE *Entry)
{
    return Entry->QueryRoutine == NULL && Entry->Name == NULL &&
        !(Entry->Flags & (RTL_QUERY_REGISTRY_SUBKEY | RTL_QUERY_REGISTRY_DIRECT));
}

/*
 * RtlQueryRegistryValues - reads values as a table says.
 *
 * Path: below the place RelativeTo, or a handle (RTL_REGISTRY_HANDLE). QueryTable: up to an entry
 * without routine and name.
 * Environment: for REG_EXPAND_SZ, "NAME=value" strings up to an empty one; NULL: SystemRoot,
 * windir, SystemDrive, OS.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: an entry lacks a routine or a name, or has both DIRECT and a
 *          routine; OBJECT_NAME_NOT_FOUND: the key, or something REQUIRED; OBJECT_TYPE_MISMATCH:
 *          TYPECHECK; BUFFER_TOO_SMALL: of a DIRECT entry; NO_MEMORY; what a routine returned, but
 *          for BUFFER_TOO_SMALL, which is no failure. Entries before the one that failed have been
 *          carried out.
 * Bugcheck KERNEL_SECURITY_CHECK_FAILURE (0x139) 9: from Windows 8 on, DIRECT without TYPECHECK for
 *          a key outside the hives of the system (HARDWARE, SOFTWARE, SYSTEM, SECURITY, SAM).
 * Owner:   caller; buffers a DIRECT entry allocated, ExFreePool.
 * Source:  DOC wdm/RtlQueryRegistryValues; RTL_REGISTRY_OPTIONAL without effect, a TYPECHECK before
 *          expansion, the system's environment, the bugcheck's parameter INF; empty strings in a
 *          REG_MULTI_SZ INF from public tests that pass on Windows
 */
NTSTATUS NTAPI RtlQueryRegistryValues(ULONG RelativeTo, const WCHAR *Path,
    RTL_QUERY_REGISTRY_TABLE *QueryTable, void *Context, void *Environment)
{
    CMP_TABLE Table = {.Context = Context, .Environment = Environment, .Site = EX_CALLER};
    NTSTATUS Status = CmpOpenRelative(RelativeTo, Path, MAXIMUM_ALLOWED, FALSE, &Table.Top);
    if (!NT_SUCCESS(Status))
        return Status;
    Table.Current = Table.Top;
    for (Table.Entry = QueryTable; !CmpIsEnd(Table.Entry) && NT_SUCCESS(Status); Table.Entry++)
        Status = CmpQueryEntry(&Table);
    CmpBackToTop(&Table);
    CmpCloseRelative(RelativeTo, Table.Top);
    return Status;
}
