/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Sets of devices: what is below the registry's Enum, chosen by class, by enumerator, and by
 * whether it is there. */
#include "setup.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SETUP_MAGIC 0x53444553u
#define NAME_UNITS 256u

/* ---- texts ----------------------------------------------------------------------------------- */

static WCHAR SetupUpper(WCHAR Character)
{
    return Character >= u'a' && Character <= u'z' ? (WCHAR)(Character - 32) : Character;
}

BOOL SetupSameText(const WCHAR *One, const WCHAR *Other)
{
    while (*One != 0 && SetupUpper(*One) == SetupUpper(*Other)) {
        One++;
        Other++;
    }
    return *One == 0 && *Other == 0;
}

WCHAR *SetupCopy(const WCHAR *Text)
{
    SIZE_T Bytes = (BasepWideLength(Text) + 1) * sizeof(WCHAR);
    WCHAR *Copy = malloc(Bytes);

    if (Copy != NULL)
        memcpy(Copy, Text, Bytes);
    return Copy;
}

static const BYTE SetupGuidOrder[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

BOOL SetupParseGuid(const WCHAR *Text, GUID *Guid)
{
    BYTE Bytes[16];
    SIZE_T At = 0, Digits = 0;
    static const char Form[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";

    for (; Form[At] != 0; At++) {
        WCHAR Character = SetupUpper(Text[At]);
        if (Form[At] != 'x') {
            if (Character != (WCHAR)Form[At])
                return FALSE;
            continue;
        }
        unsigned Digit = Character >= u'0' && Character <= u'9' ? (unsigned)(Character - u'0')
            : Character >= u'A' && Character <= u'F'            ? (unsigned)(Character - u'A') + 10
                                                                : 16u;
        if (Digit == 16)
            return FALSE;
        BYTE *Byte = &Bytes[SetupGuidOrder[Digits / 2]];
        *Byte = (BYTE)(Digits % 2 == 0 ? Digit << 4 : *Byte | Digit);
        Digits++;
    }
    if (Text[At] != 0)
        return FALSE;
    memcpy(Guid, Bytes, sizeof(Bytes));
    return TRUE;
}

void SetupPrintGuid(const GUID *Guid, WCHAR Text[39])
{
    static const char Form[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
    BYTE Bytes[16];
    SIZE_T Digits = 0;

    memcpy(Bytes, Guid, sizeof(Bytes));
    for (SIZE_T At = 0; At < sizeof(Form); At++) {
        if (Form[At] != 'x') {
            Text[At] = (WCHAR)Form[At];
            continue;
        }
        BYTE Byte = Bytes[SetupGuidOrder[Digits / 2]];
        Text[At] = (WCHAR)"0123456789abcdef"[Digits % 2 == 0 ? Byte >> 4 : Byte & 0xF];
        Digits++;
    }
}

/* ---- numbers of devices ---------------------------------------------------------------------- */

static pthread_mutex_t SetupLock = PTHREAD_MUTEX_INITIALIZER;
static WCHAR **SetupIds; /* of the devices that have a number, which is one more than the index; for
                            the process's life */
static SIZE_T SetupIdCount;

DEVINST SetupNumber(const WCHAR *Id)
{
    DEVINST Number = 0;

    pthread_mutex_lock(&SetupLock);
    for (SIZE_T Index = 0; Index < SetupIdCount && Number == 0; Index++) {
        if (SetupSameText(SetupIds[Index], Id))
            Number = (DEVINST)Index + 1;
    }
    if (Number == 0) {
        WCHAR **Moved = realloc(SetupIds, (SetupIdCount + 1) * sizeof(*Moved)),
              *Copy = SetupCopy(Id);
        if (Moved != NULL)
            SetupIds = Moved;
        if (Moved != NULL && Copy != NULL) {
            SetupIds[SetupIdCount++] = Copy;
            Number = (DEVINST)SetupIdCount;
        } else {
            free(Copy);
        }
    }
    pthread_mutex_unlock(&SetupLock);
    return Number;
}

const WCHAR *SetupId(DEVINST Instance)
{
    pthread_mutex_lock(&SetupLock);
    const WCHAR *Id = Instance != 0 && Instance <= SetupIdCount ? SetupIds[Instance - 1] : NULL;
    pthread_mutex_unlock(&SetupLock);
    return Id;
}

/* ---- the registry ---------------------------------------------------------------------------- */

static BOOL SetupAppend(WCHAR *Path, SIZE_T Room, const WCHAR *Text)
{
    SIZE_T Length = BasepWideLength(Path), More = BasepWideLength(Text);

    if (Length + More + 1 > Room)
        return FALSE;
    memcpy(Path + Length, Text, (More + 1) * sizeof(WCHAR));
    return TRUE;
}

LSTATUS SetupOpen(const WCHAR *Id, const WCHAR *Below, HKEY *Key)
{
    WCHAR Path[4 * NAME_UNITS] = SETUP_ENUM u"\\";

    if (!SetupAppend(Path, 4 * NAME_UNITS, Id) ||
        (Below != NULL &&
            (!SetupAppend(Path, 4 * NAME_UNITS, u"\\") ||
                !SetupAppend(Path, 4 * NAME_UNITS, Below))))
        return ERROR_FILE_NOT_FOUND;
    return RegOpenKeyExW(HKEY_LOCAL_MACHINE, Path, 0, KEY_READ, Key);
}

BOOL SetupIsPresent(const WCHAR *Id)
{
    HKEY Key;

    if (SetupOpen(Id, u"Control", &Key) != ERROR_SUCCESS)
        return FALSE;
    RegCloseKey(Key);
    return TRUE;
}

void *SetupReadValue(HKEY Key, const WCHAR *Name, DWORD *Type, DWORD *Bytes)
{
    *Bytes = 0;
    for (;;) {
        DWORD Room = *Bytes;
        BYTE *Data = calloc(1, Room + 2 * sizeof(WCHAR));
        if (Data == NULL)
            return NULL;
        LSTATUS Error = RegQueryValueExW(Key, Name, NULL, Type, Room != 0 ? Data : NULL, Bytes);
        if (Error == ERROR_SUCCESS && *Bytes <= Room)
            return Data;
        free(Data);
        if (Error != ERROR_SUCCESS && Error != ERROR_MORE_DATA)
            return NULL;
    }
}

/* ---- sets ------------------------------------------------------------------------------------ */

SETUP_SET *SetupFind(HDEVINFO Handle)
{
    SETUP_SET *Set = Handle;

    if (Handle == NULL || Handle == INVALID_HANDLE_VALUE || Set->Magic != SETUP_MAGIC) {
        SetLastError(ERROR_INVALID_HANDLE);
        return NULL;
    }
    return Set;
}

SETUP_DEVICE *SetupDevice(const SETUP_SET *Set, const SP_DEVINFO_DATA *Data)
{
    if (Data == NULL || Data->cbSize != sizeof(*Data)) {
        SetLastError(Data == NULL ? ERROR_INVALID_PARAMETER : ERROR_INVALID_USER_BUFFER);
        return NULL;
    }
    for (SIZE_T Index = 0; Index < Set->Devices; Index++) {
        if (Set->Device[Index].Instance == Data->DevInst)
            return &Set->Device[Index];
    }
    SetLastError(ERROR_NO_SUCH_DEVINST);
    return NULL;
}

void SetupFillDevice(const SETUP_DEVICE *Device, SP_DEVINFO_DATA *Data)
{
    Data->ClassGuid = Device->Class;
    Data->DevInst = Device->Instance;
    Data->Reserved = 0;
}

BOOL SetupAddDevice(SETUP_SET *Set, const WCHAR *Id, SIZE_T *Index)
{
    DEVINST Number = SetupNumber(Id);
    DWORD Type, Bytes;
    HKEY Key;

    for (*Index = 0; *Index < Set->Devices; ++*Index) {
        if (Set->Device[*Index].Instance == Number)
            return TRUE;
    }
    SETUP_DEVICE *Moved = realloc(Set->Device, (Set->Devices + 1) * sizeof(*Moved));
    if (Moved != NULL)
        Set->Device = Moved;
    WCHAR *Copy = Moved != NULL && Number != 0 ? SetupCopy(Id) : NULL;
    if (Copy == NULL)
        return FALSE;
    SETUP_DEVICE *Device = &Moved[Set->Devices++];
    memset(Device, 0, sizeof(*Device));
    Device->Id = Copy;
    Device->Instance = Number;
    if (SetupOpen(Id, NULL, &Key) == ERROR_SUCCESS) {
        WCHAR *Class = SetupReadValue(Key, u"ClassGUID", &Type, &Bytes);
        if (Class != NULL && Type == REG_SZ)
            SetupParseGuid(Class, &Device->Class);
        free(Class);
        RegCloseKey(Key);
    }
    return TRUE;
}

BOOL SetupAddInterface(
    SETUP_SET *Set, const WCHAR *Path, const GUID *Class, DWORD Flags, SIZE_T Device)
{
    SETUP_INTERFACE *Moved = realloc(Set->Interface, (Set->Interfaces + 1) * sizeof(*Moved));
    WCHAR *Copy = SetupCopy(Path);

    if (Moved != NULL)
        Set->Interface = Moved;
    if (Moved == NULL || Copy == NULL) {
        free(Copy);
        return FALSE;
    }
    Moved[Set->Interfaces++] = (SETUP_INTERFACE){Copy, *Class, Flags, Device};
    return TRUE;
}

void SetupFree(SETUP_SET *Set)
{
    for (SIZE_T Index = 0; Index < Set->Devices; Index++)
        free(Set->Device[Index].Id);
    for (SIZE_T Index = 0; Index < Set->Interfaces; Index++)
        free(Set->Interface[Index].Path);
    free(Set->Device);
    free(Set->Interface);
    Set->Magic = 0;
    free(Set);
}

/* ---- making one ------------------------------------------------------------------------------ */

typedef struct SETUP_CHOICE {
    SETUP_SET *Set;
    const GUID *Class;       /* NULL: any */
    const WCHAR *Enumerator; /* "ROOT" or a device's identifier; NULL: any */
    BOOL Present;
} SETUP_CHOICE;

static BOOL SetupTakeDevice(const SETUP_CHOICE *Choice, const WCHAR *Id)
{
    SIZE_T Index, Before = Choice->Set->Devices;

    if (Choice->Present && !SetupIsPresent(Id))
        return TRUE;
    if (!SetupAddDevice(Choice->Set, Id, &Index))
        return FALSE;
    if (Choice->Class == NULL ||
        memcmp(&Choice->Set->Device[Index].Class, Choice->Class, sizeof(GUID)) == 0)
        return TRUE;
    if (Index == Before) {
        free(Choice->Set->Device[Index].Id);
        Choice->Set->Devices--;
    }
    return TRUE;
}

/* Three levels down Enum there are devices. */
static BOOL SetupWalk(const SETUP_CHOICE *Choice, WCHAR *Path, unsigned Level)
{
    WCHAR Full[4 * NAME_UNITS] = SETUP_ENUM, Name[NAME_UNITS];
    SIZE_T Length = BasepWideLength(Path);
    BOOL Good = TRUE;
    HKEY Key;

    if (Level == 3)
        return SetupTakeDevice(Choice, Path);
    if (Length != 0 &&
        (!SetupAppend(Full, 4 * NAME_UNITS, u"\\") || !SetupAppend(Full, 4 * NAME_UNITS, Path)))
        return TRUE;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, Full, 0, KEY_READ, &Key) != ERROR_SUCCESS)
        return TRUE;
    for (DWORD Index = 0; Good; Index++) {
        DWORD Units = NAME_UNITS;
        if (RegEnumKeyExW(Key, Index, Name, &Units, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
            break;
        if (Level == 0 && Choice->Enumerator != NULL && !SetupSameText(Name, Choice->Enumerator))
            continue;
        if ((Length == 0 || SetupAppend(Path, 3 * NAME_UNITS, u"\\")) &&
            SetupAppend(Path, 3 * NAME_UNITS, Name))
            Good = SetupWalk(Choice, Path, Level + 1);
        Path[Length] = 0;
    }
    RegCloseKey(Key);
    return Good;
}

static BOOL SetupReadDevices(SETUP_CHOICE *Choice)
{
    WCHAR Path[3 * NAME_UNITS] = u"";

    for (const WCHAR *At = Choice->Enumerator; At != NULL && *At != 0; At++) {
        if (*At == u'\\') {
            HKEY Key;
            if (SetupOpen(Choice->Enumerator, NULL, &Key) != ERROR_SUCCESS)
                return TRUE;
            RegCloseKey(Key);
            return SetupTakeDevice(Choice, Choice->Enumerator);
        }
    }
    return SetupWalk(Choice, Path, 0);
}

HDEVINFO WINAPI SetupDiGetClassDevsW(
    const GUID *ClassGuid, LPCWSTR Enumerator, HWND hwndParent, DWORD Flags)
{
    const DWORD Known = DIGCF_DEFAULT | DIGCF_PRESENT | DIGCF_ALLCLASSES | DIGCF_PROFILE |
        DIGCF_DEVICEINTERFACE;
    SETUP_CHOICE Choice = {.Enumerator = Enumerator, .Present = (Flags & DIGCF_PRESENT) != 0};

    (void)hwndParent;
    if ((Flags & ~Known) || (ClassGuid == NULL && !(Flags & DIGCF_ALLCLASSES))) {
        SetLastError((Flags & ~Known) ? ERROR_INVALID_FLAGS : ERROR_INVALID_PARAMETER);
        return INVALID_HANDLE_VALUE;
    }
    Choice.Class = (Flags & DIGCF_ALLCLASSES) ? NULL : ClassGuid;
    Choice.Set = calloc(1, sizeof(*Choice.Set));
    if (Choice.Set != NULL) {
        Choice.Set->Magic = SETUP_MAGIC;
        BOOL Good = (Flags & DIGCF_DEVICEINTERFACE)
                        ? SetupReadInterfaces(Choice.Set, Choice.Class, Enumerator, Choice.Present)
                        : SetupReadDevices(&Choice);
        if (Good)
            return Choice.Set;
        SetupFree(Choice.Set);
    }
    SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return INVALID_HANDLE_VALUE;
}

BOOL WINAPI SetupDiDestroyDeviceInfoList(HDEVINFO DeviceInfoSet)
{
    SETUP_SET *Set = SetupFind(DeviceInfoSet);

    if (Set == NULL)
        return FALSE;
    SetupFree(Set);
    return TRUE;
}

BOOL WINAPI SetupDiEnumDeviceInfo(
    HDEVINFO DeviceInfoSet, DWORD MemberIndex, PSP_DEVINFO_DATA DeviceInfoData)
{
    SETUP_SET *Set = SetupFind(DeviceInfoSet);

    if (Set == NULL)
        return FALSE;
    if (DeviceInfoData == NULL || DeviceInfoData->cbSize != sizeof(*DeviceInfoData))
        return BasepFailWin32(ERROR_INVALID_USER_BUFFER);
    if (MemberIndex >= Set->Devices)
        return BasepFailWin32(ERROR_NO_MORE_ITEMS);
    SetupFillDevice(&Set->Device[MemberIndex], DeviceInfoData);
    return TRUE;
}

BOOL WINAPI SetupDiGetDeviceInstanceIdW(HDEVINFO DeviceInfoSet, PSP_DEVINFO_DATA DeviceInfoData,
    LPWSTR DeviceInstanceId, DWORD DeviceInstanceIdSize, PDWORD RequiredSize)
{
    SETUP_SET *Set = SetupFind(DeviceInfoSet);
    const SETUP_DEVICE *Device = Set != NULL ? SetupDevice(Set, DeviceInfoData) : NULL;

    if (Device == NULL)
        return FALSE;
    SIZE_T Units = BasepWideLength(Device->Id) + 1;
    if (RequiredSize != NULL)
        *RequiredSize = (DWORD)Units;
    if (DeviceInstanceId == NULL || DeviceInstanceIdSize < Units)
        return BasepFailWin32(ERROR_INSUFFICIENT_BUFFER);
    memcpy(DeviceInstanceId, Device->Id, Units * sizeof(WCHAR));
    return TRUE;
}
