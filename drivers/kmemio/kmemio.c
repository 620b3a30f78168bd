/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * kmemio.c - reads and writes kernel memory at an address its client sets. For administrators only.
 *
 * Two drivers come of this source. For Windows 8.1 and later MmCopyMemory does the reading: an
 * address where nothing is mapped is an error to the client. With KMEMIO_WIN7 defined it is for
 * Windows 7, which has no MmCopyMemory: RtlCopyMemory under __try. A handler catches faults on
 * addresses of user mode only; on an unmapped kernel address that driver takes the machine down.
 *
 * One program at a time can have the device open, so nobody moves another's position. Its own
 * threads may be at it together: Lock guards Position and Space, which are taken as a pair.
 */
#include <ntifs.h>

#include "kmemio.h"

#ifndef NTDDI_WINBLUE
#define NTDDI_WINBLUE 0x06030000
#endif
#if !defined(KMEMIO_WIN7) && NTDDI_VERSION < NTDDI_WINBLUE
#error MmCopyMemory is first in Windows 8.1: for an earlier target build with KMEMIO_WIN7 defined
#endif

/* Not every DDK's ntddk.h has it: mingw-w64's does not. */
#if !defined(KMEMIO_WIN7) && !defined(MM_COPY_MEMORY_VIRTUAL)
#define MM_COPY_MEMORY_PHYSICAL 0x1
#define MM_COPY_MEMORY_VIRTUAL  0x2

typedef struct _MM_COPY_ADDRESS {
    union {
        PVOID VirtualAddress;
        PHYSICAL_ADDRESS PhysicalAddress;
    };
} MM_COPY_ADDRESS;

NTKERNELAPI NTSTATUS NTAPI MmCopyMemory(PVOID TargetAddress, MM_COPY_ADDRESS SourceAddress,
                                        SIZE_T NumberOfBytes, ULONG Flags,
                                        PSIZE_T NumberOfBytesTransferred);
#endif

/* Discarded once the driver is up: nothing calls DriverEntry again. */
#if defined(__GNUC__)
#define KMEMIO_INIT __attribute__((section("INIT")))
#else
#define KMEMIO_INIT
#endif

typedef struct KMEMIO_EXTENSION {
    PDRIVER_OBJECT DriverObject;
    KSPIN_LOCK Lock;
    ULONG64 Position;
    ULONG Space; /* what Position is: KMEMIO_VIRTUAL or KMEMIO_PHYSICAL */
} KMEMIO_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD KmemioUnload;
static DRIVER_DISPATCH KmemioCreateClose;
static DRIVER_DISPATCH KmemioReadWrite;
static DRIVER_DISPATCH KmemioControl;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#endif

/* ---- Copying -------------------------------------------------------------------------------- */

#ifdef KMEMIO_WIN7

