/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * benchdrv.c - the driver dotsys-bench measures with. It does as little as a driver can, so that
 * what is left is the way to it and back: see benchdrv.h for what it answers to.
 *
 * A device's stored bytes have no lock: the benchmark writes before it measures reads, and no two
 * of its threads share a device for transfers. More devices are only made and deleted by requests
 * on one handle, one after the other.
 */
#include <ntddk.h>

#include "benchdrv.h"

#define BENCH_KINDS 3

typedef struct BENCH_EXTENSION {
    BOOLEAN Extra; /* one of BENCH_CREATE_DEVICES', with nothing behind this */
    UCHAR Stored[BENCH_CAPACITY];
} BENCH_EXTENSION;

typedef struct BENCH_KIND {
    const WCHAR *DeviceName;
    const WCHAR *LinkName;
    ULONG Flags;
} BENCH_KIND;

static const BENCH_KIND BenchKind[BENCH_KINDS] = {
    {L"\\Device\\BenchBuffered", L"\\DosDevices\\BenchBuffered", DO_BUFFERED_IO},
    {L"\\Device\\BenchDirect", L"\\DosDevices\\BenchDirect", DO_DIRECT_IO},
    {L"\\Device\\BenchNeither", L"\\DosDevices\\BenchNeither", 0},
};

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD BenchUnload;
static DRIVER_DISPATCH BenchOpenClose, BenchRead, BenchWrite, BenchControl;

static NTSTATUS BenchComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI BenchOpenClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return BenchComplete(Irp, STATUS_SUCCESS, 0);
}

/* ---- Transfers ----------------------------------------------------------------------------- */

/* Where a transfer's bytes are for this device; NULL: its pages cannot be mapped. */
static PVOID BenchBuffer(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (DeviceObject->Flags & DO_BUFFERED_IO)
        return Irp->AssociatedIrp.SystemBuffer;
    if (DeviceObject->Flags & DO_DIRECT_IO)
        return MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    return Irp->UserBuffer;
}

static NTSTATUS NTAPI BenchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    BENCH_EXTENSION *Extension = DeviceObject->DeviceExtension;
    ULONG Length = IoGetCurrentIrpStackLocation(Irp)->Parameters.Read.Length;
    PVOID Buffer = Length != 0 ? BenchBuffer(DeviceObject, Irp) : NULL;

    if (Length != 0 && Buffer == NULL)
        return BenchComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    if (Length <= BENCH_CAPACITY)
        RtlCopyMemory(Buffer, Extension->Stored, Length);
    return BenchComplete(Irp, STATUS_SUCCESS, Length);
}

static NTSTATUS NTAPI BenchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    BENCH_EXTENSION *Extension = DeviceObject->DeviceExtension;
    ULONG Length = IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length;
    PVOID Buffer = Length != 0 ? BenchBuffer(DeviceObject, Irp) : NULL;

    if (Length != 0 && Buffer == NULL)
        return BenchComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    if (Length <= BENCH_CAPACITY)
        RtlCopyMemory(Extension->Stored, Buffer, Length);
    return BenchComplete(Irp, STATUS_SUCCESS, Length);
}

/* ---- Control codes ------------------------------------------------------------------------- */

static NTSTATUS BenchCreateDevices(PDRIVER_OBJECT DriverObject, ULONG Count)
{
    NTSTATUS Status = STATUS_SUCCESS;
    PDEVICE_OBJECT DeviceObject;

    while (Count-- != 0 && NT_SUCCESS(Status)) {
        Status = IoCreateDevice(DriverObject, FIELD_OFFSET(BENCH_EXTENSION, Stored), NULL,
                                FILE_DEVICE_UNKNOWN, 0, FALSE, &DeviceObject);
        if (NT_SUCCESS(Status)) {
            ((BENCH_EXTENSION *)DeviceObject->DeviceExtension)->Extra = TRUE;
            DeviceObject->Flags &= ~DO_DEVICE_INITIALIZING;
        }
    }
    return Status;
}

static NTSTATUS BenchDeleteDevices(PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT Next;

    for (PDEVICE_OBJECT Device = DriverObject->DeviceObject; Device != NULL; Device = Next) {
        Next = Device->NextDevice;
        if (((BENCH_EXTENSION *)Device->DeviceExtension)->Extra)
            IoDeleteDevice(Device);
    }
    return STATUS_SUCCESS;
}

static NTSTATUS BenchReadPort(ULONG Count)
{
    while (Count-- != 0) {
        UCHAR Byte;
        __asm__ volatile("inb %1, %0" : "=a"(Byte) : "d"((USHORT)BENCH_PORT));
    }
    return STATUS_SUCCESS;
}

static NTSTATUS BenchPerform(PDEVICE_OBJECT DeviceObject, PIRP Irp, PIO_STACK_LOCATION Stack)
{
    ULONG Number;

    if (Stack->Parameters.DeviceIoControl.InputBufferLength < sizeof(Number))
        return STATUS_BUFFER_TOO_SMALL;
    Number = *(const ULONG *)Irp->AssociatedIrp.SystemBuffer;
    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case BENCH_CREATE_DEVICES:
        return BenchCreateDevices(DeviceObject->DriverObject, Number);
    case BENCH_DELETE_DEVICES:
        return BenchDeleteDevices(DeviceObject->DriverObject);
    case BENCH_READ_PORT:
        return BenchReadPort(Number);
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
}

static NTSTATUS NTAPI BenchControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case BENCH_NULL_BUFFERED:
    case BENCH_NULL_IN_DIRECT:
    case BENCH_NULL_OUT_DIRECT:
    case BENCH_NULL_NEITHER:
        return BenchComplete(Irp, STATUS_SUCCESS, 0);
    default:
        return BenchComplete(Irp, BenchPerform(DeviceObject, Irp, Stack), 0);
    }
}

/* ---- Coming and going ---------------------------------------------------------------------- */

static VOID NTAPI BenchUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING LinkName;

    for (ULONG Kind = 0; Kind < BENCH_KINDS; Kind++) {
        RtlInitUnicodeString(&LinkName, BenchKind[Kind].LinkName);
        IoDeleteSymbolicLink(&LinkName);
    }
    while (DriverObject->DeviceObject != NULL)
        IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS BenchCreateKind(PDRIVER_OBJECT DriverObject, const BENCH_KIND *Kind)
{
    UNICODE_STRING DeviceName, LinkName;
    PDEVICE_OBJECT DeviceObject;
    NTSTATUS Status;

    RtlInitUnicodeString(&DeviceName, Kind->DeviceName);
    RtlInitUnicodeString(&LinkName, Kind->LinkName);
    Status = IoCreateDevice(DriverObject, sizeof(BENCH_EXTENSION), &DeviceName, FILE_DEVICE_UNKNOWN,
                            0, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    DeviceObject->Flags |= Kind->Flags;
    Status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(Status))
        IoDeleteDevice(DeviceObject);
    return Status;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Kind;

    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = BenchOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = BenchOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = BenchOpenClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = BenchRead;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = BenchWrite;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = BenchControl;
    DriverObject->DriverUnload = BenchUnload;
    for (Kind = 0; Kind < BENCH_KINDS && NT_SUCCESS(Status); Kind++)
        Status = BenchCreateKind(DriverObject, &BenchKind[Kind]);
    if (!NT_SUCCESS(Status))
        BenchUnload(DriverObject);
    return Status;
}
