/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Partition tables of a disk of this driver's own, in memory: IoReadPartitionTable,
 * IoWritePartitionTable, IoSetPartitionInformation, their Ex forms, IoVerifyPartitionTable,
 * HalExamineMBR. Sectors 2 to 9 are a partition, 16 to 47 a container with a logical one from 18
 * on.
 */
#include "disk.h"

NTKERNELAPI VOID FASTCALL HalExamineMBR(PDEVICE_OBJECT, ULONG, ULONG, PVOID *);
NTKERNELAPI NTSTATUS FASTCALL IoReadPartitionTable(
    PDEVICE_OBJECT, ULONG, BOOLEAN, struct _DRIVE_LAYOUT_INFORMATION **);
NTKERNELAPI NTSTATUS FASTCALL IoSetPartitionInformation(PDEVICE_OBJECT, ULONG, ULONG, ULONG);
NTKERNELAPI NTSTATUS FASTCALL IoWritePartitionTable(
    PDEVICE_OBJECT, ULONG, ULONG, ULONG, struct _DRIVE_LAYOUT_INFORMATION *);

#define SECTORS 64
#define SLOTS 0x1BE

#define MOST_SECTORS 128 /* of a disk that has room for a GPT */

static UCHAR Memory[MOST_SECTORS * SECTOR];
static ULONG Sectors = SECTORS;
static PDEVICE_OBJECT Disk;
static PDRIVER_DISPATCH Before[IRP_MJ_MAXIMUM_FUNCTION + 1];

static NTSTATUS NTAPI Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI Transfer(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONGLONG Offset = (ULONGLONG)Stack->Parameters.Read.ByteOffset.QuadPart;
    ULONG Length = Stack->Parameters.Read.Length;

    UNREFERENCED_PARAMETER(DeviceObject);
    if (Offset >= Sectors * SECTOR || Length > Sectors * SECTOR - Offset)
        return Complete(Irp, STATUS_NONEXISTENT_SECTOR, 0);
    if (Stack->MajorFunction == IRP_MJ_READ)
        RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, Memory + Offset, Length);
    else
        RtlCopyMemory(Memory + Offset, Irp->AssociatedIrp.SystemBuffer, Length);
    return Complete(Irp, STATUS_SUCCESS, Length);
}

static NTSTATUS NTAPI Ask(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PDISK_GEOMETRY Geometry = Irp->AssociatedIrp.SystemBuffer;
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);
    if (Stack->Parameters.DeviceIoControl.IoControlCode == IOCTL_DISK_GET_DRIVE_GEOMETRY) {
        RtlZeroMemory(Geometry, sizeof(*Geometry));
        Geometry->MediaType = FixedMedia;
        Geometry->Cylinders.QuadPart = Sectors / 32;
        Geometry->TracksPerCylinder = 2;
        Geometry->SectorsPerTrack = 16;
        Geometry->BytesPerSector = SECTOR;
        return Complete(Irp, STATUS_SUCCESS, sizeof(*Geometry));
    }
    return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}

static VOID Slot(ULONG Table, ULONG Index, UCHAR Type, ULONG First, ULONG Count)
{
    PUCHAR Raw = Memory + Table * SECTOR + SLOTS + 16 * Index;

    Raw[4] = Type;
    RtlCopyMemory(Raw + 8, &First, sizeof(First));
    RtlCopyMemory(Raw + 12, &Count, sizeof(Count));
    Memory[Table * SECTOR + 510] = 0x55;
    Memory[Table * SECTOR + 511] = 0xAA;
}

static BOOLEAN OpenDisk(BOOLEAN WithTable)
{
    RtlZeroMemory(Memory, sizeof(Memory));
    if (WithTable) {
        *(PULONG)(Memory + 0x1B8) = 0x12345678;
        Slot(0, 0, PARTITION_IFS, 2, 8);
        Memory[SLOTS] = 0x80;
        Slot(0, 1, PARTITION_EXTENDED, 16, 32);
        Slot(16, 0, PARTITION_FAT_16, 2, 10);
    }
    RtlCopyMemory(Before, KtestDriverObject->MajorFunction, sizeof(Before));
    KtestDriverObject->MajorFunction[IRP_MJ_READ] = Transfer;
    KtestDriverObject->MajorFunction[IRP_MJ_WRITE] = Transfer;
    KtestDriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Ask;
    if (!CHECK_STATUS(IoCreateDevice(KtestDriverObject, 0, NULL, FILE_DEVICE_DISK, 0, FALSE, &Disk),
            STATUS_SUCCESS))
        return FALSE;
    Disk->Flags |= DO_BUFFERED_IO;
    Disk->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    return TRUE;
}

