/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Requests of other drivers have the driver's word size. */
#include <ntddk.h>

typedef struct CONNECT {
    PDEVICE_OBJECT Device;
    PVOID Routine;
} CONNECT;

static NTSTATUS NTAPI GpdInternal(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    CONNECT *Connect = Stack->Parameters.DeviceIoControl.Type3InputBuffer;

    return Connect->Device == DeviceObject ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = GpdInternal;
    return STATUS_SUCCESS;
}
