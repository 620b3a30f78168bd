/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetAttachedDevice - the top of the stack, from any device of it.
 */
#include "attach_test.h"

TEST(IoGetAttachedDevice, IsTheTopOfTheStack)
{
    ATTACH_TEST Test;

    if (!AttachTestBegin(&Test, TRUE))
        return;
    CHECK_PTR(IoGetAttachedDevice(Test.Bottom), Test.Top);
    CHECK_PTR(IoGetAttachedDevice(Test.Middle), Test.Top);
    CHECK_PTR(IoGetAttachedDevice(Test.Top), Test.Top);
    AttachTestEnd(&Test);
}
