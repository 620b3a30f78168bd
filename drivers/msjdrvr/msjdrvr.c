/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * msjdrvr.c - a driver that does for its clients what they may not do themselves: it reads the
 * CMOS memory through I/O ports and the first sector of the first disk through the disk's driver.
 *
 * A client's request is answered at once, but for IOCTL_MSJDRVR_READ_MBR_ASYNC: that one stays
 * pending until the disk driver has completed the driver's own request (MSJ_TRANSFER).
 *
 * CmosLock makes the two steps of a CMOS access one: which register, and its data.
 */
#include <ntddk.h>
#include <ntdddisk.h>

#include "../nxpool.h"
#include "msjdrvr.h"

#define MSJ_TAG       'rJSM' /* shows as "MSJr" in pool listings */
#define MSJ_DISK_NAME L"\\DosDevices\\PhysicalDrive0"

/* The index port selects a register; its top bit keeps non-maskable interrupts off. */
#define CMOS_INDEX_PORT    ((PUCHAR)(ULONG_PTR)0x70)
#define CMOS_DATA_PORT     ((PUCHAR)(ULONG_PTR)0x71)
#define CMOS_NMI_OFF       0x80
#define CMOS_NOT_READABLE  0xFF
#define CMOS_BASE_MEMORY   0x15 /* low byte; the high one follows */
#define CMOS_MEMORY_BYTES  4    /* base memory and, from 0x17 on, extended memory */
#define CMOS_READ_ATTEMPTS 8

/* mingw-w64's ntddk.h has it for "legacy" drivers only, and counts this one out. */
NTHALAPI ULONG NTAPI HalGetBusData(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber,
                                   PVOID Buffer, ULONG Length);

/* Discarded once the driver is up: nothing calls DriverEntry again. */
#if defined(__GNUC__)
#define MSJ_INIT __attribute__((section("INIT")))
#else
#define MSJ_INIT
#endif

typedef struct MSJ_EXTENSION {
    KSPIN_LOCK CmosLock;
} MSJ_EXTENSION;

/*
 * A client's request and the disk request made for it. Two may have hold of it: the completion
 * routine, and the client's cancel routine once it is set. The last one to let go (Owners)
 * completes the client's request and frees the rest.
 */
typedef struct MSJ_TRANSFER {
    PIRP Client;
    PIRP Lower;
    PDEVICE_OBJECT Disk; /* referenced */
    LONG Owners;
    IO_STATUS_BLOCK Result; /* the disk driver's */
} MSJ_TRANSFER;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD MSJUnloadDriver;
static DRIVER_DISPATCH MSJDispatchCreate;
static DRIVER_DISPATCH MSJDispatchClose;
static DRIVER_DISPATCH MSJDispatchIoctl;
static DRIVER_CANCEL MSJCancelTransfer;
static IO_COMPLETION_ROUTINE MSJTransferDone;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#endif

static NTSTATUS MSJComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* ---- The string ----------------------------------------------------------------------------- */

/* Input and output are one buffer: the name is copied out before the answer goes in. */
static NTSTATUS MSJGetString(CHAR *Buffer, ULONG InputBytes, ULONG OutputBytes,
                             ULONG_PTR *Information)
{
    static const CHAR Greeting[] = MSJDRVR_GREETING;
    static const CHAR Separator[] = ", ";
    const ULONG GreetingBytes = sizeof(Greeting) - 1;
    const ULONG SeparatorBytes = sizeof(Separator) - 1;
    CHAR Name[MSJDRVR_NAME_BYTES];
    ULONG NameBytes = 0;
    ULONG Bytes;

    while (NameBytes < InputBytes && Buffer[NameBytes] != '\0') {
        if (NameBytes == sizeof(Name))
            return STATUS_INVALID_PARAMETER;
        Name[NameBytes] = Buffer[NameBytes];
        NameBytes++;
    }
    Bytes = GreetingBytes + 1;
    if (NameBytes > 0)
        Bytes += SeparatorBytes + NameBytes;
    if (OutputBytes < Bytes)
        return STATUS_BUFFER_TOO_SMALL;

    RtlCopyMemory(Buffer, Greeting, GreetingBytes);
    if (NameBytes > 0) {
        RtlCopyMemory(Buffer + GreetingBytes, Separator, SeparatorBytes);
        RtlCopyMemory(Buffer + GreetingBytes + SeparatorBytes, Name, NameBytes);
    }
    Buffer[Bytes - 1] = '\0';
    *Information = Bytes;
    return STATUS_SUCCESS;
}

