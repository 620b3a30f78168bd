/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Control codes of the disk and its partitions, by a table. All are METHOD_BUFFERED. A partition
 * answers what is about itself and passes the rest on to the disk; the disk passes what it does not
 * know to the bus device, which refuses it.
 *
 * Returns: BUFFER_TOO_SMALL: the output buffer, INFO_LENGTH_MISMATCH: the input buffer is too short
 * for its structure.
 * Source:  DOC winioctl (pages of each code); INF INFO_LENGTH_MISMATCH, from the documented class
 *          driver sample.
 */
#include <string.h>

#include "disk/diskp.h"

#define DISKP_HEADS 255u
#define DISKP_TRACK_SECTORS 63u

enum { DISKP_OF_DISK = 1, DISKP_OF_PARTITION = 2, DISKP_OF_BOTH = 3 };

typedef struct DISKP_CONTROL {
    ULONG Code;
    UCHAR Of;
    ULONG InputBytes, OutputBytes; /* at least */
    NTSTATUS (*Answer)(DISKP_CALL *Call);
} DISKP_CONTROL;

static void DiskpFillGeometry(DISK_GEOMETRY *Geometry)
{
    const ULONG64 Cylinder = (ULONG64)DISKP_HEADS * DISKP_TRACK_SECTORS * DiskpMedia.SectorBytes;
    *Geometry = (DISK_GEOMETRY){.Cylinders.QuadPart = (LONGLONG)(DiskpMedia.SizeBytes / Cylinder),
        .MediaType = FixedMedia,
        .TracksPerCylinder = DISKP_HEADS,
        .SectorsPerTrack = DISKP_TRACK_SECTORS,
        .BytesPerSector = DiskpMedia.SectorBytes};
}

static NTSTATUS DiskpGetGeometry(DISKP_CALL *Call)
{
    DiskpFillGeometry(Call->Buffer);
    Call->Information = sizeof(DISK_GEOMETRY);
    return STATUS_SUCCESS;
}

/*
 * Geometry and size; what is behind them in Data (partition table, BIOS geometry) may be left out,
 * as a short buffer asks.
 */
static NTSTATUS DiskpGetGeometryEx(DISKP_CALL *Call)
{
    DISK_GEOMETRY_EX *Geometry = Call->Buffer;
    DiskpFillGeometry(&Geometry->Geometry);
    Geometry->DiskSize.QuadPart = (LONGLONG)DiskpMedia.SizeBytes;
    Call->Information = FIELD_OFFSET(DISK_GEOMETRY_EX, Data);
    return STATUS_SUCCESS;
}

static NTSTATUS DiskpGetLength(DISKP_CALL *Call)
{
    GET_LENGTH_INFORMATION *Length = Call->Buffer;
    Length->Length.QuadPart = (LONGLONG)Call->Unit->LengthBytes;
    Call->Information = sizeof(*Length);
    return STATUS_SUCCESS;
}

static NTSTATUS DiskpIsWritable(DISKP_CALL *Call)
{
    (void)Call;
    return DiskpMedia.Writable ? STATUS_SUCCESS : STATUS_MEDIA_WRITE_PROTECTED;
}

/* The medium is in; who wants the count of changes gets it: there were none. */
static NTSTATUS DiskpCheckVerify(DISKP_CALL *Call)
{
    if (Call->OutputBytes == 0)
        return STATUS_SUCCESS;
    if (Call->OutputBytes < sizeof(ULONG))
        return STATUS_BUFFER_TOO_SMALL;
    *(ULONG *)Call->Buffer = 0;
    Call->Information = sizeof(ULONG);
    return STATUS_SUCCESS;
}

static NTSTATUS DiskpGetDeviceNumber(DISKP_CALL *Call)
{
    STORAGE_DEVICE_NUMBER *Number = Call->Buffer;
    *Number = (STORAGE_DEVICE_NUMBER){
        .DeviceType = FILE_DEVICE_DISK, .PartitionNumber = Call->Unit->Number};
    Call->Information = sizeof(*Number);
    return STATUS_SUCCESS;
}

static NTSTATUS DiskpGetHotplug(DISKP_CALL *Call)
{
    STORAGE_HOTPLUG_INFO *Info = Call->Buffer;
    *Info = (STORAGE_HOTPLUG_INFO){.Size = sizeof(*Info)};
    Call->Information = sizeof(*Info);
    return STATUS_SUCCESS;
}

/* What can be read is readable: the host has no defects to show. */
static NTSTATUS DiskpVerify(DISKP_CALL *Call)
{
    const VERIFY_INFORMATION *Verify = Call->Buffer;
    return DiskpCheckRange(Call->Unit, Verify->StartingOffset.QuadPart, Verify->Length);
}

static NTSTATUS DiskpUpdate(DISKP_CALL *Call)
{
    return DiskpRescan(Call->Device->DriverObject, Call->Device);
}

static NTSTATUS DiskpGetExtents(DISKP_CALL *Call)
{
    VOLUME_DISK_EXTENTS *Extents = Call->Buffer;
    memset(Extents, 0, sizeof(*Extents));
    Extents->NumberOfDiskExtents = 1;
    Extents->Extents[0].StartingOffset.QuadPart = (LONGLONG)Call->Unit->StartBytes;
    Extents->Extents[0].ExtentLength.QuadPart = (LONGLONG)Call->Unit->LengthBytes;
    Call->Information = sizeof(*Extents);
    return STATUS_SUCCESS;
}

