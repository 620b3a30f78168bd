/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * IoQueryDeviceDescription: what firmware says of buses, the controllers on them and the
 * peripherals of these, as keys of \\Registry\\Machine\\Hardware\\Description\\System:
 * ADAPTER\\N\\CONTROLLER\\N\\PERIPHERAL\\N.
 */
#include <stdio.h>
#include <string.h>

#include "cm/cm.h"
#include "io/iop.h"
#include "nt/ntddk.h"

#define IOP_TAG_DESCRIPTION 0x73446F49u /* 'IoDs' */
#define IOP_DESCRIPTION u"\\Registry\\Machine\\Hardware\\Description\\System"
#define IOP_PATH_CHARACTERS 256u
#define IOP_VALUES 3u /* IoQueryDeviceIdentifier, …ConfigurationData, …ComponentInformation */

/* One level on the way down: a bus, a controller or a peripheral. */
typedef struct IOP_LEVEL {
    const ULONG *WantedType;   /* NULL: this level is not asked for. Of a bus, an INTERFACE_TYPE */
    const ULONG *WantedNumber; /* NULL: all */
    ULONG Type, Number;        /* of the one that was found */
    KEY_VALUE_FULL_INFORMATION *Value[IOP_VALUES];
} IOP_LEVEL;

typedef struct IOP_DESCRIPTION_QUERY {
    IOP_LEVEL Level[3];
    PIO_QUERY_DEVICE_ROUTINE Routine;
    void *Context;
    BOOLEAN Called;
} IOP_DESCRIPTION_QUERY;

/* Keys of buses, and of CONFIGURATION_TYPEs. */
static const char *const IopAdapters[] = {"MultifunctionAdapter", "EisaAdapter", "TcAdapter"};
static const char *const IopTypeNames[MaximumType] = {
    [DiskController] = "DiskController",
    [TapeController] = "TapeController",
    [CdromController] = "CdRomController",
    [WormController] = "WormController",
    [SerialController] = "SerialController",
    [NetworkController] = "NetworkController",
    [DisplayController] = "DisplayController",
    [ParallelController] = "ParallelController",
    [PointerController] = "PointerController",
    [KeyboardController] = "KeyboardController",
    [AudioController] = "AudioController",
    [OtherController] = "OtherController",
    [DiskPeripheral] = "DiskPeripheral",
    [FloppyDiskPeripheral] = "FloppyDiskPeripheral",
    [TapePeripheral] = "TapePeripheral",
    [ModemPeripheral] = "ModemPeripheral",
    [MonitorPeripheral] = "MonitorPeripheral",
    [PrinterPeripheral] = "PrinterPeripheral",
    [PointerPeripheral] = "PointerPeripheral",
    [KeyboardPeripheral] = "KeyboardPeripheral",
    [TerminalPeripheral] = "TerminalPeripheral",
    [OtherPeripheral] = "OtherPeripheral",
    [LinePeripheral] = "LinePeripheral",
    [NetworkPeripheral] = "NetworkPeripheral",
};

static NTSTATUS IopOpenDescription(const WCHAR *Path, ULONG Length, HANDLE *Key)
{
    UNICODE_STRING Name = {
        (USHORT)(Length * sizeof(WCHAR)), (USHORT)(Length * sizeof(WCHAR)), (PWSTR)(ULONG_PTR)Path};
    OBJECT_ATTRIBUTES Attributes;
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwOpenKey(Key, KEY_READ, &Attributes);
}

/* A value with its name, in pool; *Value NULL: there is none. */
static NTSTATUS IopReadDescription(
    HANDLE Key, UNICODE_STRING *Name, KEY_VALUE_FULL_INFORMATION **Value)
{
    ULONG Needed = 0;
    *Value = NULL;
    NTSTATUS Status = ZwQueryValueKey(Key, Name, KeyValueFullInformation, NULL, 0, &Needed);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND)
        return STATUS_SUCCESS;
    if (Status != STATUS_BUFFER_TOO_SMALL && Status != STATUS_BUFFER_OVERFLOW)
        return Status;
    *Value = ExiAllocate(PagedPool, Needed, IOP_TAG_DESCRIPTION, EX_KERNEL_SITE);
    if (*Value == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Status = ZwQueryValueKey(Key, Name, KeyValueFullInformation, *Value, Needed, &Needed);
    if (!NT_SUCCESS(Status)) {
        ExiFree(*Value);
        *Value = NULL;
    }
    return Status;
}

