/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Device interfaces in sets: what is below Control\DeviceClasses. */
#include "setup.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define NAME_UNITS 512u

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct SETUP_LOOK {
    SETUP_SET *Set;
    GUID Class;
    const WCHAR *Id; /* of the device; NULL: any */
    BOOL Present;
} SETUP_LOOK;

static BOOL SetupIsLinked(HKEY Interface)
{
    DWORD Linked = 0, Bytes = sizeof(Linked), Type;
    HKEY Control;

    if (RegOpenKeyExW(Interface, u"Control", 0, KEY_READ, &Control) != ERROR_SUCCESS)
        return FALSE;
    if (RegQueryValueExW(Control, u"Linked", NULL, &Type, (BYTE *)&Linked, &Bytes) !=
            ERROR_SUCCESS ||
        Type != REG_DWORD)
        Linked = 0;
    RegCloseKey(Control);
    return Linked != 0;
}

/* One "#" or "#reference" key. */
static BOOL SetupTakeInterface(const SETUP_LOOK *Look, HKEY Interface, const WCHAR *Id)
{
    DWORD Type, Bytes;
    BOOL Active = SetupIsLinked(Interface), Good = TRUE;
    SIZE_T Device;

    if (Look->Present && !Active)
        return TRUE;
    WCHAR *Path = SetupReadValue(Interface, u"SymbolicLink", &Type, &Bytes);
    if (Path != NULL && Type == REG_SZ)
        Good = SetupAddDevice(Look->Set, Id, &Device) &&
               SetupAddInterface(Look->Set, Path, &Look->Class, Active ? SPINT_ACTIVE : 0, Device);
    free(Path);
    return Good;
}

