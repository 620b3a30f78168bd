/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Keys into a hive file, without volatile ones: one bin that is as large as it has to be, every key
 * with a list of its subkeys in their order. A key that comes or goes meanwhile may be in it or
 * not.
 */
#include <string.h>

#include "cm/cm.h"
#include "io/hive.h"

#define IOP_BIN_HEAD 32u
#define IOP_KEY_TEXT 1024u

typedef struct IOP_HIVE {
    UCHAR *Data; /* pool: base block, bin */
    ULONG Used, Capacity;
    ULONG Security; /* cell of the first descriptor; IOP_NO_CELL: there is none yet */
} IOP_HIVE;

static NTSTATUS IopGrowHive(IOP_HIVE *Hive, ULONG Bytes)
{
    ULONG Capacity = Hive->Capacity * 2;
    while (Capacity < Bytes)
        Capacity *= 2;
    UCHAR *Larger = Capacity > IOP_HIVE_MOST
        ? NULL
        : ExiAllocateZero(PagedPool, Capacity, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Larger == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(Larger, Hive->Data, Hive->Used);
    ExiFree(Hive->Data);
    Hive->Data = Larger;
    Hive->Capacity = Capacity;
    return STATUS_SUCCESS;
}

/* A zeroed cell with room for Bytes; its size stands in front. */
static NTSTATUS IopNewCell(IOP_HIVE *Hive, ULONG Bytes, ULONG *Cell)
{
    const ULONG Size = (Bytes + sizeof(LONG) + 7) & ~7u;
    if (Bytes > IOP_HIVE_MOST)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Hive->Used + Size > Hive->Capacity) {
        NTSTATUS Status = IopGrowHive(Hive, Hive->Used + Size);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    const LONG Allocated = -(LONG)Size;
    memcpy(Hive->Data + Hive->Used, &Allocated, sizeof(Allocated));
    *Cell = Hive->Used - IOP_HIVE_HEAD;
    Hive->Used += Size;
    return STATUS_SUCCESS;
}

static UCHAR *IopCellData(const IOP_HIVE *Hive, ULONG Cell)
{
    return Hive->Data + IOP_HIVE_HEAD + Cell + sizeof(LONG);
}

/* ---- descriptors ----------------------------------------------------------------------------- */

/* A key's descriptor; pool. */
static NTSTATUS IopQueryDescriptor(HANDLE Key, void **Descriptor, ULONG *Bytes)
{
    ULONG Room = IOP_KEY_TEXT;
    for (;;) {
        *Descriptor = ExiAllocate(PagedPool, Room, IOP_TAG_IO, EX_KERNEL_SITE);
        if (*Descriptor == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        NTSTATUS Status = ZwQuerySecurityObject(Key, IOP_SECURITY_PARTS, *Descriptor, Room, Bytes);
        if (NT_SUCCESS(Status))
            return Status;
        ExiFree(*Descriptor);
        if (Status != STATUS_BUFFER_TOO_SMALL || *Bytes <= Room)
            return Status;
        Room = *Bytes;
    }
}

static IOP_HIVE_SECURITY IopSecurityAt(const IOP_HIVE *Hive, ULONG Cell)
{
    IOP_HIVE_SECURITY Head;
    memcpy(&Head, IopCellData(Hive, Cell), sizeof(Head));
    return Head;
}

static void IopPutSecurity(const IOP_HIVE *Hive, ULONG Cell, const IOP_HIVE_SECURITY *Head)
{
    memcpy(IopCellData(Hive, Cell), Head, sizeof(*Head));
}

/* The cell of an equal descriptor. IOP_NO_CELL: there is none. */
static ULONG IopFindSecurity(const IOP_HIVE *Hive, const void *Descriptor, ULONG Bytes)
{
    ULONG Cell = Hive->Security;
    while (Cell != IOP_NO_CELL) {
        const IOP_HIVE_SECURITY Head = IopSecurityAt(Hive, Cell);
        if (Head.Bytes == Bytes &&
            memcmp(IopCellData(Hive, Cell) + sizeof(Head), Descriptor, Bytes) == 0)
            return Cell;
        Cell = Head.Next != Hive->Security ? Head.Next : IOP_NO_CELL;
    }
    return IOP_NO_CELL;
}

static NTSTATUS IopAddSecurity(IOP_HIVE *Hive, const void *Descriptor, ULONG Bytes, ULONG *Cell)
{
    IOP_HIVE_SECURITY New = {.Signature = IOP_SECURITY_SIGNATURE, .Bytes = Bytes};
    NTSTATUS Status = IopNewCell(Hive, (ULONG)sizeof(New) + Bytes, Cell);
    if (!NT_SUCCESS(Status))
        return Status;
    New.Next = New.Previous = *Cell;
    if (Hive->Security != IOP_NO_CELL) {
        IOP_HIVE_SECURITY First = IopSecurityAt(Hive, Hive->Security);
        New.Next = Hive->Security;
        New.Previous = First.Previous;
        First.Previous = *Cell;
        IopPutSecurity(Hive, Hive->Security, &First);
        IOP_HIVE_SECURITY Last = IopSecurityAt(Hive, New.Previous);
        Last.Next = *Cell;
        IopPutSecurity(Hive, New.Previous, &Last);
    } else {
        Hive->Security = *Cell;
    }
    IopPutSecurity(Hive, *Cell, &New);
    memcpy(IopCellData(Hive, *Cell) + sizeof(New), Descriptor, Bytes);
    return STATUS_SUCCESS;
}

/* Keys with equal descriptors share a cell. */
static NTSTATUS IopWriteSecurity(IOP_HIVE *Hive, HANDLE Key, ULONG *Cell)
{
    void *Descriptor;
    ULONG Bytes = 0;
    NTSTATUS Status = IopQueryDescriptor(Key, &Descriptor, &Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    *Cell = IopFindSecurity(Hive, Descriptor, Bytes);
    if (*Cell == IOP_NO_CELL)
        Status = IopAddSecurity(Hive, Descriptor, Bytes, Cell);
    if (NT_SUCCESS(Status)) {
        IOP_HIVE_SECURITY Head = IopSecurityAt(Hive, *Cell);
        Head.Keys++;
        IopPutSecurity(Hive, *Cell, &Head);
    }
    ExiFree(Descriptor);
    return Status;
}

/* ---- values and keys ------------------------------------------------------------------------- */

static NTSTATUS IopWriteValue(IOP_HIVE *Hive, const KEY_VALUE_FULL_INFORMATION *Value, ULONG *Cell)
{
    ULONG Data = 0;
    NTSTATUS Status = STATUS_SUCCESS;
    const UCHAR *From = (const UCHAR *)Value + Value->DataOffset;
    if (Value->DataLength > sizeof(ULONG)) {
        Status = IopNewCell(Hive, Value->DataLength, &Data);
        if (NT_SUCCESS(Status))
            memcpy(IopCellData(Hive, Data), From, Value->DataLength);
    } else {
        memcpy(&Data, From, Value->DataLength);
    }
    if (NT_SUCCESS(Status))
        Status = IopNewCell(Hive, sizeof(IOP_HIVE_VALUE) + Value->NameLength, Cell);
    if (!NT_SUCCESS(Status))
        return Status;
    const IOP_HIVE_VALUE New = {.Signature = IOP_VALUE_SIGNATURE,
        .NameBytes = (USHORT)Value->NameLength,
        .DataBytes = Value->DataLength > sizeof(ULONG) ? Value->DataLength
                                                       : Value->DataLength | IOP_DATA_INSIDE,
        .Data = Data,
        .Type = Value->Type};
    UCHAR *To = IopCellData(Hive, *Cell);
    memcpy(To, &New, sizeof(New));
    memcpy(To + sizeof(New), Value->Name, Value->NameLength);
    return STATUS_SUCCESS;
}

/* The values of a key; *Count: how many there were in the end. */
static NTSTATUS IopWriteValues(IOP_HIVE *Hive, HANDLE Key, ULONG List, ULONG *Count)
{
    ULONG Room = IOP_KEY_TEXT, Needed = 0, Index = 0;
    NTSTATUS Status = STATUS_SUCCESS;
    KEY_VALUE_FULL_INFORMATION *Value = NULL;
    while (Index < *Count && NT_SUCCESS(Status)) {
        ULONG Cell;
        if (Value == NULL)
            Value = ExiAllocate(PagedPool, Room, IOP_TAG_IO, EX_KERNEL_SITE);
        if (Value == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        Status = ZwEnumerateValueKey(Key, Index, KeyValueFullInformation, Value, Room, &Needed);
        if (Status == STATUS_BUFFER_OVERFLOW || Status == STATUS_BUFFER_TOO_SMALL) {
            ExiFree(Value);
            Value = NULL;
            Room = Needed;
            Status = STATUS_SUCCESS;
            continue;
        }
        if (NT_SUCCESS(Status))
            Status = IopWriteValue(Hive, Value, &Cell);
        if (NT_SUCCESS(Status))
            memcpy(IopCellData(Hive, List) + Index++ * sizeof(ULONG), &Cell, sizeof(Cell));
    }
    if (Value != NULL)
        ExiFree(Value);
    *Count = Index;
    return Status == STATUS_NO_MORE_ENTRIES ? STATUS_SUCCESS : Status;
}

NTSTATUS IopOpenChild(
    HANDLE Key, ULONG Index, ACCESS_MASK Access, KEY_BASIC_INFORMATION **Found, HANDLE *Child)
{
    ULONG Needed;
    OBJECT_ATTRIBUTES Attributes;
    KEY_BASIC_INFORMATION *Basic = ExiAllocate(PagedPool, IOP_KEY_TEXT, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Basic == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = ZwEnumerateKey(Key, Index, KeyBasicInformation, Basic, IOP_KEY_TEXT, &Needed);
    if (NT_SUCCESS(Status)) {
        UNICODE_STRING Name = {(USHORT)Basic->NameLength, (USHORT)Basic->NameLength, Basic->Name};
        InitializeObjectAttributes(
            &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Key, NULL);
        Status = ZwOpenKey(Child, Access, &Attributes);
    }
    if (NT_SUCCESS(Status))
        *Found = Basic;
    else
        ExiFree(Basic);
    return Status;
}

static NTSTATUS IopWriteKey(IOP_HIVE *Hive, HANDLE Key, const KEY_BASIC_INFORMATION *Name,
    ULONG Parent, ULONG Depth, ULONG *Cell);

/* The subkeys of a key; *Count as above. */
static NTSTATUS IopWriteSubKeys(
    IOP_HIVE *Hive, HANDLE Key, ULONG Parent, ULONG List, ULONG Depth, ULONG *Count)
{
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Index = 0;
    while (Index < *Count) {
        KEY_BASIC_INFORMATION *Name;
        HANDLE Child;
        ULONG Cell = 0;
        Status = IopOpenChild(Key, Index, KEY_READ, &Name, &Child);
        if (!NT_SUCCESS(Status))
            break;
        const BOOLEAN Volatile = CmiIsVolatile(Child); /* and so are those behind it */
        if (!Volatile)
            Status = IopWriteKey(Hive, Child, Name, Parent, Depth + 1, &Cell);
        ZwClose(Child);
        ExiFree(Name);
        if (!NT_SUCCESS(Status) || Volatile)
            break;
        memcpy(
            IopCellData(Hive, List) + sizeof(ULONG) + Index++ * sizeof(ULONG), &Cell, sizeof(Cell));
    }
    const USHORT Head[2] = {0x696C /* 'li' */, (USHORT)Index};
    memcpy(IopCellData(Hive, List), Head, sizeof(Head));
    *Count = Index;
    return Status == STATUS_NO_MORE_ENTRIES ? STATUS_SUCCESS : Status;
}

/*
 * A key's class, Bytes of it; of one that has changed since it was asked how many, what there is.
 */
static NTSTATUS IopWriteClass(IOP_HIVE *Hive, HANDLE Key, ULONG Bytes, IOP_HIVE_KEY *New)
{
    ULONG Needed;
    const ULONG Room = (ULONG)FIELD_OFFSET(KEY_FULL_INFORMATION, Class) + Bytes;
    KEY_FULL_INFORMATION *Full = ExiAllocate(PagedPool, Room, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Full == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = ZwQueryKey(Key, KeyFullInformation, Full, Room, &Needed);
    if (NT_SUCCESS(Status) && Full->ClassLength != 0)
        Status = IopNewCell(Hive, Full->ClassLength, &New->Class);
    if (NT_SUCCESS(Status) && Full->ClassLength != 0) {
        New->ClassBytes = (USHORT)Full->ClassLength;
        memcpy(IopCellData(Hive, New->Class), Full->Class, Full->ClassLength);
    }
    ExiFree(Full);
    return Status;
}

static NTSTATUS IopWriteKey(IOP_HIVE *Hive, HANDLE Key, const KEY_BASIC_INFORMATION *Name,
    ULONG Parent, ULONG Depth, ULONG *Cell)
{
    KEY_FULL_INFORMATION Counts;
    ULONG Needed;
    IOP_HIVE_KEY New = {.Signature = IOP_KEY_SIGNATURE,
        .Flags = Depth == 0 ? IOP_KEY_ROOT & ~IOP_KEY_NAME_OF_BYTES : 0,
        .LastWriteTime = {Name->LastWriteTime.LowPart, (ULONG)Name->LastWriteTime.HighPart},
        .Parent = Parent,
        .SubKeyList = IOP_NO_CELL,
        .VolatileList = IOP_NO_CELL,
        .ValueList = IOP_NO_CELL,
        .Class = IOP_NO_CELL,
        .NameBytes = (USHORT)Name->NameLength};
    NTSTATUS Status = Depth < IOP_HIVE_DEPTH
                          ? ZwQueryKey(Key, KeyFullInformation, &Counts, sizeof(Counts), &Needed)
                          : STATUS_INSUFFICIENT_RESOURCES;
    if (Status == STATUS_BUFFER_OVERFLOW) /* the class is not in it */
        Status = STATUS_SUCCESS;
    if (NT_SUCCESS(Status) && (Counts.SubKeys > MAXUSHORT || Counts.Values > MAXUSHORT))
        Status = STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status))
        Status = IopNewCell(Hive, sizeof(New) + Name->NameLength, Cell);
    if (!NT_SUCCESS(Status))
        return Status;
    New.SubKeys = Counts.SubKeys;
    New.Values = Counts.Values;
    New.Longest[0] = Counts.MaxNameLen;
    New.Longest[1] = Counts.MaxClassLen;
    New.Longest[2] = Counts.MaxValueNameLen;
    New.Longest[3] = Counts.MaxValueDataLen;
    Status = IopWriteSecurity(Hive, Key, &New.Security);
    if (NT_SUCCESS(Status) && Counts.ClassLength != 0)
        Status = IopWriteClass(Hive, Key, Counts.ClassLength, &New);
    if (NT_SUCCESS(Status) && New.Values != 0)
        Status = IopNewCell(Hive, New.Values * sizeof(ULONG), &New.ValueList);
    if (NT_SUCCESS(Status) && New.Values != 0)
        Status = IopWriteValues(Hive, Key, New.ValueList, &New.Values);
    if (NT_SUCCESS(Status) && New.SubKeys != 0)
        Status = IopNewCell(Hive, (New.SubKeys + 1) * sizeof(ULONG), &New.SubKeyList);
    if (NT_SUCCESS(Status) && New.SubKeys != 0)
        Status = IopWriteSubKeys(Hive, Key, *Cell, New.SubKeyList, Depth, &New.SubKeys);
    if (New.SubKeys == 0)
        New.SubKeyList = IOP_NO_CELL;
    memcpy(IopCellData(Hive, *Cell), &New, sizeof(New));
    memcpy(IopCellData(Hive, *Cell) + sizeof(New), Name->Name, Name->NameLength);
    return Status;
}

/* What is not used of the bin becomes a free cell, and the heads are filled in. */
static void IopSealHive(IOP_HIVE *Hive, ULONG Root)
{
    const ULONG Total = (Hive->Used + 4095) & ~4095u, Free = Total - Hive->Used;
    LARGE_INTEGER Now;
    ULONG Sum = 0;
    KeQuerySystemTime(&Now);
    if (Free != 0)
        memcpy(Hive->Data + Hive->Used, &Free, sizeof(Free));
    Hive->Used = Total;
    const ULONG Bin[] = {0x6E696268 /* 'hbin' */, 0, Total - IOP_HIVE_HEAD, 0, 0, Now.LowPart,
        (ULONG)Now.HighPart, 0};
    memcpy(Hive->Data + IOP_HIVE_HEAD, Bin, sizeof(Bin));
    ULONG Base[128] = {0x66676572 /* 'regf' */, 1, 1, Now.LowPart, (ULONG)Now.HighPart, 1, 3, 0, 1,
        Root, Total - IOP_HIVE_HEAD, 1};
    for (ULONG Index = 0; Index < 127; Index++)
        Sum ^= Base[Index];
    Base[127] = Sum == 0 ? 1 : Sum == MAXULONG ? MAXULONG - 1 : Sum;
    memcpy(Hive->Data, Base, sizeof(Base));
}

NTSTATUS IopWriteHive(HANDLE Key, UCHAR **Data, ULONG *Bytes)
{
    IOP_HIVE Hive = {.Used = IOP_HIVE_HEAD + IOP_BIN_HEAD,
        .Capacity = 4 * IOP_HIVE_HEAD,
        .Security = IOP_NO_CELL};
    ULONG Root = 0, Needed;
    KEY_BASIC_INFORMATION *Name = ExiAllocate(PagedPool, IOP_KEY_TEXT, IOP_TAG_IO, EX_KERNEL_SITE);
    Hive.Data = ExiAllocateZero(PagedPool, Hive.Capacity, IOP_TAG_IO, EX_KERNEL_SITE);
    NTSTATUS Status = Name != NULL && Hive.Data != NULL ? STATUS_SUCCESS
                                                        : STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status))
        Status = ZwQueryKey(Key, KeyBasicInformation, Name, IOP_KEY_TEXT, &Needed);
    if (NT_SUCCESS(Status))
        Status = IopWriteKey(&Hive, Key, Name, 0, 0, &Root);
    if (Name != NULL)
        ExiFree(Name);
    /* Room for what rounds the bin up. */
    if (NT_SUCCESS(Status) && ((Hive.Used + 4095) & ~4095u) > Hive.Capacity)
        Status = IopGrowHive(&Hive, (Hive.Used + 4095) & ~4095u);
    if (!NT_SUCCESS(Status)) {
        if (Hive.Data != NULL)
            ExiFree(Hive.Data);
        return Status;
    }
    IopSealHive(&Hive, Root);
    *Data = Hive.Data;
    *Bytes = Hive.Used;
    return STATUS_SUCCESS;
}
