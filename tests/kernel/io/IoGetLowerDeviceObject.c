/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetLowerDeviceObject - the device below, with a reference to give back.
 */
#include "attach_test.h"

NTKERNELAPI PDEVICE_OBJECT NTAPI IoGetLowerDeviceObject(PDEVICE_OBJECT DeviceObject);

TEST(IoGetLowerDeviceObject, IsTheDeviceBelow)
{
    ATTACH_TEST Test;
    PDEVICE_OBJECT Below;

    if (!AttachTestBegin(&Test, TRUE))
        return;
    Below = IoGetLowerDeviceObject(Test.Top);
    if (CHECK_PTR(Below, Test.Middle))
        ObDereferenceObject(Below);
    Below = IoGetLowerDeviceObject(Test.Middle);
    if (CHECK_PTR(Below, Test.Bottom))
        ObDereferenceObject(Below);
    CHECK_PTR(IoGetLowerDeviceObject(Test.Bottom), NULL);
    AttachTestEnd(&Test);
}