static void IopFreeLevel(IOP_LEVEL *Level)
{
    for (ULONG Index = 0; Index < IOP_VALUES; Index++) {
        if (Level->Value[Index] != NULL)
            ExiFree(Level->Value[Index]);
        Level->Value[Index] = NULL;
    }
}

static NTSTATUS IopReadLevel(const WCHAR *Path, ULONG Length, IOP_LEVEL *Level)
{
    UNICODE_STRING Names[IOP_VALUES] = {RTL_STRING(u"Identifier"),
        RTL_STRING(u"Configuration Data"), RTL_STRING(u"Component Information")};
    HANDLE Key;
    NTSTATUS Status = IopOpenDescription(Path, Length, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    for (ULONG Index = 0; Index < IOP_VALUES && NT_SUCCESS(Status); Index++)
        Status = IopReadDescription(Key, &Names[Index], &Level->Value[Index]);
    ZwClose(Key);
    if (!NT_SUCCESS(Status))
        IopFreeLevel(Level);
    return Status;
}

/* Path and "\\Name\\Number" behind it; 0: too long. */
static ULONG IopExtend(WCHAR *Path, ULONG Length, const char *Name, ULONG Number)
{
    char Text[80];
    int Count = snprintf(Text, sizeof(Text), "\\%s\\%u", Name, (unsigned)Number);
    if (Count <= 0 || (ULONG)Count >= sizeof(Text) || Length + (ULONG)Count > IOP_PATH_CHARACTERS)
        return 0;
    for (int Index = 0; Index < Count; Index++)
        Path[Length + (ULONG)Index] = (WCHAR)Text[Index];
    return Length + (ULONG)Count;
}

static NTSTATUS IopTellDescription(IOP_DESCRIPTION_QUERY *Query, WCHAR *Path, ULONG Length)
{
    UNICODE_STRING Name = {
        (USHORT)(Length * sizeof(WCHAR)), (USHORT)(Length * sizeof(WCHAR)), Path};
    IOP_LEVEL *Level = Query->Level;
    Query->Called = TRUE;
    return Query->Routine(Query->Context, &Name, (INTERFACE_TYPE)Level[0].Type, Level[0].Number,
        (PVOID *)Level[0].Value, (CONFIGURATION_TYPE)Level[1].Type, Level[1].Number,
        (PVOID *)Level[1].Value, (CONFIGURATION_TYPE)Level[2].Type, Level[2].Number,
        (PVOID *)Level[2].Value);
}

/* All of the Depth'th level below Path that are asked for: 1 controllers, 2 peripherals. */
static NTSTATUS IopDescend(IOP_DESCRIPTION_QUERY *Query, WCHAR *Path, ULONG Length, ULONG Depth)
{
    if (Depth == 3 || Query->Level[Depth].WantedType == NULL)
        return IopTellDescription(Query, Path, Length);
    IOP_LEVEL *Level = &Query->Level[Depth];
    const char *Name = *Level->WantedType < MaximumType ? IopTypeNames[*Level->WantedType] : NULL;
    NTSTATUS Status = STATUS_SUCCESS;
    if (Name == NULL)
        return STATUS_SUCCESS;
    Level->Type = *Level->WantedType;
    for (ULONG Number = Level->WantedNumber != NULL ? *Level->WantedNumber : 0; NT_SUCCESS(Status);
         Number++) {
        ULONG Longer = IopExtend(Path, Length, Name, Number);
        if (Longer == 0 || !NT_SUCCESS(IopReadLevel(Path, Longer, Level)))
            break;
        Level->Number = Number;
        Status = IopDescend(Query, Path, Longer, Depth + 1);
        IopFreeLevel(Level);
        if (Level->WantedNumber != NULL)
            break;
    }
    return Status;
}

/* Whether a bus is one that is asked for; its type and number stand in front of its configuration
 * data. */
static BOOLEAN IopIsWantedBus(IOP_LEVEL *Bus)
{
    const KEY_VALUE_FULL_INFORMATION *Data = Bus->Value[1];
    if (Data == NULL || Data->DataLength < 2 * sizeof(ULONG))
        return FALSE;
    memcpy(&Bus->Type, (const UCHAR *)Data + Data->DataOffset, sizeof(ULONG));
    memcpy(&Bus->Number, (const UCHAR *)Data + Data->DataOffset + sizeof(ULONG), sizeof(ULONG));
    return Bus->Type == *Bus->WantedType &&
        (Bus->WantedNumber == NULL || Bus->Number == *Bus->WantedNumber);
}

static NTSTATUS IopQueryBuses(IOP_DESCRIPTION_QUERY *Query, const char *Adapter)
{
    static const WCHAR Root[] = IOP_DESCRIPTION;
    const ULONG RootLength = sizeof(Root) / sizeof(WCHAR) - 1;
    WCHAR Path[IOP_PATH_CHARACTERS];
    NTSTATUS Status = STATUS_SUCCESS;
    memcpy(Path, Root, sizeof(Root) - sizeof(WCHAR));
    for (ULONG Number = 0; NT_SUCCESS(Status); Number++) {
        ULONG Length = IopExtend(Path, RootLength, Adapter, Number);
        if (Length == 0 || !NT_SUCCESS(IopReadLevel(Path, Length, &Query->Level[0])))
            break;
        if (IopIsWantedBus(&Query->Level[0]))
            Status = IopDescend(Query, Path, Length, 1);
        IopFreeLevel(&Query->Level[0]);
    }
    return Status;
}

/*
 * IoQueryDeviceDescription - have a routine called for each bus, controller or peripheral of some
 * type that firmware has described.
 *
 * BusType: what is looked for; BusNumber NULL: on all such buses. ControllerType NULL: the buses
 *          themselves; PeripheralType NULL: the controllers themselves. The numbers NULL: all. The
 *          routine gets the values of each level, which are gone when it returns, and ends the
 *          search with a failure.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND: there is none; NOT_IMPLEMENTED: no BusType; what the
 * routine failed with.
 * Source:  DOC ntddk/IoQueryDeviceDescription, obsolete; INF NOT_IMPLEMENTED; OBS
 *          tests/kernel/io/IoQueryDeviceDescription.c
 */
NTSTATUS NTAPI IoQueryDeviceDescription(INTERFACE_TYPE *BusType, ULONG *BusNumber,
    CONFIGURATION_TYPE *ControllerType, ULONG *ControllerNumber, CONFIGURATION_TYPE *PeripheralType,
    ULONG *PeripheralNumber, PIO_QUERY_DEVICE_ROUTINE CalloutRoutine, void *Context)
{
    IOP_DESCRIPTION_QUERY Query = {
        .Level = {{.WantedType = (ULONG *)BusType, .WantedNumber = BusNumber},
            {.WantedType = (ULONG *)ControllerType, .WantedNumber = ControllerNumber},
            {.WantedType = ControllerType != NULL ? (ULONG *)PeripheralType : NULL,
                .WantedNumber = PeripheralNumber}},
        .Routine = CalloutRoutine,
        .Context = Context};
    NTSTATUS Status = STATUS_SUCCESS;
    if (BusType == NULL)
        return STATUS_NOT_IMPLEMENTED;
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(IopAdapters) && NT_SUCCESS(Status); Index++)
        Status = IopQueryBuses(&Query, IopAdapters[Index]);
    return NT_SUCCESS(Status) && !Query.Called ? STATUS_OBJECT_NAME_NOT_FOUND : Status;
}
