/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * usbd.sys - USBD_ParseDescriptors, USBD_ParseConfigurationDescriptor,
 * USBD_ParseConfigurationDescriptorEx, USBD_GetInterfaceLength, USBD_GetUSBDIVersion,
 * USBD_CreateConfigurationRequest, USBD_CreateConfigurationRequestEx.
 */
#include "ktest.h"

#include <usb.h>
#include <usbdlib.h>

/* A configuration of two interfaces; the first has two settings, and the second of them two
 * endpoints. */
static UCHAR Configuration[] = {
    9, 2, 50, 0, 2, 1, 0, 0x80, 50,       /* 0 */
    9, 4, 0, 0, 0, 3, 1, 2, 0,            /* 9: interface 0 */
    9, 4, 0, 1, 2, 3, 1, 2, 0,            /* 18: interface 0, setting 1 */
    7, 5, 0x81, 2, 64, 0, 0,              /* 27 */
    7, 5, 0x02, 2, 64, 0, 0,              /* 34 */
    9, 4, 1, 0, 0, 8, 6, 0x50, 0,         /* 41: interface 1 */
};
#define CONFIGURATION ((PUSB_CONFIGURATION_DESCRIPTOR)Configuration)

TEST(USBD_ParseDescriptors, FindsTheFirstOfAType)
{
    CHECK_PTR(USBD_ParseDescriptors(Configuration, sizeof(Configuration), Configuration,
                  USB_CONFIGURATION_DESCRIPTOR_TYPE),
        Configuration);
    CHECK_PTR(USBD_ParseDescriptors(Configuration, sizeof(Configuration), Configuration,
                  USB_INTERFACE_DESCRIPTOR_TYPE),
        Configuration + 9);
    CHECK_PTR(USBD_ParseDescriptors(Configuration, sizeof(Configuration), Configuration + 18,
                  USB_INTERFACE_DESCRIPTOR_TYPE),
        Configuration + 18);
    CHECK_PTR(USBD_ParseDescriptors(Configuration, sizeof(Configuration), Configuration,
                  USB_ENDPOINT_DESCRIPTOR_TYPE),
        Configuration + 27);
    CHECK_PTR(USBD_ParseDescriptors(
                  Configuration, sizeof(Configuration), Configuration, USB_STRING_DESCRIPTOR_TYPE),
        NULL);
    /* Before the end only. */
    CHECK_PTR(USBD_ParseDescriptors(Configuration, 27, Configuration, USB_ENDPOINT_DESCRIPTOR_TYPE),
        NULL);
}

TEST(USBD_ParseDescriptors, ALengthOfNothingEndsIt)
{
    UCHAR Broken[] = {0, 0, 9, 4, 0, 0, 0, 0, 0, 0, 0};

    CHECK_PTR(
        USBD_ParseDescriptors(Broken, sizeof(Broken), Broken, USB_INTERFACE_DESCRIPTOR_TYPE), NULL);
}

TEST(USBD_ParseConfigurationDescriptorEx, FindsWhatIsWanted)
{
    CHECK_PTR(USBD_ParseConfigurationDescriptorEx(CONFIGURATION, Configuration, 0, 0, -1, -1, -1),
        Configuration + 9);
    CHECK_PTR(USBD_ParseConfigurationDescriptorEx(CONFIGURATION, Configuration, 0, 1, -1, -1, -1),
        Configuration + 18);
    CHECK_PTR(USBD_ParseConfigurationDescriptorEx(CONFIGURATION, Configuration, -1, -1, 8, -1, -1),
        Configuration + 41);
    CHECK_PTR(
        USBD_ParseConfigurationDescriptorEx(CONFIGURATION, Configuration, -1, -1, -1, 6, 0x50),
        Configuration + 41);
    CHECK_PTR(
        USBD_ParseConfigurationDescriptorEx(CONFIGURATION, Configuration + 18, -1, -1, -1, -1, -1),
        Configuration + 18);
    CHECK_PTR(
        USBD_ParseConfigurationDescriptorEx(CONFIGURATION, Configuration, 2, -1, -1, -1, -1), NULL);
    CHECK_PTR(
        USBD_ParseConfigurationDescriptorEx(CONFIGURATION, Configuration, 0, 0, 8, -1, -1), NULL);
}