static VOID CloseDisk(VOID)
{
    IoDeleteDevice(Disk);
    RtlCopyMemory(KtestDriverObject->MajorFunction, Before, sizeof(Before));
}

TEST(IoReadPartitionTable, RecognizedOnesAlone)
{
    PDRIVE_LAYOUT_INFORMATION Layout = NULL;

    if (!OpenDisk(TRUE))
        return;
    if (CHECK_STATUS(IoReadPartitionTable(Disk, SECTOR, TRUE, &Layout), STATUS_SUCCESS)) {
        CHECK_EQ(Layout->Signature, 0x12345678);
        CHECK_EQ(Layout->PartitionCount, 2);
        CHECK_EQ(Layout->PartitionEntry[0].StartingOffset.QuadPart, 2 * SECTOR);
        CHECK_EQ(Layout->PartitionEntry[0].PartitionLength.QuadPart, 8 * SECTOR);
        CHECK_EQ(Layout->PartitionEntry[0].PartitionNumber, 1);
        CHECK_EQ(Layout->PartitionEntry[0].BootIndicator, TRUE);
        CHECK_EQ(Layout->PartitionEntry[1].StartingOffset.QuadPart, 18 * SECTOR);
        CHECK_EQ(Layout->PartitionEntry[1].PartitionNumber, 2);
        CHECK_EQ(Layout->PartitionEntry[1].PartitionType, PARTITION_FAT_16);
        ExFreePool(Layout);
    }
    CloseDisk();
}

TEST(IoReadPartitionTable, AllOfThem)
{
    PDRIVE_LAYOUT_INFORMATION Layout = NULL;

    if (!OpenDisk(TRUE))
        return;
    if (CHECK_STATUS(IoReadPartitionTable(Disk, SECTOR, FALSE, &Layout), STATUS_SUCCESS)) {
        CHECK_EQ(Layout->PartitionCount, 8);
        CHECK_EQ(Layout->PartitionEntry[1].PartitionType, PARTITION_EXTENDED);
        CHECK_EQ(Layout->PartitionEntry[1].RecognizedPartition, FALSE);
        CHECK_EQ(Layout->PartitionEntry[2].PartitionType, PARTITION_ENTRY_UNUSED);
        CHECK_EQ(Layout->PartitionEntry[4].PartitionType, PARTITION_FAT_16);
        ExFreePool(Layout);
    }
    CloseDisk();
}

TEST(IoReadPartitionTable, FailsAsTheDiskDoes)
{
    PDRIVE_LAYOUT_INFORMATION Layout = NULL;

    if (!OpenDisk(TRUE))
        return;
    CHECK_STATUS(
        IoReadPartitionTable(Disk, sizeof(Memory) * 2, TRUE, &Layout), STATUS_NONEXISTENT_SECTOR);
    CHECK(Layout == NULL);
    CloseDisk();
}

TEST(IoReadPartitionTableEx, InTheStructureOfToday)
{
    PDRIVE_LAYOUT_INFORMATION_EX Layout = NULL;

    if (!OpenDisk(TRUE))
        return;
    if (CHECK_STATUS(IoReadPartitionTableEx(Disk, &Layout), STATUS_SUCCESS)) {
        CHECK_EQ(Layout->PartitionStyle, PARTITION_STYLE_MBR);
        CHECK_EQ(Layout->PartitionCount, 8);
        CHECK_EQ(Layout->Mbr.Signature, 0x12345678);
        CHECK_EQ(Layout->PartitionEntry[0].Mbr.PartitionType, PARTITION_IFS);
        CHECK_EQ(Layout->PartitionEntry[0].Mbr.HiddenSectors, 2);
        ExFreePool(Layout);
    }
    CloseDisk();
}

TEST(IoReadPartitionTableEx, ADiskWithoutATable)
{
    PDRIVE_LAYOUT_INFORMATION_EX Layout = NULL;

    if (!OpenDisk(FALSE))
        return;
    if (CHECK_STATUS(IoReadPartitionTableEx(Disk, &Layout), STATUS_SUCCESS)) {
        CHECK_EQ(Layout->PartitionStyle, PARTITION_STYLE_RAW);
        ExFreePool(Layout);
    }
    CloseDisk();
}

