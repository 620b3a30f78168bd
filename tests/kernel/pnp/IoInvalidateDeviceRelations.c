/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoInvalidateDeviceRelations and IoInvalidateDeviceState: the device is asked again, by a system
 * thread.
 */
#include "pnp_test.h"

NTKERNELAPI NTSTATUS NTAPI IoSynchronousInvalidateDeviceRelations(
    PDEVICE_OBJECT, DEVICE_RELATION_TYPE);

static PDEVICE_OBJECT Below;
static KEVENT Asked;
static UCHAR Expected;
static BOOLEAN Right;

static NTSTATUS NTAPI WatchPnp(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(Device);
    if (Stack->MinorFunction == Expected && KeGetCurrentIrql() == PASSIVE_LEVEL) {
        Right = Expected != IRP_MN_QUERY_DEVICE_RELATIONS ||
                Stack->Parameters.QueryDeviceRelations.Type == BusRelations;
        KeSetEvent(&Asked, IO_NO_INCREMENT, FALSE);
    }
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(Below, Irp);
}

/* Ask is called at DISPATCH_LEVEL; waits until the device is sent Minor. */
static VOID WaitFor(UCHAR Minor, VOID (*Ask)(PDEVICE_OBJECT))
{
    PDEVICE_OBJECT Pdo = PnpTestPdo(), Device = PnpTestPlain();
    KIRQL Old;

    if (!CHECK(Pdo != NULL && Device != NULL))
        return;
    KeInitializeEvent(&Asked, NotificationEvent, FALSE);
    Expected = Minor;
    Right = FALSE;
    KtestDriverObject->MajorFunction[IRP_MJ_PNP] = WatchPnp;
    Below = IoAttachDeviceToDeviceStack(Device, Pdo);
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    if (CHECK(Below != NULL)) {
        KeRaiseIrql(DISPATCH_LEVEL, &Old);
        Ask(Pdo);
        KeLowerIrql(Old);
        KeWaitForSingleObject(&Asked, Executive, KernelMode, FALSE, NULL);
        CHECK(Right);
        /* What was asked for before is over when this has been answered: nobody is in WatchPnp
         * then. */
        IoSynchronousInvalidateDeviceRelations(Pdo, BusRelations);
        IoDetachDevice(Below);
    }
    IoDeleteDevice(Device);
}

static VOID AskRelations(PDEVICE_OBJECT Pdo)
{
    IoInvalidateDeviceRelations(Pdo, BusRelations);
}

static VOID AskState(PDEVICE_OBJECT Pdo)
{
    IoInvalidateDeviceState(Pdo);
}

TEST(IoInvalidateDeviceRelations, TheBusIsAskedForItsDevices)
{
    WaitFor(IRP_MN_QUERY_DEVICE_RELATIONS, AskRelations);
}

TEST(IoInvalidateDeviceState, TheDeviceIsAskedForItsState)
{
    WaitFor(IRP_MN_QUERY_PNP_DEVICE_STATE, AskState);
}

static VOID CheckDone(DEVICE_RELATION_TYPE Type)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo(), Device = PnpTestPlain();
    LARGE_INTEGER NoTime;

    NoTime.QuadPart = 0;
    if (!CHECK(Pdo != NULL && Device != NULL))
        return;
    KeInitializeEvent(&Asked, NotificationEvent, FALSE);
    Expected = IRP_MN_QUERY_DEVICE_RELATIONS;
    KtestDriverObject->MajorFunction[IRP_MJ_PNP] = WatchPnp;
    Below = IoAttachDeviceToDeviceStack(Device, Pdo);
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    if (CHECK(Below != NULL)) {
        CHECK_STATUS(IoSynchronousInvalidateDeviceRelations(Pdo, Type), STATUS_SUCCESS);
        /* It has been asked by now. */
        CHECK_STATUS(KeWaitForSingleObject(&Asked, Executive, KernelMode, FALSE, &NoTime),
                     STATUS_SUCCESS);
        IoDetachDevice(Below);
    }
    IoDeleteDevice(Device);
}

TEST(IoSynchronousInvalidateDeviceRelations, IsDoneWhenItReturns)
{
    CheckDone(BusRelations);
}

TEST(IoSynchronousInvalidateDeviceRelations, RefusesOtherTypes)
{
    PDEVICE_OBJECT Pdo = PnpTestPdo();

    if (!CHECK(Pdo != NULL))
        return;
    CHECK(!NT_SUCCESS(IoSynchronousInvalidateDeviceRelations(Pdo, TargetDeviceRelation)));
    CHECK(!NT_SUCCESS(IoSynchronousInvalidateDeviceRelations(Pdo, (DEVICE_RELATION_TYPE)77)));
}