/* ---- CMOS ----------------------------------------------------------------------------------- */

/*
 * Reads registers through the ports. The index port cannot be read everywhere: all ones come from a
 * chip set where it cannot, and then NMIs are left on, as Windows has them.
 */
static VOID MSJReadCmosPorts(MSJ_EXTENSION *Extension, UCHAR First, UCHAR *Bytes, ULONG Count)
{
    KIRQL OldIrql;
    UCHAR Nmi;
    ULONG i;

    KeAcquireSpinLock(&Extension->CmosLock, &OldIrql);
    Nmi = READ_PORT_UCHAR(CMOS_INDEX_PORT);
    Nmi = Nmi == CMOS_NOT_READABLE ? 0 : Nmi & CMOS_NMI_OFF;
    for (i = 0; i < Count; i++) {
        WRITE_PORT_UCHAR(CMOS_INDEX_PORT, (UCHAR)((First + i) | Nmi));
        Bytes[i] = READ_PORT_UCHAR(CMOS_DATA_PORT);
    }
    KeReleaseSpinLock(&Extension->CmosLock, OldIrql);
}

/*
 * The same through ports and through the HAL, which must agree. The HAL has a lock of its own that
 * a driver cannot take: the clock may be read between our index and our data. Reading again settles
 * that; what differs every time is an error of the device.
 */
static NTSTATUS MSJReadCmos(MSJ_EXTENSION *Extension, VOID *Buffer, ULONG OutputBytes,
                            ULONG_PTR *Information)
{
    UCHAR Ports[CMOS_MEMORY_BYTES], Hal[CMOS_MEMORY_BYTES];
    MSJDRVR_CMOS *Memory = Buffer;
    ULONG Attempt;

    if (OutputBytes < sizeof(*Memory))
        return STATUS_BUFFER_TOO_SMALL;
    for (Attempt = 0; Attempt < CMOS_READ_ATTEMPTS; Attempt++) {
        MSJReadCmosPorts(Extension, CMOS_BASE_MEMORY, Ports, sizeof(Ports));
        /* For CMOS the slot number is the first register. */
        if (HalGetBusData(Cmos, 0, CMOS_BASE_MEMORY, Hal, sizeof(Hal)) != sizeof(Hal))
            return STATUS_DEVICE_DATA_ERROR;
        if (RtlCompareMemory(Ports, Hal, sizeof(Hal)) == sizeof(Hal)) {
            Memory->ulBaseMem = Hal[0] | (ULONG)Hal[1] << 8;
            Memory->ulExtMem = Hal[2] | (ULONG)Hal[3] << 8;
            *Information = sizeof(*Memory);
            return STATUS_SUCCESS;
        }
    }
    return STATUS_DEVICE_DATA_ERROR;
}

/* ---- The disk ------------------------------------------------------------------------------- */

/*
 * The top of the first disk's device stack, with a reference that the caller gives back. The kernel
 * asks, so the disk's descriptor is not looked at. FILE_READ_ATTRIBUTES opens the disk itself; with
 * FILE_READ_DATA a file system would be mounted on it first.
 *
 * The file object is not kept: giving it back closes the disk, which needs PASSIVE_LEVEL.
 */