TEST(IoSetPartitionInformation, ChangesAType)
{
    if (!OpenDisk(TRUE))
        return;
    CHECK_STATUS(IoSetPartitionInformation(Disk, SECTOR, 2, PARTITION_FAT32), STATUS_SUCCESS);
    CHECK_EQ(Memory[16 * SECTOR + SLOTS + 4], PARTITION_FAT32);
    CHECK_EQ(Memory[SLOTS + 4], PARTITION_IFS);
    CHECK(!NT_SUCCESS(IoSetPartitionInformation(Disk, SECTOR, 9, PARTITION_FAT32)));
    CloseDisk();
}

TEST(IoSetPartitionInformationEx, ChangesAType)
{
    SET_PARTITION_INFORMATION_EX Information;

    if (!OpenDisk(TRUE))
        return;
    Information.PartitionStyle = PARTITION_STYLE_MBR;
    Information.Mbr.PartitionType = PARTITION_HUGE;
    CHECK_STATUS(IoSetPartitionInformationEx(Disk, 1, &Information), STATUS_SUCCESS);
    CHECK_EQ(Memory[SLOTS + 4], PARTITION_HUGE);
    CloseDisk();
}

/* Reads the tables, says that all are to be written, and wipes them. */
static PDRIVE_LAYOUT_INFORMATION TakeTables(VOID)
{
    PDRIVE_LAYOUT_INFORMATION Layout = NULL;

    if (!CHECK_STATUS(IoReadPartitionTable(Disk, SECTOR, FALSE, &Layout), STATUS_SUCCESS))
        return NULL;
    for (ULONG Index = 0; Index < Layout->PartitionCount; Index++)
        Layout->PartitionEntry[Index].RewritePartition = TRUE;
    RtlZeroMemory(Memory, sizeof(Memory));
    return Layout;
}

TEST(IoWritePartitionTable, WritesWhatWasRead)
{
    static UCHAR Copy[sizeof(Memory)];
    PDRIVE_LAYOUT_INFORMATION Layout;

    if (!OpenDisk(TRUE))
        return;
    RtlCopyMemory(Copy, Memory, sizeof(Copy));
    Layout = TakeTables();
    if (Layout != NULL) {
        CHECK_STATUS(IoWritePartitionTable(Disk, SECTOR, 16, 2, Layout), STATUS_SUCCESS);
        for (ULONG Index = 0; Index < 4; Index++) {
            PUCHAR Was = Copy + SLOTS + 16 * Index, Is = Memory + SLOTS + 16 * Index;

            CHECK_EQ(Is[0], Was[0]);
            CHECK_EQ(Is[4], Was[4]);
            CHECK(RtlCompareMemory(Is + 8, Was + 8, 8) == 8);
            CHECK(RtlCompareMemory(Is + 16 * SECTOR + 8, Was + 16 * SECTOR + 8, 8) == 8);
        }
        CHECK_EQ(*(PULONG)(Memory + 0x1B8), 0x12345678);
        CHECK_EQ(Memory[16 * SECTOR + 510], 0x55);
        /* Sector 2 is the third of the first track, sector 9 the tenth. */
        CHECK_EQ(Memory[SLOTS + 2], 3);
        CHECK_EQ(Memory[SLOTS + 6], 10);
        ExFreePool(Layout);
    }
    CloseDisk();
}

TEST(IoWritePartitionTable, LeavesWhatIsNotToBeRewritten)
{
    PDRIVE_LAYOUT_INFORMATION Layout;

    if (!OpenDisk(TRUE))
        return;
    Layout = TakeTables();
    if (Layout != NULL) {
        for (ULONG Index = 4; Index < Layout->PartitionCount; Index++)
            Layout->PartitionEntry[Index].RewritePartition = FALSE;
        CHECK_STATUS(IoWritePartitionTable(Disk, SECTOR, 16, 2, Layout), STATUS_SUCCESS);
        CHECK_EQ(Memory[510], 0x55);
        CHECK_EQ(Memory[16 * SECTOR + 510], 0);
        ExFreePool(Layout);
    }
    CloseDisk();
}

