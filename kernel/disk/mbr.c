/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Partition tables of the MBR kind on any disk device, for drivers: read and written by requests to
 * the device's stack. What a table is taken to say is table.c's to decide. A GPT disk shows its
 * protective partition; an empty one gpt.c writes.
 */
#include <string.h>

#include "disk/diskp.h"

#define DISKP_TAG 0x6B736944u /* 'Disk' */
#define DISKP_MARK_AT 510u
#define DISKP_ACTIVE 0x80u
#define DISKP_DISK_MANAGER 0x54u /* a partition type; counts from sector 63 */
#define DISKP_LAST_CYLINDER 1023u

/* ---- requests -------------------------------------------------------------------------------- */

static NTSTATUS DiskpSendAndWait(
    DEVICE_OBJECT *Device, IRP *Irp, KEVENT *Done, IO_STATUS_BLOCK *IoStatus)
{
    if (Irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = IofCallDriver(Device, Irp);
    if (Status != STATUS_PENDING)
        return Status;
    KeWaitForSingleObject(Done, Executive, KernelMode, FALSE, NULL);
    return IoStatus->Status;
}

NTSTATUS DiskpTransferAt(
    DEVICE_OBJECT *Device, UCHAR Major, void *Buffer, ULONG Bytes, ULONG64 Offset)
{
    LARGE_INTEGER At = {.QuadPart = (LONGLONG)Offset};
    IO_STATUS_BLOCK IoStatus;
    KEVENT Done;
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    IRP *Irp = IoBuildSynchronousFsdRequest(Major, Device, Buffer, Bytes, &At, &Done, &IoStatus);
    return DiskpSendAndWait(Device, Irp, &Done, &IoStatus);
}

static NTSTATUS DiskpAsk(DEVICE_OBJECT *Device, ULONG Code, void *Answer, ULONG Bytes)
{
    IO_STATUS_BLOCK IoStatus;
    KEVENT Done;
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    IRP *Irp = IoBuildDeviceIoControlRequest(
        Code, Device, NULL, 0, Answer, Bytes, FALSE, &Done, &IoStatus);
    return DiskpSendAndWait(Device, Irp, &Done, &IoStatus);
}

NTSTATUS DiskpAskGeometry(DEVICE_OBJECT *Device, DISK_GEOMETRY *Geometry)
{
    return DiskpAsk(Device, IOCTL_DISK_GET_DRIVE_GEOMETRY, Geometry, sizeof(*Geometry));
}

NTSTATUS DiskpAskLength(DEVICE_OBJECT *Device, GET_LENGTH_INFORMATION *Length)
{
    return DiskpAsk(Device, IOCTL_DISK_GET_LENGTH_INFO, Length, sizeof(*Length));
}

/* A disk whose tables are looked at, with room for a sector. */
typedef struct DISKP_TARGET {
    DEVICE_OBJECT *Device;
    ULONG SectorBytes;
    UCHAR *Sector;
    NTSTATUS Status; /* of the last transfer */
} DISKP_TARGET;

static NTSTATUS DiskpOpenTargetAt(
    DISKP_TARGET *Target, DEVICE_OBJECT *Device, ULONG SectorBytes, ULONG_PTR Site)
{
    *Target = (DISKP_TARGET){.Device = Device,
        .SectorBytes = SectorBytes < DISKP_TABLE_BYTES ? DISKP_TABLE_BYTES : SectorBytes};
    Target->Sector = ExiAllocate(NonPagedPoolNx, Target->SectorBytes, DISKP_TAG, Site);
    return Target->Sector != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS DiskpOpenTarget(DISKP_TARGET *Target, DEVICE_OBJECT *Device, ULONG SectorBytes)
{
    return DiskpOpenTargetAt(Target, Device, SectorBytes, EX_KERNEL_SITE);
}

static void DiskpCloseTarget(DISKP_TARGET *Target)
{
    ExiFree(Target->Sector);
}

static BOOLEAN DiskpReadTarget(void *Context, UCHAR *Table, ULONG64 Sector)
{
    DISKP_TARGET *Target = Context;
    Target->Status = DiskpTransferAt(Target->Device, IRP_MJ_READ, Target->Sector,
        Target->SectorBytes, Sector * Target->SectorBytes);
    if (!NT_SUCCESS(Target->Status))
        return FALSE;
    memcpy(Table, Target->Sector, DISKP_TABLE_BYTES);
    return TRUE;
}

static NTSTATUS DiskpWriteTarget(DISKP_TARGET *Target, ULONG64 Sector)
{
    return DiskpTransferAt(Target->Device, IRP_MJ_WRITE, Target->Sector, Target->SectorBytes,
        Sector * Target->SectorBytes);
}

/* What the disk's tables say, to be freed; NULL: *Status says why. Only the device knows where the
 * disk ends. */
static DISKP_LAYOUT *DiskpScanTarget(DISKP_TARGET *Target, NTSTATUS *Status)
{
    DISKP_LAYOUT *Layout = ExiAllocate(NonPagedPoolNx, sizeof(*Layout), DISKP_TAG, EX_KERNEL_SITE);
    *Status = STATUS_INSUFFICIENT_RESOURCES;
    if (Layout == NULL)
        return NULL;
    Target->Status = STATUS_SUCCESS;
    DiskpScanLayout(DiskpReadTarget, Target, ~(ULONG64)0 / Target->SectorBytes, Layout);
    *Status = Target->Status;
    if (NT_SUCCESS(*Status))
        return Layout;
    ExiFree(Layout);
    return NULL;
}

/* The two steps: on success both are there, until DiskpCloseLayout; otherwise neither. */
static NTSTATUS DiskpOpenLayout(
    DISKP_TARGET *Target, DEVICE_OBJECT *Device, ULONG SectorBytes, DISKP_LAYOUT **Layout)
{
    NTSTATUS Status = DiskpOpenTarget(Target, Device, SectorBytes);
    if (!NT_SUCCESS(Status))
        return Status;
    *Layout = DiskpScanTarget(Target, &Status);
    if (*Layout == NULL)
        DiskpCloseTarget(Target);
    return Status;
}

static void DiskpCloseLayout(DISKP_TARGET *Target, DISKP_LAYOUT *Layout)
{
    ExiFree(Layout);
    DiskpCloseTarget(Target);
}

/*
 * HalExamineMBR - the first sector of a disk whose first partition is of a type: that of a program
 * that manages large disks.
 *
 * SectorSize: bytes. Buffer: out; NULL: it is another, or cannot be read. For type 0x54 its first
 *             four bytes say from which sector partitions are counted, 63.
 * IRQL:    PASSIVE_LEVEL. Owner: the caller; ExFreePool(*Buffer).
 * Source:  DOC ntddk.h, declared; INF what it looks at; tests/kernel/drive/IoReadPartitionTable.c
 */
void FASTCALL HalExamineMBR(
    DEVICE_OBJECT *DeviceObject, ULONG SectorSize, ULONG MBRTypeIdentifier, void **Buffer)
{
    DISKP_TARGET Target;
    UCHAR Table[DISKP_TABLE_BYTES];
    const ULONG Counted = 63;
    *Buffer = NULL;
    if (!NT_SUCCESS(DiskpOpenTargetAt(&Target, DeviceObject, SectorSize, EX_CALLER)))
        return;
    if (DiskpReadTarget(&Target, Table, 0) && Table[DISKP_MARK_AT] == 0x55 &&
        Table[DISKP_MARK_AT + 1] == 0xAA && Table[DISKP_SLOTS_AT + 4] == MBRTypeIdentifier) {
        if (MBRTypeIdentifier == DISKP_DISK_MANAGER)
            memcpy(Target.Sector, &Counted, sizeof(Counted));
        *Buffer = Target.Sector;
        return;
    }
    DiskpCloseTarget(&Target);
}

/* ---- reading --------------------------------------------------------------------------------- */

static BOOLEAN DiskpIsListed(const PARTITION_INFORMATION *Entry, BOOLEAN RecognizedOnly)
{
    return !RecognizedOnly || (Entry->PartitionNumber != 0 && Entry->RecognizedPartition);
}

static DRIVE_LAYOUT_INFORMATION *DiskpList(
    const DISKP_LAYOUT *Layout, ULONG SectorBytes, BOOLEAN RecognizedOnly, ULONG_PTR Site)
{
    const ULONG Slots = Layout->SlotCount;
    DRIVE_LAYOUT_INFORMATION *List = ExiAllocateZero(NonPagedPoolNx,
        UFIELD_OFFSET(DRIVE_LAYOUT_INFORMATION, PartitionEntry) +
            (Slots + 1) * sizeof(PARTITION_INFORMATION),
        DISKP_TAG, Site);
    if (List == NULL)
        return NULL;
    List->Signature = Layout->Signature;
    for (ULONG Index = 0; Index < Slots; Index++) {
        PARTITION_INFORMATION *Entry = &List->PartitionEntry[List->PartitionCount];
        DiskpFillPartition(Entry, &Layout->Slot[Index], SectorBytes);
        if (DiskpIsListed(Entry, RecognizedOnly))
            List->PartitionCount++;
    }
    return List;
}

/*
 * IoReadPartitionTable - the partitions of a disk, by its partition tables.
 *
 * SectorSize: bytes. ReturnRecognizedPartitions: TRUE: only those of types Windows knows; else four
 *             entries for each table, empty ones and containers of further tables too.
 *             PartitionBuffer: out.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, also for a disk without a table, which has none; what reading came to;
 * INSUFFICIENT_RESOURCES.
 * Owner:   the caller; ExFreePool(*PartitionBuffer).
 * Source:  DOC ntddk/IoReadPartitionTable; tests/kernel/drive/IoReadPartitionTable.c
 */
NTSTATUS FASTCALL IoReadPartitionTable(DEVICE_OBJECT *DeviceObject, ULONG SectorSize,
    BOOLEAN ReturnRecognizedPartitions, DRIVE_LAYOUT_INFORMATION **PartitionBuffer)
{
    DISKP_TARGET Target;
    DISKP_LAYOUT *Layout;
    NTSTATUS Status = DiskpOpenLayout(&Target, DeviceObject, SectorSize, &Layout);
    *PartitionBuffer = NULL;
    if (!NT_SUCCESS(Status))
        return Status;
    *PartitionBuffer = DiskpList(Layout, Target.SectorBytes, ReturnRecognizedPartitions, EX_CALLER);
    DiskpCloseLayout(&Target, Layout);
    return *PartitionBuffer != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static DRIVE_LAYOUT_INFORMATION_EX *DiskpListEx(
    const DISKP_LAYOUT *Layout, ULONG SectorBytes, ULONG_PTR Site)
{
    const ULONG Slots = Layout->SlotCount;
    DRIVE_LAYOUT_INFORMATION_EX *List = ExiAllocateZero(NonPagedPoolNx,
        UFIELD_OFFSET(DRIVE_LAYOUT_INFORMATION_EX, PartitionEntry) +
            (Slots + 1) * sizeof(PARTITION_INFORMATION_EX),
        DISKP_TAG, Site);
    if (List == NULL)
        return NULL;
    List->PartitionStyle = Slots != 0 ? PARTITION_STYLE_MBR : PARTITION_STYLE_RAW;
    List->PartitionCount = Slots;
    List->Mbr.Signature = Layout->Signature;
    for (ULONG Index = 0; Index < Slots; Index++)
        DiskpFillPartitionEx(&List->PartitionEntry[Index], &Layout->Slot[Index], SectorBytes);
    return List;
}

/*
 * IoReadPartitionTableEx - the same with four entries for each table, in the structure of today;
 * the disk is asked how long its sectors are. A disk without a table is PARTITION_STYLE_RAW. IRQL:
 * PASSIVE_LEVEL. Returns as IoReadPartitionTable, and what the disk answered. Owner: the caller;
 * ExFreePool(*DriveLayout). Source: DOC ntddk/IoReadPartitionTableEx; tests as above.
 */
NTSTATUS NTAPI IoReadPartitionTableEx(
    DEVICE_OBJECT *DeviceObject, DRIVE_LAYOUT_INFORMATION_EX **DriveLayout)
{
    DISK_GEOMETRY Geometry;
    DISKP_TARGET Target;
    DISKP_LAYOUT *Layout;
    *DriveLayout = NULL;
    NTSTATUS Status = DiskpAskGeometry(DeviceObject, &Geometry);
    if (NT_SUCCESS(Status))
        Status = DiskpOpenLayout(&Target, DeviceObject, Geometry.BytesPerSector, &Layout);
    if (!NT_SUCCESS(Status))
        return Status;
    *DriveLayout = DiskpListEx(Layout, Target.SectorBytes, EX_CALLER);
    DiskpCloseLayout(&Target, Layout);
    return *DriveLayout != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

/*
 * IoVerifyPartitionTable - whether a disk's table can be read. A GPT would be compared with its
 * copy; an MBR has none.
 * IRQL: up to APC_LEVEL. Returns: SUCCESS; what reading came to; INSUFFICIENT_RESOURCES. Source:
 * DOC ntddk/IoVerifyPartitionTable; tests as above.
 */
NTSTATUS NTAPI IoVerifyPartitionTable(DEVICE_OBJECT *DeviceObject, BOOLEAN FixErrors)
{
    DRIVE_LAYOUT_INFORMATION_EX *Layout;
    (void)FixErrors;
    NTSTATUS Status = IoReadPartitionTableEx(DeviceObject, &Layout);
    if (NT_SUCCESS(Status))
        ExiFree(Layout);
    return Status;
}

/* ---- writing --------------------------------------------------------------------------------- */

static NTSTATUS DiskpSetType(
    DISKP_TARGET *Target, const DISKP_LAYOUT *Layout, ULONG Number, UCHAR Type)
{
    UCHAR Table[DISKP_TABLE_BYTES];
    for (ULONG Index = 0; Index < Layout->SlotCount; Index++) {
        const DISKP_PARTITION *Partition = &Layout->Slot[Index];
        if (Number == 0 || Partition->Number != Number)
            continue;
        if (!DiskpReadTarget(Target, Table, Partition->Table))
            return Target->Status;
        Target->Sector[DISKP_SLOTS_AT + Index % 4 * DISKP_SLOT_BYTES + 4] = Type;
        return DiskpWriteTarget(Target, Partition->Table);
    }
    return STATUS_BAD_MASTER_BOOT_RECORD;
}

/*
 * IoSetPartitionInformation - change a partition's type in the disk's tables.
 *
 * SectorSize: bytes. PartitionNumber: from 1, as IoReadPartitionTable numbers them.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BAD_MASTER_BOOT_RECORD: there is no such partition (INF); what reading or
 *          writing came to; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntddk/IoSetPartitionInformation; tests/kernel/drive/IoReadPartitionTable.c
 */
NTSTATUS FASTCALL IoSetPartitionInformation(
    DEVICE_OBJECT *DeviceObject, ULONG SectorSize, ULONG PartitionNumber, ULONG PartitionType)
{
    DISKP_TARGET Target;
    DISKP_LAYOUT *Layout;
    NTSTATUS Status = DiskpOpenLayout(&Target, DeviceObject, SectorSize, &Layout);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = DiskpSetType(&Target, Layout, PartitionNumber, (UCHAR)PartitionType);
    DiskpCloseLayout(&Target, Layout);
    return Status;
}

/* IoSetPartitionInformationEx - the same; NOT_SUPPORTED: of a GPT. IRQL: PASSIVE_LEVEL. Source: DOC
 * ntddk; tests as above. */
NTSTATUS NTAPI IoSetPartitionInformationEx(
    DEVICE_OBJECT *DeviceObject, ULONG PartitionNumber, SET_PARTITION_INFORMATION_EX *PartitionInfo)
{
    DISK_GEOMETRY Geometry;
    if (PartitionInfo->PartitionStyle != PARTITION_STYLE_MBR)
        return STATUS_NOT_SUPPORTED;
    NTSTATUS Status = DiskpAskGeometry(DeviceObject, &Geometry);
    if (!NT_SUCCESS(Status))
        return Status;
    return IoSetPartitionInformation(
        DeviceObject, Geometry.BytesPerSector, PartitionNumber, PartitionInfo->Mbr.PartitionType);
}

/* A disk's tables being written. */
typedef struct DISKP_WRITING {
    DISKP_TARGET Target;
    ULONG SectorsPerTrack, Heads;
    ULONG64 Container; /* where the first one begins, from which the others count */
    ULONG64 Table;     /* the sector of the one being written */
} DISKP_WRITING;

static void DiskpPut32(UCHAR *At, ULONG64 Value)
{
    for (ULONG Index = 0; Index < 4; Index++)
        At[Index] = (UCHAR)(Value >> Index * 8);
}

/* Cylinder, head and sector in three bytes; beyond what they can say, the last there is. */
static void DiskpPutPlace(const DISKP_WRITING *Writing, UCHAR *At, ULONG64 Sector)
{
    ULONG64 Track = Sector / Writing->SectorsPerTrack;
    ULONG64 Cylinder = Track / Writing->Heads;
    ULONG Head = (ULONG)(Track % Writing->Heads),
          Place = (ULONG)(Sector % Writing->SectorsPerTrack) + 1;
    if (Cylinder > DISKP_LAST_CYLINDER) {
        Cylinder = DISKP_LAST_CYLINDER;
        Head = Writing->Heads - 1;
        Place = Writing->SectorsPerTrack;
    }
    At[0] = (UCHAR)Head;
    At[1] = (UCHAR)((Place & 0x3F) | (Cylinder >> 2 & 0xC0));
    At[2] = (UCHAR)Cylinder;
}

static void DiskpPutSlot(
    const DISKP_WRITING *Writing, UCHAR *Raw, const PARTITION_INFORMATION *Entry)
{
    const ULONG Bytes = Writing->Target.SectorBytes;
    const ULONG64 First = (ULONG64)Entry->StartingOffset.QuadPart / Bytes;
    const ULONG64 Count = (ULONG64)Entry->PartitionLength.QuadPart / Bytes;
    memset(Raw, 0, DISKP_SLOT_BYTES);
    if (Entry->PartitionType == PARTITION_ENTRY_UNUSED || Count == 0)
        return;
    Raw[0] = Entry->BootIndicator ? DISKP_ACTIVE : 0;
    DiskpPutPlace(Writing, Raw + 1, First);
    Raw[4] = Entry->PartitionType;
    DiskpPutPlace(Writing, Raw + 5, First + Count - 1);
    DiskpPut32(Raw + 8,
        First - (DiskpIsContainer(Entry->PartitionType) ? Writing->Container : Writing->Table));
    DiskpPut32(Raw + 12, Count);
}

/* Writes one table of up to four entries, if one of them is to be. */
static NTSTATUS DiskpWriteTable(
    DISKP_WRITING *Writing, const PARTITION_INFORMATION *Entries, ULONG Count, ULONG Signature)
{
    UCHAR Old[DISKP_TABLE_BYTES], *Sector = Writing->Target.Sector;
    BOOLEAN Rewrite = FALSE;
    for (ULONG Index = 0; Index < Count; Index++)
        Rewrite |= Entries[Index].RewritePartition;
    if (!Rewrite)
        return STATUS_SUCCESS;
    if (!DiskpReadTarget(&Writing->Target, Old, Writing->Table))
        return Writing->Target.Status;
    memset(Sector + DISKP_SLOTS_AT, 0, 4 * DISKP_SLOT_BYTES);
    for (ULONG Index = 0; Index < Count; Index++)
        DiskpPutSlot(Writing, Sector + DISKP_SLOTS_AT + Index * DISKP_SLOT_BYTES, &Entries[Index]);
    if (Writing->Table == 0)
        DiskpPut32(Sector + DISKP_SIGNATURE_AT, Signature);
    Sector[DISKP_MARK_AT] = 0x55;
    Sector[DISKP_MARK_AT + 1] = 0xAA;
    return DiskpWriteTarget(&Writing->Target, Writing->Table);
}

/* Where the container among these entries begins, in sectors; 0: there is none. */
static ULONG64 DiskpContainerOf(
    const PARTITION_INFORMATION *Entries, ULONG Count, ULONG SectorBytes)
{
    for (ULONG Index = 0; Index < Count; Index++) {
        if (DiskpIsContainer(Entries[Index].PartitionType))
            return (ULONG64)Entries[Index].StartingOffset.QuadPart / SectorBytes;
    }
    return 0;
}

static NTSTATUS DiskpWriteTables(DISKP_WRITING *Writing, const DRIVE_LAYOUT_INFORMATION *Layout)
{
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG First = 0; First < Layout->PartitionCount && NT_SUCCESS(Status); First += 4) {
        const PARTITION_INFORMATION *Entries = &Layout->PartitionEntry[First];
        const ULONG Count = Layout->PartitionCount - First < 4 ? Layout->PartitionCount - First : 4;
        Status = DiskpWriteTable(Writing, Entries, Count, Layout->Signature);
        Writing->Table = DiskpContainerOf(Entries, Count, Writing->Target.SectorBytes);
        if (First == 0)
            Writing->Container = Writing->Table;
        if (Writing->Table == 0)
            break;
    }
    return Status;
}

/*
 * IoWritePartitionTable - write a disk's partition tables: of four entries each those in which one
 * has RewritePartition set. A table for logical partitions lies where the container in the table
 * before it begins.
 *
 * SectorSize: bytes. SectorsPerTrack, NumberOfHeads: of the disk's geometry.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: a geometry of nothing (INF); what reading or writing came
 *          to, after which tables before it are written; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntddk/IoWritePartitionTable; tests/kernel/drive/IoReadPartitionTable.c
 */
NTSTATUS FASTCALL IoWritePartitionTable(DEVICE_OBJECT *DeviceObject, ULONG SectorSize,
    ULONG SectorsPerTrack, ULONG NumberOfHeads, DRIVE_LAYOUT_INFORMATION *PartitionBuffer)
{
    DISKP_WRITING Writing = {.SectorsPerTrack = SectorsPerTrack, .Heads = NumberOfHeads};
    if (SectorsPerTrack == 0 || NumberOfHeads == 0)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = DiskpOpenTarget(&Writing.Target, DeviceObject, SectorSize);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = DiskpWriteTables(&Writing, PartitionBuffer);
    DiskpCloseTarget(&Writing.Target);
    return Status;
}

static void DiskpFromEx(PARTITION_INFORMATION *Entry, const PARTITION_INFORMATION_EX *From)
{
    *Entry = (PARTITION_INFORMATION){.StartingOffset = From->StartingOffset,
        .PartitionLength = From->PartitionLength,
        .PartitionNumber = From->PartitionNumber,
        .PartitionType = From->Mbr.PartitionType,
        .BootIndicator = From->Mbr.BootIndicator,
        .RewritePartition = From->RewritePartition};
}

/*
 * IoWritePartitionTableEx - the same from the structure of today; the disk is asked for its
 * geometry. NOT_SUPPORTED: a GPT.
 * IRQL: PASSIVE_LEVEL. Source: DOC ntddk/IoWritePartitionTableEx; tests as above.
 */
NTSTATUS NTAPI IoWritePartitionTableEx(
    DEVICE_OBJECT *DeviceObject, DRIVE_LAYOUT_INFORMATION_EX *DriveLayout)
{
    const ULONG Count = DriveLayout->PartitionCount;
    DISK_GEOMETRY Geometry;
    if (DriveLayout->PartitionStyle != PARTITION_STYLE_MBR)
        return STATUS_NOT_SUPPORTED;
    if (Count > DISKP_SLOTS)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = DiskpAskGeometry(DeviceObject, &Geometry);
    if (!NT_SUCCESS(Status))
        return Status;
    DRIVE_LAYOUT_INFORMATION *Layout = ExiAllocate(NonPagedPoolNx,
        UFIELD_OFFSET(DRIVE_LAYOUT_INFORMATION, PartitionEntry) +
            (Count + 1) * sizeof(PARTITION_INFORMATION),
        DISKP_TAG, EX_KERNEL_SITE);
    if (Layout == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Layout->PartitionCount = Count;
    Layout->Signature = DriveLayout->Mbr.Signature;
    for (ULONG Index = 0; Index < Count; Index++)
        DiskpFromEx(&Layout->PartitionEntry[Index], &DriveLayout->PartitionEntry[Index]);
    Status = IoWritePartitionTable(DeviceObject, Geometry.BytesPerSector, Geometry.SectorsPerTrack,
        Geometry.TracksPerCylinder, Layout);
    ExiFree(Layout);
    return Status;
}
