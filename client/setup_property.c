/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a device's key says of it, and the A forms of what takes or gives text. */
#include "setup.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    DWORD Property;
    const WCHAR *Value;
} SetupProperties[] = {
    {SPDRP_DEVICEDESC, u"DeviceDesc"},
    {SPDRP_HARDWAREID, u"HardwareID"},
    {SPDRP_COMPATIBLEIDS, u"CompatibleIDs"},
    {SPDRP_SERVICE, u"Service"},
    {SPDRP_CLASS, u"Class"},
    {SPDRP_CLASSGUID, u"ClassGUID"},
    {SPDRP_DRIVER, u"Driver"},
    {SPDRP_CONFIGFLAGS, u"ConfigFlags"},
    {SPDRP_MFG, u"Mfg"},
    {SPDRP_FRIENDLYNAME, u"FriendlyName"},
    {SPDRP_LOCATION_INFORMATION, u"LocationInformation"},
    {SPDRP_CAPABILITIES, u"Capabilities"},
    {SPDRP_UI_NUMBER, u"UINumber"},
    {SPDRP_UPPERFILTERS, u"UpperFilters"},
    {SPDRP_LOWERFILTERS, u"LowerFilters"},
    {SPDRP_ADDRESS, u"Address"},
};

/* "ROOT" of "ROOT\FOO\0000". */
static void *SetupEnumerator(const WCHAR *Id, DWORD *Type, DWORD *Bytes)
{
    SIZE_T Length = 0;

    while (Id[Length] != 0 && Id[Length] != u'\\')
        Length++;
    WCHAR *Text = calloc(Length + 2, sizeof(WCHAR));
    if (Text == NULL)
        return NULL;
    memcpy(Text, Id, Length * sizeof(WCHAR));
    *Type = REG_SZ;
    *Bytes = (DWORD)((Length + 1) * sizeof(WCHAR));
    return Text;
}

/* malloc's; NULL: the last error is set. */
static void *SetupReadProperty(
    const SETUP_DEVICE *Device, DWORD Property, DWORD *Type, DWORD *Bytes)
{
    HKEY Key;

    if (Property >= SPDRP_MAXIMUM_PROPERTY) {
        SetLastError(ERROR_INVALID_REG_PROPERTY);
        return NULL;
    }
    if (Property == SPDRP_ENUMERATOR_NAME)
        return SetupEnumerator(Device->Id, Type, Bytes);
    void *Data = NULL;
    for (SIZE_T Index = 0; Index < RTL_NUMBER_OF(SetupProperties); Index++) {
        if (SetupProperties[Index].Property == Property &&
            SetupOpen(Device->Id, NULL, &Key) == ERROR_SUCCESS) {
            Data = SetupReadValue(Key, SetupProperties[Index].Value, Type, Bytes);
            RegCloseKey(Key);
        }
    }
    if (Data == NULL)
        SetLastError(ERROR_INVALID_DATA);
    return Data;
}

static BOOL SetupGive(const void *Data, DWORD Bytes, DWORD Type, DWORD *GivenType, BYTE *Buffer,
    DWORD Room, DWORD *RequiredSize)
{
    if (GivenType != NULL)
        *GivenType = Type;
    if (RequiredSize != NULL)
        *RequiredSize = Bytes;
    if (Buffer == NULL || Room < Bytes)
        return BasepFailWin32(ERROR_INSUFFICIENT_BUFFER);
    memcpy(Buffer, Data, Bytes);
    return TRUE;
}

BOOL WINAPI SetupDiGetDeviceRegistryPropertyW(HDEVINFO DeviceInfoSet,
    PSP_DEVINFO_DATA DeviceInfoData, DWORD Property, PDWORD PropertyRegDataType,
    PBYTE PropertyBuffer, DWORD PropertyBufferSize, PDWORD RequiredSize)
{
    SETUP_SET *Set = SetupFind(DeviceInfoSet);
    const SETUP_DEVICE *Device = Set != NULL ? SetupDevice(Set, DeviceInfoData) : NULL;
    DWORD Type = REG_NONE, Bytes = 0;
    void *Data = Device != NULL ? SetupReadProperty(Device, Property, &Type, &Bytes) : NULL;

    if (Data == NULL)
        return FALSE;
    BOOL Good = SetupGive(
        Data, Bytes, Type, PropertyRegDataType, PropertyBuffer, PropertyBufferSize, RequiredSize);
    free(Data);
    return Good;
}

BOOL WINAPI SetupDiGetDeviceRegistryPropertyA(HDEVINFO DeviceInfoSet,
    PSP_DEVINFO_DATA DeviceInfoData, DWORD Property, PDWORD PropertyRegDataType,
    PBYTE PropertyBuffer, DWORD PropertyBufferSize, PDWORD RequiredSize)
{
    SETUP_SET *Set = SetupFind(DeviceInfoSet);
    const SETUP_DEVICE *Device = Set != NULL ? SetupDevice(Set, DeviceInfoData) : NULL;
    DWORD Type = REG_NONE, Bytes = 0;
    void *Data = Device != NULL ? SetupReadProperty(Device, Property, &Type, &Bytes) : NULL;

    if (Data == NULL)
        return FALSE;
    if (Type == REG_SZ || Type == REG_MULTI_SZ || Type == REG_EXPAND_SZ) {
        SIZE_T Units = Bytes / sizeof(WCHAR), Narrow = BasepUtf8FromUtf16(Data, Units, NULL, 0);
        char *Text = malloc(Narrow + 1);
        if (Text != NULL)
            BasepUtf8FromUtf16(Data, Units, Text, Narrow);
        free(Data);
        if (Text == NULL)
            return BasepFailWin32(ERROR_NOT_ENOUGH_MEMORY);
        Data = Text;
        Bytes = (DWORD)Narrow;
    }
    BOOL Good = SetupGive(
        Data, Bytes, Type, PropertyRegDataType, PropertyBuffer, PropertyBufferSize, RequiredSize);
    free(Data);
    return Good;
}

HDEVINFO WINAPI SetupDiGetClassDevsA(
    const GUID *ClassGuid, LPCSTR Enumerator, HWND hwndParent, DWORD Flags)
{
    BASEP_WIDE Wide;

    if (!NT_SUCCESS(BasepWiden(Enumerator, &Wide))) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return INVALID_HANDLE_VALUE;
    }
    HDEVINFO Set = SetupDiGetClassDevsW(ClassGuid, Wide.Text, hwndParent, Flags);
    BasepFreeWide(&Wide);
    return Set;
}

BOOL WINAPI SetupDiGetDeviceInstanceIdA(HDEVINFO DeviceInfoSet, PSP_DEVINFO_DATA DeviceInfoData,
    LPSTR DeviceInstanceId, DWORD DeviceInstanceIdSize, PDWORD RequiredSize)
{
    SETUP_SET *Set = SetupFind(DeviceInfoSet);
    const SETUP_DEVICE *Device = Set != NULL ? SetupDevice(Set, DeviceInfoData) : NULL;

    if (Device == NULL)
        return FALSE;
    SIZE_T Units = BasepWideLength(Device->Id) + 1,
           Bytes = BasepUtf8FromUtf16(Device->Id, Units, NULL, 0);
    if (RequiredSize != NULL)
        *RequiredSize = (DWORD)Bytes;
    if (DeviceInstanceId == NULL || DeviceInstanceIdSize < Bytes)
        return BasepFailWin32(ERROR_INSUFFICIENT_BUFFER);
    BasepUtf8FromUtf16(Device->Id, Units, DeviceInstanceId, Bytes);
    return TRUE;
}
