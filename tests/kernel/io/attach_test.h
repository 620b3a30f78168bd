/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * attach_test.h - three devices, none on another yet; attached from the bottom up by the tests.
 */
#ifndef TESTS_KERNEL_IO_ATTACH_TEST_H
#define TESTS_KERNEL_IO_ATTACH_TEST_H

#include "io_test.h"

typedef struct ATTACH_TEST {
    PDEVICE_OBJECT Bottom;
    PDEVICE_OBJECT Middle;
    PDEVICE_OBJECT Top;
} ATTACH_TEST;

static inline VOID AttachTestEnd(ATTACH_TEST *Test)
{
    PDEVICE_OBJECT Devices[] = {Test->Top, Test->Middle, Test->Bottom};
    ULONG At;

    for (At = 0; At < RTL_NUMBER_OF(Devices); At++) {
        if (Devices[At] != NULL && Devices[At]->AttachedDevice != NULL)
            IoDetachDevice(Devices[At]);
    }
    for (At = 0; At < RTL_NUMBER_OF(Devices); At++) {
        if (Devices[At] != NULL)
            IoDeleteDevice(Devices[At]);
    }
}

/* Attached: one on the other. */
static inline BOOLEAN AttachTestBegin(ATTACH_TEST *Test, BOOLEAN Attached)
{
    Test->Bottom = IoTestCreate(NULL, 0, NULL);
    Test->Middle = IoTestCreate(NULL, 0, NULL);
    Test->Top = IoTestCreate(NULL, 0, NULL);
    if (Test->Bottom != NULL && Test->Middle != NULL && Test->Top != NULL &&
        (!Attached ||
         (CHECK_PTR(IoAttachDeviceToDeviceStack(Test->Middle, Test->Bottom), Test->Bottom) &&
          CHECK_PTR(IoAttachDeviceToDeviceStack(Test->Top, Test->Bottom), Test->Middle))))
        return TRUE;
    AttachTestEnd(Test);
    return FALSE;
}

#endif
