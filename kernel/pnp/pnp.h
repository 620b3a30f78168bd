/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * pnp for the other components: the device tree. Its root is a bus whose devices are the keys below
 * HKLM\SYSTEM\CurrentControlSet\Enum\Root; what a bus driver reports below them are keys of Enum,
 * too. A device's drivers are those its key names, and in what order the requests go to them is
 * Windows'.
 *
 * One lock is held over everything that changes the tree, and while drivers are called for it; the
 * thread that has it may take it again. Nothing here is called above PASSIVE_LEVEL unless it says
 * so.
 */
#pragma once

#include "io/io.h"
#include "nt/pnp.h"

/* Makes the root bus. As the System process, once cm, io and fs are up. */
NTSTATUS PnpInitialize(void);

/* Starts the devices of the root bus whose drivers are installed: when a machine's services have
 * been started. */
void PnpStartDevices(void);

/* All devices that run are told that the system shuts down: the last thing before that. */
void PnpPowerOff(void);

/* The device tree is going down with the machine: nothing is enumerated any more. */
void PnpShutdown(void);

/* ---- Exports: power (power.c) ---------------------------------------------------------------- */

NTSTATUS NTAPI NtInitiatePowerAction(
    ULONG SystemAction, ULONG MinSystemState, ULONG Flags, BOOLEAN Asynchronous);
NTSTATUS NTAPI ZwInitiatePowerAction(
    ULONG SystemAction, ULONG MinSystemState, ULONG Flags, BOOLEAN Asynchronous);

/* ---- Exports: devices (property.c, devicekey.c, report.c, invalidate.c) ---------------------- */

NTSTATUS NTAPI IoGetDeviceProperty(DEVICE_OBJECT *DeviceObject,
    DEVICE_REGISTRY_PROPERTY DeviceProperty, ULONG BufferLength, void *PropertyBuffer,
    ULONG *ResultLength);
NTSTATUS NTAPI IoGetDevicePropertyData(DEVICE_OBJECT *Pdo, const DEVPROPKEY *PropertyKey, LCID Lcid,
    ULONG Flags, ULONG Size, void *Data, ULONG *RequiredSize, DEVPROPTYPE *Type);
NTSTATUS NTAPI IoSetDevicePropertyData(DEVICE_OBJECT *Pdo, const DEVPROPKEY *PropertyKey, LCID Lcid,
    ULONG Flags, DEVPROPTYPE Type, ULONG Size, void *Data);
NTSTATUS NTAPI IoGetDeviceInterfacePropertyData(UNICODE_STRING *SymbolicLinkName,
    const DEVPROPKEY *PropertyKey, LCID Lcid, ULONG Flags, ULONG Size, void *Data,
    ULONG *RequiredSize, DEVPROPTYPE *Type);
NTSTATUS NTAPI IoSetDeviceInterfacePropertyData(UNICODE_STRING *SymbolicLinkName,
    const DEVPROPKEY *PropertyKey, LCID Lcid, ULONG Flags, DEVPROPTYPE Type, ULONG Size,
    void *Data);
NTSTATUS NTAPI IoOpenDeviceRegistryKey(DEVICE_OBJECT *DeviceObject, ULONG DevInstKeyType,
    ACCESS_MASK DesiredAccess, HANDLE *DeviceRegKey);
NTSTATUS NTAPI IoReportDetectedDevice(DRIVER_OBJECT *DriverObject, INTERFACE_TYPE LegacyBusType,
    ULONG BusNumber, ULONG SlotNumber, CM_RESOURCE_LIST *ResourceList,
    IO_RESOURCE_REQUIREMENTS_LIST *ResourceRequirements, BOOLEAN ResourceAssigned,
    DEVICE_OBJECT **DeviceObject);
NTSTATUS NTAPI IoReportRootDevice(DRIVER_OBJECT *DriverObject);
NTSTATUS NTAPI IoAssignResources(UNICODE_STRING *RegistryPath, UNICODE_STRING *DriverClassName,
    DRIVER_OBJECT *DriverObject, DEVICE_OBJECT *DeviceObject,
    IO_RESOURCE_REQUIREMENTS_LIST *RequestedResources, CM_RESOURCE_LIST **AllocatedResources);
BOOLEAN NTAPI IoIsWdmVersionAvailable(UCHAR MajorVersion, UCHAR MinorVersion);
void NTAPI IoInvalidateDeviceRelations(DEVICE_OBJECT *DeviceObject, DEVICE_RELATION_TYPE Type);
NTSTATUS NTAPI IoSynchronousInvalidateDeviceRelations(
    DEVICE_OBJECT *DeviceObject, DEVICE_RELATION_TYPE Type);
