/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * cfgmgr32.h - the configuration manager: the machine's devices by their instance identifiers. Calls return
 * their error and leave GetLastError() alone. A DEVINST is good in the process that got it.
 */
#ifndef DOTSYS_WIN32_CFGMGR32_H
#define DOTSYS_WIN32_CFGMGR32_H
#pragma GCC system_header /* see windef.h */

#include "windef.h"
#include "winnt.h"
#include "winbase.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef DWORD DEVINST, *PDEVINST, DEVNODE;
typedef WCHAR *DEVINSTID_W;
typedef CHAR *DEVINSTID_A;
typedef DWORD CONFIGRET;

#define MAX_DEVICE_ID_LEN 200

#define CR_SUCCESS             0x00
#define CR_DEFAULT             0x01
#define CR_OUT_OF_MEMORY       0x02
#define CR_INVALID_POINTER     0x03
#define CR_INVALID_FLAG        0x04
#define CR_INVALID_DEVNODE     0x05
#define CR_NO_SUCH_DEVNODE     0x0D
#define CR_FAILURE             0x13
#define CR_BUFFER_SMALL        0x1A
#define CR_INVALID_DEVICE_ID   0x1E
#define CR_INVALID_DATA        0x1F
#define CR_NO_SUCH_VALUE       0x25

#define CM_LOCATE_DEVNODE_NORMAL  0x0
#define CM_LOCATE_DEVNODE_PHANTOM 0x1 /* also one that is not there now */

#define CM_GET_DEVICE_INTERFACE_LIST_PRESENT     0x0
#define CM_GET_DEVICE_INTERFACE_LIST_ALL_DEVICES 0x1

#define DN_ROOT_ENUMERATED 0x00000001
#define DN_DRIVER_LOADED   0x00000002
#define DN_ENUM_LOADED     0x00000004
#define DN_STARTED         0x00000008
#define DN_HAS_PROBLEM     0x00000400

WINBASEAPI CONFIGRET WINAPI CM_Locate_DevNodeW(PDEVINST pdnDevInst, DEVINSTID_W pDeviceID, ULONG ulFlags);
WINBASEAPI CONFIGRET WINAPI CM_Locate_DevNodeA(PDEVINST pdnDevInst, DEVINSTID_A pDeviceID, ULONG ulFlags);
WINBASEAPI CONFIGRET WINAPI CM_Get_Device_ID_Size(ULONG *pulLen, DEVINST dnDevInst, ULONG ulFlags);
WINBASEAPI CONFIGRET WINAPI CM_Get_Device_IDW(DEVINST dnDevInst, WCHAR *Buffer, ULONG BufferLen, ULONG ulFlags);
WINBASEAPI CONFIGRET WINAPI CM_Get_Device_IDA(DEVINST dnDevInst, CHAR *Buffer, ULONG BufferLen, ULONG ulFlags);
WINBASEAPI CONFIGRET WINAPI CM_Get_DevNode_Status(ULONG *pulStatus, ULONG *pulProblemNumber, DEVINST dnDevInst, ULONG ulFlags);
WINBASEAPI CONFIGRET WINAPI CM_Get_Parent(PDEVINST pdnDevInst, DEVINST dnDevInst, ULONG ulFlags);
WINBASEAPI CONFIGRET WINAPI CM_Get_Child(PDEVINST pdnDevInst, DEVINST dnDevInst, ULONG ulFlags);
WINBASEAPI CONFIGRET WINAPI CM_Get_Sibling(PDEVINST pdnDevInst, DEVINST dnDevInst, ULONG ulFlags);
WINBASEAPI CONFIGRET WINAPI CM_Get_Device_Interface_List_SizeW(
    ULONG *pulLen, GUID *InterfaceClassGuid, DEVINSTID_W pDeviceID, ULONG ulFlags);
WINBASEAPI CONFIGRET WINAPI CM_Get_Device_Interface_ListW(
    GUID *InterfaceClassGuid, DEVINSTID_W pDeviceID, WCHAR *Buffer, ULONG BufferLen, ULONG ulFlags);

/* ---- being told (Windows 8) ---- */

typedef struct HCMNOTIFICATION__ *HCMNOTIFICATION;
typedef HCMNOTIFICATION *PHCMNOTIFICATION;

