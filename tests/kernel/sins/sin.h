/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * sin.h - what the drivers of this folder have in common. Each breaks one rule that Driver Verifier checks, and can as well keep
 * it: control code 0x222000 of \\.\Sin is the sin, 0x222004 the same without it. A driver includes this once and defines
 *
 *     static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful);
 *
 * The request is completed with what it returns, unless SIN_COMPLETES is defined: then it has completed the request itself, or
 * marked it pending and returned so. With SIN_UNLOAD defined, SinUnload(DRIVER_OBJECT) is called first when the driver unloads.
 *
 * A driver's head comment has lines for tests/e2e/verifier_test.py:
 *
 *     verify: FLAGS                        those of --verify it takes to be found
 *     expect: BUGCHECK CODE P1 P2 P3 P4    in hexadecimal; * is any value
 *     expect: FINDING                      the machine goes on
 *     detail: REGULAR EXPRESSION           optional, of the report; any number of lines
 *     arch: x64                            optional: the one it is for
 *     options: OPTIONS                     optional: of dotsys run, besides
 *     with: WORDS                          optional: what follows the control code, as out=32
 *     then: COMMAND                        optional: what -c does after the request; any number of lines
 */
#ifndef TESTS_KERNEL_SINS_SIN_H
#define TESTS_KERNEL_SINS_SIN_H

#include <ntifs.h>

#define SIN_TAG          'niSd'
#define SIN_DEVICE_NAME  L"\\Device\\Sin"
#define SIN_LINK_NAME    L"\\DosDevices\\Sin"
#define SIN_CODE_SIN     CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define SIN_CODE_VIRTUE  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)

DRIVER_INITIALIZE DriverEntry;
static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful);
#ifdef SIN_UNLOAD
static void SinUnload(PDRIVER_OBJECT DriverObject);
#endif

static inline NTSTATUS SinComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI SinOpenClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return SinComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI SinControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    const ULONG Code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;

    if (Code != SIN_CODE_SIN && Code != SIN_CODE_VIRTUE)
        return SinComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
#ifdef SIN_COMPLETES
    return Sin(DeviceObject, Irp, Code == SIN_CODE_SIN);
#else
    return SinComplete(Irp, Sin(DeviceObject, Irp, Code == SIN_CODE_SIN), 0);
#endif
}

static VOID NTAPI SinDriverUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING LinkName;

#ifdef SIN_UNLOAD
    SinUnload(DriverObject);
#endif
    RtlInitUnicodeString(&LinkName, SIN_LINK_NAME);
    IoDeleteSymbolicLink(&LinkName);
    if (DriverObject->DeviceObject != NULL)
        IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING DeviceName, LinkName;
    PDEVICE_OBJECT DeviceObject;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&DeviceName, SIN_DEVICE_NAME);
    RtlInitUnicodeString(&LinkName, SIN_LINK_NAME);
    Status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(DeviceObject);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = SinOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = SinOpenClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = SinOpenClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = SinControl;
    DriverObject->DriverUnload = SinDriverUnload;
    return STATUS_SUCCESS;
}

#endif
