/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetAttachedDeviceReference - the same with a reference to give back.
 */
#include "attach_test.h"

TEST(IoGetAttachedDeviceReference, IsTheTopOfTheStack)
{
    ATTACH_TEST Test;
    PDEVICE_OBJECT Found;
    ULONG Round;

    if (!AttachTestBegin(&Test, TRUE))
        return;
    for (Round = 0; Round < 3; Round++) {
        Found = IoGetAttachedDeviceReference(Test.Bottom);
        CHECK_PTR(Found, Test.Top);
        ObDereferenceObject(Found);
    }
    AttachTestEnd(&Test);
}

/* The reference keeps the object, not the device: its name and place in lists are gone. */
TEST(IoGetAttachedDeviceReference, KeepsADeletedDevicesMemory)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    PDEVICE_OBJECT Found;

    if (Device == NULL)
        return;
    Found = IoGetAttachedDeviceReference(Device);
    IoDeleteDevice(Device);
    CHECK_PTR(Found, Device);
    CHECK_EQ(Found->Type, IO_TYPE_DEVICE);
    CHECK_EQ(Found->DeviceType, FILE_DEVICE_UNKNOWN);
    ObDereferenceObject(Found);
}