TEST(IoWritePartitionTableEx, WritesWhatWasRead)
{
    PDRIVE_LAYOUT_INFORMATION_EX Layout = NULL;

    if (!OpenDisk(TRUE))
        return;
    if (CHECK_STATUS(IoReadPartitionTableEx(Disk, &Layout), STATUS_SUCCESS)) {
        RtlZeroMemory(Memory, sizeof(Memory));
        Layout->PartitionEntry[0].RewritePartition = TRUE;
        CHECK_STATUS(IoWritePartitionTableEx(Disk, Layout), STATUS_SUCCESS);
        CHECK_EQ(Memory[SLOTS + 4], PARTITION_IFS);
        CHECK_EQ(Memory[SLOTS + 16 + 4], PARTITION_EXTENDED);
        ExFreePool(Layout);
    }
    CloseDisk();
}

TEST(IoVerifyPartitionTable, ATableThatCanBeRead)
{
    if (!OpenDisk(TRUE))
        return;
    CHECK_STATUS(IoVerifyPartitionTable(Disk, FALSE), STATUS_SUCCESS);
    CloseDisk();
}

TEST(HalExamineMBR, TheFirstPartitionsType)
{
    PVOID Sector = &Sector;

    if (!OpenDisk(TRUE))
        return;
    HalExamineMBR(Disk, SECTOR, 0x55, &Sector);
    CHECK(Sector == NULL);
    HalExamineMBR(Disk, SECTOR, PARTITION_IFS, &Sector);
    if (CHECK(Sector != NULL)) {
        CHECK(RtlCompareMemory(Sector, Memory, SECTOR) == SECTOR);
        ExFreePool(Sector);
    }
    CloseDisk();
}

typedef struct SIGNATURE { /* DISK_SIGNATURE */
    ULONG Style;
    ULONG Signature, CheckSum;
    ULONG Rest[2];
} SIGNATURE;

TEST(IoReadDiskSignature, TellsTheDisk)
{
    NTSTATUS(NTAPI * Read)
    (PDEVICE_OBJECT Device, ULONG SectorBytes, SIGNATURE * Signature) = (PVOID)KtestExport(
        L"IoReadDiskSignature");
    SIGNATURE Signature = {.Style = 99};
    ULONG At, Word, Sum = 0;

    if (Read == NULL) {
        skip("new in Windows XP");
        return;
    }
    if (!OpenDisk(TRUE))
        return;
    CHECK_STATUS(Read(Disk, SECTOR, &Signature), STATUS_SUCCESS);
    CHECK_EQ(Signature.Style, PARTITION_STYLE_MBR);
    CHECK_EQ(Signature.Signature, 0x12345678);
    for (At = 0; At < SECTOR; At += sizeof(Word)) {
        RtlCopyMemory(&Word, Memory + At, sizeof(Word));
        Sum += Word;
    }
    CHECK_EQ((ULONG)(Sum + Signature.CheckSum), 0);
    RtlZeroMemory(Memory, SECTOR);
    CHECK(!NT_SUCCESS(Read(Disk, SECTOR, &Signature)));
    CloseDisk();
}

TEST(IoCreateDisk, BeginsAnew)
{
    NTSTATUS(NTAPI * Create)
    (PDEVICE_OBJECT Device, PVOID Disk) = (PVOID)KtestExport(L"IoCreateDisk");
    struct {
        ULONG Style, Signature, Rest[4];
    } New = {PARTITION_STYLE_MBR, 0x87654321, {0}};
    PDRIVE_LAYOUT_INFORMATION_EX Layout = NULL;

    if (Create == NULL) {
        skip("new in Windows XP");
        return;
    }
    if (!OpenDisk(TRUE))
        return;
    CHECK_STATUS(Create(Disk, &New), STATUS_SUCCESS);
    if (CHECK_STATUS(IoReadPartitionTableEx(Disk, &Layout), STATUS_SUCCESS)) {
        CHECK_EQ(Layout->PartitionStyle, PARTITION_STYLE_MBR);
        CHECK_EQ(Layout->Mbr.Signature, 0x87654321);
        CHECK_EQ(Layout->PartitionEntry[0].PartitionLength.QuadPart, 0);
        ExFreePool(Layout);
    }
    CHECK_STATUS(Create(Disk, NULL), STATUS_SUCCESS);
    if (CHECK_STATUS(IoReadPartitionTableEx(Disk, &Layout), STATUS_SUCCESS)) {
        CHECK_EQ(Layout->PartitionStyle, PARTITION_STYLE_RAW);
        ExFreePool(Layout);
    }
    CloseDisk();
}