static NTSTATUS MSJOpenDisk(PDEVICE_OBJECT *Disk)
{
    UNICODE_STRING Name;
    PFILE_OBJECT File;
    NTSTATUS Status;

    RtlInitUnicodeString(&Name, MSJ_DISK_NAME);
    Status = IoGetDeviceObjectPointer(&Name, FILE_READ_ATTRIBUTES, &File, Disk);
    if (!NT_SUCCESS(Status))
        return Status;
    ObReferenceObject(*Disk);
    ObDereferenceObject(File);
    return STATUS_SUCCESS;
}

/* Sends a request whose end Event tells, and waits for it. The result is in Result. */
static NTSTATUS MSJSendAndWait(PDEVICE_OBJECT Disk, PIRP Irp, KEVENT *Event,
                               IO_STATUS_BLOCK *Result)
{
    NTSTATUS Status;

    Status = IoCallDriver(Disk, Irp);
    if (Status == STATUS_PENDING) {
        KeWaitForSingleObject(Event, Executive, KernelMode, FALSE, NULL);
        Status = Result->Status;
    }
    return Status;
}

static NTSTATUS MSJReadMbr(VOID *Buffer, ULONG OutputBytes, ULONG_PTR *Information)
{
    LARGE_INTEGER Offset;
    IO_STATUS_BLOCK Result;
    PDEVICE_OBJECT Disk;
    KEVENT Event;
    PIRP Irp;
    NTSTATUS Status;

    if (OutputBytes < MSJDRVR_SECTOR_BYTES)
        return STATUS_BUFFER_TOO_SMALL;
    Status = MSJOpenDisk(&Disk);
    if (!NT_SUCCESS(Status))
        return Status;

    Offset.QuadPart = 0;
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildSynchronousFsdRequest(IRP_MJ_READ, Disk, Buffer, MSJDRVR_SECTOR_BYTES, &Offset,
                                       &Event, &Result);
    if (Irp == NULL) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
    } else {
        Status = MSJSendAndWait(Disk, Irp, &Event, &Result);
        if (NT_SUCCESS(Status))
            *Information = Result.Information;
    }
    ObDereferenceObject(Disk);
    return Status;
}

static NTSTATUS MSJGetGeometry(VOID *Buffer, ULONG OutputBytes, ULONG_PTR *Information)
{
    IO_STATUS_BLOCK Result;
    PDEVICE_OBJECT Disk;
    KEVENT Event;
    PIRP Irp;
    NTSTATUS Status;

    if (OutputBytes < sizeof(DISK_GEOMETRY))
        return STATUS_BUFFER_TOO_SMALL;
    Status = MSJOpenDisk(&Disk);
    if (!NT_SUCCESS(Status))
        return Status;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildDeviceIoControlRequest(IOCTL_DISK_GET_DRIVE_GEOMETRY, Disk, NULL, 0, Buffer,
                                        sizeof(DISK_GEOMETRY), FALSE, &Event, &Result);
    if (Irp == NULL) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
    } else {
        Status = MSJSendAndWait(Disk, Irp, &Event, &Result);
        if (NT_SUCCESS(Status))
            *Information = Result.Information;
    }
    ObDereferenceObject(Disk);
    return Status;
}

/* ---- The disk, asynchronously --------------------------------------------------------------- */

/* Undoes IoBuildAsynchronousFsdRequest: what it allocated is nobody else's to free. */
static VOID MSJFreeLower(PIRP Irp)
{
    PMDL Mdl, Next;

    for (Mdl = Irp->MdlAddress; Mdl != NULL; Mdl = Next) {
        Next = Mdl->Next;
        MmUnlockPages(Mdl);
        IoFreeMdl(Mdl);
    }
    Irp->MdlAddress = NULL;
    if ((Irp->Flags & IRP_DEALLOCATE_BUFFER) != 0) {
        /* The device does buffered I/O. The copy back was the I/O manager's, which did not come. */
        if (NT_SUCCESS(Irp->IoStatus.Status))
            RtlCopyMemory(Irp->UserBuffer, Irp->AssociatedIrp.SystemBuffer,
                          Irp->IoStatus.Information);
        ExFreePool(Irp->AssociatedIrp.SystemBuffer);
    }
    IoFreeIrp(Irp);
}

