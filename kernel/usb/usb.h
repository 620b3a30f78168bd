/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * usb: usbd.sys, the functions USB drivers take descriptors apart with. There is no bus and no host
 * controller.
 */
#pragma once

#include "ex/ex.h"
#include "nt/io.h"
#include "nt/usb.h"

/* ---- Exports: usbd.sys (descriptor.c, configuration.c, registry.c) --------------------------- */

void NTAPI USBD_GetUSBDIVersion(USBD_VERSION_INFORMATION *VersionInformation);
USB_COMMON_DESCRIPTOR *NTAPI USBD_ParseDescriptors(
    void *DescriptorBuffer, ULONG TotalLength, void *StartPosition, LONG DescriptorType);
USB_INTERFACE_DESCRIPTOR *NTAPI USBD_ParseConfigurationDescriptor(
    USB_CONFIGURATION_DESCRIPTOR *ConfigurationDescriptor, UCHAR InterfaceNumber,
    UCHAR AlternateSetting);
USB_INTERFACE_DESCRIPTOR *NTAPI USBD_ParseConfigurationDescriptorEx(
    USB_CONFIGURATION_DESCRIPTOR *ConfigurationDescriptor, void *StartPosition,
    LONG InterfaceNumber, LONG AlternateSetting, LONG InterfaceClass, LONG InterfaceSubClass,
    LONG InterfaceProtocol);
ULONG NTAPI USBD_GetInterfaceLength(
    USB_INTERFACE_DESCRIPTOR *InterfaceDescriptor, UCHAR *BufferEnd);
struct _URB_SELECT_CONFIGURATION *NTAPI USBD_CreateConfigurationRequest(
    USB_CONFIGURATION_DESCRIPTOR *ConfigurationDescriptor, USHORT *Siz);
struct _URB_SELECT_CONFIGURATION *NTAPI USBD_CreateConfigurationRequestEx(
    USB_CONFIGURATION_DESCRIPTOR *ConfigurationDescriptor,
    USBD_INTERFACE_LIST_ENTRY *InterfaceList);
NTSTATUS NTAPI USBD_GetPdoRegistryParameter(DEVICE_OBJECT *PhysicalDeviceObject, void *Parameter,
    ULONG ParameterLength, WCHAR *KeyName, ULONG KeyNameLength);