/* One of the two is the client's, in the system buffer; the other is where the position says. */
static NTSTATUS KmemioCopyGuarded(PVOID Target, const VOID *Source, SIZE_T Bytes)
{
    __try {
        RtlCopyMemory(Target, Source, Bytes);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return STATUS_SUCCESS;
}

/* How much was copied before a fault is not known: an error delivers nothing. */
static NTSTATUS KmemioCopy(const KMEMIO_POSITION *Position, PVOID Buffer, SIZE_T Bytes,
                           BOOLEAN Write, SIZE_T *Done)
{
    PVOID Address = (PVOID)(ULONG_PTR)Position->Address;
    NTSTATUS Status;

    if (Write)
        Status = KmemioCopyGuarded(Address, Buffer, Bytes);
    else
        Status = KmemioCopyGuarded(Buffer, Address, Bytes);
    *Done = NT_SUCCESS(Status) ? Bytes : 0;
    return Status;
}

#else

/* Reads as far as there is memory. Returns the number of bytes. */
static SIZE_T KmemioRead(const KMEMIO_POSITION *Position, PVOID Buffer, SIZE_T Bytes)
{
    MM_COPY_ADDRESS Source;
    SIZE_T Done = 0;
    ULONG Flags;

    if (Position->Space == KMEMIO_PHYSICAL) {
        Source.PhysicalAddress.QuadPart = (LONGLONG)Position->Address;
        Flags = MM_COPY_MEMORY_PHYSICAL;
    } else {
        Source.PhysicalAddress.QuadPart = 0;
        Source.VirtualAddress = (PVOID)(ULONG_PTR)Position->Address;
        Flags = MM_COPY_MEMORY_VIRTUAL;
    }
    (VOID)MmCopyMemory(Buffer, Source, Bytes, Flags, &Done);
    return Done;
}

/*
 * Writes bytes of one page. MmCopyMemory guards its source and not its target: writing through the
 * address itself could fault. So it is asked for a byte from there, which it refuses if there is no
 * memory and for which it brings in a page that was out; the frame behind the address then gets a
 * mapping of its own, which can be written whatever the protection of the first.
 */
static BOOLEAN KmemioWritePage(const KMEMIO_POSITION *Position, const VOID *Bytes, SIZE_T Count)
{
    PHYSICAL_ADDRESS Physical;
    PVOID Mapped;
    UCHAR Probe;

    if (KmemioRead(Position, &Probe, 1) != 1)
        return FALSE;
    if (Position->Space == KMEMIO_PHYSICAL)
        Physical.QuadPart = (LONGLONG)Position->Address;
    else
        Physical = MmGetPhysicalAddress((PVOID)(ULONG_PTR)Position->Address);
    if (Position->Space == KMEMIO_VIRTUAL && Physical.QuadPart == 0)
        return FALSE;
    Mapped = MmMapIoSpace(Physical, Count, MmCached);
    if (Mapped == NULL)
        return FALSE;
    RtlCopyMemory(Mapped, Bytes, Count);
    MmUnmapIoSpace(Mapped, Count);
    return TRUE;
}

/* Writes page by page as far as there is memory. Returns the number of bytes. */
static SIZE_T KmemioWrite(const KMEMIO_POSITION *Position, const VOID *Buffer, SIZE_T Bytes)
{
    KMEMIO_POSITION At = *Position;
    SIZE_T Done = 0;

    while (Done < Bytes) {
        SIZE_T Chunk = PAGE_SIZE - (SIZE_T)(At.Address & (PAGE_SIZE - 1));

        if (Chunk > Bytes - Done)
            Chunk = Bytes - Done;
        if (!KmemioWritePage(&At, (const UCHAR *)Buffer + Done, Chunk))
            break;
        At.Address += Chunk;
        Done += Chunk;
    }
    return Done;
}

/*
 * MmCopyMemory has several ways to say that there is no memory. A client hears two: nothing was
 * there, or not all of it. The second is a warning, for an error would not carry the bytes.
 */
static NTSTATUS KmemioCopy(const KMEMIO_POSITION *Position, PVOID Buffer, SIZE_T Bytes,
                           BOOLEAN Write, SIZE_T *Done)
{
    *Done = Write ? KmemioWrite(Position, Buffer, Bytes) : KmemioRead(Position, Buffer, Bytes);
    if (*Done == Bytes)
        return STATUS_SUCCESS;
    return *Done == 0 ? STATUS_ACCESS_VIOLATION : STATUS_PARTIAL_COPY;
}

#endif

/* ---- Requests ------------------------------------------------------------------------------- */

static NTSTATUS KmemioComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI KmemioCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return KmemioComplete(Irp, STATUS_SUCCESS, 0);
}

static VOID KmemioGetPosition(KMEMIO_EXTENSION *Extension, KMEMIO_POSITION *Position)
{
    KIRQL OldIrql;

    KeAcquireSpinLock(&Extension->Lock, &OldIrql);
    Position->Address = Extension->Position;
    Position->Space = Extension->Space;
    KeReleaseSpinLock(&Extension->Lock, OldIrql);
    Position->Reserved = 0;
}