/* One owner lets go. The last one ends it all: then Transfer and the client's IRP are gone. */
static VOID MSJReleaseTransfer(MSJ_TRANSFER *Transfer)
{
    IO_STATUS_BLOCK Result;
    PIRP Client;

    if (InterlockedDecrement(&Transfer->Owners) != 0)
        return;
    Client = Transfer->Client;
    Result = Transfer->Result;
    MSJFreeLower(Transfer->Lower);
    ObDereferenceObject(Transfer->Disk);
    ExFreePoolWithTag(Transfer, MSJ_TAG);
    MSJComplete(Client, Result.Status, NT_SUCCESS(Result.Status) ? Result.Information : 0);
}

/*
 * The client cancelled. Its request is not completed here: the disk may be writing to its buffer.
 * The disk's request is cancelled, and comes back through the completion routine soon.
 */
static VOID NTAPI MSJCancelTransfer(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    MSJ_TRANSFER *Transfer = Irp->Tail.Overlay.DriverContext[0];

    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    IoCancelIrp(Transfer->Lower);
    MSJReleaseTransfer(Transfer);
}

/* The disk's request is done. It is ours to free: nothing above us knows it. */
static NTSTATUS NTAPI MSJTransferDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    MSJ_TRANSFER *Transfer = Context;

    UNREFERENCED_PARAMETER(DeviceObject);
    Transfer->Result = Irp->IoStatus;
    /* A cancel routine taken back never runs: its hold on the transfer is given up for it. */
    if (IoSetCancelRoutine(Transfer->Client, NULL) != NULL)
        InterlockedDecrement(&Transfer->Owners);
    MSJReleaseTransfer(Transfer);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* A transfer with its disk request, ready to be sent. */
static NTSTATUS MSJCreateTransfer(PDEVICE_OBJECT DeviceObject, PIRP Client, MSJ_TRANSFER **Result)
{
    MSJ_TRANSFER *Transfer;
    LARGE_INTEGER Offset;
    NTSTATUS Status;

    Transfer = ExAllocatePoolWithTag(NxPool, sizeof(*Transfer), MSJ_TAG);
    if (Transfer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Transfer, sizeof(*Transfer));
    Transfer->Client = Client;
    Transfer->Owners = 2;
    Status = MSJOpenDisk(&Transfer->Disk);
    if (!NT_SUCCESS(Status))
        goto FreeTransfer;

    Offset.QuadPart = 0;
    Transfer->Lower = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Transfer->Disk,
                                                    Client->AssociatedIrp.SystemBuffer,
                                                    MSJDRVR_SECTOR_BYTES, &Offset, NULL);
    if (Transfer->Lower == NULL) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
        goto DereferenceDisk;
    }
    /* "Ex": the driver stays loaded until the routine has returned. */
    Status = IoSetCompletionRoutineEx(DeviceObject, Transfer->Lower, MSJTransferDone, Transfer,
                                      TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(Status))
        goto FreeLower;
    *Result = Transfer;
    return STATUS_SUCCESS;

FreeLower:
    Transfer->Lower->IoStatus.Status = Status;
    MSJFreeLower(Transfer->Lower);
DereferenceDisk:
    ObDereferenceObject(Transfer->Disk);
FreeTransfer:
    ExFreePoolWithTag(Transfer, MSJ_TAG);
    return Status;
}

/*
 * Completes Irp in every case, now or later. From IoMarkIrpPending on the answer is STATUS_PENDING,
 * and once the cancel routine is set the request may be gone at any time.
 */
