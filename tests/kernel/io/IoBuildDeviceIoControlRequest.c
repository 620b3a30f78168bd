/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoBuildDeviceIoControlRequest - the four methods, both major functions, no buffers, pending.
 */
#include "io_test.h"

#define CONTROL_CODE(Method) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, Method, FILE_ANY_ACCESS)

static BOOLEAN ControlPends;

/* Where input and output are, by the method of the code. */
static VOID ControlBuffers(PIRP Irp, CHAR **Input, CHAR **Output)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    *Input = Irp->AssociatedIrp.SystemBuffer;
    switch (Stack->Parameters.DeviceIoControl.IoControlCode & 3) {
    case METHOD_BUFFERED:
        *Output = Irp->AssociatedIrp.SystemBuffer;
        break;
    case METHOD_NEITHER:
        *Input = Stack->Parameters.DeviceIoControl.Type3InputBuffer;
        *Output = Irp->UserBuffer;
        break;
    default:
        *Output = Irp->MdlAddress == NULL ? NULL
                : MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
        break;
    }
}

/* Answers each input byte plus one, as far as the output goes. METHOD_IN_DIRECT: only looks. */
static NTSTATUS NTAPI ControlDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG Code = Stack->Parameters.DeviceIoControl.IoControlCode;
    ULONG Count = min(Stack->Parameters.DeviceIoControl.InputBufferLength,
                      Stack->Parameters.DeviceIoControl.OutputBufferLength);
    CHAR *Input;
    CHAR *Output;
    ULONG At;

    UNREFERENCED_PARAMETER(Device);
    ControlBuffers(Irp, &Input, &Output);
    CHECK(Count == 0 || (Input != NULL && Output != NULL));
    for (At = 0; At < Count; At++) {
        if ((Code & 3) == METHOD_IN_DIRECT)
            CHECK_EQ(Output[At], Input[At]);
        else
            Output[At] = (CHAR)(Input[At] + 1);
    }
    if (ControlPends)
        return IoTestPend(Irp, STATUS_SUCCESS, Count);
    return IoTestComplete(Irp, STATUS_SUCCESS, Count);
}

static NTSTATUS ControlSend(PDEVICE_OBJECT Device, ULONG Code, PVOID Input, ULONG InputBytes,
                            PVOID Output, ULONG OutputBytes, BOOLEAN Internal,
                            PIO_STATUS_BLOCK IoStatus)
{
    KEVENT Event;
    PIRP Irp;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildDeviceIoControlRequest(Code, Device, Input, InputBytes, Output, OutputBytes,
                                        Internal, &Event, IoStatus);
    if (!CHECK(Irp != NULL))
        return STATUS_INSUFFICIENT_RESOURCES;
    return IoTestSend(Device, Irp, &Event, IoStatus);
}

static VOID ControlEcho(ULONG Method, BOOLEAN Pends)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, ControlDispatch);
    IO_STATUS_BLOCK IoStatus;
    CHAR Input[4] = "abc";
    CHAR Output[8] = "abc";

    if (Device == NULL)
        return;
    ControlPends = Pends;
    CHECK_STATUS(ControlSend(Device, CONTROL_CODE(Method), Input, 3, Output, 8, FALSE, &IoStatus),
                 STATUS_SUCCESS);
    CHECK_EQ(IoStatus.Information, 3);
    CHECK_EQ(Output[0], Method == METHOD_IN_DIRECT ? 'a' : 'b');
    CHECK_EQ(Output[2], Method == METHOD_IN_DIRECT ? 'c' : 'd');
    CHECK_EQ(Output[3], 0);
    IoDeleteDevice(Device);
}

TEST(IoBuildDeviceIoControlRequest, Buffered)
{
    ControlEcho(METHOD_BUFFERED, FALSE);
    ControlEcho(METHOD_BUFFERED, TRUE);
}

TEST(IoBuildDeviceIoControlRequest, InDirect)
{
    ControlEcho(METHOD_IN_DIRECT, FALSE);
    ControlEcho(METHOD_IN_DIRECT, TRUE);
}

TEST(IoBuildDeviceIoControlRequest, OutDirect)
{
    ControlEcho(METHOD_OUT_DIRECT, FALSE);
    ControlEcho(METHOD_OUT_DIRECT, TRUE);
}

TEST(IoBuildDeviceIoControlRequest, Neither)
{
    ControlEcho(METHOD_NEITHER, FALSE);
    ControlEcho(METHOD_NEITHER, TRUE);
}

TEST(IoBuildDeviceIoControlRequest, WithoutBuffers)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, ControlDispatch);
    IO_STATUS_BLOCK IoStatus;
    ULONG Method;

    if (Device == NULL)
        return;
    ControlPends = FALSE;
    for (Method = METHOD_BUFFERED; Method <= METHOD_NEITHER; Method++) {
        CHECK_STATUS(ControlSend(Device, CONTROL_CODE(Method), NULL, 0, NULL, 0, FALSE, &IoStatus),
                     STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, 0);
    }
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_DEVICE_CONTROL], 4);
    IoDeleteDevice(Device);
}

TEST(IoBuildDeviceIoControlRequest, InternalHasItsOwnMajorFunction)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, ControlDispatch);
    IO_STATUS_BLOCK IoStatus;

    if (Device == NULL)
        return;
    ControlPends = FALSE;
    CHECK_STATUS(ControlSend(Device, CONTROL_CODE(METHOD_BUFFERED), NULL, 0, NULL, 0, TRUE,
                             &IoStatus), STATUS_SUCCESS);
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_INTERNAL_DEVICE_CONTROL], 1);
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_DEVICE_CONTROL], 0);
    IoDeleteDevice(Device);
}

static NTSTATUS NTAPI ControlRefuse(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    if (ControlPends)
        return IoTestPend(Irp, STATUS_UNSUCCESSFUL, 5);
    return IoTestComplete(Irp, STATUS_UNSUCCESSFUL, 5);
}

/* What fails at once is told by IoCallDriver; what pended first, by status block and event. */
TEST(IoBuildDeviceIoControlRequest, FailingAtOnceTouchesNeitherBlockNorEvent)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, ControlRefuse);
    IO_STATUS_BLOCK IoStatus = {{STATUS_PENDING}, 77};
    KEVENT Event;
    PIRP Irp;

    if (Device == NULL)
        return;
    ControlPends = FALSE;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildDeviceIoControlRequest(CONTROL_CODE(METHOD_BUFFERED), Device, NULL, 0, NULL, 0,
                                        FALSE, &Event, &IoStatus);
    if (CHECK(Irp != NULL)) {
        CHECK_STATUS(IoCallDriver(Device, Irp), STATUS_UNSUCCESSFUL);
        CHECK_STATUS(IoStatus.Status, STATUS_PENDING);
        CHECK_EQ(IoStatus.Information, 77);
        CHECK_EQ(KeReadStateEvent(&Event), 0);
    }
    ControlPends = TRUE;
    CHECK_STATUS(ControlSend(Device, CONTROL_CODE(METHOD_BUFFERED), NULL, 0, NULL, 0, FALSE,
                             &IoStatus),
                 STATUS_UNSUCCESSFUL);
    CHECK_STATUS(IoStatus.Status, STATUS_UNSUCCESSFUL);
    IoDeleteDevice(Device);
}
