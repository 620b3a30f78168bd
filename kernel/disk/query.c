/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Control codes with longer answers: partitions, the layout of the disk, properties of the
 * device. */
#include <string.h>

#include "disk/diskp.h"

/* ---- partitions ------------------------------------------------------------------------------ */

static BOOLEAN DiskpIsRecognized(UCHAR Type)
{
    switch (Type) {
    case PARTITION_FAT_12: case PARTITION_FAT_16: case PARTITION_HUGE: case PARTITION_IFS:
    case PARTITION_FAT32: case PARTITION_FAT32_XINT13: case PARTITION_XINT13: return TRUE;
    default: return FALSE;
    }
}

void DiskpFillPartition(
    PARTITION_INFORMATION *Info, const DISKP_PARTITION *Partition, ULONG SectorBytes)
{
    *Info = (PARTITION_INFORMATION){
        .StartingOffset.QuadPart = (LONGLONG)(Partition->FirstSector * SectorBytes),
        .PartitionLength.QuadPart = (LONGLONG)(Partition->SectorCount * SectorBytes),
        .HiddenSectors = (ULONG)Partition->FirstSector,
        .PartitionNumber = Partition->Number,
        .PartitionType = Partition->Type,
        .BootIndicator = Partition->Active,
        .RecognizedPartition = DiskpIsRecognized(Partition->Type)};
}

void DiskpFillPartitionEx(
    PARTITION_INFORMATION_EX *Info, const DISKP_PARTITION *Partition, ULONG SectorBytes)
{
    memset(Info, 0, sizeof(*Info));
    Info->PartitionStyle = PARTITION_STYLE_MBR;
    Info->StartingOffset.QuadPart = (LONGLONG)(Partition->FirstSector * SectorBytes);
    Info->PartitionLength.QuadPart = (LONGLONG)(Partition->SectorCount * SectorBytes);
    Info->PartitionNumber = Partition->Number;
    Info->Mbr.PartitionType = Partition->Type;
    Info->Mbr.BootIndicator = Partition->Active;
    Info->Mbr.RecognizedPartition = DiskpIsRecognized(Partition->Type);
    Info->Mbr.HiddenSectors = (ULONG)Partition->FirstSector;
}

/* The disk as a whole is its partition 0. */
static DISKP_PARTITION DiskpAsPartition(const DISKP_DEVICE *Unit)
{
    return (DISKP_PARTITION){.FirstSector = Unit->StartBytes / DiskpMedia.SectorBytes,
        .SectorCount = Unit->LengthBytes / DiskpMedia.SectorBytes,
        .Number = Unit->Number,
        .Type = Unit->Type,
        .Active = Unit->Active};
}

NTSTATUS DiskpGetPartition(DISKP_CALL *Call)
{
    const DISKP_PARTITION Partition = DiskpAsPartition(Call->Unit);
    DiskpFillPartition(Call->Buffer, &Partition, DiskpMedia.SectorBytes);
    Call->Information = sizeof(PARTITION_INFORMATION);
    return STATUS_SUCCESS;
}

NTSTATUS DiskpGetPartitionEx(DISKP_CALL *Call)
{
    const DISKP_PARTITION Partition = DiskpAsPartition(Call->Unit);
    DiskpFillPartitionEx(Call->Buffer, &Partition, DiskpMedia.SectorBytes);
    Call->Information = sizeof(PARTITION_INFORMATION_EX);
    return STATUS_SUCCESS;
}

/* ---- the layout ------------------------------------------------------------------------------ */

NTSTATUS DiskpGetLayout(DISKP_CALL *Call)
{
    DRIVE_LAYOUT_INFORMATION *Layout = Call->Buffer;
    NTSTATUS Status = STATUS_BUFFER_TOO_SMALL;
    KIRQL Old = KiAcquireLock(&DiskpLayoutLock);
    const ULONG Slots = DiskpLayout.SlotCount;
    const SIZE_T Bytes = UFIELD_OFFSET(DRIVE_LAYOUT_INFORMATION, PartitionEntry) +
        Slots * sizeof(PARTITION_INFORMATION);
    if (Call->OutputBytes >= Bytes) {
        Layout->PartitionCount = Slots;
        Layout->Signature = DiskpLayout.Signature;
        for (ULONG Index = 0; Index < Slots; Index++)
            DiskpFillPartition(
                &Layout->PartitionEntry[Index], &DiskpLayout.Slot[Index], DiskpMedia.SectorBytes);
        Call->Information = Bytes;
        Status = STATUS_SUCCESS;
    }
    KiReleaseLock(&DiskpLayoutLock, Old);
    return Status;
}

