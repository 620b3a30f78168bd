/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoAllocateErrorLogEntry, IoWriteErrorLogEntry, IoFreeErrorLogEntry - entries for the log, from a
 * device or a driver.
 */
#include "io_test.h"

static BOOLEAN IsZero(const VOID *Memory, SIZE_T Bytes)
{
    const UCHAR *At = Memory;

    while (Bytes != 0 && *At == 0) {
        At++;
        Bytes--;
    }
    return Bytes == 0;
}

TEST(IoAllocateErrorLogEntry, IsZeroedAndAsLargeAsAskedFor)
{
    PIO_ERROR_LOG_PACKET Packet = IoAllocateErrorLogEntry(
        KtestDriverObject, ERROR_LOG_MAXIMUM_SIZE);

    if (!CHECK(Packet != NULL))
        return;
    CHECK(IsZero(Packet, ERROR_LOG_MAXIMUM_SIZE));
    RtlFillMemory(Packet, ERROR_LOG_MAXIMUM_SIZE, 0x5A);
    IoFreeErrorLogEntry(Packet);
}

TEST(IoAllocateErrorLogEntry, TooLargeIsRefused)
{
    CHECK(IoAllocateErrorLogEntry(KtestDriverObject, ERROR_LOG_MAXIMUM_SIZE + 1) == NULL);
    CHECK(IoAllocateErrorLogEntry(KtestDriverObject, 255) == NULL);
}

TEST(IoAllocateErrorLogEntry, WorksAtDispatchLevel)
{
    PIO_ERROR_LOG_PACKET Packet;
    KIRQL Old;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Packet = IoAllocateErrorLogEntry(KtestDriverObject, sizeof(IO_ERROR_LOG_PACKET));
    if (Packet != NULL)
        IoFreeErrorLogEntry(Packet);
    KeLowerIrql(Old);
    CHECK(Packet != NULL);
}

TEST(IoWriteErrorLogEntry, OfADeviceWithStringsAndData)
{
    static const WCHAR Text[] = L"COM7";
    PDEVICE_OBJECT Device = IoTestCreate(NULL, 0, NULL);
    PIO_ERROR_LOG_PACKET Packet;

    if (Device == NULL)
        return;
    Packet = IoAllocateErrorLogEntry(
        Device, (UCHAR)(sizeof(*Packet) + sizeof(ULONG) + sizeof(Text)));
    if (CHECK(Packet != NULL)) {
        Packet->MajorFunctionCode = IRP_MJ_DEVICE_CONTROL;
        Packet->DumpDataSize = 2 * sizeof(ULONG);
        Packet->NumberOfStrings = 1;
        Packet->StringOffset = sizeof(*Packet) + sizeof(ULONG);
        Packet->ErrorCode = (NTSTATUS)0xC0040003; /* IO_ERR_CONFIGURATION_ERROR */
        Packet->UniqueErrorValue = 17;
        Packet->FinalStatus = STATUS_DEVICE_CONFIGURATION_ERROR;
        Packet->IoControlCode = IO_TEST_CODE;
        Packet->DumpData[0] = 0x01020304;
        Packet->DumpData[1] = 0x05060708;
        RtlCopyMemory((UCHAR *)Packet + Packet->StringOffset, Text, sizeof(Text));
        IoWriteErrorLogEntry(Packet);
    }
    IoDeleteDevice(Device);
}

/* What the driver says of strings and data is not believed. */
TEST(IoWriteErrorLogEntry, ThatSaysMoreThanItHas)
{
    PIO_ERROR_LOG_PACKET Packet = IoAllocateErrorLogEntry(KtestDriverObject, sizeof(*Packet));

    if (!CHECK(Packet != NULL))
        return;
    Packet->ErrorCode = (NTSTATUS)0xC0040002;
    Packet->DumpDataSize = sizeof(ULONG);
    IoWriteErrorLogEntry(Packet);
}
