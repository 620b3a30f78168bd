/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Properties by key, of devices and their interfaces. Each is a value below the key
 * Properties\{fmtid} in the device's or the interface's key, named after the property's number and
 * language; its registry type is the property's with the upper half set. Those that do not persist
 * are in a volatile key beside it. What Windows itself keeps of a device can be read by its key,
 * too.
 */
#include <string.h>

#include "pnp/pnpp.h"

#define PNPP_TYPE_MARK 0xFFFF0000u
#define PNPP_VOLATILE u"VolatileProperties\\"
#define PNPP_PERSISTENT u"Properties\\"
#define PNPP_PLACE_CHARACTERS 64

/* Properties\{…} and 00000002,0409 */
typedef struct PNPP_PLACE {
    WCHAR Key[PNPP_PLACE_CHARACTERS];
    WCHAR Name[16];
} PNPP_PLACE;

static WCHAR *PnppPutHex(WCHAR *At, ULONG Number, int Digits)
{
    for (int Place = Digits - 1; Place >= 0; Place--)
        *At++ = (WCHAR)u"0123456789abcdef"[Number >> 4 * Place & 0xF];
    return At;
}

static NTSTATUS PnppMakePlace(
    const WCHAR *Folder, const DEVPROPKEY *PropertyKey, LCID Lcid, PNPP_PLACE *Place)
{
    UNICODE_STRING Guid;
    NTSTATUS Status = RtlStringFromGUID(&PropertyKey->fmtid, &Guid);
    if (!NT_SUCCESS(Status))
        return Status;
    SIZE_T Length = RtlpWcsLength(Folder);
    memcpy(Place->Key, Folder, Length * sizeof(WCHAR));
    memcpy(Place->Key + Length, Guid.Buffer, Guid.Length);
    Place->Key[Length + Guid.Length / sizeof(WCHAR)] = 0;
    RtlFreeUnicodeString(&Guid);
    WCHAR *At = PnppPutHex(Place->Name, PropertyKey->pid, 8);
    if (Lcid != 0) {
        *At++ = u',';
        At = PnppPutHex(At, Lcid & 0xFFFF, 4);
    }
    *At = 0;
    return STATUS_SUCCESS;
}

