/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * setupapi.h - finding the machine's devices and their interfaces. A path that
 * SetupDiGetDeviceInterfaceDetail gives is for CreateFile. Text of the A calls is UTF-8.
 */
#ifndef DOTSYS_WIN32_SETUPAPI_H
#define DOTSYS_WIN32_SETUPAPI_H
#pragma GCC system_header /* see windef.h */

#include "windef.h"
#include "winnt.h"
#include "winbase.h"
#include "winreg.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef PVOID HDEVINFO;
#ifndef DOTSYS_HWND
#define DOTSYS_HWND
typedef struct HWND__ *HWND; /* there are no windows */
#endif

/* As on Windows, structures are packed for 32-bit programs: their size is checked. */
#if defined(__i386__)
#pragma pack(push, 1)
#endif
typedef struct _SP_DEVINFO_DATA {
    DWORD cbSize;
    GUID ClassGuid;
    DWORD DevInst;
    ULONG_PTR Reserved;
} SP_DEVINFO_DATA, *PSP_DEVINFO_DATA;

typedef struct _SP_DEVICE_INTERFACE_DATA {
    DWORD cbSize;
    GUID InterfaceClassGuid;
    DWORD Flags; /* SPINT_ */
    ULONG_PTR Reserved;
} SP_DEVICE_INTERFACE_DATA, *PSP_DEVICE_INTERFACE_DATA;

typedef struct _SP_DEVICE_INTERFACE_DETAIL_DATA_A {
    DWORD cbSize; /* of the structure, not of the path */
    CHAR DevicePath[1];
} SP_DEVICE_INTERFACE_DETAIL_DATA_A, *PSP_DEVICE_INTERFACE_DETAIL_DATA_A;

typedef struct _SP_DEVICE_INTERFACE_DETAIL_DATA_W {
    DWORD cbSize;
    WCHAR DevicePath[1];
} SP_DEVICE_INTERFACE_DETAIL_DATA_W, *PSP_DEVICE_INTERFACE_DETAIL_DATA_W;
#if defined(__i386__)
#pragma pack(pop)
#endif

#define SPINT_ACTIVE  0x1
#define SPINT_DEFAULT 0x2
#define SPINT_REMOVED 0x4

#define DIGCF_DEFAULT         0x01
#define DIGCF_PRESENT         0x02
#define DIGCF_ALLCLASSES      0x04
#define DIGCF_PROFILE         0x08
#define DIGCF_DEVICEINTERFACE 0x10
#define DIGCF_INTERFACEDEVICE DIGCF_DEVICEINTERFACE

#define SPDRP_DEVICEDESC                  0x00
#define SPDRP_HARDWAREID                  0x01
#define SPDRP_COMPATIBLEIDS               0x02
#define SPDRP_SERVICE                     0x04
#define SPDRP_CLASS                       0x07
#define SPDRP_CLASSGUID                   0x08
#define SPDRP_DRIVER                      0x09
#define SPDRP_CONFIGFLAGS                 0x0A
#define SPDRP_MFG                         0x0B
#define SPDRP_FRIENDLYNAME                0x0C
#define SPDRP_LOCATION_INFORMATION        0x0D
#define SPDRP_CAPABILITIES                0x0F
#define SPDRP_UI_NUMBER                   0x10
#define SPDRP_UPPERFILTERS                0x11
#define SPDRP_LOWERFILTERS                0x12
#define SPDRP_ENUMERATOR_NAME             0x16
#define SPDRP_ADDRESS                     0x1C
#define SPDRP_MAXIMUM_PROPERTY            0x25

#ifndef ERROR_NO_SUCH_DEVINST
#define ERROR_NO_SUCH_DEVINST      0xE000020BL
#define ERROR_INVALID_REG_PROPERTY 0xE0000209L
#endif

