/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoDetachDevice - the device above goes; another can take its place.
 */
#include "attach_test.h"

TEST(IoDetachDevice, LeavesTheDeviceWithNothingOnIt)
{
    ATTACH_TEST Test;

    if (!AttachTestBegin(&Test, TRUE))
        return;
    IoDetachDevice(Test.Middle);
    CHECK_PTR(Test.Middle->AttachedDevice, NULL);
    CHECK_PTR(Test.Bottom->AttachedDevice, Test.Middle);
    CHECK_PTR(IoGetAttachedDevice(Test.Bottom), Test.Middle);
    IoDetachDevice(Test.Bottom);
    CHECK_PTR(Test.Bottom->AttachedDevice, NULL);
    CHECK_PTR(IoAttachDeviceToDeviceStack(Test.Top, Test.Bottom), Test.Bottom);
    CHECK_EQ(Test.Top->StackSize, Test.Bottom->StackSize + 1);
    AttachTestEnd(&Test);
}

TEST(IoDetachDevice, RequestsGoToTheNewTop)
{
    ATTACH_TEST Test;

    if (!AttachTestBegin(&Test, TRUE))
        return;
    IoTestControl(IoGetAttachedDevice(Test.Bottom));
    IoDetachDevice(Test.Middle);
    IoTestControl(IoGetAttachedDevice(Test.Bottom));
    CHECK_EQ(IoTestOf(Test.Top)->Seen[IRP_MJ_DEVICE_CONTROL], 1);
    CHECK_EQ(IoTestOf(Test.Middle)->Seen[IRP_MJ_DEVICE_CONTROL], 1);
    CHECK_EQ(IoTestOf(Test.Bottom)->Seen[IRP_MJ_DEVICE_CONTROL], 0);
    AttachTestEnd(&Test);
}
