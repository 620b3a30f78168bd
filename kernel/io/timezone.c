/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The time zone as the registry has it: values of Control\TimeZoneInformation. What is not there is
 * the host's; what is set there changes no clock: local time stays the host's.
 */
#include <string.h>

#include "cm/cm.h"
#include "io/sysinfo.h"
#include "io/timezone.h"

#define IOP_ZONE_FIELDS    7u
#define IOP_DYNAMIC_FIELDS 9u

/* A value and where it belongs; the first IOP_ZONE_FIELDS are those of the old structure. */
typedef struct IOP_ZONE_FIELD {
    const WCHAR *Name;
    ULONG Type;
    ULONG Offset, Bytes; /* in RTL_DYNAMIC_TIME_ZONE_INFORMATION */
} IOP_ZONE_FIELD;

#define IOP_ZONE_FIELD_OF(Name, Type, Member)                                                      \
    {                                                                                              \
        Name, Type, FIELD_OFFSET(RTL_DYNAMIC_TIME_ZONE_INFORMATION, Member),                       \
            sizeof(((RTL_DYNAMIC_TIME_ZONE_INFORMATION *)NULL)->Member)                            \
    }

static const IOP_ZONE_FIELD IopZoneFields[IOP_DYNAMIC_FIELDS] = {
    IOP_ZONE_FIELD_OF(u"Bias", REG_DWORD, Zone.Bias),
    IOP_ZONE_FIELD_OF(u"StandardName", REG_SZ, Zone.StandardName),
    IOP_ZONE_FIELD_OF(u"StandardStart", REG_BINARY, Zone.StandardStart),
    IOP_ZONE_FIELD_OF(u"StandardBias", REG_DWORD, Zone.StandardBias),
    IOP_ZONE_FIELD_OF(u"DaylightName", REG_SZ, Zone.DaylightName),
    IOP_ZONE_FIELD_OF(u"DaylightStart", REG_BINARY, Zone.DaylightStart),
    IOP_ZONE_FIELD_OF(u"DaylightBias", REG_DWORD, Zone.DaylightBias),
    IOP_ZONE_FIELD_OF(u"TimeZoneKeyName", REG_SZ, TimeZoneKeyName),
    IOP_ZONE_FIELD_OF(u"DynamicDaylightTimeDisabled", REG_DWORD, DynamicDaylightTimeDisabled),
};

/* Takes a value of the right type and size; of text what fits, with a zero behind it. */
static NTSTATUS NTAPI IopTakeZoneValue(
    PWSTR Name, ULONG Type, PVOID Data, ULONG Length, PVOID Context, PVOID EntryContext)
{
    const IOP_ZONE_FIELD *Field = EntryContext;
    UCHAR *To = (UCHAR *)Context + Field->Offset;
    (void)Name;

    if (Type != Field->Type)
        return STATUS_SUCCESS;
    if (Type == REG_SZ) {
        if (Length > Field->Bytes - sizeof(WCHAR))
            Length = Field->Bytes - sizeof(WCHAR);
        memset(To, 0, Field->Bytes);
        memcpy(To, Data, Length);
    } else if (Length >= Field->Bytes) {
        memcpy(To, Data, Field->Bytes);
    }
    return STATUS_SUCCESS;
}

static NTSTATUS IopQueryZone(RTL_DYNAMIC_TIME_ZONE_INFORMATION *Zone, ULONG Fields)
{
    RTL_QUERY_REGISTRY_TABLE Table[IOP_DYNAMIC_FIELDS + 1];
    NTSTATUS Status;

    memset(Zone, 0, sizeof(*Zone));
    memset(Table, 0, sizeof(Table));
    IopFillZone(&Zone->Zone);
    for (ULONG Index = 0; Index < Fields; Index++) {
        Table[Index].QueryRoutine = IopTakeZoneValue;
        Table[Index].Name = (WCHAR *)(ULONG_PTR)IopZoneFields[Index].Name;
        Table[Index].EntryContext = (void *)(ULONG_PTR)&IopZoneFields[Index];
    }
    Status = RtlQueryRegistryValues(
        RTL_REGISTRY_CONTROL, u"TimeZoneInformation", Table, Zone, NULL);
    return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_SUCCESS : Status;
}

static NTSTATUS IopSetZone(const RTL_DYNAMIC_TIME_ZONE_INFORMATION *Zone, ULONG Fields)
{
    WCHAR Path[] = u"TimeZoneInformation";
    NTSTATUS Status = RtlCreateRegistryKey(RTL_REGISTRY_CONTROL, Path);

    for (ULONG Index = 0; NT_SUCCESS(Status) && Index < Fields; Index++) {
        const IOP_ZONE_FIELD *Field = &IopZoneFields[Index];
        ULONG Number = 0, Bytes = Field->Bytes;
        WCHAR Text[RTL_NUMBER_OF(Zone->TimeZoneKeyName) + 1] = {0};
        void *Data = Field->Type == REG_DWORD ? (void *)&Number : Text;
        memcpy(Data, (const UCHAR *)Zone + Field->Offset, Bytes);
        if (Field->Type == REG_SZ)
            Bytes = (ULONG)((RtlpWcsLength(Text) + 1) * sizeof(WCHAR));
        else if (Field->Type == REG_DWORD)
            Bytes = sizeof(Number);
        Status = RtlWriteRegistryValue(
            RTL_REGISTRY_CONTROL, Path, Field->Name, Field->Type, Data, Bytes);
    }
    return Status;
}

/*
 * RtlQueryTimeZoneInformation, RtlQueryDynamicTimeZoneInformation - the time zone.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; what RtlQueryRegistryValues returns.
 * Source:  INF public headers and the values' names: undocumented; DOC
 *          timezoneapi/GetDynamicTimeZoneInformation, what the members mean
 */
NTSTATUS NTAPI RtlQueryTimeZoneInformation(RTL_TIME_ZONE_INFORMATION *TimeZoneInformation)
{
    RTL_DYNAMIC_TIME_ZONE_INFORMATION Dynamic;
    NTSTATUS Status = IopQueryZone(&Dynamic, IOP_ZONE_FIELDS);

    if (NT_SUCCESS(Status))
        *TimeZoneInformation = Dynamic.Zone;
    return Status;
}

NTSTATUS NTAPI RtlQueryDynamicTimeZoneInformation(
    RTL_DYNAMIC_TIME_ZONE_INFORMATION *TimeZoneInformation)
{
    RTL_DYNAMIC_TIME_ZONE_INFORMATION Dynamic;
    NTSTATUS Status = IopQueryZone(&Dynamic, IOP_DYNAMIC_FIELDS);

    if (NT_SUCCESS(Status))
        *TimeZoneInformation = Dynamic;
    return Status;
}

/*
 * RtlSetTimeZoneInformation, RtlSetDynamicTimeZoneInformation - write it to the registry.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; what RtlWriteRegistryValue returns.
 * Source:  as RtlQueryTimeZoneInformation
 */
NTSTATUS NTAPI RtlSetTimeZoneInformation(const RTL_TIME_ZONE_INFORMATION *TimeZoneInformation)
{
    const RTL_DYNAMIC_TIME_ZONE_INFORMATION Dynamic = {.Zone = *TimeZoneInformation};

    return IopSetZone(&Dynamic, IOP_ZONE_FIELDS);
}

NTSTATUS NTAPI RtlSetDynamicTimeZoneInformation(
    const RTL_DYNAMIC_TIME_ZONE_INFORMATION *TimeZoneInformation)
{
    return IopSetZone(TimeZoneInformation, IOP_DYNAMIC_FIELDS);
}
