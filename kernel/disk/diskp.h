/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/disk only. */
#pragma once

#include "disk/disk.h"
#include "io/io.h"
#include "kd/kd.h"
#include "rtl/rtl.h"
#include "nt/ntdddisk.h"

#define DISKP_SOURCE "disk" /* of log lines */

/* ---- Partition tables (table.c): no kernel service is called, so that tests may do without a
 * machine  */

#define DISKP_TABLE_BYTES 512u
#define DISKP_SIGNATURE_AT 0x1B8u
#define DISKP_SLOTS_AT 0x1BEu
#define DISKP_SLOT_BYTES 16u
#define DISKP_TABLES 33u /* the first sector's and those of the logical partitions */
#define DISKP_SLOTS (4u * DISKP_TABLES)
#define DISKP_PROBLEMS 8u

typedef struct DISKP_PARTITION {
    ULONG64 FirstSector, SectorCount;
    ULONG64 Table; /* the sector of the table it stands in */
    ULONG Number; /* from 1; 0: nothing there, or a container of further tables */
    UCHAR Type;
    BOOLEAN Active;
} DISKP_PARTITION;

typedef struct DISKP_LAYOUT {
    ULONG Signature;
    ULONG PartitionCount;
    ULONG SlotCount; /* four for each table; 0: the disk has no partition table */
    ULONG ProblemCount;
    DISKP_PARTITION Slot[DISKP_SLOTS];
    char Problem[DISKP_PROBLEMS][128]; /* what was left out and why */
} DISKP_LAYOUT;

/* Reads the table at a sector; FALSE: it cannot. */
typedef BOOLEAN DISKP_READ(void *Context, UCHAR *Table, ULONG64 Sector);
void DiskpScanLayout(DISKP_READ *Read, void *Context, ULONG64 SectorCount, DISKP_LAYOUT *Layout);
BOOLEAN DiskpIsContainer(UCHAR Type);
/* The same of a file. */
void DiskpReadLayout(int File, ULONG SectorBytes, ULONG64 SectorCount, DISKP_LAYOUT *Layout);

/* ---- The generated image (image.c): no kernel service either --------------------------------- */

#define DISKP_IMAGE_BYTES ((ULONG64)64 << 20)

/* The file is empty, or making a disk in it was interrupted. */
BOOLEAN DiskpIsUnmade(int File, ULONG64 SizeBytes);
/* Makes a disk with a partition table and a FAT32 volume DOTSYS; the table comes last. Returns an
 * errno value. */
int DiskpMakeImage(int File, ULONG Signature);
/* What DiskpReadLayout will find then. */
void DiskpPredictLayout(ULONG Signature, DISKP_LAYOUT *Layout);

/* ---- What the disk is on the host (media.c) -------------------------------------------------- */

typedef struct DISKP_MEDIA {
    int File; /* -1: in memory, not made yet */
    BOOLEAN OwnFile;
    BOOLEAN Writable;
    BOOLEAN Unmade; /* the image is made before the first transfer, by the thread that does them */
    ULONG SectorBytes;
    ULONG Signature; /* of the image to be made */
    ULONG64 SizeBytes;
} DISKP_MEDIA;
extern DISKP_MEDIA DiskpMedia;

NTSTATUS DiskpOpenMedia(int File, BOOLEAN Writable);
void DiskpCloseMedia(void);
void DiskpScanMedia(DISKP_LAYOUT *Layout);
NTSTATUS DiskpReadMedia(void *Buffer, ULONG Bytes, ULONG64 Offset);
NTSTATUS DiskpWriteMedia(const void *Buffer, ULONG Bytes, ULONG64 Offset);
NTSTATUS DiskpFlushMedia(void);

/* ---- The bus device (port.c) ----------------------------------------------------------------- */

NTSTATUS NTAPI DiskpPortEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath);
extern DEVICE_OBJECT *DiskpPortDevice;
void DiskpStopThread(void);

/* ---- The disk and its partitions ------------------------------------------------------------- */

/* Extension of DR0 and of each partition's device. */
typedef struct DISKP_DEVICE {
    DEVICE_OBJECT *Lower; /* DR0: the bus device; a partition: DR0 */
    ULONG Number;         /* of the partition; 0: the disk */
    ULONG64 StartBytes, LengthBytes;
    UCHAR Type;
    BOOLEAN Active;
} DISKP_DEVICE;

static inline DISKP_DEVICE *DiskpExtension(const DEVICE_OBJECT *Device)
{
    return Device->DeviceExtension;
}

/* disk.c */
NTSTATUS NTAPI DiskpEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath);
NTSTATUS DiskpComplete(IRP *Irp, NTSTATUS Status, ULONG_PTR Information);
NTSTATUS DiskpPassOn(DEVICE_OBJECT *Device, IRP *Irp);
NTSTATUS DiskpCheckRange(const DISKP_DEVICE *Unit, LONGLONG Offset, ULONG64 Length);
NTSTATUS DiskpSecure(DEVICE_OBJECT *Device);

/* partition.c. The layout is the one devices were made for; DiskpLayoutLock guards it and the
 * partitions' extents. */
extern DISKP_LAYOUT DiskpLayout;
extern KSPIN_LOCK DiskpLayoutLock;
NTSTATUS DiskpCreatePartitions(DRIVER_OBJECT *Driver, DEVICE_OBJECT *Disk);
NTSTATUS DiskpRescan(DRIVER_OBJECT *Driver, DEVICE_OBJECT *Disk);

/* control.c, query.c */
NTSTATUS NTAPI DiskpDeviceControl(DEVICE_OBJECT *Device, IRP *Irp);

/* A control request being answered. */
typedef struct DISKP_CALL {
    DEVICE_OBJECT *Device;
    const DISKP_DEVICE *Unit;
    void *Buffer; /* input, then output */
    ULONG InputBytes, OutputBytes;
    ULONG_PTR Information;
} DISKP_CALL;
NTSTATUS DiskpQueryProperty(DISKP_CALL *Call);
void DiskpFillPartition(
    PARTITION_INFORMATION *Info, const DISKP_PARTITION *Partition, ULONG SectorBytes);
void DiskpFillPartitionEx(
    PARTITION_INFORMATION_EX *Info, const DISKP_PARTITION *Partition, ULONG SectorBytes);
NTSTATUS DiskpGetPartition(DISKP_CALL *Call);
NTSTATUS DiskpGetPartitionEx(DISKP_CALL *Call);
NTSTATUS DiskpGetLayout(DISKP_CALL *Call);
NTSTATUS DiskpGetLayoutEx(DISKP_CALL *Call);

/* mbr.c: requests to any disk's stack, waited for. PASSIVE_LEVEL. Buffer is non-paged. */
NTSTATUS DiskpTransferAt(
    DEVICE_OBJECT *Device, UCHAR Major, void *Buffer, ULONG Bytes, ULONG64 Offset);
NTSTATUS DiskpAskGeometry(DEVICE_OBJECT *Device, DISK_GEOMETRY *Geometry);
NTSTATUS DiskpAskLength(DEVICE_OBJECT *Device, GET_LENGTH_INFORMATION *Length);

/* gpt.c: an empty GPT. INVALID_PARAMETER: more entries than 1024, or than there is room for. */
NTSTATUS DiskpCreateGpt(
    DEVICE_OBJECT *Device, const DISK_GEOMETRY *Geometry, const DISKP_CREATE *Disk);
