/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Idle devices, with seconds that pass when the test says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "io/io.h"
#include "ke/ke.h"
#include "po/pop.h"

#define DISK_SECONDS 1200 /* by the policy on mains */

typedef struct STACK {
    DRIVER_OBJECT *Driver;
    DEVICE_OBJECT *Device;
} STACK;

static unsigned Sent;
static DEVICE_POWER_STATE SentTo;

static NTSTATUS NTAPI Power(DEVICE_OBJECT *Device, IRP *Irp)
{
    (void)Device;
    Sent++;
    SentTo = IoGetCurrentIrpStackLocation(Irp)->Parameters.Power.State.DeviceState;
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static STACK Made;

static NTSTATUS NTAPI Entry(DRIVER_OBJECT *Driver, UNICODE_STRING *Path)
{
    (void)Path;
    Made.Driver = Driver;
    Driver->MajorFunction[IRP_MJ_POWER] = Power;
    return IoCreateDevice(Driver, 0, NULL, FILE_DEVICE_DISK, 0, FALSE, &Made.Device);
}

static void Pass(ULONG Seconds)
{
    while (Seconds-- != 0)
        PopIdleSecond();
}

static void Expect(unsigned Requests)
{
    assert_int_equal(Sent, Requests);
    Sent = 0;
}

static void TimeIsUpOnce(DEVICE_OBJECT *Device)
{
    ULONG *Counter = PoRegisterDeviceForIdleDetection(Device, 2, 5, PowerDeviceD2);
    assert_non_null(Counter);
    Pass(4);
    Expect(0);
    Pass(1);
    Expect(1);
    assert_int_equal(SentTo, PowerDeviceD2);
    Pass(20); /* nobody said that it was busy since */
    Expect(0);
    *Counter = 0;
    Pass(4);
    *Counter = 0;
    Pass(4);
    Expect(0);
    Pass(1);
    Expect(1);
}

static void BusyIsNotIdle(DEVICE_OBJECT *Device)
{
    ULONG *Counter = PoRegisterDeviceForIdleDetection(Device, 2, 5, PowerDeviceD3);
    PoStartDeviceBusy(Counter);
    PoStartDeviceBusy(Counter);
    Pass(50);
    PoEndDeviceBusy(Counter);
    Pass(50);
    Expect(0);
    PoEndDeviceBusy(Counter);
    Pass(4);
    PoSetDeviceBusyEx(Counter);
    Pass(4);
    Expect(0);
    Pass(1);
    Expect(1);
}

static void AsleepIsLeftAlone(DEVICE_OBJECT *Device)
{
    POWER_STATE Deep = {.DeviceState = PowerDeviceD3}, Awake = {.DeviceState = PowerDeviceD0};
    ULONG *Counter = PoRegisterDeviceForIdleDetection(Device, 5, 5, PowerDeviceD3);
    PoSetPowerState(Device, DevicePowerState, Deep);
    Pass(50);
    Expect(0);
    PoSetPowerState(Device, DevicePowerState, Awake);
    PoSetDeviceBusyEx(Counter);
    Pass(5);
    Expect(1);
}

static void TimesOfThePolicy(DEVICE_OBJECT *Device)
{
    /* on mains it is performance that counts */
    PoRegisterDeviceForIdleDetection(Device, 5, 0, PowerDeviceD3);
    Pass(50);
    Expect(0);
    PoRegisterDeviceForIdleDetection(Device, (ULONG)-1, (ULONG)-1, PowerDeviceD3);
    Pass(DISK_SECONDS - 1);
    Expect(0);
    Pass(1);
    Expect(1);
    Device->DeviceType = FILE_DEVICE_UNKNOWN;
    PoRegisterDeviceForIdleDetection(Device, (ULONG)-1, (ULONG)-1, PowerDeviceD3);
    Pass(2 * DISK_SECONDS);
    Expect(0);
}

static void AnEndIsAnEnd(DEVICE_OBJECT *Device)
{
    PoRegisterDeviceForIdleDetection(Device, 5, 5, PowerDeviceD3);
    Pass(4);
    assert_null(PoRegisterDeviceForIdleDetection(Device, 0, 0, PowerDeviceD3));
    Pass(50);
    Expect(0);
    PoRegisterDeviceForIdleDetection(Device, 5, 5, PowerDeviceD3);
    IoDeleteDevice(Device);
    Pass(50);
    Expect(0);
}

static void WithoutMemory(DEVICE_OBJECT *Device)
{
    MmFailAllocation(1, TRUE);
    ULONG *Counter = PoRegisterDeviceForIdleDetection(Device, 5, 5, PowerDeviceD3);
    MmFailAllocation(-1, FALSE);
    assert_null(Counter);
    assert_non_null(PoRegisterDeviceForIdleDetection(Device, 5, 5, PowerDeviceD3));
    MmFailAllocation(1, TRUE);
    Pass(5);
    MmFailAllocation(-1, FALSE);
    Expect(0);
}

static NTSTATUS Run(void *Arguments)
{
    (void)Arguments;
    assert_int_equal(IoCreateDriver(NULL, Entry), STATUS_SUCCESS);
    WithoutMemory(Made.Device);
    TimeIsUpOnce(Made.Device);
    BusyIsNotIdle(Made.Device);
    AsleepIsLeftAlone(Made.Device);
    TimesOfThePolicy(Made.Device);
    AnEndIsAnEnd(Made.Device);
    IoDeleteDriver(Made.Driver);
    return STATUS_SUCCESS;
}

static void test_idle(void **State)
{
    const dotsys_options Options = {.size = sizeof(Options)};
    dotsys_machine *Machine;
    (void)State;
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
    assert_int_equal(KeEnterKernel(Run, NULL, KernelMode), STATUS_SUCCESS);
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_idle)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