/* Of a header in that sector; its own checksum must be right. */
static VOID CheckHeader(ULONG Sector, ULONG Other, ULONG Entries)
{
    ULONG(NTAPI * Crc)(ULONG, PVOID, ULONG) = (PVOID)KtestExport(L"RtlComputeCrc32");
    PUCHAR Header = Memory + Sector * SECTOR;
    ULONG Sum;

    CHECK(RtlCompareMemory(Header, "EFI PART", 8) == 8);
    CHECK_EQ(*(PULONG)(Header + 8), 0x10000);
    CHECK_EQ(*(PULONG)(Header + 12), 92);
    CHECK_EQ(*(PULONGLONG)(Header + 24), Sector);
    CHECK_EQ(*(PULONGLONG)(Header + 32), Other);
    CHECK_EQ(*(PULONGLONG)(Header + 40), 34);
    CHECK_EQ(*(PULONGLONG)(Header + 48), MOST_SECTORS - 34);
    CHECK_EQ(*(PULONG)(Header + 56), 0x12345678); /* the GUID's first part */
    CHECK_EQ(*(PULONGLONG)(Header + 72), Entries);
    CHECK_EQ(*(PULONG)(Header + 80), 128);
    CHECK_EQ(*(PULONG)(Header + 84), 128);
    if (Crc == NULL)
        return;
    CHECK_EQ(*(PULONG)(Header + 88), Crc(0, Memory + Entries * SECTOR, 32 * SECTOR));
    Sum = *(PULONG)(Header + 16);
    *(PULONG)(Header + 16) = 0;
    CHECK_EQ(Crc(0, Header, 92), Sum);
    *(PULONG)(Header + 16) = Sum;
}

TEST(IoCreateDisk, MakesAGpt)
{
    NTSTATUS(NTAPI * Create)
    (PDEVICE_OBJECT Device, PVOID Disk) = (PVOID)KtestExport(L"IoCreateDisk");
    struct {
        ULONG Style;
        GUID DiskId;
        ULONG MaxPartitionCount;
    } New = {PARTITION_STYLE_GPT, {0x12345678, 1, 2, {3}}, 4};

    if (Create == NULL) {
        skip("new in Windows XP");
        return;
    }
    if (!OpenDisk(TRUE))
        return;
    CHECK(!NT_SUCCESS(Create(Disk, &New))); /* 64 sectors are too few */
    CHECK_EQ(Memory[SLOTS + 4], PARTITION_IFS);
    Sectors = MOST_SECTORS;
    RtlFillMemory(Memory + 100 * SECTOR, 2 * SECTOR, 0xEE);
    if (CHECK_STATUS(Create(Disk, &New), STATUS_SUCCESS)) {
        CHECK_EQ(Memory[SLOTS + 4], 0xEE);
        CHECK_EQ(*(PULONG)(Memory + SLOTS + 8), 1);
        CHECK_EQ(*(PULONG)(Memory + SLOTS + 12), MOST_SECTORS - 1);
        CHECK_EQ(Memory[SLOTS + 16 + 4], 0);
        CHECK_EQ(Memory[510], 0x55);
        CheckHeader(1, MOST_SECTORS - 1, 2);
        CheckHeader(MOST_SECTORS - 1, 1, MOST_SECTORS - 33);
        CHECK_EQ(Memory[100 * SECTOR], 0); /* entries of the copy */
    }
    New.MaxPartitionCount = 100000;
    CHECK(!NT_SUCCESS(Create(Disk, &New)));
    New.Style = 77;
    CHECK_STATUS(Create(Disk, &New), STATUS_INVALID_PARAMETER);
    Sectors = SECTORS;
    CloseDisk();
}

TEST(IoGetBootDiskInformation, IsTooLate)
{
    NTSTATUS(NTAPI * Get)(PVOID Information, ULONG Size) =
        (PVOID)KtestExport(L"IoGetBootDiskInformation");
    ULONGLONG Information[8] = {77};

    if (!CHECK(Get != NULL))
        return;
    CHECK_STATUS(Get(Information, 4), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Get(Information, 24), STATUS_TOO_LATE);
    CHECK_EQ(Information[0], 77);
}
