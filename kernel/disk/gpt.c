/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A disk that begins anew with an empty GUID partition table, as UEFI has it: a protective MBR, the
 * header and the entries behind it, and a copy of both at the disk's end, entries first. The copy
 * is written before the table it is a copy of, and the MBR last: a disk that is cut off on the way
 * has the table it had.
 */
#include <string.h>

#include "disk/diskp.h"
#include "rtl/misc.h"

#define DISKP_TAG_GPT         0x47736944u /* 'DisG' */
#define DISKP_GPT_REVISION    0x00010000u
#define DISKP_GPT_ENTRY_BYTES 128u
#define DISKP_GPT_LEAST       128u /* entries; fewer are not asked for */
#define DISKP_GPT_MOST        1024u
#define DISKP_PROTECTIVE_TYPE 0xEEu
#define DISKP_MARK_AT         510u
#define DISKP_CHUNK_BYTES     0x8000u /* of zeros, at a time */

typedef struct DISKP_GPT_HEADER {
    UCHAR Mark[8];
    ULONG Revision, HeaderBytes, HeaderCrc, Reserved;
    ULONG64 Here, Other, FirstUsable, LastUsable;
    GUID DiskId;
    ULONG64 Entries;
    ULONG EntryCount, EntryBytes, EntriesCrc;
    ULONG Padding; /* not part of it */
} DISKP_GPT_HEADER;

#define DISKP_GPT_HEADER_BYTES 92u
_Static_assert(FIELD_OFFSET(DISKP_GPT_HEADER, Padding) == DISKP_GPT_HEADER_BYTES, "as UEFI has it");

/* A disk a table is being made for. */
typedef struct DISKP_GPT {
    DEVICE_OBJECT *Device;
    ULONG SectorBytes;
    ULONG64 Sectors;       /* of the disk */
    ULONG Count;           /* of entries */
    ULONG EntrySectors;
    const GUID *DiskId;
    UCHAR *Buffer;         /* DISKP_CHUNK_BYTES */
} DISKP_GPT;

static ULONG64 DiskpAskSectors(DEVICE_OBJECT *Device, const DISK_GEOMETRY *Geometry)
{
    const ULONG64 Cylinder = (ULONG64)Geometry->TracksPerCylinder * Geometry->SectorsPerTrack;
    GET_LENGTH_INFORMATION Length;
    if (NT_SUCCESS(DiskpAskLength(Device, &Length)))
        return (ULONG64)Length.Length.QuadPart / Geometry->BytesPerSector;
    return Cylinder * (ULONG64)Geometry->Cylinders.QuadPart;
}

static NTSTATUS DiskpClearSectors(const DISKP_GPT *Gpt, ULONG64 First, ULONG64 Count)
{
    const ULONG Most = DISKP_CHUNK_BYTES / Gpt->SectorBytes;
    NTSTATUS Status = STATUS_SUCCESS;
    memset(Gpt->Buffer, 0, DISKP_CHUNK_BYTES);
    while (Count != 0 && NT_SUCCESS(Status)) {
        const ULONG Now = Count < Most ? (ULONG)Count : Most;
        Status = DiskpTransferAt(Gpt->Device, IRP_MJ_WRITE, Gpt->Buffer, Now * Gpt->SectorBytes,
            First * Gpt->SectorBytes);
        First += Now;
        Count -= Now;
    }
    return Status;
}

/* That of entries that are all zeros. */
static ULONG DiskpCrcOfNothing(ULONG Bytes)
{
    static const UCHAR Nothing[DISKP_GPT_ENTRY_BYTES];
    ULONG Crc = 0;
    for (; Bytes != 0; Bytes -= (ULONG)sizeof(Nothing))
        Crc = RtlComputeCrc32(Crc, Nothing, sizeof(Nothing));
    return Crc;
}

