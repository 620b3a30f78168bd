/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PoRegisterDeviceForIdleDetection, PoSetDeviceBusyEx, PoStartDeviceBusy, PoEndDeviceBusy. One test
 * waits for a device to be found idle; tests/unit/po/idle_test.c lets seconds pass without waiting.
 */
#include "pnp_test.h"

typedef VOID(NTAPI *BUSY)(PULONG);

TEST(PoRegisterDeviceForIdleDetection, GivesACounterThatStays)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    PULONG Counter;

    if (!CHECK(Pdo != NULL))
        return;
    Counter = PoRegisterDeviceForIdleDetection(Pdo, 3600, 3600, PowerDeviceD3);
    if (!CHECK(Counter != NULL))
        return;
    PoSetDeviceBusy(Counter);
    CHECK_PTR(PoRegisterDeviceForIdleDetection(Pdo, 1800, 3600, PowerDeviceD2), Counter);
    CHECK(PoRegisterDeviceForIdleDetection(Pdo, 0, 0, PowerDeviceD3) == NULL);
    CHECK(PoRegisterDeviceForIdleDetection(Pdo, 0, 0, PowerDeviceD3) == NULL);
}

static VOID Busy(const WCHAR *Set, const WCHAR *Other)
{
    BUSY First = (BUSY)KtestExport(Set), Second = Other != NULL ? (BUSY)KtestExport(Other) : NULL;
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    PULONG Counter;

    if (First == NULL) {
        skip("this Windows has no such function");
        return;
    }
    if (!CHECK(Pdo != NULL))
        return;
    Counter = PoRegisterDeviceForIdleDetection(Pdo, 3600, 3600, PowerDeviceD3);
    if (!CHECK(Counter != NULL))
        return;
    First(Counter);
    if (Second != NULL)
        Second(Counter);
    CHECK(*Counter <= 1);
    PoRegisterDeviceForIdleDetection(Pdo, 0, 0, PowerDeviceD3);
}

TEST(PoSetDeviceBusyEx, TheCounterStartsAnew)
{
    Busy(L"PoSetDeviceBusyEx", NULL);
}

TEST(PoStartDeviceBusy, PoEndDeviceBusyEndsIt)
{
    Busy(L"PoStartDeviceBusy", L"PoEndDeviceBusy");
}

static KEVENT PowerSeen;
static POWER_STATE_TYPE PowerType;
static DEVICE_POWER_STATE PowerState;
static PDEVICE_OBJECT PowerDevice;

static NTSTATUS NTAPI SeePower(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    if (Stack->MinorFunction == IRP_MN_SET_POWER) {
        PowerType = Stack->Parameters.Power.Type;
        PowerState = Stack->Parameters.Power.State.DeviceState;
        PowerDevice = DeviceObject;
        KeSetEvent(&PowerSeen, IO_NO_INCREMENT, FALSE);
    }
    PoStartNextPowerIrp(Irp);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

TEST(PoRegisterDeviceForIdleDetection, TheTopOfAnIdleStackIsSentToTheState)
{
    PDRIVER_DISPATCH Before = KtestDriverObject->MajorFunction[IRP_MJ_POWER];
    PDEVICE_OBJECT Pdo = PnpTestPdo(), Filter = PnpTestPlain();
    LARGE_INTEGER Minute;

    if (!CHECK(Pdo != NULL) || !CHECK(Filter != NULL))
        return;
    Minute.QuadPart = -60 * 10000000LL;
    KeInitializeEvent(&PowerSeen, NotificationEvent, FALSE);
    KtestDriverObject->MajorFunction[IRP_MJ_POWER] = SeePower;
    Filter->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    if (CHECK(IoAttachDeviceToDeviceStack(Filter, Pdo) != NULL)) {
        CHECK(PoRegisterDeviceForIdleDetection(Pdo, 1, 1, PowerDeviceD3) != NULL);
        CHECK_STATUS(KeWaitForSingleObject(&PowerSeen, Executive, KernelMode, FALSE, &Minute),
            STATUS_SUCCESS);
        CHECK_EQ(PowerType, DevicePowerState);
        CHECK_EQ(PowerState, PowerDeviceD3);
        CHECK_PTR(PowerDevice, Filter);
        PoRegisterDeviceForIdleDetection(Pdo, 0, 0, PowerDeviceD3);
        IoDetachDevice(Pdo);
    }
    IoDeleteDevice(Filter);
    KtestDriverObject->MajorFunction[IRP_MJ_POWER] = Before;
}