static NTSTATUS MSJReadMbrAsync(PDEVICE_OBJECT DeviceObject, PIRP Irp, ULONG OutputBytes)
{
    MSJ_TRANSFER *Transfer;
    PDEVICE_OBJECT Disk;
    PIRP Lower;
    NTSTATUS Status;

    if (OutputBytes < MSJDRVR_SECTOR_BYTES)
        return MSJComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    Status = MSJCreateTransfer(DeviceObject, Irp, &Transfer);
    if (!NT_SUCCESS(Status))
        return MSJComplete(Irp, Status, 0);

    Disk = Transfer->Disk;
    Lower = Transfer->Lower;
    Irp->Tail.Overlay.DriverContext[0] = Transfer;
    IoMarkIrpPending(Irp);
    IoSetCancelRoutine(Irp, MSJCancelTransfer);
    /*
     * Cancelled before the routine was set, it is cancelled by hand. Otherwise the routine ran, or
     * runs, and has marked the disk's request: the disk driver sees that it need not begin.
     */
    if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL) {
        InterlockedDecrement(&Transfer->Owners);
        IoCancelIrp(Lower);
    }
    (VOID)IoCallDriver(Disk, Lower);
    return STATUS_PENDING;
}

/* ---- Requests ------------------------------------------------------------------------------- */

static NTSTATUS NTAPI MSJDispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    KdPrint(("MSJDrvr: create\n"));
    return MSJComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI MSJDispatchClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    KdPrint(("MSJDrvr: close\n"));
    return MSJComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI MSJDispatchIoctl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG Code = Stack->Parameters.DeviceIoControl.IoControlCode;
    ULONG InputBytes = Stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG OutputBytes = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;
    ULONG_PTR Information = 0;
    NTSTATUS Status;

    switch (Code) {
    case IOCTL_MSJDRVR_GET_STRING:
        Status = MSJGetString(Buffer, InputBytes, OutputBytes, &Information);
        break;
    case IOCTL_MSJDRVR_READ_CMOS:
        Status = MSJReadCmos(DeviceObject->DeviceExtension, Buffer, OutputBytes, &Information);
        break;
    case IOCTL_MSJDRVR_READ_MBR:
        Status = MSJReadMbr(Buffer, OutputBytes, &Information);
        break;
    case IOCTL_MSJDRVR_READ_MBR_ASYNC:
        KdPrint(("MSJDrvr: control 0x%08lx, asynchronous\n", Code));
        return MSJReadMbrAsync(DeviceObject, Irp, OutputBytes);
    case IOCTL_MSJDRVR_GET_GEOMETRY:
        Status = MSJGetGeometry(Buffer, OutputBytes, &Information);
        break;
    default:
        Status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    KdPrint(("MSJDrvr: control 0x%08lx, status 0x%08lx, %lu bytes\n", Code, (ULONG)Status,
             (ULONG)Information));
    return MSJComplete(Irp, Status, Information);
}

/* ---- Loading and unloading ------------------------------------------------------------------ */

static VOID NTAPI MSJUnloadDriver(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING LinkName;

    KdPrint(("MSJDrvr: unload\n"));
    RtlInitUnicodeString(&LinkName, MSJDRVR_LINK_NAME);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

MSJ_INIT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING DeviceName;
    UNICODE_STRING LinkName;
    PDEVICE_OBJECT DeviceObject;
    MSJ_EXTENSION *Extension;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    KdPrint(("MSJDrvr: loading from %wZ\n", RegistryPath));
    NxPoolInitialize();

    RtlInitUnicodeString(&DeviceName, MSJDRVR_DEVICE_NAME);
    RtlInitUnicodeString(&LinkName, MSJDRVR_LINK_NAME);
    Status = IoCreateDevice(DriverObject, sizeof(MSJ_EXTENSION), &DeviceName, FILE_DEVICE_UNKNOWN,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    Extension = DeviceObject->DeviceExtension;
    KeInitializeSpinLock(&Extension->CmosLock);

    Status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(DeviceObject);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = MSJDispatchCreate;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = MSJDispatchClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = MSJDispatchIoctl;
    DriverObject->DriverUnload = MSJUnloadDriver;
    return STATUS_SUCCESS;
}
