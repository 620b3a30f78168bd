/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Partition tables of the MBR kind: four slots in the first sector, one of which may be a container
 * with a chain of tables for logical partitions. Believes nothing: what lies outside the disk,
 * overlaps something before it or leads in a circle is left out and said. Partitions are numbered
 * as Windows does, primary ones first. A GPT disk shows its protective partition.
 */
#include <stdio.h>
#include <string.h>

#include "disk/diskp.h"

#define DISKP_PROTECTIVE 0xEEu
#define DISKP_LINUX_EXTENDED 0x85u

typedef struct DISKP_SCAN {
    DISKP_READ *Read;
    void *Context;
    ULONG64 SectorCount;
    DISKP_LAYOUT *Layout;
    UCHAR Sector[DISKP_TABLE_BYTES];
} DISKP_SCAN;

static void DiskpProblem(DISKP_LAYOUT *Layout, const char *What, ULONG64 At)
{
    if (Layout->ProblemCount < DISKP_PROBLEMS)
        snprintf(Layout->Problem[Layout->ProblemCount++], sizeof(Layout->Problem[0]),
            "%s (sector %llu)", What, (unsigned long long)At);
}

static ULONG DiskpLittle32(const UCHAR *At)
{
    return At[0] | (ULONG)At[1] << 8 | (ULONG)At[2] << 16 | (ULONG)At[3] << 24;
}

static BOOLEAN DiskpReadTable(DISKP_SCAN *Scan, ULONG64 Sector)
{
    if (Sector >= Scan->SectorCount || !Scan->Read(Scan->Context, Scan->Sector, Sector))
        return FALSE;
    return Scan->Sector[510] == 0x55 && Scan->Sector[511] == 0xAA;
}

/* A FAT or NTFS boot sector has the same mark at its end: a jump, and a parameter block with a
 * sector size. */
static BOOLEAN DiskpIsBootSector(const UCHAR *Sector)
{
    const ULONG Bytes = Sector[11] | (ULONG)Sector[12] << 8;
    return ((Sector[0] == 0xEB && Sector[2] == 0x90) || Sector[0] == 0xE9) &&
           (Bytes == 512 || Bytes == 1024 || Bytes == 2048 || Bytes == 4096);
}

/* Boot flags are 0x80 or nothing: anything else is text or code. */
static BOOLEAN DiskpHasSlots(const UCHAR *Sector)
{
    for (ULONG Index = 0; Index < 4; Index++) {
        if (Sector[DISKP_SLOTS_AT + Index * DISKP_SLOT_BYTES] & 0x7F)
            return FALSE;
    }
    return TRUE;
}

BOOLEAN DiskpIsContainer(UCHAR Type)
{
    return Type == PARTITION_EXTENDED || Type == PARTITION_XINT13_EXTENDED ||
        Type == DISKP_LINUX_EXTENDED;
}

static BOOLEAN DiskpOverlaps(const DISKP_LAYOUT *Layout, ULONG64 First, ULONG64 Count)
{
    for (ULONG Index = 0; Index < Layout->SlotCount; Index++) {
        const DISKP_PARTITION *Other = &Layout->Slot[Index];
        if (Other->Number != 0 && First < Other->FirstSector + Other->SectorCount &&
            Other->FirstSector < First + Count)
            return TRUE;
    }
    return FALSE;
}

/* Why a partition is not taken; NULL: it is. */
static const char *DiskpRefuse(
    const DISKP_SCAN *Scan, const DISKP_PARTITION *Partition, ULONG64 Table)
{
    if (Partition->FirstSector == Table)
        return "a partition begins on its own table and is left out";
    if (Partition->FirstSector >= Scan->SectorCount)
        return "a partition begins beyond the end of the disk and is left out";
    if (Partition->SectorCount > Scan->SectorCount - Partition->FirstSector)
        return "a partition ends beyond the end of the disk and is left out";
    if (DiskpOverlaps(Scan->Layout, Partition->FirstSector, Partition->SectorCount))
        return "a partition overlaps another and is left out";
    return NULL;
}

/*
 * Takes the four slots of the table in Scan->Sector, which lies at sector Table. Base: what a
 * container's start counts from. Returns where the container found first begins, 0: none.
 */
