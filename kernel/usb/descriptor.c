/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Descriptors: one after the other, each with its length and type in front. They come from a
 * device: a length of nothing, or beyond the end, ends the search.
 */
#include "ldr/ldr.h"
#include "usb/usb.h"

#define USBP_USBDI_XP   0x500u
#define USBP_USBDI_WIN8 0x600u

/*
 * USBD_GetUSBDIVersion - the version of the interface to the USB stack, and of the bus it knows:
 * 2.0.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC usbdlib/USBD_GetUSBDIVersion
 */
void NTAPI USBD_GetUSBDIVersion(USBD_VERSION_INFORMATION *VersionInformation)
{
    if (VersionInformation == NULL)
        return;
    VersionInformation->USBDI_Version = LdrTargetVersion >= WINVER_WIN8 ? USBP_USBDI_WIN8
                                                                        : USBP_USBDI_XP;
    VersionInformation->Supported_USB_Version = 0x200;
}

/* Whether a whole descriptor is at At. */
static BOOLEAN UsbpIsWhole(const UCHAR *At, const UCHAR *End)
{
    return At + sizeof(USB_COMMON_DESCRIPTOR) <= End && At[0] >= sizeof(USB_COMMON_DESCRIPTOR) &&
        At + At[0] <= End;
}

/*
 * USBD_ParseDescriptors - the first descriptor of a type, from StartPosition on, itself included.
 *
 * DescriptorBuffer: TotalLength bytes; StartPosition: in it.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: NULL: there is none, or what is before it is no list of descriptors.
 * Source:  DOC usbdlib/USBD_ParseDescriptors
 */
USB_COMMON_DESCRIPTOR *NTAPI USBD_ParseDescriptors(
    void *DescriptorBuffer, ULONG TotalLength, void *StartPosition, LONG DescriptorType)
{
    UCHAR *At = StartPosition, *End = (UCHAR *)DescriptorBuffer + TotalLength;
    if (At < (UCHAR *)DescriptorBuffer)
        return NULL;
    for (; UsbpIsWhole(At, End); At += At[0]) {
        if (At[1] == DescriptorType)
            return (USB_COMMON_DESCRIPTOR *)(void *)At;
    }
    return NULL;
}

static BOOLEAN UsbpIs(LONG Wanted, UCHAR Value)
{
    return Wanted == -1 || Wanted == Value;
}

/*
 * USBD_ParseConfigurationDescriptorEx - the first interface from StartPosition on that is as
 * wanted; -1: whatever it is.
 * IRQL: up to DISPATCH_LEVEL. Returns: NULL: there is none. Source: DOC
 * usbdlib/USBD_ParseConfigurationDescriptorEx
 */
USB_INTERFACE_DESCRIPTOR *NTAPI USBD_ParseConfigurationDescriptorEx(
    USB_CONFIGURATION_DESCRIPTOR *ConfigurationDescriptor, void *StartPosition,
    LONG InterfaceNumber, LONG AlternateSetting, LONG InterfaceClass, LONG InterfaceSubClass,
    LONG InterfaceProtocol)
{
    ULONG Total = ConfigurationDescriptor->wTotalLength;
    UCHAR *At = StartPosition, *End = (UCHAR *)ConfigurationDescriptor + Total;
    while ((At = (UCHAR *)USBD_ParseDescriptors(
                ConfigurationDescriptor, Total, At, USB_INTERFACE_DESCRIPTOR_TYPE)) != NULL) {
        USB_INTERFACE_DESCRIPTOR *Found = (USB_INTERFACE_DESCRIPTOR *)(void *)At;
        if (At + sizeof(*Found) > End)
            return NULL;
        if (UsbpIs(InterfaceNumber, Found->bInterfaceNumber) &&
            UsbpIs(AlternateSetting, Found->bAlternateSetting) &&
            UsbpIs(InterfaceClass, Found->bInterfaceClass) &&
            UsbpIs(InterfaceSubClass, Found->bInterfaceSubClass) &&
            UsbpIs(InterfaceProtocol, Found->bInterfaceProtocol))
            return Found;
        At += At[0];
    }
    return NULL;
}

/* USBD_ParseConfigurationDescriptor - the same by number and setting, from the start. Source: DOC
 * usbdlib. */
USB_INTERFACE_DESCRIPTOR *NTAPI USBD_ParseConfigurationDescriptor(
    USB_CONFIGURATION_DESCRIPTOR *ConfigurationDescriptor, UCHAR InterfaceNumber,
    UCHAR AlternateSetting)
{
    return USBD_ParseConfigurationDescriptorEx(ConfigurationDescriptor, ConfigurationDescriptor,
        InterfaceNumber, AlternateSetting, -1, -1, -1);
}

/*
 * USBD_GetInterfaceLength - bytes of an interface's descriptor with those that belong to it, up to
 * the next interface's.
 * BufferEnd: behind the last byte. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * usbdlib/USBD_GetInterfaceLength
 */
ULONG NTAPI USBD_GetInterfaceLength(USB_INTERFACE_DESCRIPTOR *InterfaceDescriptor, UCHAR *BufferEnd)
{
    const UCHAR *Start = (const UCHAR *)InterfaceDescriptor, *At = Start;
    if (!UsbpIsWhole(At, BufferEnd))
        return 0;
    do
        At += At[0];
    while (UsbpIsWhole(At, BufferEnd) && At[1] != USB_INTERFACE_DESCRIPTOR_TYPE);
    return (ULONG)(At - Start);
}
