/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IofCallDriver - which routine is called, with which stack location, and what comes back.
 */
#include "io_test.h"

#define SEND_DEPTH 3

/* What the device saw of the last request. */
static struct {
    PDEVICE_OBJECT Device;
    PIO_STACK_LOCATION Stack;
    CCHAR CurrentLocation;
    IO_STACK_LOCATION Copy;
    KIRQL Irql;
    NTSTATUS Answer;
} Seen;

static NTSTATUS NTAPI SeeRequest(PDEVICE_OBJECT Device, PIRP Irp)
{
    Seen.Device = Device;
    Seen.Stack = IoGetCurrentIrpStackLocation(Irp);
    Seen.CurrentLocation = Irp->CurrentLocation;
    Seen.Copy = *Seen.Stack;
    Seen.Irql = KeGetCurrentIrql();
    return IoTestComplete(Irp, Seen.Answer, 0);
}

static NTSTATUS NTAPI KeepIrp(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* An IRP with more locations than the device needs, its next one filled in. */
static PIRP MakeIrp(UCHAR MajorFunction, UCHAR MinorFunction)
{
    PIRP Irp = IoAllocateIrp(SEND_DEPTH, FALSE);
    PIO_STACK_LOCATION Next;

    if (!CHECK(Irp != NULL))
        return NULL;
    Next = IoGetNextIrpStackLocation(Irp);
    Next->MajorFunction = MajorFunction;
    Next->MinorFunction = MinorFunction;
    Next->Flags = 0x5A;
    Next->Parameters.Others.Argument1 = (PVOID)1;
    Next->Parameters.Others.Argument4 = (PVOID)4;
    Next->FileObject = (PFILE_OBJECT)Irp; /* anything: nobody looks inside */
    IoSetCompletionRoutine(Irp, KeepIrp, NULL, TRUE, TRUE, TRUE);
    return Irp;
}

TEST(IofCallDriver, HandsOverTheNextStackLocation)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, SeeRequest);
    PIO_STACK_LOCATION Next;
    PIRP Irp;

    if (Device == NULL)
        return;
    Irp = MakeIrp(IRP_MJ_INTERNAL_DEVICE_CONTROL, 0x33);
    if (Irp != NULL) {
        Next = IoGetNextIrpStackLocation(Irp);
        Seen.Answer = STATUS_SUCCESS;
        CHECK_STATUS(IoCallDriver(Device, Irp), STATUS_SUCCESS);
        CHECK_PTR(Seen.Device, Device);
        CHECK_PTR(Seen.Stack, Next);
        CHECK_EQ(Seen.CurrentLocation, SEND_DEPTH);
        CHECK_PTR(Seen.Copy.DeviceObject, Device);
        CHECK_EQ(Seen.Copy.MajorFunction, IRP_MJ_INTERNAL_DEVICE_CONTROL);
        CHECK_EQ(Seen.Copy.MinorFunction, 0x33);
        CHECK_EQ(Seen.Copy.Flags, 0x5A);
        CHECK_PTR(Seen.Copy.Parameters.Others.Argument1, 1);
        CHECK_PTR(Seen.Copy.Parameters.Others.Argument4, 4);
        CHECK_PTR(Seen.Copy.FileObject, Irp);
        CHECK_EQ(Irp->CurrentLocation, SEND_DEPTH + 1);
        IoFreeIrp(Irp);
    }
    IoDeleteDevice(Device);
}

TEST(IofCallDriver, ReturnsWhatTheRoutineReturns)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, SeeRequest);
    static const NTSTATUS Answers[] = {STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_DEVICE_BUSY};
    ULONG At;

    if (Device == NULL)
        return;
    for (At = 0; At < RTL_NUMBER_OF(Answers); At++) {
        PIRP Irp = MakeIrp(IRP_MJ_INTERNAL_DEVICE_CONTROL, 0);

        if (Irp == NULL)
            break;
        Seen.Answer = Answers[At];
        CHECK_STATUS(IoCallDriver(Device, Irp), Answers[At]);
        CHECK_STATUS(Irp->IoStatus.Status, Answers[At]);
        IoFreeIrp(Irp);
    }
    IoDeleteDevice(Device);
}