static NTSTATUS PnppWriteProperty(HANDLE Root, const WCHAR *Folder, ULONG Options,
    const DEVPROPKEY *PropertyKey, LCID Lcid, DEVPROPTYPE Type, const void *Data, ULONG Size)
{
    PNPP_PLACE Place;
    UNICODE_STRING Path;
    HANDLE Key, Above;
    NTSTATUS Status = PnppMakePlace(Folder, PropertyKey, Lcid, &Place);
    if (!NT_SUCCESS(Status))
        return Status;
    /* What is below a volatile key must be volatile. */
    RtlInitUnicodeString(&Path, Folder);
    Path.Length -= (USHORT)sizeof(WCHAR);
    Status = PnppCreateKey(Root, &Path, Options, KEY_ALL_ACCESS, &Above);
    if (!NT_SUCCESS(Status))
        return Status;
    ZwClose(Above);
    RtlInitUnicodeString(&Path, Place.Key);
    Status = PnppCreateKey(Root, &Path, Options, KEY_ALL_ACCESS, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppSetValue(Key, Place.Name, PNPP_TYPE_MARK | Type, Data, Size);
    ZwClose(Key);
    return Status;
}

/* OBJECT_NAME_NOT_FOUND: it was not there. */
static NTSTATUS PnppEraseProperty(
    HANDLE Root, const WCHAR *Folder, const DEVPROPKEY *PropertyKey, LCID Lcid)
{
    PNPP_PLACE Place;
    UNICODE_STRING Path, Name;
    HANDLE Key;
    NTSTATUS Status = PnppMakePlace(Folder, PropertyKey, Lcid, &Place);
    if (!NT_SUCCESS(Status))
        return Status;
    RtlInitUnicodeString(&Path, Place.Key);
    Status = PnppOpenKey(Root, &Path, KEY_ALL_ACCESS, &Key);
    if (!NT_SUCCESS(Status))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    RtlInitUnicodeString(&Name, Place.Name);
    Status = ZwDeleteValueKey(Key, &Name);
    ZwClose(Key);
    return Status;
}

/* Type EMPTY deletes. */
NTSTATUS PnppSetProperty(HANDLE Root, const DEVPROPKEY *PropertyKey, LCID Lcid, BOOLEAN Persistent,
    DEVPROPTYPE Type, const void *Data, ULONG Size)
{
    NTSTATUS Gone = PnppEraseProperty(Root, PNPP_VOLATILE, PropertyKey, Lcid);
    if (Type == DEVPROP_TYPE_EMPTY) {
        NTSTATUS Status = PnppEraseProperty(Root, PNPP_PERSISTENT, PropertyKey, Lcid);
        return NT_SUCCESS(Gone) ? STATUS_SUCCESS : Status;
    }
    if (!Persistent)
        return PnppWriteProperty(
            Root, PNPP_VOLATILE, REG_OPTION_VOLATILE, PropertyKey, Lcid, Type, Data, Size);
    return PnppWriteProperty(
        Root, PNPP_PERSISTENT, REG_OPTION_NON_VOLATILE, PropertyKey, Lcid, Type, Data, Size);
}

static NTSTATUS PnppReadStored(HANDLE Root, const WCHAR *Folder, const DEVPROPKEY *PropertyKey,
    LCID Lcid, KEY_VALUE_PARTIAL_INFORMATION **Value)
{
    PNPP_PLACE Place;
    UNICODE_STRING Path;
    HANDLE Key;
    NTSTATUS Status = PnppMakePlace(Folder, PropertyKey, Lcid, &Place);
    if (!NT_SUCCESS(Status))
        return Status;
    RtlInitUnicodeString(&Path, Place.Key);
    Status = PnppOpenKey(Root, &Path, KEY_READ, &Key);
    if (!NT_SUCCESS(Status))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    Status = PnppQueryValue(Key, Place.Name, Value);
    ZwClose(Key);
    return Status;
}

static NTSTATUS PnppReturnValue(const KEY_VALUE_PARTIAL_INFORMATION *Value, DEVPROPTYPE As,
    ULONG Size, void *Data, ULONG *RequiredSize, DEVPROPTYPE *Type)
{
    *RequiredSize = Value->DataLength;
    *Type = As;
    if (Value->DataLength > Size)
        return STATUS_BUFFER_TOO_SMALL;
    if (Value->DataLength != 0)
        memcpy(Data, Value->Data, Value->DataLength);
    return STATUS_SUCCESS;
}

NTSTATUS PnppGetProperty(HANDLE Root, const DEVPROPKEY *PropertyKey, LCID Lcid, ULONG Size,
    void *Data, ULONG *RequiredSize, DEVPROPTYPE *Type)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    NTSTATUS Status = PnppReadStored(Root, PNPP_VOLATILE, PropertyKey, Lcid, &Value);
    if (!NT_SUCCESS(Status))
        Status = PnppReadStored(Root, PNPP_PERSISTENT, PropertyKey, Lcid, &Value);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppReturnValue(Value, Value->Type & ~PNPP_TYPE_MARK, Size, Data, RequiredSize, Type);
    ExiFree(Value);
    return Status;
}

/* ---- what Windows keeps itself --------------------------------------------------------------- */

static const GUID PnppDeviceKeys = {
    0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}};
static const GUID PnppInstanceKeys = {
    0x78c34fc8, 0x104a, 0x4aca, {0x9e, 0xa4, 0x52, 0x4d, 0x52, 0x99, 0x6e, 0x57}};

