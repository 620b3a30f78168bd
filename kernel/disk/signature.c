/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What tells one disk from another, in its first sector, and disks that begin anew.
 */
#include <string.h>

#include "disk/diskp.h"

#define DISKP_TAG_SECTOR 0x6B736944u /* 'Disk' */
#define DISKP_MARK_AT 510u
#define DISKP_PROTECTIVE_TYPE 0xEEu
#define DISKP_GPT_ID_AT 56u /* the disk's GUID in the header, sector 1 */

static const UCHAR DiskpGptMark[8] = {'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T'};

/* As firmware tables have it: what brings the sum of the sector's words to 0. */
static ULONG DiskpChecksum(const UCHAR *Sector)
{
    ULONG Sum = 0, Word;
    for (ULONG At = 0; At < DISKP_TABLE_BYTES; At += sizeof(Word)) {
        memcpy(&Word, Sector + At, sizeof(Word));
        Sum += Word;
    }
    return ~Sum + 1;
}

static NTSTATUS DiskpReadGptId(
    DEVICE_OBJECT *Device, ULONG SectorBytes, UCHAR *Sector, DISKP_SIGNATURE *Signature)
{
    NTSTATUS Status = DiskpTransferAt(Device, IRP_MJ_READ, Sector, SectorBytes, SectorBytes);
    if (!NT_SUCCESS(Status))
        return Status;
    if (memcmp(Sector, DiskpGptMark, sizeof(DiskpGptMark)) != 0)
        return STATUS_DISK_CORRUPT_ERROR;
    Signature->PartitionStyle = PARTITION_STYLE_GPT;
    memcpy(&Signature->Gpt.DiskId, Sector + DISKP_GPT_ID_AT, sizeof(GUID));
    return STATUS_SUCCESS;
}

static NTSTATUS DiskpReadSignature(
    DEVICE_OBJECT *Device, ULONG SectorBytes, UCHAR *Sector, DISKP_SIGNATURE *Signature)
{
    NTSTATUS Status = DiskpTransferAt(Device, IRP_MJ_READ, Sector, SectorBytes, 0);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Sector[DISKP_MARK_AT] != 0x55 || Sector[DISKP_MARK_AT + 1] != 0xAA)
        return STATUS_DISK_CORRUPT_ERROR;
    if (Sector[DISKP_SLOTS_AT + 4] == DISKP_PROTECTIVE_TYPE)
        return DiskpReadGptId(Device, SectorBytes, Sector, Signature);
    Signature->PartitionStyle = PARTITION_STYLE_MBR;
    memcpy(&Signature->Mbr.Signature, Sector + DISKP_SIGNATURE_AT, sizeof(ULONG));
    Signature->Mbr.CheckSum = DiskpChecksum(Sector);
    return STATUS_SUCCESS;
}

/*
 * IoReadDiskSignature - what tells a disk from others: its signature and a checksum, or its GUID.
 *
 * BytesPerSector: of the disk.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; DISK_CORRUPT_ERROR: there is no partition table; what reading came to;
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntddk/IoReadDiskSignature; INF DISK_CORRUPT_ERROR, the checksum; OBS
 *          tests/kernel/drive/IoReadPartitionTable.c
 */
NTSTATUS NTAPI IoReadDiskSignature(
    DEVICE_OBJECT *DeviceObject, ULONG BytesPerSector, DISKP_SIGNATURE *Signature)
{
    ULONG Bytes = BytesPerSector < DISKP_TABLE_BYTES ? DISKP_TABLE_BYTES : BytesPerSector;
    UCHAR *Sector = ExiAllocate(NonPagedPoolNx, Bytes, DISKP_TAG_SECTOR, EX_KERNEL_SITE);
    if (Sector == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = DiskpReadSignature(DeviceObject, Bytes, Sector, Signature);
    ExiFree(Sector);
    return Status;
}

/*
 * IoCreateDisk - begin a disk anew: with an empty table of partitions, or with none.
 *
 * Disk:    NULL, or of PARTITION_STYLE_RAW: no table; PARTITION_STYLE_MBR: an empty one with the
 *          signature given; PARTITION_STYLE_GPT: an empty GPT with the GUID given, for as many
 *          partitions as asked for, but at least 128.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: another style, or a GPT does not fit (INF); what the disk
 *          answered; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntddk/IoCreateDisk; tests/kernel/drive/IoReadPartitionTable.c
 */
NTSTATUS NTAPI IoCreateDisk(DEVICE_OBJECT *DeviceObject, const DISKP_CREATE *Disk)
{
    ULONG Style = Disk != NULL ? Disk->PartitionStyle : PARTITION_STYLE_RAW;
    DISK_GEOMETRY Geometry;
    if (Style != PARTITION_STYLE_RAW && Style != PARTITION_STYLE_MBR &&
        Style != PARTITION_STYLE_GPT)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = DiskpAskGeometry(DeviceObject, &Geometry);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Style == PARTITION_STYLE_GPT)
        return DiskpCreateGpt(DeviceObject, &Geometry, Disk);
    ULONG Bytes = Geometry.BytesPerSector < DISKP_TABLE_BYTES ? DISKP_TABLE_BYTES
                                                              : Geometry.BytesPerSector;
    UCHAR *Sector = ExiAllocateZero(NonPagedPoolNx, Bytes, DISKP_TAG_SECTOR, EX_KERNEL_SITE);
    if (Sector == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Style == PARTITION_STYLE_MBR) {
        memcpy(Sector + DISKP_SIGNATURE_AT, &Disk->Mbr.Signature, sizeof(ULONG));
        Sector[DISKP_MARK_AT] = 0x55;
        Sector[DISKP_MARK_AT + 1] = 0xAA;
    }
    Status = DiskpTransferAt(DeviceObject, IRP_MJ_WRITE, Sector, Bytes, 0);
    ExiFree(Sector);
    return Status;
}
