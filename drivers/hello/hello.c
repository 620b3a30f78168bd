/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * hello.c - the smallest driver that does something: it keeps what was last written to its device
 * and gives it back to whoever reads.
 *
 * Its device uses buffered I/O: the I/O manager copies a writer's bytes to a system buffer before
 * the driver sees the request, and copies IoStatus.Information bytes from there to a reader when
 * the request is complete. The driver never touches a user address.
 *
 * The stored bytes and their count belong to the device and are guarded by Lock; everything else in
 * the extension is set before the first request can arrive and stays as it is until unload.
 */
#include <ntddk.h>

#include "../nxpool.h"
#include "hello.h"

#define HELLO_TAG 'oleH' /* shows as "Helo" in pool listings */

/* Discarded once the driver is up: nothing calls DriverEntry again. */
#if defined(__GNUC__)
#define HELLO_INIT __attribute__((section("INIT")))
#else
#define HELLO_INIT
#endif

typedef struct HELLO_EXTENSION {
    PDEVICE_OBJECT DeviceObject;
    UNICODE_STRING LinkName; /* our own copy, in non-paged pool */
    KSPIN_LOCK Lock;
    PUCHAR Stored;           /* HELLO_CAPACITY bytes, non-paged */
    ULONG StoredBytes;       /* how many of them are valid */
} HELLO_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD HelloUnload;
static DRIVER_DISPATCH HelloDispatch;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#endif

#if DBG
static const char *HelloMajorName(UCHAR MajorFunction)
{
    /* In the order of their codes, 0x00 to 0x1b. */
    static const char *const Names[IRP_MJ_MAXIMUM_FUNCTION + 1] = {
        "IRP_MJ_CREATE",
        "IRP_MJ_CREATE_NAMED_PIPE",
        "IRP_MJ_CLOSE",
        "IRP_MJ_READ",
        "IRP_MJ_WRITE",
        "IRP_MJ_QUERY_INFORMATION",
        "IRP_MJ_SET_INFORMATION",
        "IRP_MJ_QUERY_EA",
        "IRP_MJ_SET_EA",
        "IRP_MJ_FLUSH_BUFFERS",
        "IRP_MJ_QUERY_VOLUME_INFORMATION",
        "IRP_MJ_SET_VOLUME_INFORMATION",
        "IRP_MJ_DIRECTORY_CONTROL",
        "IRP_MJ_FILE_SYSTEM_CONTROL",
        "IRP_MJ_DEVICE_CONTROL",
        "IRP_MJ_INTERNAL_DEVICE_CONTROL",
        "IRP_MJ_SHUTDOWN",
        "IRP_MJ_LOCK_CONTROL",
        "IRP_MJ_CLEANUP",
        "IRP_MJ_CREATE_MAILSLOT",
        "IRP_MJ_QUERY_SECURITY",
        "IRP_MJ_SET_SECURITY",
        "IRP_MJ_POWER",
        "IRP_MJ_SYSTEM_CONTROL",
        "IRP_MJ_DEVICE_CHANGE",
        "IRP_MJ_QUERY_QUOTA",
        "IRP_MJ_SET_QUOTA",
        "IRP_MJ_PNP",
    };

    return Names[MajorFunction];
}
#endif

/* Replaces the stored bytes. Too many leave them as they were: a write is taken whole or not. */
static NTSTATUS HelloWrite(HELLO_EXTENSION *Extension, const VOID *Bytes, ULONG Count,
                           ULONG_PTR *Information)
{
    KIRQL OldIrql;

    if (Count > HELLO_CAPACITY)
        return STATUS_INSUFFICIENT_RESOURCES;

    KeAcquireSpinLock(&Extension->Lock, &OldIrql);
    RtlCopyMemory(Extension->Stored, Bytes, Count);
    Extension->StoredBytes = Count;
    KeReleaseSpinLock(&Extension->Lock, OldIrql);

    *Information = Count;
    return STATUS_SUCCESS;
}

/*
 * Copies the stored bytes to the system buffer. Information is what makes the I/O manager carry
 * them on to the reader: leave it 0 and the copy below is for nothing.
 */