static const DISKP_CONTROL DiskpControl[] = {
    {IOCTL_DISK_GET_DRIVE_GEOMETRY, DISKP_OF_DISK, 0, sizeof(DISK_GEOMETRY), DiskpGetGeometry},
    {IOCTL_DISK_GET_DRIVE_GEOMETRY_EX, DISKP_OF_DISK, 0, FIELD_OFFSET(DISK_GEOMETRY_EX, Data),
        DiskpGetGeometryEx},
    {IOCTL_DISK_GET_LENGTH_INFO, DISKP_OF_BOTH, 0, sizeof(GET_LENGTH_INFORMATION), DiskpGetLength},
    {IOCTL_DISK_GET_PARTITION_INFO, DISKP_OF_BOTH, 0, sizeof(PARTITION_INFORMATION),
        DiskpGetPartition},
    {IOCTL_DISK_GET_PARTITION_INFO_EX, DISKP_OF_BOTH, 0, sizeof(PARTITION_INFORMATION_EX),
        DiskpGetPartitionEx},
    {IOCTL_DISK_GET_DRIVE_LAYOUT, DISKP_OF_DISK, 0,
        FIELD_OFFSET(DRIVE_LAYOUT_INFORMATION, PartitionEntry), DiskpGetLayout},
    {IOCTL_DISK_GET_DRIVE_LAYOUT_EX, DISKP_OF_DISK, 0,
        FIELD_OFFSET(DRIVE_LAYOUT_INFORMATION_EX, PartitionEntry), DiskpGetLayoutEx},
    {IOCTL_DISK_IS_WRITABLE, DISKP_OF_DISK, 0, 0, DiskpIsWritable},
    {IOCTL_DISK_CHECK_VERIFY, DISKP_OF_DISK, 0, 0, DiskpCheckVerify},
    {IOCTL_STORAGE_CHECK_VERIFY, DISKP_OF_DISK, 0, 0, DiskpCheckVerify},
    {IOCTL_STORAGE_CHECK_VERIFY2, DISKP_OF_DISK, 0, 0, DiskpCheckVerify},
    {IOCTL_STORAGE_GET_DEVICE_NUMBER, DISKP_OF_BOTH, 0, sizeof(STORAGE_DEVICE_NUMBER),
        DiskpGetDeviceNumber},
    {IOCTL_STORAGE_GET_HOTPLUG_INFO, DISKP_OF_DISK, 0, sizeof(STORAGE_HOTPLUG_INFO),
        DiskpGetHotplug},
    {IOCTL_STORAGE_QUERY_PROPERTY, DISKP_OF_DISK,
        FIELD_OFFSET(STORAGE_PROPERTY_QUERY, AdditionalParameters), 0, DiskpQueryProperty},
    {IOCTL_DISK_VERIFY, DISKP_OF_BOTH, sizeof(VERIFY_INFORMATION), 0, DiskpVerify},
    {IOCTL_DISK_UPDATE_PROPERTIES, DISKP_OF_DISK, 0, 0, DiskpUpdate},
    {IOCTL_VOLUME_GET_VOLUME_DISK_EXTENTS, DISKP_OF_PARTITION, 0, sizeof(VOLUME_DISK_EXTENTS),
        DiskpGetExtents},
};

static const DISKP_CONTROL *DiskpFindControl(ULONG Code, UCHAR Of)
{
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(DiskpControl); Index++) {
        if (DiskpControl[Index].Code == Code && (DiskpControl[Index].Of & Of))
            return &DiskpControl[Index];
    }
    return NULL;
}

NTSTATUS NTAPI DiskpDeviceControl(DEVICE_OBJECT *Device, IRP *Irp)
{
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    DISKP_DEVICE Unit;
    KIRQL Old = KiAcquireLock(&DiskpLayoutLock);
    Unit = *DiskpExtension(Device);
    KiReleaseLock(&DiskpLayoutLock, Old);
    const DISKP_CONTROL *Control = DiskpFindControl(Stack->Parameters.DeviceIoControl.IoControlCode,
        Unit.Number != 0 ? DISKP_OF_PARTITION : DISKP_OF_DISK);
    if (Control == NULL)
        return DiskpPassOn(Device, Irp);
    DISKP_CALL Call = {.Device = Device,
        .Unit = &Unit,
        .Buffer = Irp->AssociatedIrp.SystemBuffer,
        .InputBytes = Stack->Parameters.DeviceIoControl.InputBufferLength,
        .OutputBytes = Stack->Parameters.DeviceIoControl.OutputBufferLength};
    NTSTATUS Status;
    if (Call.InputBytes < Control->InputBytes)
        Status = STATUS_INFO_LENGTH_MISMATCH;
    else if (Call.OutputBytes < Control->OutputBytes)
        Status = STATUS_BUFFER_TOO_SMALL;
    else
        Status = Control->Answer(&Call);
    return DiskpComplete(Irp, Status, Call.Information);
}
