/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoBuildSynchronousFsdRequest - by each buffering method, completed at once and later; requests
 * without a buffer; failures.
 */
#include "io_test.h"

static const CHAR FsdText[] = "what the device has";
static CHAR FsdWritten[32];
static BOOLEAN FsdPends;
static LONGLONG FsdOffset;

/* Where the request's data is, by the method of the device. */
static PVOID FsdBuffer(PDEVICE_OBJECT Device, PIRP Irp)
{
    if (Device->Flags & DO_BUFFERED_IO)
        return Irp->AssociatedIrp.SystemBuffer;
    if (Device->Flags & DO_DIRECT_IO)
        return MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    return Irp->UserBuffer;
}

static NTSTATUS NTAPI FsdDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG Length = Stack->Parameters.Read.Length;
    PVOID Buffer;

    CHECK_EQ(Irp->RequestorMode, KernelMode);
    if (Stack->MajorFunction != IRP_MJ_READ && Stack->MajorFunction != IRP_MJ_WRITE)
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    FsdOffset = Stack->Parameters.Read.ByteOffset.QuadPart;
    Buffer = FsdBuffer(Device, Irp);
    if (!CHECK(Buffer != NULL) || !CHECK(Length <= sizeof(FsdText)))
        return IoTestComplete(Irp, STATUS_UNSUCCESSFUL, 0);
    if (Stack->MajorFunction == IRP_MJ_READ)
        RtlCopyMemory(Buffer, FsdText, Length);
    else
        RtlCopyMemory(FsdWritten, Buffer, Length);
    if (FsdPends)
        return IoTestPend(Irp, STATUS_SUCCESS, Length);
    return IoTestComplete(Irp, STATUS_SUCCESS, Length);
}

static NTSTATUS NTAPI FsdFail(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return IoTestComplete(Irp, STATUS_DEVICE_NOT_READY, 0);
}

static NTSTATUS NTAPI FsdFailLater(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return IoTestPend(Irp, STATUS_DEVICE_NOT_READY, 0);
}

static VOID FsdReadAndWrite(ULONG Flags, BOOLEAN Pends)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, Flags, FsdDispatch);
    LARGE_INTEGER Offset = {.QuadPart = 0x123456789ll};
    IO_STATUS_BLOCK IoStatus;
    CHAR Text[sizeof(FsdText)] = "";
    KEVENT Event;
    PIRP Irp;

    if (Device == NULL)
        return;
    FsdPends = Pends;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildSynchronousFsdRequest(IRP_MJ_READ, Device, Text, sizeof(Text), &Offset, &Event,
                                       &IoStatus);
    if (CHECK(Irp != NULL)) {
        CHECK_STATUS(IoTestSend(Device, Irp, &Event, &IoStatus), STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, sizeof(Text));
        CHECK_EQ(KeReadStateEvent(&Event), 1);
        CHECK_EQ(RtlCompareMemory(Text, FsdText, sizeof(Text)), sizeof(Text));
        CHECK_EQ(FsdOffset, 0x123456789ll);
    }
    KeClearEvent(&Event);
    RtlZeroMemory(FsdWritten, sizeof(FsdWritten));
    Offset.QuadPart = 512;
    Irp = IoBuildSynchronousFsdRequest(IRP_MJ_WRITE, Device, Text, 8, &Offset, &Event, &IoStatus);
    if (CHECK(Irp != NULL)) {
        CHECK_STATUS(IoTestSend(Device, Irp, &Event, &IoStatus), STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, 8);
        CHECK_EQ(RtlCompareMemory(FsdWritten, FsdText, 8), 8);
        CHECK_EQ(FsdOffset, 512);
    }
    IoDeleteDevice(Device);
}

TEST(IoBuildSynchronousFsdRequest, Buffered)
{
    FsdReadAndWrite(DO_BUFFERED_IO, FALSE);
}

TEST(IoBuildSynchronousFsdRequest, BufferedAndPending)
{
    FsdReadAndWrite(DO_BUFFERED_IO, TRUE);
}

TEST(IoBuildSynchronousFsdRequest, Direct)
{
    FsdReadAndWrite(DO_DIRECT_IO, FALSE);
}

TEST(IoBuildSynchronousFsdRequest, DirectAndPending)
{
    FsdReadAndWrite(DO_DIRECT_IO, TRUE);
}

TEST(IoBuildSynchronousFsdRequest, Neither)
{
    FsdReadAndWrite(0, FALSE);
}

TEST(IoBuildSynchronousFsdRequest, NeitherAndPending)
{
    FsdReadAndWrite(0, TRUE);
}

TEST(IoBuildSynchronousFsdRequest, RequestsWithoutABuffer)
{
    static const ULONG Majors[] = {IRP_MJ_FLUSH_BUFFERS, IRP_MJ_SHUTDOWN};
    PDEVICE_OBJECT Device = IoTestCreate(NULL, DO_BUFFERED_IO, FsdDispatch);
    IO_STATUS_BLOCK IoStatus;
    KEVENT Event;
    PIRP Irp;
    ULONG At;

    if (Device == NULL)
        return;
    for (At = 0; At < RTL_NUMBER_OF(Majors); At++) {
        KeInitializeEvent(&Event, NotificationEvent, FALSE);
        Irp = IoBuildSynchronousFsdRequest(Majors[At], Device, NULL, 0, NULL, &Event, &IoStatus);
        if (!CHECK(Irp != NULL))
            break;
        CHECK_STATUS(IoTestSend(Device, Irp, &Event, &IoStatus), STATUS_SUCCESS);
        CHECK_EQ(IoTestOf(Device)->Seen[Majors[At]], 1);
    }
    IoDeleteDevice(Device);
}

/* The caller learns of it from IoCallDriver and has its buffer as it was. */
TEST(IoBuildSynchronousFsdRequest, FailsAtOnce)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, DO_BUFFERED_IO, FsdFail);
    LARGE_INTEGER Offset = {.QuadPart = 0};
    IO_STATUS_BLOCK IoStatus;
    CHAR Text[4] = "abc";
    KEVENT Event;
    PIRP Irp;

    if (Device == NULL)
        return;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildSynchronousFsdRequest(IRP_MJ_READ, Device, Text, sizeof(Text), &Offset, &Event,
                                       &IoStatus);
    if (CHECK(Irp != NULL))
        CHECK_STATUS(IoCallDriver(Device, Irp), STATUS_DEVICE_NOT_READY);
    CHECK_EQ(Text[0], 'a');
    IoDeleteDevice(Device);
}

/* A failure that comes later is in the status block. */
TEST(IoBuildSynchronousFsdRequest, FailsLater)
{
    PDEVICE_OBJECT Device = IoTestCreate(NULL, DO_BUFFERED_IO, FsdFailLater);
    LARGE_INTEGER Offset = {.QuadPart = 0};
    IO_STATUS_BLOCK IoStatus = {.Information = 99};
    CHAR Text[4] = "abc";
    KEVENT Event;
    PIRP Irp;

    if (Device == NULL)
        return;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildSynchronousFsdRequest(IRP_MJ_READ, Device, Text, sizeof(Text), &Offset, &Event,
                                       &IoStatus);
    if (CHECK(Irp != NULL)) {
        CHECK_STATUS(IoTestSend(Device, Irp, &Event, &IoStatus), STATUS_DEVICE_NOT_READY);
        CHECK_EQ(IoStatus.Information, 0);
    }
    CHECK_EQ(Text[0], 'a');
    IoDeleteDevice(Device);
}