static NTSTATUS HelloRead(HELLO_EXTENSION *Extension, VOID *Bytes, ULONG Count,
                          ULONG_PTR *Information)
{
    KIRQL OldIrql;

    KeAcquireSpinLock(&Extension->Lock, &OldIrql);
    if (Count > Extension->StoredBytes)
        Count = Extension->StoredBytes;
    RtlCopyMemory(Bytes, Extension->Stored, Count);
    KeReleaseSpinLock(&Extension->Lock, OldIrql);

    *Information = Count;
    return STATUS_SUCCESS;
}

/* Every request of every kind comes here; its stack location says which kind it is. */
static NTSTATUS NTAPI HelloDispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    HELLO_EXTENSION *Extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;
    ULONG_PTR Information = 0;
    NTSTATUS Status;

    switch (Stack->MajorFunction) {
    case IRP_MJ_CREATE:
    case IRP_MJ_CLEANUP: /* the last handle is gone */
    case IRP_MJ_CLOSE:   /* and now the last reference */
        Status = STATUS_SUCCESS;
        break;
    case IRP_MJ_WRITE:
        Status = HelloWrite(Extension, Buffer, Stack->Parameters.Write.Length, &Information);
        break;
    case IRP_MJ_READ:
        Status = HelloRead(Extension, Buffer, Stack->Parameters.Read.Length, &Information);
        break;
    default:
        Status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }

    KdPrint(("HelloDrv: %s, status 0x%08lx, %lu bytes\n", HelloMajorName(Stack->MajorFunction),
             (ULONG)Status, (ULONG)Information));

    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID NTAPI HelloUnload(PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT DeviceObject = DriverObject->DeviceObject;
    HELLO_EXTENSION *Extension = DeviceObject->DeviceExtension;

    KdPrint(("HelloDrv: unload\n"));
    IoDeleteSymbolicLink(&Extension->LinkName);
    ExFreePoolWithTag(Extension->LinkName.Buffer, HELLO_TAG);
    ExFreePoolWithTag(Extension->Stored, HELLO_TAG);
    IoDeleteDevice(DeviceObject);
}

/* DriverEntry's copy of the link name: unload needs it, and the literal need not outlive INIT. */
HELLO_INIT static NTSTATUS HelloCopyName(UNICODE_STRING *Copy, const UNICODE_STRING *Name)
{
    Copy->Buffer = ExAllocatePoolWithTag(NxPool, Name->Length, HELLO_TAG);
    if (Copy->Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Copy->Length = 0;
    Copy->MaximumLength = Name->Length;
    RtlCopyUnicodeString(Copy, Name);
    return STATUS_SUCCESS;
}

HELLO_INIT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING DeviceName;
    UNICODE_STRING LinkName;
    PDEVICE_OBJECT DeviceObject;
    HELLO_EXTENSION *Extension;
    NTSTATUS Status;
    ULONG Major;

    UNREFERENCED_PARAMETER(RegistryPath);
    KdPrint(("HelloDrv: loading from %wZ\n", RegistryPath));
    NxPoolInitialize();

    RtlInitUnicodeString(&DeviceName, HELLO_DEVICE_NAME);
    RtlInitUnicodeString(&LinkName, HELLO_LINK_NAME);

    Status = IoCreateDevice(DriverObject, sizeof(HELLO_EXTENSION), &DeviceName, FILE_DEVICE_UNKNOWN,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    DeviceObject->Flags |= DO_BUFFERED_IO;

    Extension = DeviceObject->DeviceExtension;
    Extension->DeviceObject = DeviceObject;
    KeInitializeSpinLock(&Extension->Lock);
    Extension->StoredBytes = 0;

    Extension->Stored = ExAllocatePoolWithTag(NxPool, HELLO_CAPACITY, HELLO_TAG);
    if (Extension->Stored == NULL) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
        goto DeleteDevice;
    }
    Status = HelloCopyName(&Extension->LinkName, &LinkName);
    if (!NT_SUCCESS(Status))
        goto FreeStored;
    Status = IoCreateSymbolicLink(&Extension->LinkName, &DeviceName);
    if (!NT_SUCCESS(Status))
        goto FreeLinkName;

    for (Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        DriverObject->MajorFunction[Major] = HelloDispatch;
    DriverObject->DriverUnload = HelloUnload;
    return STATUS_SUCCESS;

FreeLinkName:
    ExFreePoolWithTag(Extension->LinkName.Buffer, HELLO_TAG);
FreeStored:
    ExFreePoolWithTag(Extension->Stored, HELLO_TAG);
DeleteDevice:
    IoDeleteDevice(DeviceObject);
    return Status;
}