static NTSTATUS KmemioSetPosition(KMEMIO_EXTENSION *Extension, const KMEMIO_POSITION *Position)
{
    KIRQL OldIrql;

    if (Position->Space > KMEMIO_PHYSICAL || Position->Reserved != 0)
        return STATUS_INVALID_PARAMETER;
    if (Position->Space == KMEMIO_VIRTUAL && Position->Address > (ULONG_PTR)-1)
        return STATUS_INVALID_PARAMETER;
#ifdef KMEMIO_WIN7
    if (Position->Space == KMEMIO_PHYSICAL)
        return STATUS_NOT_SUPPORTED;
#endif

    KeAcquireSpinLock(&Extension->Lock, &OldIrql);
    Extension->Position = Position->Address;
    Extension->Space = Position->Space;
    KeReleaseSpinLock(&Extension->Lock, OldIrql);
    return STATUS_SUCCESS;
}

/* Bytes from Address on, none of them beyond the last address there is. */
static BOOLEAN KmemioFits(const KMEMIO_POSITION *Position, ULONG Bytes)
{
    ULONG64 Last = Position->Space == KMEMIO_VIRTUAL ? (ULONG_PTR)-1 : MAXLONGLONG;

    return Position->Address <= Last && (Bytes == 0 || Bytes - 1 <= Last - Position->Address);
}

/* The file position in the request is not looked at: the device has a position of its own. */
static NTSTATUS NTAPI KmemioReadWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    BOOLEAN Write = Stack->MajorFunction == IRP_MJ_WRITE;
    ULONG Length = Write ? Stack->Parameters.Write.Length : Stack->Parameters.Read.Length;
    KMEMIO_POSITION Position;
    SIZE_T Done = 0;
    NTSTATUS Status = STATUS_SUCCESS;

    KmemioGetPosition(DeviceObject->DeviceExtension, &Position);
    if (!KmemioFits(&Position, Length))
        Status = STATUS_INVALID_PARAMETER;
    else if (Length != 0)
        Status = KmemioCopy(&Position, Irp->AssociatedIrp.SystemBuffer, Length, Write, &Done);

    KdPrint(("KMemIo: %s %lu bytes at %s%I64x: status 0x%08lx, %lu bytes\n",
             Write ? "write" : "read", Length, Position.Space == KMEMIO_PHYSICAL ? "physical " : "",
             Position.Address, (ULONG)Status, (ULONG)Done));
    return KmemioComplete(Irp, Status, Done);
}

static NTSTATUS NTAPI KmemioControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    KMEMIO_EXTENSION *Extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG InputBytes = Stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG OutputBytes = Stack->Parameters.DeviceIoControl.OutputBufferLength;
    PVOID Buffer = Irp->AssociatedIrp.SystemBuffer;
    ULONG_PTR Information = 0;
    NTSTATUS Status = STATUS_SUCCESS;

    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_KMEMIO_SET_POSITION:
        if (InputBytes != sizeof(KMEMIO_POSITION))
            Status = STATUS_INVALID_PARAMETER;
        else
            Status = KmemioSetPosition(Extension, Buffer);
        break;
    case IOCTL_KMEMIO_GET_POSITION:
        if (OutputBytes < sizeof(KMEMIO_POSITION)) {
            Status = STATUS_BUFFER_TOO_SMALL;
            break;
        }
        KmemioGetPosition(Extension, Buffer);
        Information = sizeof(KMEMIO_POSITION);
        break;
    case IOCTL_KMEMIO_GET_DRIVER:
        if (OutputBytes < sizeof(ULONG64)) {
            Status = STATUS_BUFFER_TOO_SMALL;
            break;
        }
        *(ULONG64 *)Buffer = (ULONG_PTR)Extension->DriverObject;
        Information = sizeof(ULONG64);
        break;
    default:
        Status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    KdPrint(("KMemIo: control 0x%08lx, status 0x%08lx\n",
             Stack->Parameters.DeviceIoControl.IoControlCode, (ULONG)Status));
    return KmemioComplete(Irp, Status, Information);
}

/* ---- Loading and unloading ------------------------------------------------------------------ */

static VOID NTAPI KmemioUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING LinkName;

    KdPrint(("KMemIo: unload\n"));
    RtlInitUnicodeString(&LinkName, KMEMIO_LINK_NAME);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

