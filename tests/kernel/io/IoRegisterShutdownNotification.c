/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoRegisterShutdownNotification and kin - registered and not. That devices are told, and in which
 * order, is for tests/kernel/defects to show: the machine goes down then.
 */
#include "io_test.h"

NTKERNELAPI NTSTATUS NTAPI IoRegisterLastChanceShutdownNotification(PDEVICE_OBJECT DeviceObject);

TEST(IoRegisterShutdownNotification, MarksTheDevice)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);

    if (Device == NULL)
        return;
    CHECK(!(Device->Flags & DO_SHUTDOWN_REGISTERED));
    if (CHECK_STATUS(IoRegisterShutdownNotification(Device), STATUS_SUCCESS)) {
        CHECK(Device->Flags & DO_SHUTDOWN_REGISTERED);
        IoUnregisterShutdownNotification(Device);
        CHECK(!(Device->Flags & DO_SHUTDOWN_REGISTERED));
    }
    IoDeleteDevice(Device);
}

TEST(IoUnregisterShutdownNotification, OfADeviceThatIsNotRegistered)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);

    if (Device == NULL)
        return;
    IoUnregisterShutdownNotification(Device);
    CHECK(!(Device->Flags & DO_SHUTDOWN_REGISTERED));
    IoDeleteDevice(Device);
}

TEST(IoRegisterLastChanceShutdownNotification, BothWaysAreUndoneAtOnce)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);

    if (Device == NULL)
        return;
    if (CHECK_STATUS(IoRegisterShutdownNotification(Device), STATUS_SUCCESS) &&
        CHECK_STATUS(IoRegisterLastChanceShutdownNotification(Device), STATUS_SUCCESS))
        CHECK(Device->Flags & DO_SHUTDOWN_REGISTERED);
    IoUnregisterShutdownNotification(Device);
    CHECK(!(Device->Flags & DO_SHUTDOWN_REGISTERED));
    IoDeleteDevice(Device);
}
