/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoAttachDeviceToDeviceStack - on top of whatever is there.
 */
#include "attach_test.h"

TEST(IoAttachDeviceToDeviceStack, AttachesToTheTop)
{
    ATTACH_TEST Test;

    if (!AttachTestBegin(&Test, FALSE))
        return;
    CHECK_PTR(IoAttachDeviceToDeviceStack(Test.Middle, Test.Bottom), Test.Bottom);
    CHECK_PTR(Test.Bottom->AttachedDevice, Test.Middle);
    CHECK_PTR(IoAttachDeviceToDeviceStack(Test.Top, Test.Bottom), Test.Middle);
    CHECK_PTR(Test.Bottom->AttachedDevice, Test.Middle);
    CHECK_PTR(Test.Middle->AttachedDevice, Test.Top);
    CHECK_PTR(Test.Top->AttachedDevice, NULL);
    AttachTestEnd(&Test);
}

TEST(IoAttachDeviceToDeviceStack, SetsTheStackSizeAndAlignment)
{
    ATTACH_TEST Test;

    if (!AttachTestBegin(&Test, FALSE))
        return;
    Test.Bottom->StackSize = 4;
    Test.Bottom->AlignmentRequirement = FILE_512_BYTE_ALIGNMENT;
    IoAttachDeviceToDeviceStack(Test.Middle, Test.Bottom);
    IoAttachDeviceToDeviceStack(Test.Top, Test.Bottom);
    CHECK_EQ(Test.Middle->StackSize, 5);
    CHECK_EQ(Test.Top->StackSize, 6);
    CHECK_EQ(Test.Middle->AlignmentRequirement, FILE_512_BYTE_ALIGNMENT);
    CHECK_EQ(Test.Top->AlignmentRequirement, FILE_512_BYTE_ALIGNMENT);
    AttachTestEnd(&Test);
}

TEST(IoAttachDeviceToDeviceStack, FailsWhileTheTopIsBeingInitialized)
{
    ATTACH_TEST Test;

    if (!AttachTestBegin(&Test, FALSE))
        return;
    Test.Bottom->Flags |= DO_DEVICE_INITIALIZING;
    CHECK_PTR(IoAttachDeviceToDeviceStack(Test.Middle, Test.Bottom), NULL);
    CHECK_PTR(Test.Bottom->AttachedDevice, NULL);
    Test.Bottom->Flags &= ~DO_DEVICE_INITIALIZING;
    CHECK_PTR(IoAttachDeviceToDeviceStack(Test.Middle, Test.Bottom), Test.Bottom);
    AttachTestEnd(&Test);
}
