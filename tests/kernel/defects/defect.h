/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * defect.h - what the defective drivers of this folder have in common, and do right: one device,
 * \Device\NAME, its link \\.\NAME, opening, closing and unloading. A driver includes this once,
 * after
 *
 *     #define DEFECT_NAME L"NullDeref"
 *
 * and defines DefectControl for its device control requests. The request is DefectControl's to
 * complete; codes it does not know it hands to DefectComplete with STATUS_INVALID_DEVICE_REQUEST.
 */
#ifndef TESTS_KERNEL_DEFECTS_DEFECT_H
#define TESTS_KERNEL_DEFECTS_DEFECT_H

#include <ntddk.h>

#define DEFECT_DEVICE_NAME L"\\Device\\" DEFECT_NAME
#define DEFECT_LINK_NAME   L"\\DosDevices\\" DEFECT_NAME
#define DEFECT_TAG         'tfeD'

/* The codes clients send: 0x222000, 0x222004, … */
#define DEFECT_IOCTL(Function) \
    CTL_CODE(FILE_DEVICE_UNKNOWN, (Function), METHOD_BUFFERED, FILE_ANY_ACCESS)

DRIVER_INITIALIZE DriverEntry;
static DRIVER_DISPATCH DefectControl;

static NTSTATUS DefectComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI DefectOpenClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return DefectComplete(Irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI DefectUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING LinkName;

    RtlInitUnicodeString(&LinkName, DEFECT_LINK_NAME);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING DeviceName;
    UNICODE_STRING LinkName;
    PDEVICE_OBJECT DeviceObject;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&DeviceName, DEFECT_DEVICE_NAME);
    RtlInitUnicodeString(&LinkName, DEFECT_LINK_NAME);

    Status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE,
                            &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(DeviceObject);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = DefectOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = DefectOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = DefectOpenClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = DefectControl;
    DriverObject->DriverUnload = DefectUnload;
    return STATUS_SUCCESS;
}

#endif
