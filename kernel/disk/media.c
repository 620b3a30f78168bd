/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The file or device of the host behind the disk. After DiskpOpenMedia only the bus device's thread
 * touches it, but for scans of the partition table, which read.
 */
#include <errno.h>
#include <string.h>

#include "disk/diskp.h"

/* the same each time, so that what is read there is, too */
#define DISKP_SIGNATURE_IN_MEMORY 0x59534F44u

DISKP_MEDIA DiskpMedia = {.File = -1};

static NTSTATUS DiskpStatusOf(int Error)
{
    switch (Error) {
    case 0: return STATUS_SUCCESS;
    case ENOSPC: case EDQUOT: case EFBIG: return STATUS_DISK_FULL;
    case EROFS: case EPERM: case EBADF: return STATUS_MEDIA_WRITE_PROTECTED;
    case EFAULT: return STATUS_ACCESS_VIOLATION;
    case ENOMEM: case EMFILE: case ENFILE: return STATUS_INSUFFICIENT_RESOURCES;
    case ENXIO: case ENODEV: return STATUS_NO_SUCH_DEVICE;
    default: return STATUS_IO_DEVICE_ERROR;
    }
}

static void DiskpPlanImage(int File, ULONG Signature)
{
    DiskpMedia.File = File;
    DiskpMedia.Unmade = TRUE;
    DiskpMedia.SectorBytes = 512;
    DiskpMedia.SizeBytes = DISKP_IMAGE_BYTES;
    DiskpMedia.Signature = Signature;
}

NTSTATUS DiskpOpenMedia(int File, BOOLEAN Writable)
{
    uint64_t SizeBytes;
    uint32_t SectorBytes;
    DiskpCloseMedia();
    DiskpMedia.Writable = TRUE;
    if (File < 0) {
        DiskpPlanImage(-1, DISKP_SIGNATURE_IN_MEMORY);
        return STATUS_SUCCESS;
    }
    int Error = host_disk_size(File, &SizeBytes, &SectorBytes);
    if (Error != 0) {
        KdLog(DISKP_SOURCE,
            "PhysicalDrive0 is neither a file nor a block device; it is a small disk in memory "
            "instead");
        DiskpPlanImage(-1, DISKP_SIGNATURE_IN_MEMORY);
        return STATUS_SUCCESS;
    }
    DiskpMedia.Writable = Writable;
    if (Writable && DiskpIsUnmade(File, SizeBytes)) {
        ULONG Signature;
        host_random(&Signature, sizeof(Signature));
        DiskpPlanImage(File, Signature | 1); /* never 0: that is a disk without one */
        /* Other programs look at the file, too. If it cannot be made now, who reads or writes is
         * told. */
        DiskpMedia.Unmade = DiskpMakeImage(File, DiskpMedia.Signature) != 0;
        return STATUS_SUCCESS;
    }
    if (SizeBytes % SectorBytes != 0)
        KdLog(DISKP_SOURCE,
            "PhysicalDrive0 ends within a sector: its last %u bytes are out of reach",
            (unsigned)(SizeBytes % SectorBytes));
    DiskpMedia.File = File;
    DiskpMedia.SectorBytes = SectorBytes;
    DiskpMedia.SizeBytes = SizeBytes - SizeBytes % SectorBytes;
    return STATUS_SUCCESS;
}

void DiskpCloseMedia(void)
{
    if (DiskpMedia.OwnFile)
        host_disk_close(DiskpMedia.File);
    DiskpMedia = (DISKP_MEDIA){.File = -1};
}

void DiskpScanMedia(DISKP_LAYOUT *Layout)
{
    if (__atomic_load_n(&DiskpMedia.Unmade, __ATOMIC_ACQUIRE)) {
        DiskpPredictLayout(DiskpMedia.Signature, Layout);
        return;
    }
    DiskpReadLayout(DiskpMedia.File, DiskpMedia.SectorBytes,
        DiskpMedia.SizeBytes / DiskpMedia.SectorBytes, Layout);
    for (ULONG Index = 0; Index < Layout->ProblemCount; Index++)
        KdLog(DISKP_SOURCE, "PhysicalDrive0: %s", Layout->Problem[Index]);
}

/* Makes the image if that was put off until now. */
static int DiskpPrepare(void)
{
    int Error = 0;
    if (!DiskpMedia.Unmade)
        return 0;
    if (DiskpMedia.File < 0) {
        Error = host_disk_memory(&DiskpMedia.File);
        DiskpMedia.OwnFile = Error == 0;
    }
    if (Error == 0)
        Error = DiskpMakeImage(DiskpMedia.File, DiskpMedia.Signature);
    if (Error == 0)
        __atomic_store_n(&DiskpMedia.Unmade, FALSE, __ATOMIC_RELEASE);
    return Error;
}

NTSTATUS DiskpReadMedia(void *Buffer, ULONG Bytes, ULONG64 Offset)
{
    int Error = DiskpPrepare();
    return DiskpStatusOf(
        Error != 0 ? Error : host_disk_read(DiskpMedia.File, Buffer, Bytes, Offset));
}

NTSTATUS DiskpWriteMedia(const void *Buffer, ULONG Bytes, ULONG64 Offset)
{
    int Error = DiskpPrepare();
    return DiskpStatusOf(
        Error != 0 ? Error : host_disk_write(DiskpMedia.File, Buffer, Bytes, Offset));
}

NTSTATUS DiskpFlushMedia(void)
{
    if (!DiskpMedia.Writable || DiskpMedia.Unmade)
        return STATUS_SUCCESS; /* nothing was written */
    return DiskpStatusOf(host_disk_flush(DiskpMedia.File));
}
