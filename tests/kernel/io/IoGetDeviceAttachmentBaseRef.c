/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetDeviceAttachmentBaseRef - the bottom of the stack, with a reference to give back.
 */
#include "attach_test.h"

NTKERNELAPI PDEVICE_OBJECT NTAPI IoGetDeviceAttachmentBaseRef(PDEVICE_OBJECT DeviceObject);

static VOID CheckBase(PDEVICE_OBJECT Device, PDEVICE_OBJECT Expected)
{
    PDEVICE_OBJECT Base = IoGetDeviceAttachmentBaseRef(Device);

    if (CHECK_PTR(Base, Expected))
        ObDereferenceObject(Base);
}

TEST(IoGetDeviceAttachmentBaseRef, IsTheBottomOfTheStack)
{
    ATTACH_TEST Test;

    if (!AttachTestBegin(&Test, TRUE))
        return;
    CheckBase(Test.Top, Test.Bottom);
    CheckBase(Test.Middle, Test.Bottom);
    CheckBase(Test.Bottom, Test.Bottom);
    AttachTestEnd(&Test);
}
