/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A hive file into keys. Every offset and length is checked against the bytes there are; lists of
 * lists and keys in keys go only so deep, so that a file that refers to itself ends, too. A
 * security descriptor or class that is damaged is left out.
 */
#include <string.h>

#include "cm/cm.h"
#include "io/hive.h"
#include "ke/zw.h"

#define IOP_LIST_DEPTH 2u /* a list of keys, or one of such lists */
#define IOP_BIG_DATA_SEGMENT 16344u
#define IOP_NAME_CHARACTERS 16383u

typedef struct IOP_SOURCE {
    const UCHAR *Cells; /* behind the base block */
    ULONG Bytes;
    ULONG Options;      /* of keys that are made */
    ULONG Keys;         /* that may still be made: no more than cells fit */
} IOP_SOURCE;

/* A cell's contents, at least Least bytes; NULL: it is none. *Bytes: what it has. */
static const UCHAR *IopCell(const IOP_SOURCE *Source, ULONG Cell, ULONG Least, ULONG *Bytes)
{
    LONG Size;
    if (Cell % 8 != 0 || Source->Bytes < sizeof(Size) || Cell > Source->Bytes - sizeof(Size))
        return NULL;
    memcpy(&Size, Source->Cells + Cell, sizeof(Size));
    if (Size >= 0 || Size == (LONG)0x80000000)
        return NULL;
    const ULONG Whole = (ULONG)-Size;
    if (Whole < sizeof(Size) || Whole > Source->Bytes - Cell || Whole - sizeof(Size) < Least)
        return NULL;
    *Bytes = Whole - (ULONG)sizeof(Size);
    return Source->Cells + Cell + sizeof(Size);
}