static NTSTATUS DiskpWriteHeader(const DISKP_GPT *Gpt, BOOLEAN Copy)
{
    const ULONG64 Last = Gpt->Sectors - 1;
    DISKP_GPT_HEADER Header = {
        .Mark = {'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T'},
        .Revision = DISKP_GPT_REVISION,
        .HeaderBytes = DISKP_GPT_HEADER_BYTES,
        .Here = Copy ? Last : 1,
        .Other = Copy ? 1 : Last,
        .FirstUsable = 2 + Gpt->EntrySectors,
        .LastUsable = Last - Gpt->EntrySectors - 1,
        .DiskId = *Gpt->DiskId,
        .Entries = Copy ? Last - Gpt->EntrySectors : 2,
        .EntryCount = Gpt->Count,
        .EntryBytes = DISKP_GPT_ENTRY_BYTES,
        .EntriesCrc = DiskpCrcOfNothing(Gpt->Count * DISKP_GPT_ENTRY_BYTES),
    };
    Header.HeaderCrc = RtlComputeCrc32(0, (const UCHAR *)&Header, DISKP_GPT_HEADER_BYTES);
    memset(Gpt->Buffer, 0, Gpt->SectorBytes);
    memcpy(Gpt->Buffer, &Header, DISKP_GPT_HEADER_BYTES);
    return DiskpTransferAt(Gpt->Device, IRP_MJ_WRITE, Gpt->Buffer, Gpt->SectorBytes,
        Header.Here * Gpt->SectorBytes);
}

/* One partition over all of the disk, for those who know no better. */
static NTSTATUS DiskpWriteProtection(const DISKP_GPT *Gpt)
{
    const UCHAR Slot[8] = {0, 0, 2, 0, DISKP_PROTECTIVE_TYPE, 0xFF, 0xFF, 0xFF};
    const ULONG First = 1, Count = Gpt->Sectors > MAXULONG ? MAXULONG : (ULONG)Gpt->Sectors - 1;
    memset(Gpt->Buffer, 0, Gpt->SectorBytes);
    memcpy(Gpt->Buffer + DISKP_SLOTS_AT, Slot, sizeof(Slot));
    memcpy(Gpt->Buffer + DISKP_SLOTS_AT + 8, &First, sizeof(First));
    memcpy(Gpt->Buffer + DISKP_SLOTS_AT + 12, &Count, sizeof(Count));
    Gpt->Buffer[DISKP_MARK_AT] = 0x55;
    Gpt->Buffer[DISKP_MARK_AT + 1] = 0xAA;
    return DiskpTransferAt(Gpt->Device, IRP_MJ_WRITE, Gpt->Buffer, Gpt->SectorBytes, 0);
}

static NTSTATUS DiskpWriteTables(const DISKP_GPT *Gpt)
{
    NTSTATUS Status =
        DiskpClearSectors(Gpt, Gpt->Sectors - 1 - Gpt->EntrySectors, Gpt->EntrySectors);
    if (NT_SUCCESS(Status))
        Status = DiskpWriteHeader(Gpt, TRUE);
    if (NT_SUCCESS(Status))
        Status = DiskpClearSectors(Gpt, 2, Gpt->EntrySectors);
    if (NT_SUCCESS(Status))
        Status = DiskpWriteHeader(Gpt, FALSE);
    if (NT_SUCCESS(Status))
        Status = DiskpWriteProtection(Gpt);
    return Status;
}

NTSTATUS DiskpCreateGpt(
    DEVICE_OBJECT *Device, const DISK_GEOMETRY *Geometry, const DISKP_CREATE *Disk)
{
    DISKP_GPT Gpt = {.Device = Device,
        .SectorBytes = Geometry->BytesPerSector,
        .Sectors = DiskpAskSectors(Device, Geometry),
        .Count = Disk->Gpt.MaxPartitionCount,
        .DiskId = &Disk->Gpt.DiskId};
    if (Gpt.Count < DISKP_GPT_LEAST)
        Gpt.Count = DISKP_GPT_LEAST;
    if (Gpt.Count > DISKP_GPT_MOST || Gpt.SectorBytes < DISKP_TABLE_BYTES ||
        Gpt.SectorBytes > DISKP_CHUNK_BYTES)
        return STATUS_INVALID_PARAMETER;
    Gpt.EntrySectors =
        (Gpt.Count * DISKP_GPT_ENTRY_BYTES + Gpt.SectorBytes - 1) / Gpt.SectorBytes;
    if (Gpt.Sectors < 2 * (ULONG64)Gpt.EntrySectors + 4)
        return STATUS_INVALID_PARAMETER;
    Gpt.Buffer = ExiAllocate(NonPagedPoolNx, DISKP_CHUNK_BYTES, DISKP_TAG_GPT, EX_KERNEL_SITE);
    if (Gpt.Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = DiskpWriteTables(&Gpt);
    ExiFree(Gpt.Buffer);
    return Status;
}
