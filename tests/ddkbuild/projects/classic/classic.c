/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A driver as they were written once: calling conventions, roles and prototypes of system routines
 * are left to the DDK. */
#include "ntddk.h"
#include "stdarg.h"

#pragma warning(disable:4201)

NTSTATUS DriverEntry(IN PDRIVER_OBJECT DriverObject, IN PUNICODE_STRING RegistryPath);
NTSTATUS ClassicDispatch(IN PDEVICE_OBJECT DeviceObject, IN PIRP Irp);
VOID ClassicUnload(IN PDRIVER_OBJECT DriverObject);
VOID ClassicTimer(IN PKDPC Dpc, IN PVOID Context, IN PVOID Argument1, IN PVOID Argument2);

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, ClassicUnload)
#endif

typedef struct _CLASSIC_EXTENSION {
    PDEVICE_OBJECT DeviceObject;
    KDPC Dpc;
    union {
        struct {
            ULONG Low;
            ULONG High;
        };
        ULONGLONG Both;
    };
    UCHAR Space[256];
} CLASSIC_EXTENSION, *PCLASSIC_EXTENSION;

NTSTATUS
DriverEntry(
    IN PDRIVER_OBJECT DriverObject,
    IN PUNICODE_STRING RegistryPath
    )
{
    PDEVICE_OBJECT deviceObject = NULL;
    PCLASSIC_EXTENSION extension;
    NTSTATUS status;
    ULONG i;

    status = IoCreateDevice(DriverObject, sizeof(CLASSIC_EXTENSION), NULL, FILE_DEVICE_UNKNOWN, 0,
        FALSE, &deviceObject);
    if (!NT_SUCCESS(status)) {
        KdPrint(("classic: no device, %x\n", status));
        return status;
    }
    for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        DriverObject->MajorFunction[i] = ClassicDispatch;
    }
    DriverObject->DriverUnload = ClassicUnload;
    extension = (PCLASSIC_EXTENSION)deviceObject->DeviceExtension;
    RtlZeroMemory(extension, sizeof(CLASSIC_EXTENSION));
    extension->DeviceObject = deviceObject;
    extension->Both = 0x100000002;
    KeInitializeDpc(&extension->Dpc, ClassicTimer, extension);
    KdPrint(("classic: %u and %u of %I64x\n", extension->Low, extension->High,
        extension->Both / (extension->Low - 1)));
    return STATUS_SUCCESS;
}

VOID
ClassicTimer(
    IN PKDPC Dpc,
    IN PVOID Context,
    IN PVOID Argument1,
    IN PVOID Argument2
    )
{
    PCLASSIC_EXTENSION extension = (PCLASSIC_EXTENSION)Context;

    InterlockedIncrement((PLONG)&extension->Low);
}

NTSTATUS
ClassicDispatch(
    IN PDEVICE_OBJECT DeviceObject,
    IN PIRP Irp
    )
{
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

VOID
ClassicUnload(
    IN PDRIVER_OBJECT DriverObject
    )
{
    PAGED_CODE();
    IoDeleteDevice(DriverObject->DeviceObject);
}