/* Everything for SYSTEM and Administrators, nothing for anybody else. Acl has Bytes of room. */
KMEMIO_INIT static NTSTATUS KmemioBuildAcl(PACL Acl, ULONG Bytes)
{
    SID System = {SID_REVISION, 1, {SECURITY_NT_AUTHORITY}, {SECURITY_LOCAL_SYSTEM_RID}};
    union {
        SID Sid; /* which has room for one sub-authority */
        UCHAR Room[sizeof(SID) + sizeof(ULONG)];
    } Administrators = {{SID_REVISION, 2, {SECURITY_NT_AUTHORITY}, {SECURITY_BUILTIN_DOMAIN_RID}}};
    NTSTATUS Status;

    Status = RtlCreateAcl(Acl, Bytes, ACL_REVISION);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = RtlAddAccessAllowedAce(Acl, ACL_REVISION, FILE_ALL_ACCESS, &System);
    if (!NT_SUCCESS(Status))
        return Status;
    *RtlSubAuthoritySid(&Administrators.Sid, 1) = DOMAIN_ALIAS_RID_ADMINS;
    return RtlAddAccessAllowedAce(Acl, ACL_REVISION, FILE_ALL_ACCESS, &Administrators.Sid);
}

/*
 * What IoCreateDeviceSecure does with "D:P(A;;GA;;;SY)(A;;GA;;;BA)": wdmsec.lib, where that routine
 * is, comes with Microsoft's DDK only. Nobody can open the device before this: the I/O manager
 * refuses until DriverEntry has returned.
 */
KMEMIO_INIT static NTSTATUS KmemioRestrict(PDEVICE_OBJECT DeviceObject)
{
    union {
        ACL Acl;
        UCHAR Room[128]; /* two entries with SIDs of one and two sub-authorities take 52 */
    } Dacl;
    SECURITY_DESCRIPTOR Descriptor;
    HANDLE Handle;
    NTSTATUS Status;

    Status = KmemioBuildAcl(&Dacl.Acl, sizeof(Dacl));
    if (!NT_SUCCESS(Status))
        return Status;
    Status = RtlCreateSecurityDescriptor(&Descriptor, SECURITY_DESCRIPTOR_REVISION);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = RtlSetDaclSecurityDescriptor(&Descriptor, TRUE, &Dacl.Acl, FALSE);
    if (!NT_SUCCESS(Status))
        return Status;

    Status = ObOpenObjectByPointer(DeviceObject, OBJ_KERNEL_HANDLE, NULL, WRITE_DAC, NULL,
                                   KernelMode, &Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ZwSetSecurityObject(Handle, DACL_SECURITY_INFORMATION, &Descriptor);
    ZwClose(Handle);
    return Status;
}

KMEMIO_INIT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING DeviceName;
    UNICODE_STRING LinkName;
    PDEVICE_OBJECT DeviceObject;
    KMEMIO_EXTENSION *Extension;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    KdPrint(("KMemIo: loading from %wZ\n", RegistryPath));

    RtlInitUnicodeString(&DeviceName, KMEMIO_DEVICE_NAME);
    RtlInitUnicodeString(&LinkName, KMEMIO_LINK_NAME);

    /* SECURE_OPEN: names below the device are checked against its descriptor as well. */
    Status = IoCreateDevice(DriverObject, sizeof(KMEMIO_EXTENSION), &DeviceName,
                            FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, TRUE, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    DeviceObject->Flags |= DO_BUFFERED_IO;

    Extension = DeviceObject->DeviceExtension;
    Extension->DriverObject = DriverObject;
    KeInitializeSpinLock(&Extension->Lock);
    Extension->Position = (ULONG_PTR)DriverObject;
    Extension->Space = KMEMIO_VIRTUAL;

    Status = KmemioRestrict(DeviceObject);
    if (!NT_SUCCESS(Status))
        goto DeleteDevice;
    Status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(Status))
        goto DeleteDevice;

    DriverObject->MajorFunction[IRP_MJ_CREATE] = KmemioCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = KmemioCreateClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = KmemioReadWrite;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = KmemioReadWrite;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = KmemioControl;
    DriverObject->DriverUnload = KmemioUnload;
    return STATUS_SUCCESS;

DeleteDevice:
    IoDeleteDevice(DeviceObject);
    return Status;
}