static const struct {
    DEVPROPID Id; /* of PnppDeviceKeys */
    DEVPROPTYPE Type;
    const WCHAR *Value;
} PnppKnown[] = {
    {2, DEVPROP_TYPE_STRING, u"DeviceDesc"},
    {3, DEVPROP_TYPE_STRING_LIST, u"HardwareID"},
    {4, DEVPROP_TYPE_STRING_LIST, u"CompatibleIDs"},
    {6, DEVPROP_TYPE_STRING, u"Service"},
    {9, DEVPROP_TYPE_STRING, u"Class"},
    {10, DEVPROP_TYPE_GUID, u"ClassGUID"},
    {11, DEVPROP_TYPE_STRING, u"Driver"},
    {13, DEVPROP_TYPE_STRING, u"Mfg"},
    {14, DEVPROP_TYPE_STRING, u"FriendlyName"},
    {15, DEVPROP_TYPE_STRING, u"LocationInformation"},
    {17, DEVPROP_TYPE_UINT32, u"Capabilities"},
    {18, DEVPROP_TYPE_UINT32, u"UINumber"},
    {19, DEVPROP_TYPE_STRING_LIST, u"UpperFilters"},
    {20, DEVPROP_TYPE_STRING_LIST, u"LowerFilters"},
    {30, DEVPROP_TYPE_UINT32, u"Address"},
};
#define PNPP_INSTANCE_ID 256u

/* What the tree knows, as IoGetDeviceProperty tells it. */
static const struct {
    DEVPROPID Id; /* of PnppDeviceKeys */
    DEVPROPTYPE Type;
    DEVICE_REGISTRY_PROPERTY Property;
} PnppTold[] = {
    {16, DEVPROP_TYPE_STRING, DevicePropertyPhysicalDeviceObjectName},
    {21, DEVPROP_TYPE_GUID, DevicePropertyBusTypeGuid},
    {22, DEVPROP_TYPE_UINT32, DevicePropertyLegacyBusType},
    {23, DEVPROP_TYPE_UINT32, DevicePropertyBusNumber},
    {24, DEVPROP_TYPE_STRING, DevicePropertyEnumeratorName},
    {33, DEVPROP_TYPE_UINT32, DevicePropertyRemovalPolicy},
    {36, DEVPROP_TYPE_UINT32, DevicePropertyInstallState},
};

/* How a device is doing: what its key Control says. */
static const GUID PnppStateKeys = {
    0x4340a6c5, 0x93fa, 0x4706, {0x97, 0x2c, 0x7b, 0x64, 0x80, 0x08, 0xa5, 0xa7}};
#define PNPP_PROBLEM_CODE 3u
#define PNPP_PARENT 8u

/* The registry has the class as text, programs want the GUID. */
static void PnppTextToGuid(KEY_VALUE_PARTIAL_INFORMATION *Value)
{
    UNICODE_STRING Text;
    GUID Guid;
    RtlInitUnicodeString(&Text, (const WCHAR *)(const void *)Value->Data);
    if (NT_SUCCESS(RtlGUIDFromString(&Text, &Guid))) {
        memcpy(Value->Data, &Guid, sizeof(Guid));
        Value->DataLength = sizeof(Guid);
    }
}

static NTSTATUS PnppGive(const void *From, ULONG Bytes, DEVPROPTYPE Is, ULONG Size, void *Data,
    ULONG *RequiredSize, DEVPROPTYPE *Type)
{
    *RequiredSize = Bytes;
    *Type = Is;
    if (Bytes > Size)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(Data, From, Bytes);
    return STATUS_SUCCESS;
}

