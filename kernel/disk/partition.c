/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Devices of partitions: \Device\HarddiskVolumeN, with links where Windows has them. They come and
 * go with the partition table, at start and when IOCTL_DISK_UPDATE_PROPERTIES asks for it;
 * DiskpRescanLock lets one do that at a time. HarddiskVolume2 is C:, which is no partition of this
 * disk.
 */
#include <stdio.h>
#include <string.h>

#include "disk/diskp.h"
#include "ke/ordered.h"

#define DISKP_MAX_PARTITIONS (DISKP_SLOTS + 1u)
#define DISKP_SPARE_LOCATIONS 2 /* for filters on the disk that come later */

DISKP_LAYOUT DiskpLayout;
KSPIN_LOCK DiskpLayoutLock;
static DISKP_LAYOUT DiskpNewLayout; /* under DiskpRescanLock */
static KEVENT DiskpRescanLock;      /* a synchronization event: set when free */
static DEVICE_OBJECT *DiskpPartition[DISKP_MAX_PARTITIONS]; /* by number; under DiskpRescanLock */

typedef struct DISKP_NAME {
    UNICODE_STRING String;
    WCHAR Buffer[48];
} DISKP_NAME;

static UNICODE_STRING *DiskpName(DISKP_NAME *Name, const char *Format, ULONG Number)
{
    char Text[48];
    int Length = snprintf(Text, sizeof(Text), Format, (unsigned)Number);
    for (int Index = 0; Index < Length; Index++)
        Name->Buffer[Index] = (WCHAR)Text[Index];
    Name->String.Buffer = Name->Buffer;
    Name->String.Length = Name->String.MaximumLength = (USHORT)(Length * (int)sizeof(WCHAR));
    return &Name->String;
}

static ULONG DiskpVolumeNumber(ULONG Partition)
{
    return Partition == 1 ? 1 : Partition + 1;
}

static const char *const DiskpLinkFormat[] = {
    "\\Device\\Harddisk0\\Partition%u", "\\??\\Harddisk0Partition%u"};

static NTSTATUS DiskpMakeLinks(ULONG Number)
{
    DISKP_NAME Target, Link;
    NTSTATUS Status = STATUS_SUCCESS;
    DiskpName(&Target, "\\Device\\HarddiskVolume%u", DiskpVolumeNumber(Number));
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(DiskpLinkFormat) && NT_SUCCESS(Status); Index++)
        Status = IoCreateSymbolicLink(
            DiskpName(&Link, DiskpLinkFormat[Index], Number), &Target.String);
    return Status;
}

static void DiskpSetExtent(DISKP_DEVICE *Unit, const DISKP_PARTITION *Partition)
{
    KIRQL Old = KiAcquireLock(&DiskpLayoutLock);
    Unit->StartBytes = Partition->FirstSector * DiskpMedia.SectorBytes;
    Unit->LengthBytes = Partition->SectorCount * DiskpMedia.SectorBytes;
    Unit->Type = Partition->Type;
    Unit->Active = Partition->Active;
    KiReleaseLock(&DiskpLayoutLock, Old);
}

static NTSTATUS DiskpCreatePartition(
    DRIVER_OBJECT *Driver, DEVICE_OBJECT *Disk, const DISKP_PARTITION *Partition)
{
    DISKP_NAME Name;
    DEVICE_OBJECT *Device;
    DiskpName(&Name, "\\Device\\HarddiskVolume%u", DiskpVolumeNumber(Partition->Number));
    NTSTATUS Status = IoCreateDevice(Driver, sizeof(DISKP_DEVICE), &Name.String, FILE_DEVICE_DISK,
        FILE_DEVICE_SECURE_OPEN, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    DISKP_DEVICE *Unit = DiskpExtension(Device);
    Unit->Lower = Disk;
    Unit->Number = Partition->Number;
    DiskpSetExtent(Unit, Partition);
    Device->Flags |= DO_DIRECT_IO;
    Device->StackSize = (CCHAR)(Disk->StackSize + 1 + DISKP_SPARE_LOCATIONS);
    Device->SectorSize = Disk->SectorSize;
    Status = DiskpSecure(Device);
    if (NT_SUCCESS(Status))
        Status = DiskpMakeLinks(Partition->Number);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(Device);
        return Status;
    }
    DiskpPartition[Partition->Number] = Device;
    Device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static void DiskpDeletePartition(ULONG Number)
{
    static const DISKP_PARTITION Nothing;
    DISKP_NAME Link;
    DEVICE_OBJECT *Device = DiskpPartition[Number];
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(DiskpLinkFormat); Index++)
        IoDeleteSymbolicLink(DiskpName(&Link, DiskpLinkFormat[Index], Number));
    DiskpPartition[Number] = NULL;
    DiskpSetExtent(DiskpExtension(Device), &Nothing); /* whoever has it open reaches nothing any
                                                         more */
    IoDeleteDevice(Device);
}

/* Makes the devices what DiskpNewLayout says. Stops at the first that cannot be made. */
static NTSTATUS DiskpApplyLayout(DRIVER_OBJECT *Driver, DEVICE_OBJECT *Disk)
{
    NTSTATUS Status = STATUS_SUCCESS;
    KIRQL Old = KiAcquireLock(&DiskpLayoutLock);
    DiskpLayout = DiskpNewLayout;
    KiReleaseLock(&DiskpLayoutLock, Old);
    for (ULONG Number = DiskpNewLayout.PartitionCount + 1; Number < DISKP_MAX_PARTITIONS;
         Number++) {
        if (DiskpPartition[Number] != NULL)
            DiskpDeletePartition(Number);
    }
    for (ULONG Index = 0; Index < DiskpNewLayout.SlotCount && NT_SUCCESS(Status); Index++) {
        const DISKP_PARTITION *Partition = &DiskpNewLayout.Slot[Index];
        if (Partition->Number == 0)
            continue;
        if (DiskpPartition[Partition->Number] != NULL)
            DiskpSetExtent(DiskpExtension(DiskpPartition[Partition->Number]), Partition);
        else
            Status = DiskpCreatePartition(Driver, Disk, Partition);
    }
    return Status;
}

NTSTATUS DiskpCreatePartitions(DRIVER_OBJECT *Driver, DEVICE_OBJECT *Disk)
{
    DiskpLayoutLock = 0;
    memset(DiskpPartition, 0, sizeof(DiskpPartition));
    KeInitializeEvent(&DiskpRescanLock, SynchronizationEvent, TRUE);
    DiskpScanMedia(&DiskpNewLayout);
    return DiskpApplyLayout(Driver, Disk);
}

NTSTATUS DiskpRescan(DRIVER_OBJECT *Driver, DEVICE_OBJECT *Disk)
{
    KiAcquireMutex(&DiskpRescanLock);
    DiskpScanMedia(&DiskpNewLayout);
    NTSTATUS Status = DiskpApplyLayout(Driver, Disk);
    KiReleaseEvent(&DiskpRescanLock);
    return Status;
}