static BOOL SetupReadOne(const SETUP_LOOK *Look, HKEY Key)
{
    WCHAR Name[NAME_UNITS];
    DWORD Type, Bytes, Units = NAME_UNITS;
    BOOL Good = TRUE;
    WCHAR *Id = SetupReadValue(Key, u"DeviceInstance", &Type, &Bytes);

    if (Id != NULL && Type == REG_SZ && (Look->Id == NULL || SetupSameText(Id, Look->Id))) {
        for (DWORD Index = 0; Good &&
             RegEnumKeyExW(Key, Index, Name, &Units, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
             Index++, Units = NAME_UNITS) {
            HKEY Interface;
            if (Name[0] == u'#' &&
                RegOpenKeyExW(Key, Name, 0, KEY_READ, &Interface) == ERROR_SUCCESS) {
                Good = SetupTakeInterface(Look, Interface, Id);
                RegCloseKey(Interface);
            }
        }
    }
    free(Id);
    return Good;
}

static BOOL SetupReadClass(SETUP_LOOK *Look, HKEY Classes, const WCHAR *Class)
{
    WCHAR Name[NAME_UNITS];
    DWORD Units = NAME_UNITS;
    BOOL Good = TRUE;
    HKEY Key, Device;

    if (!SetupParseGuid(Class, &Look->Class) ||
        RegOpenKeyExW(Classes, Class, 0, KEY_READ, &Key) != ERROR_SUCCESS)
        return TRUE;
    for (DWORD Index = 0;
         Good && RegEnumKeyExW(Key, Index, Name, &Units, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
         Index++, Units = NAME_UNITS) {
        if (RegOpenKeyExW(Key, Name, 0, KEY_READ, &Device) == ERROR_SUCCESS) {
            Good = SetupReadOne(Look, Device);
            RegCloseKey(Device);
        }
    }
    RegCloseKey(Key);
    return Good;
}

BOOL SetupReadInterfaces(SETUP_SET *Set, const GUID *Class, const WCHAR *Id, BOOL Present)
{
    SETUP_LOOK Look = {.Set = Set, .Id = Id, .Present = Present};
    WCHAR Name[NAME_UNITS];
    DWORD Units = NAME_UNITS;
    BOOL Good = TRUE;
    HKEY Classes;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, SETUP_CLASSES, 0, KEY_READ, &Classes) != ERROR_SUCCESS)
        return TRUE;
    if (Class != NULL) {
        SetupPrintGuid(Class, Name);
        Good = SetupReadClass(&Look, Classes, Name);
    }
    for (DWORD Index = 0; Class == NULL && Good &&
         RegEnumKeyExW(Classes, Index, Name, &Units, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
         Index++, Units = NAME_UNITS)
        Good = SetupReadClass(&Look, Classes, Name);
    RegCloseKey(Classes);
    return Good;
}

/* ---- asking ---------------------------------------------------------------------------------- */

BOOL WINAPI SetupDiEnumDeviceInterfaces(HDEVINFO DeviceInfoSet, PSP_DEVINFO_DATA DeviceInfoData,
    const GUID *InterfaceClassGuid, DWORD MemberIndex,
    PSP_DEVICE_INTERFACE_DATA DeviceInterfaceData)
{
    SETUP_SET *Set = SetupFind(DeviceInfoSet);
    const SETUP_DEVICE *Device = NULL;

    if (Set == NULL ||
        (DeviceInfoData != NULL && (Device = SetupDevice(Set, DeviceInfoData)) == NULL))
        return FALSE;
    if (InterfaceClassGuid == NULL)
        return BasepFailWin32(ERROR_INVALID_PARAMETER);
    if (DeviceInterfaceData == NULL || DeviceInterfaceData->cbSize != sizeof(*DeviceInterfaceData))
        return BasepFailWin32(ERROR_INVALID_USER_BUFFER);
    for (SIZE_T Index = 0; Index < Set->Interfaces; Index++) {
        const SETUP_INTERFACE *One = &Set->Interface[Index];
        if (memcmp(&One->Class, InterfaceClassGuid, sizeof(GUID)) != 0 ||
            (Device != NULL && &Set->Device[One->Device] != Device) || MemberIndex-- != 0)
            continue;
        DeviceInterfaceData->InterfaceClassGuid = One->Class;
        DeviceInterfaceData->Flags = One->Flags;
        DeviceInterfaceData->Reserved = Index + 1;
        return TRUE;
    }
    return BasepFailWin32(ERROR_NO_MORE_ITEMS);
}

static const SETUP_INTERFACE *SetupInterface(
    const SETUP_SET *Set, const SP_DEVICE_INTERFACE_DATA *Data)
{
    if (Data == NULL || Data->cbSize != sizeof(*Data) || Data->Reserved == 0 ||
        Data->Reserved > Set->Interfaces) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return &Set->Interface[Data->Reserved - 1];
}

/* The device of an interface, if it is wanted. FALSE: the last error is set. */
static BOOL SetupGiveDevice(
    const SETUP_SET *Set, const SETUP_INTERFACE *Interface, SP_DEVINFO_DATA *Data)
{
    if (Data == NULL)
        return TRUE;
    if (Data->cbSize != sizeof(*Data))
        return BasepFailWin32(ERROR_INVALID_USER_BUFFER);
    SetupFillDevice(&Set->Device[Interface->Device], Data);
    return TRUE;
}

/* A caller's request for a path, in whichever characters. */
typedef struct SETUP_DETAIL {
    const void *Buffer; /* the caller's structure, whose first member is its size; NULL: none */
    DWORD Room, Head, Smallest; /* of it, up to the path, and with one character of that */
    DWORD *Required;
} SETUP_DETAIL;

/* NULL: the last error is set. */
static const SETUP_INTERFACE *SetupBeginDetail(HDEVINFO Handle,
    const SP_DEVICE_INTERFACE_DATA *Data, const SETUP_DETAIL *Detail, SP_DEVINFO_DATA *Device)
{
    SETUP_SET *Set = SetupFind(Handle);
    const SETUP_INTERFACE *Interface = Set != NULL ? SetupInterface(Set, Data) : NULL;

    if (Interface == NULL || !SetupGiveDevice(Set, Interface, Device))
        return NULL;
    if (Detail->Buffer == NULL ? Detail->Room == 0
                               : Detail->Room >= Detail->Smallest &&
                *(const DWORD *)Detail->Buffer == Detail->Smallest)
        return Interface;
    SetLastError(ERROR_INVALID_USER_BUFFER);
    return NULL;
}

/* FALSE: there is not room for a path of so many bytes, and the last error says so. */
static BOOL SetupHasRoom(const SETUP_DETAIL *Detail, SIZE_T Bytes)
{
    if (Detail->Required != NULL)
        *Detail->Required = (DWORD)(Detail->Head + Bytes);
    return Detail->Room >= Detail->Head + Bytes || BasepFailWin32(ERROR_INSUFFICIENT_BUFFER);
}

BOOL WINAPI SetupDiGetDeviceInterfaceDetailW(HDEVINFO DeviceInfoSet,
    PSP_DEVICE_INTERFACE_DATA DeviceInterfaceData,
    PSP_DEVICE_INTERFACE_DETAIL_DATA_W DeviceInterfaceDetailData,
    DWORD DeviceInterfaceDetailDataSize, PDWORD RequiredSize, PSP_DEVINFO_DATA DeviceInfoData)
{
    const SETUP_DETAIL Detail = {DeviceInterfaceDetailData, DeviceInterfaceDetailDataSize,
        offsetof(SP_DEVICE_INTERFACE_DETAIL_DATA_W, DevicePath), sizeof(*DeviceInterfaceDetailData),
        RequiredSize};
    const SETUP_INTERFACE *Interface = SetupBeginDetail(
        DeviceInfoSet, DeviceInterfaceData, &Detail, DeviceInfoData);

    if (Interface == NULL)
        return FALSE;
    SIZE_T Bytes = (BasepWideLength(Interface->Path) + 1) * sizeof(WCHAR);
    if (!SetupHasRoom(&Detail, Bytes))
        return FALSE;
    memcpy(DeviceInterfaceDetailData->DevicePath, Interface->Path, Bytes);
    return TRUE;
}

BOOL WINAPI SetupDiGetDeviceInterfaceDetailA(HDEVINFO DeviceInfoSet,
    PSP_DEVICE_INTERFACE_DATA DeviceInterfaceData,
    PSP_DEVICE_INTERFACE_DETAIL_DATA_A DeviceInterfaceDetailData,
    DWORD DeviceInterfaceDetailDataSize, PDWORD RequiredSize, PSP_DEVINFO_DATA DeviceInfoData)
{
    const SETUP_DETAIL Detail = {DeviceInterfaceDetailData, DeviceInterfaceDetailDataSize,
        offsetof(SP_DEVICE_INTERFACE_DETAIL_DATA_A, DevicePath), sizeof(*DeviceInterfaceDetailData),
        RequiredSize};
    const SETUP_INTERFACE *Interface = SetupBeginDetail(
        DeviceInfoSet, DeviceInterfaceData, &Detail, DeviceInfoData);

    if (Interface == NULL)
        return FALSE;
    SIZE_T Units = BasepWideLength(Interface->Path) + 1,
           Bytes = BasepUtf8FromUtf16(Interface->Path, Units, NULL, 0);
    if (!SetupHasRoom(&Detail, Bytes))
        return FALSE;
    BasepUtf8FromUtf16(Interface->Path, Units, DeviceInterfaceDetailData->DevicePath, Bytes);
    return TRUE;
}
