/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * wmi for the other components: data blocks of drivers, events, tracing. A driver registers devices
 * and says which blocks, by GUID, they have; who opens a block gets its data from the drivers by
 * IRP_MJ_SYSTEM_CONTROL. There is no WMI service: only drivers are clients. Providers of trace
 * events register, and no session listens to them.
 */
#pragma once

#include "nt/etw.h"
#include "nt/wmi.h"
#include "pnp/pnp.h"
#include "rtl/rtl.h"

/* After PnpInitialize. */
NTSTATUS WmiInitialize(void);

/* Whether a device is registered and has not been deregistered. */
BOOLEAN WmiIsRegistered(const DEVICE_OBJECT *DeviceObject);
/* The routine of a callback that is registered by this structure; 0: none is. */
ULONG_PTR WmiCallbackOf(const void *Registration);

/* ---- Exports: data blocks (provider.c, block.c, query.c, change.c, event.c, instance.c) ------ */

NTSTATUS NTAPI IoWMIRegistrationControl(DEVICE_OBJECT *DeviceObject, ULONG Action);
#undef IoWMIDeviceObjectToProviderId
ULONG NTAPI IoWMIDeviceObjectToProviderId(DEVICE_OBJECT *DeviceObject);
NTSTATUS NTAPI IoWMIOpenBlock(
    const GUID *DataBlockGuid, ULONG DesiredAccess, void **DataBlockObject);
NTSTATUS NTAPI IoWMIQueryAllData(void *DataBlockObject, ULONG *InOutBufferSize, void *OutBuffer);
NTSTATUS NTAPI IoWMIQueryAllDataMultiple(
    void **DataBlockObjectList, ULONG ObjectCount, ULONG *InOutBufferSize, void *OutBuffer);
NTSTATUS NTAPI IoWMIQuerySingleInstance(
    void *DataBlockObject, UNICODE_STRING *InstanceName, ULONG *InOutBufferSize, void *OutBuffer);
NTSTATUS NTAPI IoWMIQuerySingleInstanceMultiple(void **DataBlockObjectList,
    UNICODE_STRING *InstanceNames, ULONG ObjectCount, ULONG *InOutBufferSize, void *OutBuffer);
NTSTATUS NTAPI IoWMISetSingleInstance(void *DataBlockObject, UNICODE_STRING *InstanceName,
    ULONG Version, ULONG ValueBufferSize, void *ValueBuffer);
NTSTATUS NTAPI IoWMISetSingleItem(void *DataBlockObject, UNICODE_STRING *InstanceName,
    ULONG DataItemId, ULONG Version, ULONG ValueBufferSize, void *ValueBuffer);
NTSTATUS NTAPI IoWMIExecuteMethod(void *DataBlockObject, UNICODE_STRING *InstanceName,
    ULONG MethodId, ULONG InBufferSize, ULONG *OutBufferSize, UCHAR *InOutBuffer);
NTSTATUS NTAPI IoWMISetNotificationCallback(
    void *Object, WMI_NOTIFICATION_CALLBACK Callback, void *Context);
NTSTATUS NTAPI IoWMIWriteEvent(void *WnodeEventItem);
NTSTATUS NTAPI IoWMIHandleToInstanceName(
    void *DataBlockObject, HANDLE FileHandle, UNICODE_STRING *InstanceName);
NTSTATUS NTAPI IoWMIDeviceObjectToInstanceName(
    void *DataBlockObject, DEVICE_OBJECT *DeviceObject, UNICODE_STRING *InstanceName);
NTSTATUS NTAPI IoWMISuggestInstanceName(DEVICE_OBJECT *PhysicalDeviceObject,
    UNICODE_STRING *SymbolicLinkName, BOOLEAN CombineNames, UNICODE_STRING *SuggestedInstanceName);
NTSTATUS NTAPI IoWMIAllocateInstanceIds(GUID *Guid, ULONG InstanceCount, ULONG *FirstInstanceId);

/* ---- Exports: wmilib.sys (lib.c, librequest.c) ----------------------------------------------- */

NTSTATUS NTAPI WmiSystemControl(WMILIB_CONTEXT *WmiLibInfo, DEVICE_OBJECT *DeviceObject, IRP *Irp,
    SYSCTL_IRP_DISPOSITION *IrpDisposition);
NTSTATUS NTAPI WmiCompleteRequest(
    DEVICE_OBJECT *DeviceObject, IRP *Irp, NTSTATUS Status, ULONG BufferUsed, CCHAR PriorityBoost);
NTSTATUS NTAPI WmiFireEvent(DEVICE_OBJECT *DeviceObject, const GUID *Guid, ULONG InstanceIndex,
    ULONG EventDataSize, void *EventData);

/* ---- Exports: events for tracing (etw.c) ----------------------------------------------------- */

NTSTATUS NTAPI EtwRegister(const GUID *ProviderId, PETWENABLECALLBACK EnableCallback,
    void *CallbackContext, REGHANDLE *RegHandle);
NTSTATUS NTAPI EtwUnregister(REGHANDLE RegHandle);
NTSTATUS NTAPI EtwSetInformation(REGHANDLE RegHandle, EVENT_INFO_CLASS InformationClass,
    void *EventInformation, ULONG InformationLength);
BOOLEAN NTAPI EtwEventEnabled(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor);
BOOLEAN NTAPI EtwProviderEnabled(REGHANDLE RegHandle, UCHAR Level, ULONGLONG Keyword);
NTSTATUS NTAPI EtwActivityIdControl(ULONG ControlCode, GUID *ActivityId);
NTSTATUS NTAPI EtwWrite(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor,
    const GUID *ActivityId, ULONG UserDataCount, EVENT_DATA_DESCRIPTOR *UserData);
NTSTATUS NTAPI EtwWriteEx(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor,
    ULONG64 Filter, ULONG Flags, const GUID *ActivityId, const GUID *RelatedActivityId,
    ULONG UserDataCount, EVENT_DATA_DESCRIPTOR *UserData);
NTSTATUS NTAPI EtwWriteTransfer(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor,
    const GUID *ActivityId, const GUID *RelatedActivityId, ULONG UserDataCount,
    EVENT_DATA_DESCRIPTOR *UserData);
NTSTATUS NTAPI EtwWriteString(REGHANDLE RegHandle, UCHAR Level, ULONGLONG Keyword,
    const GUID *ActivityId, const WCHAR *String);
NTSTATUS NTAPI EtwWriteStartScenario(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor,
    const GUID *ActivityId, ULONG UserDataCount, EVENT_DATA_DESCRIPTOR *UserData);
NTSTATUS NTAPI EtwWriteEndScenario(REGHANDLE RegHandle, const EVENT_DESCRIPTOR *EventDescriptor,
    const GUID *ActivityId, ULONG UserDataCount, EVENT_DATA_DESCRIPTOR *UserData);

/* ---- Exports: software tracing (trace.c) ----------------------------------------------------- */

NTSTATUS NTAPI WmiQueryTraceInformation(TRACE_INFORMATION_CLASS TraceInformationClass,
    void *TraceInformation, ULONG TraceInformationLength, ULONG *RequiredLength, void *Buffer);
NTSTATUS NTAPIV WmiTraceMessage(
    TRACEHANDLE LoggerHandle, ULONG MessageFlags, GUID *MessageGuid, USHORT MessageNumber, ...);
NTSTATUS NTAPI WmiTraceMessageVa(TRACEHANDLE LoggerHandle, ULONG MessageFlags, GUID *MessageGuid,
    USHORT MessageNumber, NT_VA_LIST MessageArgList);
