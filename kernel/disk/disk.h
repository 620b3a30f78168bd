/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The disk stack: \Device\Harddisk0\DR0 over a bus device, and its partitions, over a file or block
 * device of the host. Transfers pend in the bus device's queue and are carried out in order by a
 * thread made for the first of them.
 */
#pragma once

#include "io/io.h"
#include "nt/ntdddisk.h"

/*
 * Makes the devices. File: a descriptor owned by the caller, empty for a disk to be made in it; -1:
 * a small disk in memory. Neither is made before the first transfer. As the System process,
 * PASSIVE_LEVEL.
 */
NTSTATUS DiskInitialize(int File, BOOLEAN Writable);
/* Ends its thread; requests are done or cancelled by now. PASSIVE_LEVEL, in the kernel. */
void DiskShutdown(void);
/* Gives the host back what is left, also after a bugcheck. Any thread, not in the kernel. */
void DiskTerminate(void);

/* ---- Exports: partition tables of any disk (mbr.c) ------------------------------------------- */

void FASTCALL HalExamineMBR(
    DEVICE_OBJECT *DeviceObject, ULONG SectorSize, ULONG MBRTypeIdentifier, void **Buffer);
NTSTATUS FASTCALL IoReadPartitionTable(DEVICE_OBJECT *DeviceObject, ULONG SectorSize,
    BOOLEAN ReturnRecognizedPartitions, DRIVE_LAYOUT_INFORMATION **PartitionBuffer);
NTSTATUS NTAPI IoReadPartitionTableEx(
    DEVICE_OBJECT *DeviceObject, DRIVE_LAYOUT_INFORMATION_EX **DriveLayout);
NTSTATUS FASTCALL IoSetPartitionInformation(
    DEVICE_OBJECT *DeviceObject, ULONG SectorSize, ULONG PartitionNumber, ULONG PartitionType);
NTSTATUS NTAPI IoSetPartitionInformationEx(DEVICE_OBJECT *DeviceObject, ULONG PartitionNumber,
    SET_PARTITION_INFORMATION_EX *PartitionInfo);
NTSTATUS FASTCALL IoWritePartitionTable(DEVICE_OBJECT *DeviceObject, ULONG SectorSize,
    ULONG SectorsPerTrack, ULONG NumberOfHeads, DRIVE_LAYOUT_INFORMATION *PartitionBuffer);
NTSTATUS NTAPI IoWritePartitionTableEx(
    DEVICE_OBJECT *DeviceObject, DRIVE_LAYOUT_INFORMATION_EX *DriveLayout);
NTSTATUS NTAPI IoVerifyPartitionTable(DEVICE_OBJECT *DeviceObject, BOOLEAN FixErrors);

/* ---- Exports: what tells disks apart (signature.c) ------------------------------------------- */

typedef struct DISKP_SIGNATURE { /* DISK_SIGNATURE */
    ULONG PartitionStyle;
    union {
        struct {
            ULONG Signature, CheckSum;
        } Mbr;
        struct {
            GUID DiskId;
        } Gpt;
    };
} DISKP_SIGNATURE;

typedef struct DISKP_CREATE { /* CREATE_DISK */
    ULONG PartitionStyle;
    union {
        struct {
            ULONG Signature;
        } Mbr;
        struct {
            GUID DiskId;
            ULONG MaxPartitionCount;
        } Gpt;
    };
} DISKP_CREATE;

NTSTATUS NTAPI IoReadDiskSignature(
    DEVICE_OBJECT *DeviceObject, ULONG BytesPerSector, DISKP_SIGNATURE *Signature);
NTSTATUS NTAPI IoCreateDisk(DEVICE_OBJECT *DeviceObject, const DISKP_CREATE *Disk);
NTSTATUS NTAPI IoGetBootDiskInformation(void *BootDiskInformation, ULONG Size);
