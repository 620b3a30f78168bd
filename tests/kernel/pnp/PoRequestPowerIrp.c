/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PoRequestPowerIrp, and what a driver on the way of the IRP calls: PoCallDriver,
 * PoStartNextPowerIrp.
 */
#include "pnp_test.h"

typedef struct ANSWER {
    KEVENT Done;
    NTSTATUS Status;
    UCHAR Minor;
    DEVICE_POWER_STATE State;
    PDEVICE_OBJECT Device;
} ANSWER;

static VOID NTAPI PowerDone(PDEVICE_OBJECT DeviceObject, UCHAR Minor, POWER_STATE State,
    PVOID Context, PIO_STATUS_BLOCK IoStatus)
{
    ANSWER *Answer = Context;

    Answer->Status = IoStatus->Status;
    Answer->Minor = Minor;
    Answer->State = State.DeviceState;
    Answer->Device = DeviceObject;
    KeSetEvent(&Answer->Done, IO_NO_INCREMENT, FALSE);
}

TEST(PoRequestPowerIrp, TheStackIsAskedAndTheCallbackTold)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    POWER_STATE State;
    ANSWER Answer;

    if (!CHECK(Pdo != NULL))
        return;
    KeInitializeEvent(&Answer.Done, NotificationEvent, FALSE);
    State.DeviceState = PowerDeviceD0;
    CHECK_STATUS(
        PoRequestPowerIrp(Pdo, IRP_MN_SET_POWER, State, PowerDone, &Answer, NULL), STATUS_PENDING);
    KeWaitForSingleObject(&Answer.Done, Executive, KernelMode, FALSE, NULL);
    CHECK_STATUS(Answer.Status, STATUS_SUCCESS);
    CHECK_EQ(Answer.Minor, IRP_MN_SET_POWER);
    CHECK_EQ(Answer.State, PowerDeviceD0);
    CHECK_PTR(Answer.Device, Pdo);
}

TEST(PoRequestPowerIrp, OtherMinorFunctionsAreRefused)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    POWER_STATE State;
    ANSWER Answer;

    if (!CHECK(Pdo != NULL))
        return;
    State.DeviceState = PowerDeviceD0;
    CHECK_STATUS(PoRequestPowerIrp(Pdo, IRP_MN_POWER_SEQUENCE, State, PowerDone, &Answer, NULL),
        STATUS_INVALID_PARAMETER_2);
}

static NTSTATUS NTAPI TakeBack(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

TEST(PoCallDriver, PassesAPowerIrpDown)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    PIRP Irp;
    KEVENT Done;

    if (!CHECK(Pdo != NULL))
        return;
    Irp = IoAllocateIrp(Pdo->StackSize, FALSE);
    if (!CHECK(Irp != NULL))
        return;
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    PIO_STACK_LOCATION Stack = IoGetNextIrpStackLocation(Irp);
    Stack->MajorFunction = IRP_MJ_POWER;
    Stack->MinorFunction = IRP_MN_QUERY_POWER;
    Stack->Parameters.Power.Type = DevicePowerState;
    Stack->Parameters.Power.State.DeviceState = PowerDeviceD3;
    Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    IoSetCompletionRoutine(Irp, TakeBack, &Done, TRUE, TRUE, TRUE);
    PoStartNextPowerIrp(Irp);
    PoCallDriver(Pdo, Irp);
    KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    CHECK_STATUS(Irp->IoStatus.Status, STATUS_SUCCESS);
    IoFreeIrp(Irp);
}
