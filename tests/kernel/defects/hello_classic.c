/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * hello_classic.c - the hello driver with the defects such drivers had in print. Never ship it.
 *
 * Device \Device\HELLODRV_Ver2, \\.\HelloDrv, as drivers/hello; its client works with it. Defects:
 *
 * 1. Unload does not free the 1024-byte buffer. Must be reported: a pool leak of 1024 bytes without
 *    a tag (ExAllocatePool shows as "None"), the driver and the allocating line in DriverEntry.
 * 2. The link name's buffer comes from ExAllocatePool and goes to RtlFreeUnicodeString, which frees
 *    what the Rtl routines allocated. Must be reported where the pool can tell the two apart.
 * 3. The loop over the major functions stops with "<" one short: IRP_MJ_PNP is not set. Requests of
 *    that kind must be answered with STATUS_INVALID_DEVICE_REQUEST, without a call to the driver.
 */
#include <ntddk.h>

#define CLASSIC_DEVICE_NAME  L"\\Device\\HELLODRV_Ver2"
#define CLASSIC_LINK_NAME    L"\\??\\HelloDrv"
#define CLASSIC_BUFFER_BYTES 1024

typedef struct CLASSIC_EXTENSION {
    PDEVICE_OBJECT DeviceObject;
    UNICODE_STRING LinkName;
    PUCHAR Buffer;
    ULONG Valid;
} CLASSIC_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD ClassicUnload;
static DRIVER_DISPATCH ClassicDispatch;

static NTSTATUS NTAPI ClassicDispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    CLASSIC_EXTENSION *Extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Count = 0;

    if (Stack->MajorFunction == IRP_MJ_WRITE) {
        if (Stack->Parameters.Write.Length > CLASSIC_BUFFER_BYTES) {
            Status = STATUS_INSUFFICIENT_RESOURCES;
        } else {
            Count = Stack->Parameters.Write.Length;
            RtlCopyMemory(Extension->Buffer, Irp->AssociatedIrp.SystemBuffer, Count);
            Extension->Valid = Count;
        }
    } else if (Stack->MajorFunction == IRP_MJ_READ) {
        Count = Stack->Parameters.Read.Length;
        if (Count > Extension->Valid)
            Count = Extension->Valid;
        RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, Extension->Buffer, Count);
    }
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Count;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID NTAPI ClassicUnload(PDRIVER_OBJECT DriverObject)
{
    CLASSIC_EXTENSION *Extension = DriverObject->DeviceObject->DeviceExtension;

    IoDeleteSymbolicLink(&Extension->LinkName);
    RtlFreeUnicodeString(&Extension->LinkName); /* defect 2 */
    IoDeleteDevice(Extension->DeviceObject);    /* defect 1: Extension->Buffer is lost here */
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING DeviceName;
    UNICODE_STRING LinkName;
    PDEVICE_OBJECT DeviceObject;
    CLASSIC_EXTENSION *Extension;
    NTSTATUS Status;
    ULONG Major;

    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&DeviceName, CLASSIC_DEVICE_NAME);
    RtlInitUnicodeString(&LinkName, CLASSIC_LINK_NAME);
    Status = IoCreateDevice(DriverObject, sizeof(CLASSIC_EXTENSION), &DeviceName,
                            FILE_DEVICE_UNKNOWN, 0, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    DeviceObject->Flags |= DO_BUFFERED_IO;
    Extension = DeviceObject->DeviceExtension;
    Extension->DeviceObject = DeviceObject;
    Extension->Valid = 0;

    Extension->LinkName.Length = 0;
    Extension->LinkName.MaximumLength = LinkName.Length;
    Extension->LinkName.Buffer = ExAllocatePool(NonPagedPool, LinkName.Length);
    Extension->Buffer = ExAllocatePool(NonPagedPool, CLASSIC_BUFFER_BYTES);
    if (Extension->LinkName.Buffer == NULL || Extension->Buffer == NULL) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
        goto Fail;
    }
    RtlCopyUnicodeString(&Extension->LinkName, &LinkName);
    Status = IoCreateSymbolicLink(&Extension->LinkName, &DeviceName);
    if (!NT_SUCCESS(Status))
        goto Fail;

    for (Major = 0; Major < IRP_MJ_MAXIMUM_FUNCTION; Major++) /* defect 3 */
        DriverObject->MajorFunction[Major] = ClassicDispatch;
    DriverObject->DriverUnload = ClassicUnload;
    return STATUS_SUCCESS;

Fail:
    if (Extension->Buffer != NULL)
        ExFreePool(Extension->Buffer);
    if (Extension->LinkName.Buffer != NULL)
        ExFreePool(Extension->LinkName.Buffer);
    IoDeleteDevice(DeviceObject);
    return Status;
}
