/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Hard errors - whether the thread wants them, the device to verify; and a thread that wants none
 * is not asked.
 */
#include <ntifs.h>

#include "io_test.h"

NTKERNELAPI VOID NTAPI IoSetHardErrorOrVerifyDevice(PIRP Irp, PDEVICE_OBJECT DeviceObject);

TEST(IoSetThreadHardErrorMode, ReturnsWhatItWas)
{
    BOOLEAN Before = IoSetThreadHardErrorMode(FALSE);

    CHECK(!IoSetThreadHardErrorMode(TRUE));
    CHECK(IoSetThreadHardErrorMode(Before));
}

TEST(PsSetThreadHardErrorsAreDisabled, IsTheSameSwitch)
{
    VOID(NTAPI * Set)
    (PETHREAD Thread, BOOLEAN Disabled) = (VOID(NTAPI *)(PETHREAD, BOOLEAN))(ULONG_PTR)KtestExport(
        L"PsSetThreadHardErrorsAreDisabled");
    BOOLEAN(NTAPI * Get)
    (PETHREAD Thread) = (BOOLEAN(NTAPI *)(PETHREAD))(ULONG_PTR)KtestExport(
        L"PsGetThreadHardErrorsAreDisabled");
    BOOLEAN Before;

    if (Set == NULL || Get == NULL) {
        skip("not exported here");
        return;
    }
    Before = IoSetThreadHardErrorMode(TRUE);
    CHECK(!Get(PsGetCurrentThread()));
    Set(PsGetCurrentThread(), TRUE);
    CHECK(Get(PsGetCurrentThread()));
    CHECK(!IoSetThreadHardErrorMode(Before));
}

TEST(IoRaiseInformationalHardError, FalseForAThreadThatWantsNone)
{
    BOOLEAN Before = IoSetThreadHardErrorMode(FALSE);

    CHECK(!IoRaiseInformationalHardError(STATUS_NO_MEDIA_IN_DEVICE, NULL, NULL));
    IoSetThreadHardErrorMode(Before);
}

TEST(IoSetDeviceToVerify, IsKeptWithTheThread)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    PDEVICE_OBJECT Before = IoGetDeviceToVerify(PsGetCurrentThread());
    PIRP Irp;

    if (Device == NULL)
        return;
    IoSetDeviceToVerify(PsGetCurrentThread(), Device);
    CHECK(IoGetDeviceToVerify(PsGetCurrentThread()) == Device);
    IoSetDeviceToVerify(PsGetCurrentThread(), NULL);
    CHECK(IoGetDeviceToVerify(PsGetCurrentThread()) == NULL);
    Irp = IoAllocateIrp(1, FALSE);
    if (CHECK(Irp != NULL)) {
        Irp->Tail.Overlay.Thread = PsGetCurrentThread();
        IoSetHardErrorOrVerifyDevice(Irp, Device);
        CHECK(IoGetDeviceToVerify(PsGetCurrentThread()) == Device);
        Irp->Tail.Overlay.Thread = NULL;
        IoFreeIrp(Irp);
    }
    IoSetDeviceToVerify(PsGetCurrentThread(), Before);
    IoDeleteDevice(Device);
}

static NTSTATUS NTAPI Failed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(Device);
    *(PNTSTATUS)Context = Irp->IoStatus.Status;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Fails with an error that a user could do something about, and the thread wants no box. */
static NTSTATUS NTAPI FailHard(PDEVICE_OBJECT Device, PIRP Irp)
{
    if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction != IRP_MJ_READ)
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    Irp->IoStatus.Status = STATUS_NO_MEDIA_IN_DEVICE;
    IoRaiseHardError(Irp, NULL, Device);
    return STATUS_NO_MEDIA_IN_DEVICE;
}

TEST(IoRaiseHardError, CompletesTheRequestOfAThreadThatWantsNone)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, FailHard);
    NTSTATUS Status = STATUS_PENDING;
    BOOLEAN Before;
    PIRP Irp;

    if (Device == NULL)
        return;
    Before = IoSetThreadHardErrorMode(FALSE);
    Irp = IoAllocateIrp(Device->StackSize, FALSE);
    if (CHECK(Irp != NULL)) {
        Irp->Tail.Overlay.Thread = PsGetCurrentThread();
        IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_READ;
        IoSetCompletionRoutine(Irp, Failed, &Status, TRUE, TRUE, TRUE);
        IoCallDriver(Device, Irp);
        CHECK_STATUS(Status, STATUS_NO_MEDIA_IN_DEVICE);
        Irp->Tail.Overlay.Thread = NULL;
        IoFreeIrp(Irp);
    }
    IoSetThreadHardErrorMode(Before);
    IoDeleteDevice(Device);
}

TEST(IoAcquireVpbSpinLock, RaisesToDispatchLevel)
{
    KIRQL Old, Level;

    IoAcquireVpbSpinLock(&Old);
    Level = KeGetCurrentIrql();
    IoReleaseVpbSpinLock(Old);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(Level, DISPATCH_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}