static ULONG64 DiskpTakeSlots(DISKP_SCAN *Scan, ULONG64 Table, ULONG64 Base)
{
    DISKP_LAYOUT *Layout = Scan->Layout;
    ULONG64 Container = 0;
    for (ULONG Index = 0; Index < 4; Index++) {
        const UCHAR *Raw = &Scan->Sector[DISKP_SLOTS_AT + Index * DISKP_SLOT_BYTES];
        DISKP_PARTITION Partition = {.Table = Table,
            .Type = Raw[4],
            .Active = Raw[0] == 0x80,
            .SectorCount = DiskpLittle32(Raw + 12)};
        DISKP_PARTITION *Slot = &Layout->Slot[Layout->SlotCount];
        BOOLEAN IsContainer = DiskpIsContainer(Partition.Type);
        Layout->SlotCount++;
        if (Partition.Type == PARTITION_ENTRY_UNUSED || Partition.SectorCount == 0)
            continue;
        Partition.FirstSector = DiskpLittle32(Raw + 8) + (IsContainer ? Base : Table);
        if (Partition.Type == DISKP_PROTECTIVE && Partition.FirstSector < Scan->SectorCount &&
            Partition.SectorCount > Scan->SectorCount - Partition.FirstSector)
            Partition.SectorCount = Scan->SectorCount - Partition.FirstSector;
        if (IsContainer) {
            if (Container == 0)
                Container = Partition.FirstSector;
            *Slot = Partition;
            continue;
        }
        const char *Why = DiskpRefuse(Scan, &Partition, Table);
        if (Why != NULL) {
            DiskpProblem(Layout, Why, Partition.FirstSector);
            continue;
        }
        Partition.Number = ++Layout->PartitionCount;
        *Slot = Partition;
    }
    return Container;
}

static void DiskpFollowChain(DISKP_SCAN *Scan, ULONG64 Base)
{
    ULONG64 Seen[DISKP_TABLES] = {0}, Table = Base;
    for (ULONG Count = 0; Table != 0; Count++) {
        for (ULONG Index = 0; Index < Count; Index++) {
            if (Seen[Index] == Table) {
                DiskpProblem(Scan->Layout,
                    "the chain of logical partitions leads back to a table before", Table);
                return;
            }
        }
        if (Scan->Layout->SlotCount + 4 > DISKP_SLOTS) {
            DiskpProblem(Scan->Layout, "more logical partitions than are looked at", Table);
            return;
        }
        if (!DiskpReadTable(Scan, Table)) {
            DiskpProblem(Scan->Layout, "the chain of logical partitions leads to no table", Table);
            return;
        }
        Seen[Count] = Table;
        Table = DiskpTakeSlots(Scan, Table, Base);
    }
}

void DiskpScanLayout(DISKP_READ *Read, void *Context, ULONG64 SectorCount, DISKP_LAYOUT *Layout)
{
    DISKP_SCAN Scan = {
        .Read = Read, .Context = Context, .SectorCount = SectorCount, .Layout = Layout};
    memset(Layout, 0, sizeof(*Layout));
    if (!DiskpReadTable(&Scan, 0)) {
        DiskpProblem(Layout, "there is no partition table", 0);
        return;
    }
    if (DiskpIsBootSector(Scan.Sector) || !DiskpHasSlots(Scan.Sector)) {
        DiskpProblem(Layout, "the first sector is no partition table", 0);
        return;
    }
    Layout->Signature = DiskpLittle32(&Scan.Sector[DISKP_SIGNATURE_AT]);
    ULONG64 Container = DiskpTakeSlots(&Scan, 0, 0);
    if (Container != 0)
        DiskpFollowChain(&Scan, Container);
}

typedef struct DISKP_FILE {
    int File;
    ULONG SectorBytes;
} DISKP_FILE;

static BOOLEAN DiskpReadFile(void *Context, UCHAR *Table, ULONG64 Sector)
{
    const DISKP_FILE *File = Context;
    return host_disk_read(File->File, Table, DISKP_TABLE_BYTES, Sector * File->SectorBytes) == 0;
}

void DiskpReadLayout(int File, ULONG SectorBytes, ULONG64 SectorCount, DISKP_LAYOUT *Layout)
{
    DISKP_FILE Context = {File, SectorBytes};
    DiskpScanLayout(DiskpReadFile, &Context, SectorCount, Layout);
}