TEST(USBD_ParseConfigurationDescriptor, FindsByNumberAndSetting)
{
    CHECK_PTR(USBD_ParseConfigurationDescriptor(CONFIGURATION, 1, 0), Configuration + 41);
    CHECK_PTR(USBD_ParseConfigurationDescriptor(CONFIGURATION, 1, 1), NULL);
}

TEST(USBD_GetInterfaceLength, EndsAtTheNextInterface)
{
    PUCHAR End = Configuration + sizeof(Configuration);

    CHECK_EQ(USBD_GetInterfaceLength((PUSB_INTERFACE_DESCRIPTOR)(Configuration + 9), End), 9);
    CHECK_EQ(USBD_GetInterfaceLength((PUSB_INTERFACE_DESCRIPTOR)(Configuration + 18), End), 23);
    CHECK_EQ(USBD_GetInterfaceLength((PUSB_INTERFACE_DESCRIPTOR)(Configuration + 41), End), 9);
}

TEST(USBD_GetUSBDIVersion, KnowsUsb2)
{
    USBD_VERSION_INFORMATION Version = {0, 0};

    USBD_GetUSBDIVersion(&Version);
    CHECK(Version.USBDI_Version >= 0x300);
    CHECK(Version.Supported_USB_Version >= 0x100);
}

TEST(USBD_CreateConfigurationRequestEx, HasRoomForEachInterface)
{
    USBD_INTERFACE_LIST_ENTRY List[3] = {{(PUSB_INTERFACE_DESCRIPTOR)(Configuration + 18), NULL},
        {(PUSB_INTERFACE_DESCRIPTOR)(Configuration + 41), NULL}, {NULL, NULL}};
    PURB Urb = USBD_CreateConfigurationRequestEx(CONFIGURATION, List);

    if (!CHECK(Urb != NULL))
        return;
    CHECK_EQ(Urb->UrbHeader.Function, URB_FUNCTION_SELECT_CONFIGURATION);
    CHECK_EQ(Urb->UrbHeader.Length, GET_SELECT_CONFIGURATION_REQUEST_SIZE(2, 2));
    CHECK_PTR(Urb->UrbSelectConfiguration.ConfigurationDescriptor, Configuration);
    CHECK_PTR(List[0].Interface, &Urb->UrbSelectConfiguration.Interface);
    CHECK_EQ(List[0].Interface->Length, GET_USBD_INTERFACE_SIZE(2));
    CHECK_EQ(List[0].Interface->AlternateSetting, 1);
    CHECK_EQ(List[0].Interface->NumberOfPipes, 2);
    CHECK_EQ(List[0].Interface->Pipes[1].PipeFlags, 0);
    CHECK(List[0].Interface->Pipes[1].MaximumTransferSize >= PAGE_SIZE);
    CHECK_PTR(List[1].Interface, (PUCHAR)List[0].Interface + List[0].Interface->Length);
    CHECK_EQ(List[1].Interface->InterfaceNumber, 1);
    CHECK_EQ(List[1].Interface->NumberOfPipes, 0);
    ExFreePool(Urb);
}

TEST(USBD_CreateConfigurationRequest, TakesTheFirstSettings)
{
    USHORT Size = 0;
    PURB Urb = USBD_CreateConfigurationRequest(CONFIGURATION, &Size);

    if (!CHECK(Urb != NULL))
        return;
    CHECK_EQ(Urb->UrbHeader.Function, URB_FUNCTION_SELECT_CONFIGURATION);
    CHECK_EQ(Urb->UrbHeader.Length, Size);
    CHECK(Size >= sizeof(struct _URB_HEADER));
    ExFreePool(Urb);
}