WINBASEAPI HDEVINFO WINAPI SetupDiGetClassDevsA(const GUID *ClassGuid, LPCSTR Enumerator, HWND hwndParent, DWORD Flags);
WINBASEAPI HDEVINFO WINAPI SetupDiGetClassDevsW(const GUID *ClassGuid, LPCWSTR Enumerator, HWND hwndParent, DWORD Flags);
WINBASEAPI BOOL WINAPI SetupDiDestroyDeviceInfoList(HDEVINFO DeviceInfoSet);
WINBASEAPI BOOL WINAPI SetupDiEnumDeviceInfo(HDEVINFO DeviceInfoSet, DWORD MemberIndex, PSP_DEVINFO_DATA DeviceInfoData);
WINBASEAPI BOOL WINAPI SetupDiEnumDeviceInterfaces(HDEVINFO DeviceInfoSet, PSP_DEVINFO_DATA DeviceInfoData,
    const GUID *InterfaceClassGuid, DWORD MemberIndex, PSP_DEVICE_INTERFACE_DATA DeviceInterfaceData);
WINBASEAPI BOOL WINAPI SetupDiGetDeviceInterfaceDetailA(HDEVINFO DeviceInfoSet,
    PSP_DEVICE_INTERFACE_DATA DeviceInterfaceData, PSP_DEVICE_INTERFACE_DETAIL_DATA_A DeviceInterfaceDetailData,
    DWORD DeviceInterfaceDetailDataSize, PDWORD RequiredSize, PSP_DEVINFO_DATA DeviceInfoData);
WINBASEAPI BOOL WINAPI SetupDiGetDeviceInterfaceDetailW(HDEVINFO DeviceInfoSet,
    PSP_DEVICE_INTERFACE_DATA DeviceInterfaceData, PSP_DEVICE_INTERFACE_DETAIL_DATA_W DeviceInterfaceDetailData,
    DWORD DeviceInterfaceDetailDataSize, PDWORD RequiredSize, PSP_DEVINFO_DATA DeviceInfoData);
WINBASEAPI BOOL WINAPI SetupDiGetDeviceRegistryPropertyA(HDEVINFO DeviceInfoSet, PSP_DEVINFO_DATA DeviceInfoData,
    DWORD Property, PDWORD PropertyRegDataType, PBYTE PropertyBuffer, DWORD PropertyBufferSize, PDWORD RequiredSize);
WINBASEAPI BOOL WINAPI SetupDiGetDeviceRegistryPropertyW(HDEVINFO DeviceInfoSet, PSP_DEVINFO_DATA DeviceInfoData,
    DWORD Property, PDWORD PropertyRegDataType, PBYTE PropertyBuffer, DWORD PropertyBufferSize, PDWORD RequiredSize);
WINBASEAPI BOOL WINAPI SetupDiGetDeviceInstanceIdA(HDEVINFO DeviceInfoSet, PSP_DEVINFO_DATA DeviceInfoData,
    LPSTR DeviceInstanceId, DWORD DeviceInstanceIdSize, PDWORD RequiredSize);
WINBASEAPI BOOL WINAPI SetupDiGetDeviceInstanceIdW(HDEVINFO DeviceInfoSet, PSP_DEVINFO_DATA DeviceInfoData,
    LPWSTR DeviceInstanceId, DWORD DeviceInstanceIdSize, PDWORD RequiredSize);

#ifdef UNICODE
#define SetupDiGetClassDevs              SetupDiGetClassDevsW
#define SetupDiGetDeviceInterfaceDetail  SetupDiGetDeviceInterfaceDetailW
#define SetupDiGetDeviceRegistryProperty SetupDiGetDeviceRegistryPropertyW
#define SetupDiGetDeviceInstanceId       SetupDiGetDeviceInstanceIdW
typedef SP_DEVICE_INTERFACE_DETAIL_DATA_W SP_DEVICE_INTERFACE_DETAIL_DATA;
#else
#define SetupDiGetClassDevs              SetupDiGetClassDevsA
#define SetupDiGetDeviceInterfaceDetail  SetupDiGetDeviceInterfaceDetailA
#define SetupDiGetDeviceRegistryProperty SetupDiGetDeviceRegistryPropertyA
#define SetupDiGetDeviceInstanceId       SetupDiGetDeviceInstanceIdA
typedef SP_DEVICE_INTERFACE_DETAIL_DATA_A SP_DEVICE_INTERFACE_DETAIL_DATA;
#endif
typedef SP_DEVICE_INTERFACE_DETAIL_DATA *PSP_DEVICE_INTERFACE_DETAIL_DATA;

#ifdef __cplusplus
}
#endif
#endif