#define CM_NOTIFY_FILTER_FLAG_ALL_INTERFACE_CLASSES 0x00000001
#define CM_NOTIFY_FILTER_FLAG_ALL_DEVICE_INSTANCES  0x00000002

typedef enum _CM_NOTIFY_FILTER_TYPE {
    CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE,
    CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE,
    CM_NOTIFY_FILTER_TYPE_DEVICEINSTANCE,
    CM_NOTIFY_FILTER_TYPE_MAX
} CM_NOTIFY_FILTER_TYPE, *PCM_NOTIFY_FILTER_TYPE;

typedef struct _CM_NOTIFY_FILTER {
    DWORD cbSize;
    DWORD Flags;
    CM_NOTIFY_FILTER_TYPE FilterType;
    DWORD Reserved;
    union {
        struct {
            GUID ClassGuid;
        } DeviceInterface;
        struct {
            HANDLE hTarget;
        } DeviceHandle;
        struct {
            WCHAR InstanceId[MAX_DEVICE_ID_LEN];
        } DeviceInstance;
    } u;
} CM_NOTIFY_FILTER, *PCM_NOTIFY_FILTER;

typedef enum _CM_NOTIFY_ACTION {
    CM_NOTIFY_ACTION_DEVICEINTERFACEARRIVAL,
    CM_NOTIFY_ACTION_DEVICEINTERFACEREMOVAL,
    CM_NOTIFY_ACTION_DEVICEQUERYREMOVE, /* answered with ERROR_SUCCESS or ERROR_CANCELLED */
    CM_NOTIFY_ACTION_DEVICEQUERYREMOVEFAILED,
    CM_NOTIFY_ACTION_DEVICEREMOVEPENDING,
    CM_NOTIFY_ACTION_DEVICEREMOVECOMPLETE,
    CM_NOTIFY_ACTION_DEVICECUSTOMEVENT,
    CM_NOTIFY_ACTION_DEVICEINSTANCEENUMERATED,
    CM_NOTIFY_ACTION_DEVICEINSTANCESTARTED,
    CM_NOTIFY_ACTION_DEVICEINSTANCEREMOVED,
    CM_NOTIFY_ACTION_MAX
} CM_NOTIFY_ACTION, *PCM_NOTIFY_ACTION;

typedef struct _CM_NOTIFY_EVENT_DATA {
    CM_NOTIFY_FILTER_TYPE FilterType;
    DWORD Reserved;
    union {
        struct {
            GUID ClassGuid;
            WCHAR SymbolicLink[ANYSIZE_ARRAY];
        } DeviceInterface;
        struct {
            GUID EventGuid;
            LONG NameOffset;
            DWORD DataSize;
            BYTE Data[ANYSIZE_ARRAY];
        } DeviceHandle;
        struct {
            WCHAR InstanceId[ANYSIZE_ARRAY];
        } DeviceInstance;
    } u;
} CM_NOTIFY_EVENT_DATA, *PCM_NOTIFY_EVENT_DATA;

typedef DWORD(CALLBACK *PCM_NOTIFY_CALLBACK)(HCMNOTIFICATION hNotify, PVOID Context, CM_NOTIFY_ACTION Action,
    PCM_NOTIFY_EVENT_DATA EventData, DWORD EventDataSize);

/* The callback runs on a thread of the library's, one event at a time. Whoever is in it is through when Unregister returns. */
WINBASEAPI CONFIGRET WINAPI CM_Register_Notification(
    PCM_NOTIFY_FILTER pFilter, PVOID pContext, PCM_NOTIFY_CALLBACK pCallback, PHCMNOTIFICATION pNotifyContext);
WINBASEAPI CONFIGRET WINAPI CM_Unregister_Notification(HCMNOTIFICATION NotifyContext);

#ifdef UNICODE
#define CM_Locate_DevNode                CM_Locate_DevNodeW
#define CM_Get_Device_ID                 CM_Get_Device_IDW
#else
#define CM_Locate_DevNode                CM_Locate_DevNodeA
#define CM_Get_Device_ID                 CM_Get_Device_IDA
#endif
#define CM_Get_Device_Interface_List      CM_Get_Device_Interface_ListW
#define CM_Get_Device_Interface_List_Size CM_Get_Device_Interface_List_SizeW

#ifdef __cplusplus
}
#endif
#endif
