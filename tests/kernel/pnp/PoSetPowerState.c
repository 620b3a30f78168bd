/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

TEST(PoSetPowerState, ReturnsTheStateBefore)
{
    PDEVICE_OBJECT Device = PnpTestPlain();
    POWER_STATE State;

    if (!CHECK(Device != NULL))
        return;
    State.DeviceState = PowerDeviceD0;
    PoSetPowerState(Device, DevicePowerState, State);
    State.DeviceState = PowerDeviceD3;
    CHECK_EQ(PoSetPowerState(Device, DevicePowerState, State).DeviceState, PowerDeviceD0);
    State.DeviceState = PowerDeviceD0;
    CHECK_EQ(PoSetPowerState(Device, DevicePowerState, State).DeviceState, PowerDeviceD3);
    IoDeleteDevice(Device);
}
