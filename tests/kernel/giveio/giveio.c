/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * giveio.c - \\.\GiveIo: the process that opens it may access the CMOS's ports, 0x70 and 0x71,
 * until it closes it. On x86; on x64 there is no such thing, and the open fails.
 */
#include <ntddk.h>

#define GIVE_MAP_BYTES 8192
#define GIVE_TAG       'oivG'

typedef BOOLEAN(NTAPI *SET_MAP)(ULONG Number, PVOID Map);
typedef BOOLEAN(NTAPI *SET_PROCESS)(PEPROCESS Process, ULONG Number);

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD GiveUnload;

static UNICODE_STRING GiveLink = RTL_CONSTANT_STRING(L"\\DosDevices\\GiveIo");
static SET_PROCESS GiveProcess;

static NTSTATUS NTAPI GiveOpen(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    const UCHAR Major = IoGetCurrentIrpStackLocation(Irp)->MajorFunction;
    NTSTATUS Status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(DeviceObject);
    if (GiveProcess == NULL)
        Status = STATUS_NOT_SUPPORTED;
    else if (Major != IRP_MJ_CLOSE &&
             !GiveProcess(PsGetCurrentProcess(), Major == IRP_MJ_CREATE ? 1 : 0))
        Status = STATUS_UNSUCCESSFUL;
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static PVOID GiveFind(PCWSTR Name)
{
    UNICODE_STRING Text;

    RtlInitUnicodeString(&Text, Name);
    return MmGetSystemRoutineAddress(&Text);
}

static NTSTATUS GiveSetMap(VOID)
{
    SET_MAP Set = (SET_MAP)GiveFind(L"Ke386SetIoAccessMap");
    PUCHAR Map;

    GiveProcess = (SET_PROCESS)GiveFind(L"Ke386IoSetAccessProcess");
    if (Set == NULL)
        return STATUS_SUCCESS;
    Map = ExAllocatePoolWithTag(NonPagedPool, GIVE_MAP_BYTES, GIVE_TAG);
    if (Map == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlFillMemory(Map, GIVE_MAP_BYTES, 0xFF);
    Map[0x70 / 8] = (UCHAR)~3u;
    Set(1, Map);
    ExFreePoolWithTag(Map, GIVE_TAG);
    return STATUS_SUCCESS;
}

static VOID NTAPI GiveUnload(PDRIVER_OBJECT DriverObject)
{
    IoDeleteSymbolicLink(&GiveLink);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\GiveIo");
    PDEVICE_OBJECT Device;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    Status = GiveSetMap();
    if (NT_SUCCESS(Status))
        Status = IoCreateDevice(DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&GiveLink, &Name);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(Device);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = GiveOpen;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = GiveOpen;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = GiveOpen;
    DriverObject->DriverUnload = GiveUnload;
    return STATUS_SUCCESS;
}
