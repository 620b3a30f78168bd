/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Requests to select a configuration: a block with room for what the bus driver will say of each
 * interface and its pipes. */
#include "usb/usb.h"

#define USBP_TAG 0x44425355u /* 'USBD' */
#define USBP_INTERFACES 256u

static ULONG UsbpInterfaceBytes(const USB_INTERFACE_DESCRIPTOR *Interface)
{
    return FIELD_OFFSET(USBD_INTERFACE_INFORMATION, Pipes) +
        Interface->bNumEndpoints * (ULONG)sizeof(USBD_PIPE_INFORMATION);
}

static void UsbpFillInterface(const USB_INTERFACE_DESCRIPTOR *From, USBD_INTERFACE_INFORMATION *To)
{
    To->Length = (USHORT)UsbpInterfaceBytes(From);
    To->InterfaceNumber = From->bInterfaceNumber;
    To->AlternateSetting = From->bAlternateSetting;
    To->NumberOfPipes = From->bNumEndpoints;
    for (ULONG Pipe = 0; Pipe < From->bNumEndpoints; Pipe++)
        To->Pipes[Pipe].MaximumTransferSize = USBD_DEFAULT_MAXIMUM_TRANSFER_SIZE;
}

static struct _URB_SELECT_CONFIGURATION *UsbpCreate(
    USB_CONFIGURATION_DESCRIPTOR *Configuration, USBD_INTERFACE_LIST_ENTRY *List, ULONG_PTR Site)
{
    ULONG Bytes = FIELD_OFFSET(struct _URB_SELECT_CONFIGURATION, Interface);
    for (USBD_INTERFACE_LIST_ENTRY *Entry = List; Entry->InterfaceDescriptor != NULL; Entry++)
        Bytes += UsbpInterfaceBytes(Entry->InterfaceDescriptor);
    if (Bytes < sizeof(struct _URB_SELECT_CONFIGURATION))
        Bytes = sizeof(struct _URB_SELECT_CONFIGURATION);
    struct _URB_SELECT_CONFIGURATION *Urb =
        Bytes > 0xFFFF ? NULL : ExiAllocateZero(NonPagedPool, Bytes, USBP_TAG, Site);
    if (Urb == NULL)
        return NULL;
    Urb->Hdr.Length = (USHORT)Bytes;
    Urb->Hdr.Function = URB_FUNCTION_SELECT_CONFIGURATION;
    Urb->ConfigurationDescriptor = Configuration;
    UCHAR *At = (UCHAR *)&Urb->Interface;
    for (USBD_INTERFACE_LIST_ENTRY *Entry = List; Entry->InterfaceDescriptor != NULL; Entry++) {
        Entry->Interface = (USBD_INTERFACE_INFORMATION *)(void *)At;
        UsbpFillInterface(Entry->InterfaceDescriptor, Entry->Interface);
        At += Entry->Interface->Length;
    }
    return Urb;
}

/*
 * USBD_CreateConfigurationRequestEx - a request to select a configuration with the interfaces of a
 * list.
 *
 * InterfaceList: ends with an entry without a descriptor; Interface of each entry receives its
 * place in the request.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: NULL: there is no memory.
 * Owner:   the caller; ExFreePool.
 * Source:  DOC usbdlib/USBD_CreateConfigurationRequestEx
 */
struct _URB_SELECT_CONFIGURATION *NTAPI USBD_CreateConfigurationRequestEx(
    USB_CONFIGURATION_DESCRIPTOR *ConfigurationDescriptor, USBD_INTERFACE_LIST_ENTRY *InterfaceList)
{
    return UsbpCreate(ConfigurationDescriptor, InterfaceList, EX_CALLER);
}

/*
 * USBD_CreateConfigurationRequest - the same with setting 0 of every interface there is. Siz:
 * receives the bytes of the request; left alone where there is none. Source: DOC
 * usbdlib/USBD_CreateConfigurationRequest
 */
struct _URB_SELECT_CONFIGURATION *NTAPI USBD_CreateConfigurationRequest(
    USB_CONFIGURATION_DESCRIPTOR *ConfigurationDescriptor, USHORT *Siz)
{
    ULONG_PTR Site = EX_CALLER;
    ULONG Count = 0;
    USBD_INTERFACE_LIST_ENTRY *List = ExiAllocateZero(
        NonPagedPool, (USBP_INTERFACES + 1) * sizeof(*List), USBP_TAG, EX_KERNEL_SITE);
    if (List == NULL)
        return NULL;
    for (ULONG Number = 0;
         Number < USBP_INTERFACES && Count < ConfigurationDescriptor->bNumInterfaces; Number++) {
        USB_INTERFACE_DESCRIPTOR *Found =
            USBD_ParseConfigurationDescriptor(ConfigurationDescriptor, (UCHAR)Number, 0);
        if (Found != NULL)
            List[Count++].InterfaceDescriptor = Found;
    }
    struct _URB_SELECT_CONFIGURATION *Urb = UsbpCreate(ConfigurationDescriptor, List, Site);
    ExiFree(List);
    if (Urb != NULL)
        *Siz = Urb->Hdr.Length;
    return Urb;
}