void NTAPI IoInvalidateDeviceState(DEVICE_OBJECT *PhysicalDeviceObject);
void NTAPI IoRequestDeviceEject(DEVICE_OBJECT *PhysicalDeviceObject);
NTSTATUS NTAPI IoRequestDeviceEjectEx(DEVICE_OBJECT *PhysicalDeviceObject,
    PIO_DEVICE_EJECT_CALLBACK Callback, void *Context, DRIVER_OBJECT *DriverObject);

/* ---- Exports: what drivers keep, and where they work (devicekey.c, folder.c, placement.c),
 * sessions (container.c)  */

NTSTATUS NTAPI IoOpenDriverRegistryKey(DRIVER_OBJECT *DriverObject, ULONG RegKeyType,
    ACCESS_MASK DesiredAccess, ULONG Flags, HANDLE *DriverRegKey);
NTSTATUS NTAPI IoGetDriverDirectory(
    DRIVER_OBJECT *DriverObject, ULONG DirectoryType, ULONG Flags, HANDLE *DriverDirectoryHandle);
NTSTATUS NTAPI IoGetDeviceDirectory(DEVICE_OBJECT *PhysicalDeviceObject, ULONG DirectoryType,
    ULONG Flags, void *Reserved, HANDLE *DeviceDirectoryHandle);
NTSTATUS NTAPI IoRegisterContainerNotification(ULONG NotificationClass, void *CallbackFunction,
    void *NotificationInformation, ULONG NotificationInformationLength,
    void **CallbackRegistration);
void NTAPI IoUnregisterContainerNotification(void *CallbackRegistration);
NTSTATUS NTAPI IoGetContainerInformation(
    ULONG InformationClass, void *ContainerObject, void *Buffer, ULONG BufferLength);
NTSTATUS NTAPI IoGetDeviceNumaNode(DEVICE_OBJECT *Pdo, USHORT *NodeNumber);
NTSTATUS NTAPI IoGetAffinityInterrupt(KINTERRUPT *Interrupt, GROUP_AFFINITY *GroupAffinity);

/* ---- Exports: interfaces and notification (interface.c, notify.c, target.c) ------------------ */

NTSTATUS NTAPI IoRegisterDeviceInterface(DEVICE_OBJECT *PhysicalDeviceObject,
    const GUID *InterfaceClassGuid, UNICODE_STRING *ReferenceString,
    UNICODE_STRING *SymbolicLinkName);
NTSTATUS NTAPI IoSetDeviceInterfaceState(UNICODE_STRING *SymbolicLinkName, BOOLEAN Enable);
NTSTATUS NTAPI IoGetDeviceInterfaces(const GUID *InterfaceClassGuid,
    DEVICE_OBJECT *PhysicalDeviceObject, ULONG Flags, WCHAR **SymbolicLinkList);
NTSTATUS NTAPI IoGetDeviceInterfaceAlias(UNICODE_STRING *SymbolicLinkName,
    const GUID *AliasInterfaceClassGuid, UNICODE_STRING *AliasSymbolicLinkName);
NTSTATUS NTAPI IoOpenDeviceInterfaceRegistryKey(
    UNICODE_STRING *SymbolicLinkName, ACCESS_MASK DesiredAccess, HANDLE *DeviceInterfaceRegKey);
NTSTATUS NTAPI IoRegisterPlugPlayNotification(IO_NOTIFICATION_EVENT_CATEGORY EventCategory,
    ULONG EventCategoryFlags, void *EventCategoryData, DRIVER_OBJECT *DriverObject,
    PDRIVER_NOTIFICATION_CALLBACK_ROUTINE CallbackRoutine, void *Context, void **NotificationEntry);
NTSTATUS NTAPI IoUnregisterPlugPlayNotification(void *NotificationEntry);
NTSTATUS NTAPI IoUnregisterPlugPlayNotificationEx(void *NotificationEntry);
NTSTATUS NTAPI FsRtlNotifyVolumeEvent(FILE_OBJECT *FileObject, ULONG EventCode);
NTSTATUS NTAPI FsRtlNotifyVolumeEventEx(
    FILE_OBJECT *FileObject, ULONG EventCode, TARGET_DEVICE_CUSTOM_NOTIFICATION *Event);
NTSTATUS NTAPI IoReportTargetDeviceChange(
    DEVICE_OBJECT *PhysicalDeviceObject, void *NotificationStructure);
NTSTATUS NTAPI IoReportTargetDeviceChangeAsynchronous(DEVICE_OBJECT *PhysicalDeviceObject,
    void *NotificationStructure, PDEVICE_CHANGE_COMPLETE_CALLBACK Callback, void *Context);