/* A pool copy of a name; Narrow: of bytes. */
static NTSTATUS IopCopyHiveName(
    const UCHAR *From, USHORT Bytes, BOOLEAN Narrow, UNICODE_STRING *Name)
{
    const ULONG Characters = Narrow ? Bytes : Bytes / (ULONG)sizeof(WCHAR);
    if (Characters > IOP_NAME_CHARACTERS)
        return STATUS_REGISTRY_CORRUPT;
    Name->Buffer = ExiAllocate(
        PagedPool, (Characters + 1) * sizeof(WCHAR), IOP_TAG_IO, EX_KERNEL_SITE);
    if (Name->Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Narrow) {
        for (ULONG Index = 0; Index < Characters; Index++)
            Name->Buffer[Index] = From[Index];
    } else {
        memcpy(Name->Buffer, From, Characters * sizeof(WCHAR));
    }
    Name->Length = Name->MaximumLength = (USHORT)(Characters * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/* Data in pieces, a list of cells of 16344 bytes each. */
static NTSTATUS IopReadBigData(const IOP_SOURCE *Source, const UCHAR *Head, ULONG Bytes, UCHAR *To)
{
    USHORT Count;
    ULONG List, Room;
    memcpy(&Count, Head + 2, sizeof(Count));
    memcpy(&List, Head + 4, sizeof(List));
    const UCHAR *Cells = IopCell(Source, List, Count * (ULONG)sizeof(ULONG), &Room);
    for (ULONG Index = 0; Cells != NULL && Index < Count && Bytes != 0; Index++) {
        ULONG Cell;
        memcpy(&Cell, Cells + Index * sizeof(Cell), sizeof(Cell));
        const ULONG Part = Bytes < IOP_BIG_DATA_SEGMENT ? Bytes : IOP_BIG_DATA_SEGMENT;
        const UCHAR *From = IopCell(Source, Cell, Part, &Room);
        if (From == NULL)
            return STATUS_REGISTRY_CORRUPT;
        memcpy(To, From, Part);
        To += Part;
        Bytes -= Part;
    }
    return Bytes == 0 ? STATUS_SUCCESS : STATUS_REGISTRY_CORRUPT;
}

/* Without a key the file is only checked. */
static NTSTATUS IopPutHiveValue(
    HANDLE Key, UNICODE_STRING *Name, ULONG Type, void *Data, ULONG Bytes)
{
    return Key != NULL ? ZwSetValueKey(Key, Name, 0, Type, Data, Bytes) : STATUS_SUCCESS;
}

static NTSTATUS IopSetHiveValue(
    const IOP_SOURCE *Source, HANDLE Key, const IOP_HIVE_VALUE *Value, UNICODE_STRING *Name)
{
    ULONG Bytes = Value->DataBytes & ~IOP_DATA_INSIDE, Room;
    ULONG Inside = Value->Data;
    if (Value->DataBytes & IOP_DATA_INSIDE)
        return Bytes > sizeof(Inside) ? STATUS_REGISTRY_CORRUPT
                                      : IopPutHiveValue(Key, Name, Value->Type, &Inside, Bytes);
    if (Bytes == 0)
        return IopPutHiveValue(Key, Name, Value->Type, NULL, 0);
    const UCHAR *Data = IopCell(Source, Value->Data, 4, &Room);
    if (Data == NULL || Bytes > Source->Bytes)
        return STATUS_REGISTRY_CORRUPT;
    const BOOLEAN Big = Bytes > IOP_BIG_DATA_SEGMENT && Room >= 8 && Data[0] == 'd' &&
        Data[1] == 'b' && Room < Bytes;
    if (!Big && Room < Bytes)
        return STATUS_REGISTRY_CORRUPT;
    UCHAR *Copy = ExiAllocate(PagedPool, Bytes, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = STATUS_SUCCESS;
    if (Big)
        Status = IopReadBigData(Source, Data, Bytes, Copy);
    else
        memcpy(Copy, Data, Bytes);
    if (NT_SUCCESS(Status))
        Status = IopPutHiveValue(Key, Name, Value->Type, Copy, Bytes);
    ExiFree(Copy);
    return Status;
}

static NTSTATUS IopReadValues(const IOP_SOURCE *Source, HANDLE Key, const IOP_HIVE_KEY *From)
{
    ULONG Room;
    if (From->Values == 0)
        return STATUS_SUCCESS;
    if (From->Values > Source->Bytes / sizeof(ULONG))
        return STATUS_REGISTRY_CORRUPT;
    const UCHAR *List = IopCell(
        Source, From->ValueList, From->Values * (ULONG)sizeof(ULONG), &Room);
    NTSTATUS Status = List != NULL ? STATUS_SUCCESS : STATUS_REGISTRY_CORRUPT;
    for (ULONG Index = 0; Index < From->Values && NT_SUCCESS(Status); Index++) {
        IOP_HIVE_VALUE Value;
        UNICODE_STRING Name;
        ULONG Cell;
        memcpy(&Cell, List + Index * sizeof(Cell), sizeof(Cell));
        const UCHAR *Bytes = IopCell(Source, Cell, sizeof(Value), &Room);
        if (Bytes == NULL)
            return STATUS_REGISTRY_CORRUPT;
        memcpy(&Value, Bytes, sizeof(Value));
        if (Value.Signature != IOP_VALUE_SIGNATURE || Value.NameBytes > Room - sizeof(Value))
            return STATUS_REGISTRY_CORRUPT;
        Status = IopCopyHiveName(
            Bytes + sizeof(Value), Value.NameBytes, (Value.Flags & 1) != 0, &Name);
        if (!NT_SUCCESS(Status))
            return Status;
        Status = IopSetHiveValue(Source, Key, &Value, &Name);
        ExiFree(Name.Buffer);
    }
    return Status;
}

/* When it was written last; what has been read of it so far has changed that. */
static NTSTATUS IopSetWriteTime(HANDLE Key, const IOP_HIVE_KEY *From)
{
    KEY_WRITE_TIME_INFORMATION Time = {.LastWriteTime = {.LowPart = From->LastWriteTime[0],
                                           .HighPart = (LONG)From->LastWriteTime[1]}};
    if (Key == NULL || Time.LastWriteTime.QuadPart <= 0)
        return STATUS_SUCCESS;
    return ZW_CALL(SetInformationKey, (Key, KeyWriteTimeInformation, &Time, sizeof(Time)));
}

/* The parts a valid descriptor has. */
static SECURITY_INFORMATION IopPartsOf(void *Descriptor)
{
    SECURITY_INFORMATION Parts = 0;
    BOOLEAN Present, Defaulted;
    PSID Sid;
    ACL *Dacl;
    if (NT_SUCCESS(RtlGetOwnerSecurityDescriptor(Descriptor, &Sid, &Defaulted)) && Sid != NULL)
        Parts |= OWNER_SECURITY_INFORMATION;
    if (NT_SUCCESS(RtlGetGroupSecurityDescriptor(Descriptor, &Sid, &Defaulted)) && Sid != NULL)
        Parts |= GROUP_SECURITY_INFORMATION;
    if (NT_SUCCESS(RtlGetDaclSecurityDescriptor(Descriptor, &Present, &Dacl, &Defaulted)) &&
        Present)
        Parts |= DACL_SECURITY_INFORMATION;
    return Parts;
}

static NTSTATUS IopReadSecurity(const IOP_SOURCE *Source, HANDLE Key, ULONG Cell)
{
    IOP_HIVE_SECURITY Head;
    ULONG Room;
    const UCHAR *Bytes = Key != NULL ? IopCell(Source, Cell, sizeof(Head), &Room) : NULL;
    if (Bytes == NULL)
        return STATUS_SUCCESS;
    memcpy(&Head, Bytes, sizeof(Head));
    if (Head.Signature != IOP_SECURITY_SIGNATURE || Head.Bytes == 0 ||
        Head.Bytes > Room - sizeof(Head))
        return STATUS_SUCCESS;
    void *Copy = ExiAllocate(PagedPool, Head.Bytes, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = STATUS_SUCCESS;
    memcpy(Copy, Bytes + sizeof(Head), Head.Bytes);
    if (RtlValidRelativeSecurityDescriptor(Copy, Head.Bytes, 0))
        Status = ZwSetSecurityObject(Key, IopPartsOf(Copy), Copy);
    ExiFree(Copy);
    return Status == STATUS_INSUFFICIENT_RESOURCES ? Status : STATUS_SUCCESS;
}

/* Length 0: the key has none. It lies where the file's bytes are. */
static UNICODE_STRING IopClassOf(const IOP_SOURCE *Source, const IOP_HIVE_KEY *From)
{
    ULONG Room;
    const USHORT Bytes = From->ClassBytes & ~1u;
    const UCHAR *Class = Bytes != 0 ? IopCell(Source, From->Class, Bytes, &Room) : NULL;
    return (UNICODE_STRING){Class != NULL ? Bytes : 0, Class != NULL ? Bytes : 0,
        (WCHAR *)(ULONG_PTR)(const void *)Class};
}

static NTSTATUS IopReadKey(IOP_SOURCE *Source, HANDLE Key, ULONG Cell, ULONG Depth);

static NTSTATUS IopReadSubKey(IOP_SOURCE *Source, HANDLE Parent, ULONG Cell, ULONG Depth)
{
    IOP_HIVE_KEY From;
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key = NULL;
    ULONG Room;
    const UCHAR *Bytes = IopCell(Source, Cell, sizeof(From), &Room);
    if (Bytes == NULL || Source->Keys == 0)
        return STATUS_REGISTRY_CORRUPT;
    Source->Keys--;
    memcpy(&From, Bytes, sizeof(From));
    if (From.Signature != IOP_KEY_SIGNATURE || From.NameBytes == 0 ||
        From.NameBytes > Room - sizeof(From))
        return STATUS_REGISTRY_CORRUPT;
    NTSTATUS Status = IopCopyHiveName(
        Bytes + sizeof(From), From.NameBytes, (From.Flags & IOP_KEY_NAME_OF_BYTES) != 0, &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Parent != NULL) {
        UNICODE_STRING Class = IopClassOf(Source, &From);
        InitializeObjectAttributes(
            &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Parent, NULL);
        Status = ZwCreateKey(&Key, KEY_ALL_ACCESS, &Attributes, 0, &Class, Source->Options, NULL);
    }
    ExiFree(Name.Buffer);
    if (NT_SUCCESS(Status))
        Status = IopReadKey(Source, Key, Cell, Depth + 1);
    if (Key != NULL)
        ZwClose(Key);
    return Status;
}

/* A list of keys, or (ri) of lists. */
static NTSTATUS IopReadList(
    IOP_SOURCE *Source, HANDLE Key, ULONG List, ULONG Depth, ULONG ListDepth)
{
    ULONG Room;
    USHORT Head[2];
    const UCHAR *Bytes = ListDepth < IOP_LIST_DEPTH ? IopCell(Source, List, sizeof(Head), &Room)
                                                    : NULL;
    if (Bytes == NULL)
        return STATUS_REGISTRY_CORRUPT;
    memcpy(Head, Bytes, sizeof(Head));
    const BOOLEAN Hashed = Head[0] == 0x666C /* 'lf' */ || Head[0] == 0x686C /* 'lh' */;
    const BOOLEAN Lists = Head[0] == 0x6972 /* 'ri' */;
    const ULONG Step = Hashed ? 2 * sizeof(ULONG) : sizeof(ULONG);
    if ((!Hashed && !Lists && Head[0] != 0x696C /* 'li' */) || Head[1] * Step > Room - sizeof(Head))
        return STATUS_REGISTRY_CORRUPT;
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG Index = 0; Index < Head[1] && NT_SUCCESS(Status); Index++) {
        ULONG Cell;
        memcpy(&Cell, Bytes + sizeof(Head) + Index * Step, sizeof(Cell));
        Status = Lists ? IopReadList(Source, Key, Cell, Depth, ListDepth + 1)
                       : IopReadSubKey(Source, Key, Cell, Depth);
    }
    return Status;
}

static NTSTATUS IopReadKey(IOP_SOURCE *Source, HANDLE Key, ULONG Cell, ULONG Depth)
{
    IOP_HIVE_KEY From;
    ULONG Room;
    const UCHAR *Bytes = Depth < IOP_HIVE_DEPTH ? IopCell(Source, Cell, sizeof(From), &Room) : NULL;
    if (Bytes == NULL)
        return STATUS_REGISTRY_CORRUPT;
    memcpy(&From, Bytes, sizeof(From));
    if (From.Signature != IOP_KEY_SIGNATURE)
        return STATUS_REGISTRY_CORRUPT;
    NTSTATUS Status = IopReadValues(Source, Key, &From);
    if (NT_SUCCESS(Status) && From.SubKeys != 0)
        Status = IopReadList(Source, Key, From.SubKeyList, Depth, 0);
    if (NT_SUCCESS(Status))
        Status = IopReadSecurity(Source, Key, From.Security);
    return NT_SUCCESS(Status) ? IopSetWriteTime(Key, &From) : Status;
}

NTSTATUS IopReadHive(HANDLE Key, const UCHAR *Data, ULONG Bytes, BOOLEAN Volatile)
{
    ULONG Base[12], Sum = 0, Word, Stored;
    if (Bytes < 2 * IOP_HIVE_HEAD)
        return STATUS_REGISTRY_CORRUPT;
    memcpy(Base, Data, sizeof(Base));
    for (ULONG Index = 0; Index < 127; Index++) {
        memcpy(&Word, Data + Index * sizeof(Word), sizeof(Word));
        Sum ^= Word;
    }
    Sum = Sum == 0 ? 1 : Sum == MAXULONG ? MAXULONG - 1 : Sum;
    memcpy(&Stored, Data + 127 * sizeof(Stored), sizeof(Stored));
    if (Base[0] != 0x66676572 /* 'regf' */ || Stored != Sum || Base[5] != 1 ||
        Base[10] > Bytes - IOP_HIVE_HEAD)
        return STATUS_REGISTRY_CORRUPT;
    IOP_SOURCE Source = {.Cells = Data + IOP_HIVE_HEAD,
        .Bytes = Base[10],
        .Options = Volatile ? REG_OPTION_VOLATILE : REG_OPTION_NON_VOLATILE,
        .Keys = Base[10] / (ULONG)sizeof(IOP_HIVE_KEY)};
    return IopReadKey(&Source, Key, Base[9], 0);
}
