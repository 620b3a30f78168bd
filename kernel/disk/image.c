/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The disk a machine gets that was given none: 64 MiB, one partition at 1 MiB with an empty FAT32
 * volume. Sparse: a dozen sectors are written. The second sector says that the disk is being made
 * until the partition table, written last, says it is there, so that what was interrupted is begun
 * again.
 */
#include <string.h>

#include "disk/diskp.h"

#define DISKP_SECTOR 512u
#define DISKP_IMAGE_SECTORS ((ULONG)(DISKP_IMAGE_BYTES / DISKP_SECTOR))
#define DISKP_FIRST_SECTOR 2048u
#define DISKP_VOLUME_SECTORS (DISKP_IMAGE_SECTORS - DISKP_FIRST_SECTOR)
#define DISKP_HEADS 255u
#define DISKP_TRACK_SECTORS 63u
#define DISKP_RESERVED 32u /* sectors before the first FAT */
#define DISKP_FATS 2u
#define DISKP_BACKUP_BOOT 6u
#define DISKP_BOOT_CODE_AT 0x5Au /* behind a FAT32 parameter block */

static const char DiskpMakingMark[] = "dotsys: this disk is being made";
static const char DiskpBootText[] = "This disk holds no operating system.\r\n";

/*
 * xor ax,ax; mov ds,ax; cld; mov si,TEXT; next: lodsb; or al,al; jz stop; mov ah,0Eh; mov bx,7; int
 * 10h; jmp next; stop: hlt; jmp stop; then the text.
 */
static const UCHAR DiskpBootCode[] = {0x31, 0xC0, 0x8E, 0xD8, 0xFC, 0xBE, 0, 0, 0xAC, 0x08, 0xC0,
    0x74, 0x09, 0xB4, 0x0E, 0xBB, 0x07, 0x00, 0xCD, 0x10, 0xEB, 0xF2, 0xF4, 0xEB, 0xFD};
#define DISKP_BOOT_TEXT_OPERAND 6u
#define DISKP_BOOT_ADDRESS 0x7C00u

static void DiskpPut16(UCHAR *At, ULONG Value)
{
    At[0] = (UCHAR)Value;
    At[1] = (UCHAR)(Value >> 8);
}

static void DiskpPut32(UCHAR *At, ULONG Value)
{
    DiskpPut16(At, Value);
    DiskpPut16(At + 2, Value >> 16);
}

static void DiskpPutBootCode(UCHAR *Sector, ULONG At)
{
    memcpy(Sector + At, DiskpBootCode, sizeof(DiskpBootCode));
    DiskpPut16(Sector + At + DISKP_BOOT_TEXT_OPERAND,
        DISKP_BOOT_ADDRESS + At + (ULONG)sizeof(DiskpBootCode));
    memcpy(Sector + At + sizeof(DiskpBootCode), DiskpBootText, sizeof(DiskpBootText));
    DiskpPut16(Sector + 510, 0xAA55);
}

/* Cylinder, head and sector as a table has them: ten, eight and six bits in three bytes. */
static void DiskpPutChs(UCHAR *At, ULONG Sector)
{
    ULONG Cylinder = Sector / (DISKP_HEADS * DISKP_TRACK_SECTORS);
    At[0] = (UCHAR)(Sector / DISKP_TRACK_SECTORS % DISKP_HEADS);
    At[1] = (UCHAR)((Sector % DISKP_TRACK_SECTORS + 1) | (Cylinder >> 8 & 3) << 6);
    At[2] = (UCHAR)Cylinder;
}

static void DiskpBuildTable(UCHAR *Sector, ULONG Signature)
{
    UCHAR *Slot = Sector + 0x1BE;
    DiskpPutBootCode(Sector, 0);
    DiskpPut32(Sector + 0x1B8, Signature);
    Slot[0] = 0x80;
    DiskpPutChs(Slot + 1, DISKP_FIRST_SECTOR);
    Slot[4] = PARTITION_FAT32_XINT13;
    DiskpPutChs(Slot + 5, DISKP_IMAGE_SECTORS - 1);
    DiskpPut32(Slot + 8, DISKP_FIRST_SECTOR);
    DiskpPut32(Slot + 12, DISKP_VOLUME_SECTORS);
}

/* Sectors of one FAT: each of its sectors maps 128 clusters of one sector, and takes two of the
 * volume. */
static ULONG DiskpFatSectors(void)
{
    return (DISKP_VOLUME_SECTORS - DISKP_RESERVED + 128 + DISKP_FATS - 1) / (128 + DISKP_FATS);
}

