/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoForwardIrpSynchronously - the caller has the IRP back when the driver below is done with it.
 */
#include "io_test.h"

static BOOLEAN ForwardPends;

static NTSTATUS NTAPI ForwardLower(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    if (ForwardPends)
        return IoTestPend(Irp, STATUS_DEVICE_BUSY, 7);
    return IoTestComplete(Irp, STATUS_DEVICE_BUSY, 7);
}

static NTSTATUS NTAPI ForwardUpper(PDEVICE_OBJECT Device, PIRP Irp)
{
    CHECK(IoForwardIrpSynchronously(IoTestOf(Device)->Lower, Irp));
    IoTestJoin();
    CHECK_STATUS(Irp->IoStatus.Status, STATUS_DEVICE_BUSY);
    CHECK_EQ(Irp->IoStatus.Information, 7);
    CHECK_PTR(IoGetCurrentIrpStackLocation(Irp)->DeviceObject, Device);
    return IoTestComplete(Irp, STATUS_DEVICE_NOT_READY, 0);
}

static NTSTATUS NTAPI ForwardTooFar(PDEVICE_OBJECT Device, PIRP Irp)
{
    CHECK(!IoForwardIrpSynchronously(IoTestOf(Device)->Lower, Irp));
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

static VOID ForwardStack(BOOLEAN Pends)
{
    PDEVICE_OBJECT Upper = IoTestCreate(NULL, 0, ForwardUpper);
    PDEVICE_OBJECT Lower = IoTestCreate(NULL, 0, ForwardLower);

    ForwardPends = Pends;
    if (Upper != NULL && Lower != NULL) {
        IoTestOf(Upper)->Lower = IoAttachDeviceToDeviceStack(Upper, Lower);
        if (CHECK_PTR(IoTestOf(Upper)->Lower, Lower)) {
            CHECK_STATUS(IoTestControl(Upper), STATUS_DEVICE_NOT_READY);
            IoDetachDevice(Lower);
        }
    }
    if (Upper != NULL)
        IoDeleteDevice(Upper);
    if (Lower != NULL)
        IoDeleteDevice(Lower);
}

TEST(IoForwardIrpSynchronously, CompletedAtOnce)
{
    ForwardStack(FALSE);
}

TEST(IoForwardIrpSynchronously, CompletedLater)
{
    ForwardStack(TRUE);
}

TEST(IoForwardIrpSynchronously, NoStackLocationLeft)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, ForwardTooFar);
    PDEVICE_OBJECT Other = IoTestCreate(NULL, 0, NULL);

    if (Device != NULL && Other != NULL) {
        IoTestOf(Device)->Lower = Other;
        CHECK_STATUS(IoTestControl(Device), STATUS_SUCCESS);
        CHECK_EQ(IoTestOf(Other)->Seen[IRP_MJ_DEVICE_CONTROL], 0);
    }
    if (Device != NULL)
        IoDeleteDevice(Device);
    if (Other != NULL)
        IoDeleteDevice(Other);
}

TEST(IoForwardAndCatchIrp, IsTheSame)
{
    PVOID Caught = KtestExport(L"IoForwardAndCatchIrp");

    if (Caught == NULL) {
        skip("new in Windows XP");
        return;
    }
    CHECK_PTR(Caught, KtestExport(L"IoForwardIrpSynchronously"));
}