NTSTATUS DiskpGetLayoutEx(DISKP_CALL *Call)
{
    DRIVE_LAYOUT_INFORMATION_EX *Layout = Call->Buffer;
    NTSTATUS Status = STATUS_BUFFER_TOO_SMALL;
    KIRQL Old = KiAcquireLock(&DiskpLayoutLock);
    const ULONG Slots = DiskpLayout.SlotCount;
    const SIZE_T Bytes = UFIELD_OFFSET(DRIVE_LAYOUT_INFORMATION_EX, PartitionEntry) +
        Slots * sizeof(PARTITION_INFORMATION_EX);
    if (Call->OutputBytes >= Bytes) {
        memset(Layout, 0, UFIELD_OFFSET(DRIVE_LAYOUT_INFORMATION_EX, PartitionEntry));
        Layout->PartitionStyle = Slots != 0 ? PARTITION_STYLE_MBR : PARTITION_STYLE_RAW;
        Layout->PartitionCount = Slots;
        Layout->Mbr.Signature = DiskpLayout.Signature;
        for (ULONG Index = 0; Index < Slots; Index++)
            DiskpFillPartitionEx(
                &Layout->PartitionEntry[Index], &DiskpLayout.Slot[Index], DiskpMedia.SectorBytes);
        Call->Information = Bytes;
        Status = STATUS_SUCCESS;
    }
    KiReleaseLock(&DiskpLayoutLock, Old);
    return Status;
}

/* ---- properties ------------------------------------------------------------------------------ */

typedef struct DISKP_DESCRIPTOR {
    STORAGE_DEVICE_DESCRIPTOR Device;
    char Vendor[8], Product[16], Revision[8], Serial[8];
} DISKP_DESCRIPTOR;

/* As much of an answer as there is room for: its first eight bytes say how long it is. */
static NTSTATUS DiskpReturnProperty(DISKP_CALL *Call, const void *Answer, ULONG Bytes)
{
    const ULONG Returned = Call->OutputBytes < Bytes ? Call->OutputBytes : Bytes;
    if (Returned < sizeof(STORAGE_DESCRIPTOR_HEADER))
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(Call->Buffer, Answer, Returned);
    Call->Information = Returned;
    return STATUS_SUCCESS;
}

static NTSTATUS DiskpReturnDescriptor(DISKP_CALL *Call)
{
    static const DISKP_DESCRIPTOR Answer = {
        .Device = {.Version = sizeof(STORAGE_DEVICE_DESCRIPTOR),
            .Size = sizeof(DISKP_DESCRIPTOR),
            .VendorIdOffset = offsetof(DISKP_DESCRIPTOR, Vendor),
            .ProductIdOffset = offsetof(DISKP_DESCRIPTOR, Product),
            .ProductRevisionOffset = offsetof(DISKP_DESCRIPTOR, Revision),
            .SerialNumberOffset = offsetof(DISKP_DESCRIPTOR, Serial),
            .BusType = BusTypeFileBackedVirtual},
        .Vendor = "dotsys",
        .Product = "Virtual disk",
        .Revision = "1.0",
        .Serial = "0001"};
    return DiskpReturnProperty(Call, &Answer, sizeof(Answer));
}

static NTSTATUS DiskpReturnAlignment(DISKP_CALL *Call)
{
    const STORAGE_ACCESS_ALIGNMENT_DESCRIPTOR Answer = {.Version = sizeof(Answer),
        .Size = sizeof(Answer),
        .BytesPerLogicalSector = DiskpMedia.SectorBytes,
        .BytesPerPhysicalSector = DiskpMedia.SectorBytes};
    return DiskpReturnProperty(Call, &Answer, sizeof(Answer));
}

/*
 * IOCTL_STORAGE_QUERY_PROPERTY. A query whether a property exists answers by its status alone.
 * Returns: NOT_SUPPORTED: there is no such property here. Source: DOC ntddstor; INF the status.
 */
NTSTATUS DiskpQueryProperty(DISKP_CALL *Call)
{
    const STORAGE_PROPERTY_QUERY *Query = Call->Buffer;
    const STORAGE_PROPERTY_ID Property = Query->PropertyId;
    if (Property != StorageDeviceProperty && Property != StorageAccessAlignmentProperty)
        return STATUS_NOT_SUPPORTED;
    if (Query->QueryType == PropertyExistsQuery)
        return STATUS_SUCCESS;
    if (Query->QueryType != PropertyStandardQuery)
        return STATUS_NOT_SUPPORTED;
    return Property == StorageDeviceProperty ? DiskpReturnDescriptor(Call)
                                             : DiskpReturnAlignment(Call);
}