static NTSTATUS PnppGetState(const UNICODE_STRING *Path, DEVPROPID Id, ULONG Size, void *Data,
    ULONG *RequiredSize, DEVPROPTYPE *Type)
{
    UNICODE_STRING Parent = {0, 0, NULL};
    ULONG Problem = 0;
    HANDLE Key;
    if (Id != PNPP_PROBLEM_CODE && Id != PNPP_PARENT)
        return STATUS_NOT_FOUND;
    NTSTATUS Status = PnppOpenDevice(Path, u"Control", KEY_READ, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    PnppQueryNumber(Key, u"Problem", &Problem);
    Status = PnppQueryText(Key, u"Parent", &Parent);
    ZwClose(Key);
    if (Id == PNPP_PROBLEM_CODE)
        Status = PnppGive(
            &Problem, sizeof(Problem), DEVPROP_TYPE_UINT32, Size, Data, RequiredSize, Type);
    else if (NT_SUCCESS(Status))
        Status = PnppGive(Parent.Buffer, Parent.Length + (ULONG)sizeof(WCHAR), DEVPROP_TYPE_STRING,
            Size, Data, RequiredSize, Type);
    PnppFree(&Parent);
    return Status;
}

static NTSTATUS PnppGetTold(DEVICE_OBJECT *Pdo, DEVPROPID Id, ULONG Size, void *Data,
    ULONG *RequiredSize, DEVPROPTYPE *Type)
{
    for (ULONG Index = 0; Index < sizeof(PnppTold) / sizeof(PnppTold[0]); Index++) {
        if (PnppTold[Index].Id != Id)
            continue;
        *Type = PnppTold[Index].Type;
        return IoGetDeviceProperty(Pdo, PnppTold[Index].Property, Size, Data, RequiredSize);
    }
    return STATUS_NOT_FOUND;
}

static NTSTATUS PnppGetKnown(DEVICE_OBJECT *Pdo, const UNICODE_STRING *Path, HANDLE Root,
    const DEVPROPKEY *PropertyKey, ULONG Size, void *Data, ULONG *RequiredSize, DEVPROPTYPE *Type)
{
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    if (memcmp(&PropertyKey->fmtid, &PnppInstanceKeys, sizeof(GUID)) == 0 &&
        PropertyKey->pid == PNPP_INSTANCE_ID) {
        return PnppGive(Path->Buffer, Path->Length + (ULONG)sizeof(WCHAR), DEVPROP_TYPE_STRING,
            Size, Data, RequiredSize, Type);
    }
    if (memcmp(&PropertyKey->fmtid, &PnppStateKeys, sizeof(GUID)) == 0)
        return PnppGetState(Path, PropertyKey->pid, Size, Data, RequiredSize, Type);
    if (memcmp(&PropertyKey->fmtid, &PnppDeviceKeys, sizeof(GUID)) != 0)
        return STATUS_NOT_FOUND;
    for (ULONG Index = 0; Index < sizeof(PnppKnown) / sizeof(PnppKnown[0]); Index++) {
        if (PnppKnown[Index].Id != PropertyKey->pid)
            continue;
        NTSTATUS Status = PnppQueryValue(Root, PnppKnown[Index].Value, &Value);
        if (!NT_SUCCESS(Status))
            return Status;
        if (PnppKnown[Index].Type == DEVPROP_TYPE_GUID)
            PnppTextToGuid(Value);
        Status = PnppReturnValue(Value, PnppKnown[Index].Type, Size, Data, RequiredSize, Type);
        ExiFree(Value);
        return Status;
    }
    return PnppGetTold(Pdo, PropertyKey->pid, Size, Data, RequiredSize, Type);
}

/* ---- exports --------------------------------------------------------------------------------- */

static BOOLEAN PnppGoodType(DEVPROPTYPE Type, ULONG Size, const void *Data)
{
    if ((Type & DEVPROP_MASK_TYPE) > MAX_DEVPROP_TYPE ||
        (Type & ~(DEVPROPTYPE)(DEVPROP_MASK_TYPE | DEVPROP_MASK_TYPEMOD)))
        return FALSE;
    if (Type == DEVPROP_TYPE_EMPTY || Type == DEVPROP_TYPE_NULL)
        return Size == 0;
    return Size == 0 || Data != NULL;
}

/*
 * IoSetDevicePropertyData - set, or with DEVPROP_TYPE_EMPTY delete, a property of a device.
 *
 * Pdo:     the device. Lcid: the language of a text, 0 for all. Flags:
 *          PLUGPLAY_PROPERTY_PERSISTENT: it stays when the machine restarts.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: a type there is not, or no data (INF);
 *          INVALID_DEVICE_REQUEST: no PDO that plug and play knows; OBJECT_NAME_NOT_FOUND: what is
 *          to be deleted is not there (INF); INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/IoSetDevicePropertyData; tests/kernel/pnp/IoSetDevicePropertyData.c
 */
NTSTATUS NTAPI IoSetDevicePropertyData(DEVICE_OBJECT *Pdo, const DEVPROPKEY *PropertyKey, LCID Lcid,
    ULONG Flags, DEVPROPTYPE Type, ULONG Size, void *Data)
{
    UNICODE_STRING Path;
    HANDLE Key;
    if (!PnppGoodType(Type, Size, Data))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = PnppPathOfDevice(Pdo, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppOpenDevice(&Path, NULL, KEY_ALL_ACCESS, &Key);
    PnppFree(&Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppSetProperty(
        Key, PropertyKey, Lcid, (Flags & PLUGPLAY_PROPERTY_PERSISTENT) != 0, Type, Data, Size);
    ZwClose(Key);
    return Status;
}

/*
 * IoGetDevicePropertyData - a property of a device: one that was set, or one of Windows' own: what
 * its key and the tree say of it.
 *
 * *RequiredSize: its bytes, also when Size is too small for them; *Type: what it is.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL; OBJECT_NAME_NOT_FOUND: there is none; INVALID_DEVICE_REQUEST:
 *          no PDO that plug and play knows; INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/IoGetDevicePropertyData; tests/kernel/pnp/IoSetDevicePropertyData.c
 */
NTSTATUS NTAPI IoGetDevicePropertyData(DEVICE_OBJECT *Pdo, const DEVPROPKEY *PropertyKey, LCID Lcid,
    ULONG Flags, ULONG Size, void *Data, ULONG *RequiredSize, DEVPROPTYPE *Type)
{
    UNICODE_STRING Path;
    HANDLE Key;
    (void)Flags;
    *RequiredSize = 0;
    NTSTATUS Status = PnppPathOfDevice(Pdo, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppOpenDevice(&Path, NULL, KEY_READ, &Key);
    if (NT_SUCCESS(Status)) {
        Status = PnppGetKnown(Pdo, &Path, Key, PropertyKey, Size, Data, RequiredSize, Type);
        if (Status == STATUS_NOT_FOUND)
            Status = PnppGetProperty(Key, PropertyKey, Lcid, Size, Data, RequiredSize, Type);
        ZwClose(Key);
    }
    PnppFree(&Path);
    return Status;
}

static NTSTATUS PnppOpenNamedInterface(const UNICODE_STRING *SymbolicLinkName, HANDLE *Key)
{
    PNPP_LINK Link;
    NTSTATUS Status = PnppParseLink(SymbolicLinkName, &Link);
    return NT_SUCCESS(Status) ? PnppOpenLink(&Link, TRUE, NULL, Key) : STATUS_INVALID_PARAMETER;
}

/*
 * IoSetDeviceInterfacePropertyData - the same for a device interface, by its name.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: as IoSetDevicePropertyData; INVALID_PARAMETER: that is no interface's name (INF);
 *          OBJECT_NAME_NOT_FOUND: it is not registered.
 * Source:  DOC wdm/IoSetDeviceInterfacePropertyData;
 *          tests/kernel/pnp/IoSetDeviceInterfacePropertyData.c
 */
NTSTATUS NTAPI IoSetDeviceInterfacePropertyData(UNICODE_STRING *SymbolicLinkName,
    const DEVPROPKEY *PropertyKey, LCID Lcid, ULONG Flags, DEVPROPTYPE Type, ULONG Size, void *Data)
{
    HANDLE Key;
    if (!PnppGoodType(Type, Size, Data))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = PnppOpenNamedInterface(SymbolicLinkName, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppSetProperty(
        Key, PropertyKey, Lcid, (Flags & PLUGPLAY_PROPERTY_PERSISTENT) != 0, Type, Data, Size);
    ZwClose(Key);
    return Status;
}

/*
 * IoGetDeviceInterfacePropertyData - a property of a device interface.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as IoGetDevicePropertyData.
 * Source:  DOC wdm/IoGetDeviceInterfacePropertyData;
 *          tests/kernel/pnp/IoSetDeviceInterfacePropertyData.c
 */
NTSTATUS NTAPI IoGetDeviceInterfacePropertyData(UNICODE_STRING *SymbolicLinkName,
    const DEVPROPKEY *PropertyKey, LCID Lcid, ULONG Flags, ULONG Size, void *Data,
    ULONG *RequiredSize, DEVPROPTYPE *Type)
{
    HANDLE Key;
    (void)Flags;
    *RequiredSize = 0;
    NTSTATUS Status = PnppOpenNamedInterface(SymbolicLinkName, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppGetProperty(Key, PropertyKey, Lcid, Size, Data, RequiredSize, Type);
    ZwClose(Key);
    return Status;
}
