/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * What the tests of the disk share: opening \DosDevices\PhysicalDrive0 as a driver does, requests
 * that are waited for. Nothing here writes: on Windows it is the disk the system runs from.
 */
#ifndef DOTSYS_TEST_DISK_H
#define DOTSYS_TEST_DISK_H

#include <ntddk.h>
#include <ntdddisk.h>

#include "ktest.h"

#define SECTOR 512

static __inline BOOLEAN OpenByName(PCWSTR Path, PFILE_OBJECT *File, PDEVICE_OBJECT *Device)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Path);
    return CHECK_STATUS(
        IoGetDeviceObjectPointer(&Name, FILE_READ_ATTRIBUTES, File, Device), STATUS_SUCCESS);
}

/* Sends a request of the system's that sets Event, and waits. */
static __inline NTSTATUS SendAndWait(
    PDEVICE_OBJECT Device, PIRP Irp, PKEVENT Event, PIO_STATUS_BLOCK IoStatus)
{
    NTSTATUS Status = IoCallDriver(Device, Irp);

    if (Status == STATUS_PENDING) {
        KeWaitForSingleObject(Event, Executive, KernelMode, FALSE, NULL);
        Status = IoStatus->Status;
    }
    return Status;
}

static __inline NTSTATUS ReadAt(
    PDEVICE_OBJECT Device, PVOID Buffer, ULONG Length, LONGLONG At, PIO_STATUS_BLOCK IoStatus)
{
    LARGE_INTEGER Offset;
    KEVENT Event;
    PIRP Irp;

    Offset.QuadPart = At;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildSynchronousFsdRequest(
        IRP_MJ_READ, Device, Buffer, Length, &Offset, &Event, IoStatus);
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    return SendAndWait(Device, Irp, &Event, IoStatus);
}

static __inline NTSTATUS Control(PDEVICE_OBJECT Device, ULONG Code, PVOID Input, ULONG InputBytes,
    PVOID Output, ULONG OutputBytes, PIO_STATUS_BLOCK IoStatus)
{
    KEVENT Event;
    PIRP Irp;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildDeviceIoControlRequest(
        Code, Device, Input, InputBytes, Output, OutputBytes, FALSE, &Event, IoStatus);
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    return SendAndWait(Device, Irp, &Event, IoStatus);
}

#endif
