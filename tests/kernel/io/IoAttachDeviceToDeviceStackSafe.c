/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoAttachDeviceToDeviceStackSafe - the lower device is stored before a request can come down.
 */
#include "attach_test.h"

TEST(IoAttachDeviceToDeviceStackSafe, StoresTheDeviceBelow)
{
    ATTACH_TEST Test;
    PDEVICE_OBJECT Below = NULL;

    if (!AttachTestBegin(&Test, FALSE))
        return;
    CHECK_STATUS(IoAttachDeviceToDeviceStackSafe(Test.Middle, Test.Bottom, &Below), STATUS_SUCCESS);
    CHECK_PTR(Below, Test.Bottom);
    CHECK_STATUS(IoAttachDeviceToDeviceStackSafe(Test.Top, Test.Bottom, &Below), STATUS_SUCCESS);
    CHECK_PTR(Below, Test.Middle);
    CHECK_EQ(Test.Top->StackSize, Test.Bottom->StackSize + 2);
    AttachTestEnd(&Test);
}

TEST(IoAttachDeviceToDeviceStackSafe, FailsWhileTheTopIsBeingInitialized)
{
    ATTACH_TEST Test;
    PDEVICE_OBJECT Below = NULL;

    if (!AttachTestBegin(&Test, FALSE))
        return;
    Test.Bottom->Flags |= DO_DEVICE_INITIALIZING;
    CHECK_STATUS(IoAttachDeviceToDeviceStackSafe(Test.Middle, Test.Bottom, &Below),
                 STATUS_NO_SUCH_DEVICE);
    CHECK_PTR(Test.Bottom->AttachedDevice, NULL);
    Test.Bottom->Flags &= ~DO_DEVICE_INITIALIZING;
    AttachTestEnd(&Test);
}
