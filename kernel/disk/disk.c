/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The disk device \Device\Harddisk0\DR0 and what its partitions share with it: transfers are
 * checked against sectors and extent, moved to where the partition begins and sent to the device
 * below.
 */
#include "disk/diskp.h"

NTSTATUS DiskpComplete(IRP *Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IofCompleteRequest(Irp, NT_SUCCESS(Status) ? IO_DISK_INCREMENT : IO_NO_INCREMENT);
    return Status;
}

/*
 * A partition's requests go to the top of the disk's stack, where a filter may lie; one put there
 * after the request was made may find no location left in it, and then does not see it.
 */
static DEVICE_OBJECT *DiskpNext(const DISKP_DEVICE *Unit, const IRP *Irp)
{
    if (Unit->Number == 0)
        return Unit->Lower;
    DEVICE_OBJECT *Top = IoGetAttachedDevice(Unit->Lower);
    return Top->StackSize < Irp->CurrentLocation ? Top : Unit->Lower;
}

NTSTATUS DiskpPassOn(DEVICE_OBJECT *Device, IRP *Irp)
{
    DEVICE_OBJECT *Next = DiskpNext(DiskpExtension(Device), Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    return IofCallDriver(Next, Irp);
}

/* The file's position moves where the file was opened: Windows' raw file system does that. */
static NTSTATUS NTAPI DiskpTransferDone(DEVICE_OBJECT *Device, IRP *Irp, void *Context)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    FILE_OBJECT *File = Stack->FileObject;
    (void)Context;
    if (Irp->PendingReturned)
        IoMarkIrpPending(Irp);
    if (File != NULL && File->DeviceObject == Device && (File->Flags & FO_SYNCHRONOUS_IO) &&
        NT_SUCCESS(Irp->IoStatus.Status))
        File->CurrentByteOffset.QuadPart =
            Stack->Parameters.Read.ByteOffset.QuadPart + (LONGLONG)Irp->IoStatus.Information;
    return STATUS_SUCCESS;
}

/*
 * INVALID_PARAMETER for a range that is not of whole sectors or not wholly on the disk: the storage
 * class drivers, which have the last word on a raw disk, make no difference between the two.
 * Source: INF from their documented sample.
 */
NTSTATUS DiskpCheckRange(const DISKP_DEVICE *Unit, LONGLONG Offset, ULONG64 Length)
{
    const ULONG Sector = DiskpMedia.SectorBytes;
    KIRQL Old = KiAcquireLock(&DiskpLayoutLock);
    const ULONG64 End = Unit->LengthBytes;
    KiReleaseLock(&DiskpLayoutLock, Old);
    if (Offset < 0 || Offset % Sector != 0 || Length % Sector != 0 || (ULONG64)Offset > End ||
        Length > End - (ULONG64)Offset)
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI DiskpTransfer(DEVICE_OBJECT *Device, IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    const DISKP_DEVICE *Unit = DiskpExtension(Device);
    if (Stack->Parameters.Read.Length == 0)
        return DiskpComplete(Irp, STATUS_SUCCESS, 0);
    NTSTATUS Status = DiskpCheckRange(
        Unit, Stack->Parameters.Read.ByteOffset.QuadPart, Stack->Parameters.Read.Length);
    if (NT_SUCCESS(Status) && Stack->MajorFunction == IRP_MJ_WRITE && !DiskpMedia.Writable)
        Status = STATUS_MEDIA_WRITE_PROTECTED;
    if (!NT_SUCCESS(Status))
        return DiskpComplete(Irp, Status, 0);
    DEVICE_OBJECT *Next = DiskpNext(Unit, Irp);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoGetNextIrpStackLocation(Irp)->Parameters.Read.ByteOffset.QuadPart += (LONGLONG)
                                                                               Unit->StartBytes;
    IoSetCompletionRoutine(Irp, DiskpTransferDone, NULL, TRUE, TRUE, TRUE);
    return IofCallDriver(Next, Irp);
}

/* Names below a disk are files of a file system, of which there is none mounted here. */
static NTSTATUS NTAPI DiskpCreate(DEVICE_OBJECT *Device, IRP *Irp)
{
    const FILE_OBJECT *File = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    (void)Device;
    if (File != NULL && File->FileName.Length != 0)
        return DiskpComplete(Irp, STATUS_OBJECT_PATH_NOT_FOUND, 0);
    return DiskpComplete(Irp, STATUS_SUCCESS, FILE_OPENED);
}

static NTSTATUS NTAPI DiskpSucceed(DEVICE_OBJECT *Device, IRP *Irp)
{
    (void)Device;
    return DiskpComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI DiskpForward(DEVICE_OBJECT *Device, IRP *Irp)
{
    return DiskpPassOn(Device, Irp);
}

/*
 * Who may open a disk: SYSTEM and Administrators for everything; everybody with no right but to
 * ask, so that a program may open \\.\PhysicalDrive0 with access 0 for control codes that need
 * none.
 * Source:  DOC Win32 CreateFile (access 0 on devices), DeviceIoControl (its example), "SDDL for
 *          Device Objects" (the form); INF that Everyone has execute rights, as the system's other
 *          devices have it.
 */
NTSTATUS DiskpSecure(DEVICE_OBJECT *Device)
{
    static const UNICODE_STRING Text = RTL_STRING(
        u"O:BAG:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FX;;;WD)(A;;FX;;;RC)");
    SECURITY_DESCRIPTOR *Descriptor;
    NTSTATUS Status = SeiParseSddl(&Text, &Descriptor);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiSetSecurity(Device, Descriptor);
    if (!NT_SUCCESS(Status))
        ExiFree(Descriptor);
    return Status;
}

static NTSTATUS DiskpCreateDisk(DRIVER_OBJECT *Driver, DEVICE_OBJECT **Result)
{
    static UNICODE_STRING Name = RTL_STRING(u"\\Device\\Harddisk0\\DR0");
    DEVICE_OBJECT *Device;
    NTSTATUS Status = IoCreateDevice(Driver, sizeof(DISKP_DEVICE), &Name, FILE_DEVICE_DISK,
        FILE_DEVICE_SECURE_OPEN, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    DISKP_DEVICE *Unit = DiskpExtension(Device);
    Unit->LengthBytes = DiskpMedia.SizeBytes;
    Device->Flags |= DO_DIRECT_IO;
    Status = DiskpSecure(Device);
    if (NT_SUCCESS(Status))
        Status = IoAttachDeviceToDeviceStackSafe(Device, DiskpPortDevice, &Unit->Lower);
    *Result = Device;
    return Status;
}

NTSTATUS NTAPI DiskpEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath)
{
    DEVICE_OBJECT *Disk;
    (void)RegistryPath;
    Driver->MajorFunction[IRP_MJ_CREATE] = DiskpCreate;
    Driver->MajorFunction[IRP_MJ_CLOSE] = DiskpSucceed;
    Driver->MajorFunction[IRP_MJ_SHUTDOWN] = DiskpSucceed;
    Driver->MajorFunction[IRP_MJ_CLEANUP] = DiskpForward;
    Driver->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = DiskpForward;
    Driver->MajorFunction[IRP_MJ_READ] = DiskpTransfer;
    Driver->MajorFunction[IRP_MJ_WRITE] = DiskpTransfer;
    Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = DiskpDeviceControl;
    NTSTATUS Status = DiskpCreateDisk(Driver, &Disk);
    return NT_SUCCESS(Status) ? DiskpCreatePartitions(Driver, Disk) : Status;
}
