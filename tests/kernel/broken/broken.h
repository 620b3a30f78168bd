/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * broken.h - what the drivers of this folder have in common. Each has one defect of a kind that turns up in drivers again and
 * again, for `dotsys fuzz` to find; its head comment names the class that must be said. A driver includes this once and defines
 *
 *     static NTSTATUS Control(BROKEN_REQUEST *Request);
 *
 * which answers the control codes of \\.\Broken, and may define BROKEN_UNLOAD and BrokenUnload(void).
 *
 *     class: NAME          what `dotsys fuzz` has to call it
 *     options: OPTIONS     optional: of `dotsys fuzz`
 */
#ifndef TESTS_KERNEL_BROKEN_BROKEN_H
#define TESTS_KERNEL_BROKEN_BROKEN_H

#include <ntifs.h>

#define BROKEN_TAG                  'korB'
#define BROKEN_CODE(Number, Method) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x900 + (Number), Method, FILE_ANY_ACCESS)

typedef struct BROKEN_REQUEST {
    PIRP Irp;
    ULONG Code;
    PUCHAR Buffer;       /* the system buffer */
    PVOID Output;        /* METHOD_NEITHER: the caller's; direct I/O: where its pages are */
    ULONG InputLength, OutputLength;
    ULONG_PTR Returned;  /* out */
} BROKEN_REQUEST;

static NTSTATUS Control(BROKEN_REQUEST *Request);
#ifdef BROKEN_UNLOAD
static void BrokenUnload(void);
#endif

static NTSTATUS BrokenComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Returned)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Returned;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI BrokenOpenClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return BrokenComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI BrokenControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    const PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    BROKEN_REQUEST Request;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    Request.Irp = Irp;
    Request.Code = Stack->Parameters.DeviceIoControl.IoControlCode;
    Request.Buffer = Irp->AssociatedIrp.SystemBuffer;
    Request.Output = Irp->MdlAddress != NULL ? MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority) : Irp->UserBuffer;
    Request.InputLength = Stack->Parameters.DeviceIoControl.InputBufferLength;
    Request.OutputLength = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    Request.Returned = 0;
    Status = Control(&Request);
    return BrokenComplete(Irp, Status, NT_SUCCESS(Status) ? Request.Returned : 0);
}

static VOID NTAPI BrokenDriverUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING LinkName;

#ifdef BROKEN_UNLOAD
    BrokenUnload();
#endif
    RtlInitUnicodeString(&LinkName, L"\\DosDevices\\Broken");
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

DRIVER_INITIALIZE DriverEntry;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING DeviceName, LinkName;
    PDEVICE_OBJECT DeviceObject;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&DeviceName, L"\\Device\\Broken");
    RtlInitUnicodeString(&LinkName, L"\\DosDevices\\Broken");
    Status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(DeviceObject);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = BrokenOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = BrokenOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = BrokenOpenClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = BrokenControl;
    DriverObject->DriverUnload = BrokenDriverUnload;
    return STATUS_SUCCESS;
}

#endif