TEST(IofCallDriver, PicksTheRoutineByMajorFunction)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, SeeRequest);
    static const UCHAR Majors[] = {IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_SHUTDOWN,
                                   IRP_MJ_MAXIMUM_FUNCTION};
    ULONG At;

    if (Device == NULL)
        return;
    Seen.Answer = STATUS_SUCCESS;
    for (At = 0; At < RTL_NUMBER_OF(Majors); At++) {
        PIRP Irp = MakeIrp(Majors[At], 0);

        if (Irp == NULL)
            break;
        Irp->IoStatus.Status = STATUS_NOT_SUPPORTED; /* as the last, a Plug and Play request, has to
                                                        begin */
        IoCallDriver(Device, Irp);
        CHECK_EQ(Seen.Copy.MajorFunction, Majors[At]);
        CHECK_EQ(IoTestOf(Device)->Seen[Majors[At]], 1);
        IoFreeIrp(Irp);
    }
    IoDeleteDevice(Device);
}

TEST(IofCallDriver, KeepsTheIrql)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, SeeRequest);
    KIRQL Old;
    PIRP Irp;

    if (Device == NULL)
        return;
    Irp = MakeIrp(IRP_MJ_INTERNAL_DEVICE_CONTROL, 0);
    if (Irp != NULL) {
        Seen.Answer = STATUS_SUCCESS;
        KeRaiseIrql(DISPATCH_LEVEL, &Old);
        IoCallDriver(Device, Irp);
        KeLowerIrql(Old);
        CHECK_EQ(Seen.Irql, DISPATCH_LEVEL);
        IoFreeIrp(Irp);
    }
    IoDeleteDevice(Device);
}

/* A driver may send an IRP it has a location in: down with a copy, or by handing its own on. */
TEST(IofCallDriver, SkippingHandsOnTheSameLocation)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, SeeRequest);
    PIO_STACK_LOCATION Mine;
    PIRP Irp;

    if (Device == NULL)
        return;
    Irp = MakeIrp(IRP_MJ_INTERNAL_DEVICE_CONTROL, 0x44);
    if (Irp != NULL) {
        Seen.Answer = STATUS_SUCCESS;
        IoSetNextIrpStackLocation(Irp);
        Mine = IoGetCurrentIrpStackLocation(Irp);
        IoSkipCurrentIrpStackLocation(Irp);
        IoCallDriver(Device, Irp);
        CHECK_PTR(Seen.Stack, Mine);
        CHECK_EQ(Seen.Copy.MinorFunction, 0x44);
        IoFreeIrp(Irp);
    }
    IoDeleteDevice(Device);
}

TEST(IofCallDriver, CopyingLeavesTheCompletionRoutineBehind)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, SeeRequest);
    PIO_STACK_LOCATION Mine;
    PIRP Irp;

    if (Device == NULL)
        return;
    Irp = MakeIrp(IRP_MJ_INTERNAL_DEVICE_CONTROL, 0x55);
    if (Irp != NULL) {
        Seen.Answer = STATUS_SUCCESS;
        IoSetNextIrpStackLocation(Irp);
        Mine = IoGetCurrentIrpStackLocation(Irp);
        IoCopyCurrentIrpStackLocationToNext(Irp);
        IoCallDriver(Device, Irp);
        CHECK_PTR(Seen.Stack, Mine - 1);
        CHECK_EQ(Seen.Copy.MinorFunction, 0x55);
        CHECK_PTR(Seen.Copy.CompletionRoutine, NULL);
        CHECK_EQ(Seen.Copy.Control, 0);
        IoFreeIrp(Irp);
    }
    IoDeleteDevice(Device);
}