static void DiskpBuildBootSector(UCHAR *Sector, ULONG Serial)
{
    static const UCHAR Jump[] = {0xEB, DISKP_BOOT_CODE_AT - 2, 0x90};
    memcpy(Sector, Jump, sizeof(Jump));
    memcpy(Sector + 3, "DOTSYS  ", 8);
    DiskpPut16(Sector + 11, DISKP_SECTOR);
    Sector[13] = 1; /* sectors a cluster */
    DiskpPut16(Sector + 14, DISKP_RESERVED);
    Sector[16] = DISKP_FATS;
    Sector[21] = 0xF8; /* a fixed disk */
    DiskpPut16(Sector + 24, DISKP_TRACK_SECTORS);
    DiskpPut16(Sector + 26, DISKP_HEADS);
    DiskpPut32(Sector + 28, DISKP_FIRST_SECTOR);
    DiskpPut32(Sector + 32, DISKP_VOLUME_SECTORS);
    DiskpPut32(Sector + 36, DiskpFatSectors());
    DiskpPut32(Sector + 44, 2); /* cluster of the root directory */
    DiskpPut16(Sector + 48, 1); /* sector of free counts */
    DiskpPut16(Sector + 50, DISKP_BACKUP_BOOT);
    Sector[64] = 0x80; /* BIOS drive */
    Sector[66] = 0x29; /* serial, label and type follow */
    DiskpPut32(Sector + 67, Serial);
    memcpy(Sector + 71, "DOTSYS     FAT32   ", 19);
    DiskpPutBootCode(Sector, DISKP_BOOT_CODE_AT);
}

static void DiskpBuildFreeCounts(UCHAR *Sector)
{
    ULONG Clusters = DISKP_VOLUME_SECTORS - DISKP_RESERVED - DISKP_FATS * DiskpFatSectors();
    DiskpPut32(Sector, 0x41615252);
    DiskpPut32(Sector + 484, 0x61417272);
    DiskpPut32(Sector + 488, Clusters - 1); /* free */
    DiskpPut32(Sector + 492, 3);            /* look here first */
    DiskpPut32(Sector + 508, 0xAA550000);
}

static int DiskpPutSector(int File, const UCHAR *Sector, ULONG Number)
{
    return host_disk_write(File, Sector, DISKP_SECTOR, (ULONG64)Number * DISKP_SECTOR);
}

static int DiskpPutVolume(int File, ULONG Serial)
{
    UCHAR Boot[DISKP_SECTOR] = {0}, Counts[DISKP_SECTOR] = {0}, Fat[DISKP_SECTOR] = {0},
          Root[DISKP_SECTOR] = {0};
    const ULONG FatAt = DISKP_FIRST_SECTOR + DISKP_RESERVED;
    DiskpBuildBootSector(Boot, Serial);
    DiskpBuildFreeCounts(Counts);
    DiskpPut32(Fat, 0x0FFFFFF8);
    DiskpPut32(Fat + 4, 0x0FFFFFFF);
    DiskpPut32(Fat + 8, 0x0FFFFFFF); /* the root directory is one cluster */
    memcpy(Root, "DOTSYS     \x08", 12);
    const struct {
        const UCHAR *Sector;
        ULONG At;
    } Part[] = {{Boot, DISKP_FIRST_SECTOR}, {Counts, DISKP_FIRST_SECTOR + 1},
        {Boot, DISKP_FIRST_SECTOR + DISKP_BACKUP_BOOT},
        {Counts, DISKP_FIRST_SECTOR + DISKP_BACKUP_BOOT + 1}, {Fat, FatAt},
        {Fat, FatAt + DiskpFatSectors()}, {Root, FatAt + DISKP_FATS * DiskpFatSectors()}};
    int Error = 0;
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Part) && Error == 0; Index++)
        Error = DiskpPutSector(File, Part[Index].Sector, Part[Index].At);
    return Error;
}

BOOLEAN DiskpIsUnmade(int File, ULONG64 SizeBytes)
{
    UCHAR Sector[2 * DISKP_SECTOR];
    if (SizeBytes == 0)
        return TRUE;
    return SizeBytes >= sizeof(Sector) && host_disk_read(File, Sector, sizeof(Sector), 0) == 0 &&
        Sector[510] == 0 && Sector[511] == 0 &&
        memcmp(Sector + DISKP_SECTOR, DiskpMakingMark, sizeof(DiskpMakingMark)) == 0;
}

int DiskpMakeImage(int File, ULONG Signature)
{
    UCHAR Mark[DISKP_SECTOR] = {0}, Table[DISKP_SECTOR] = {0};
    memcpy(Mark, DiskpMakingMark, sizeof(DiskpMakingMark));
    DiskpBuildTable(Table, Signature);
    int Error = DiskpPutSector(File, Mark, 1);
    if (Error == 0)
        Error = host_disk_resize(File, DISKP_IMAGE_BYTES);
    if (Error == 0)
        Error = DiskpPutVolume(File, Signature);
    if (Error == 0)
        Error = host_disk_flush(File); /* the table is not to be there before the rest */
    if (Error == 0)
        Error = DiskpPutSector(File, Table, 0);
    memset(Mark, 0, sizeof(Mark));
    return Error == 0 ? DiskpPutSector(File, Mark, 1) : Error;
}

void DiskpPredictLayout(ULONG Signature, DISKP_LAYOUT *Layout)
{
    memset(Layout, 0, sizeof(*Layout));
    Layout->Signature = Signature;
    Layout->PartitionCount = 1;
    Layout->SlotCount = 4;
    Layout->Slot[0] = (DISKP_PARTITION){.FirstSector = DISKP_FIRST_SECTOR,
        .SectorCount = DISKP_VOLUME_SECTORS,
        .Number = 1,
        .Type = PARTITION_FAT32_XINT13,
        .Active = TRUE};
}
