/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Reading the disk as a driver: the partition table is in the first sector; transfers are of whole
 * sectors within the disk.
 */
#include "disk.h"

static UCHAR Sector[2 * SECTOR];

TEST(Disk, FirstSectorIsAPartitionTable)
{
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT File;
    PDEVICE_OBJECT Device;

    if (!OpenByName(L"\\DosDevices\\PhysicalDrive0", &File, &Device))
        return;
    CHECK_EQ(Device->DeviceType, FILE_DEVICE_DISK);
    CHECK_EQ(Device->Flags & DO_DIRECT_IO, DO_DIRECT_IO);
    CHECK(Device->StackSize > 1);
    RtlZeroMemory(Sector, sizeof(Sector));
    CHECK_STATUS(ReadAt(Device, Sector, SECTOR, 0, &IoStatus), STATUS_SUCCESS);
    CHECK_EQ(IoStatus.Information, SECTOR);
    CHECK_EQ(Sector[510], 0x55);
    CHECK_EQ(Sector[511], 0xAA);
    CHECK_EQ(Sector[512], 0);
    ObDereferenceObject(File);
}

TEST(Disk, NothingButWholeSectors)
{
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT File;
    PDEVICE_OBJECT Device;

    if (!OpenByName(L"\\DosDevices\\PhysicalDrive0", &File, &Device))
        return;
    CHECK_STATUS(ReadAt(Device, Sector, 100, 0, &IoStatus), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ReadAt(Device, Sector, SECTOR + 1, 0, &IoStatus), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ReadAt(Device, Sector, SECTOR, 1, &IoStatus), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ReadAt(Device, Sector, 0, 0, &IoStatus), STATUS_SUCCESS);
    ObDereferenceObject(File);
}

TEST(Disk, EndsWhereItsLengthSays)
{
    GET_LENGTH_INFORMATION Length;
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT File;
    PDEVICE_OBJECT Device;

    if (!OpenByName(L"\\DosDevices\\PhysicalDrive0", &File, &Device))
        return;
    Length.Length.QuadPart = 0;
    CHECK_STATUS(
        Control(Device, IOCTL_DISK_GET_LENGTH_INFO, NULL, 0, &Length, sizeof(Length), &IoStatus),
        STATUS_SUCCESS);
    CHECK(Length.Length.QuadPart >= 1 << 20);
    CHECK_STATUS(
        ReadAt(Device, Sector, SECTOR, Length.Length.QuadPart - SECTOR, &IoStatus), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(ReadAt(Device, Sector, SECTOR, Length.Length.QuadPart, &IoStatus)));
    CHECK(!NT_SUCCESS(
        ReadAt(Device, Sector, 2 * SECTOR, Length.Length.QuadPart - SECTOR, &IoStatus)));
    CHECK(!NT_SUCCESS(ReadAt(Device, Sector, SECTOR, Length.Length.QuadPart * 16, &IoStatus)));
    ObDereferenceObject(File);
}

/* ---- asynchronously ---- */

typedef struct READ {
    KEVENT Done;
    IO_STATUS_BLOCK IoStatus;
    LONG Completions;
    KIRQL Irql;
    UCHAR Data[SECTOR];
} READ;

static NTSTATUS NTAPI ReadDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
    READ *Read = Context;

    UNREFERENCED_PARAMETER(Device);
    Read->Irql = KeGetCurrentIrql();
    Read->IoStatus = Irp->IoStatus;
    InterlockedIncrement(&Read->Completions);
    MmUnlockPages(Irp->MdlAddress);
    IoFreeMdl(Irp->MdlAddress);
    IoFreeIrp(Irp);
    KeSetEvent(&Read->Done, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* What the driver that passed a request on returns is what was pending: the status comes with the
 * completion. */
static PIRP StartRead(PDEVICE_OBJECT Device, READ *Read, LONGLONG At)
{
    LARGE_INTEGER Offset;
    PIRP Irp;

    Offset.QuadPart = At;
    KeInitializeEvent(&Read->Done, NotificationEvent, FALSE);
    Irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Device, Read->Data, SECTOR, &Offset, NULL);
    if (CHECK(Irp != NULL))
        IoSetCompletionRoutine(Irp, ReadDone, Read, TRUE, TRUE, TRUE);
    return Irp;
}

TEST(Disk, AsynchronousReadPends)
{
    READ *Read = ExAllocatePoolWithTag(NonPagedPool, sizeof(READ), 'daeR');
    PFILE_OBJECT File;
    PDEVICE_OBJECT Device;
    PIRP Irp;

    if (!CHECK(Read != NULL))
        return;
    RtlZeroMemory(Read, sizeof(*Read));
    if (OpenByName(L"\\DosDevices\\PhysicalDrive0", &File, &Device)) {
        Irp = StartRead(Device, Read, 0);
        if (Irp != NULL) {
            CHECK_STATUS(IoCallDriver(Device, Irp), STATUS_PENDING);
            KeWaitForSingleObject(&Read->Done, Executive, KernelMode, FALSE, NULL);
            CHECK_STATUS(Read->IoStatus.Status, STATUS_SUCCESS);
            CHECK_EQ(Read->IoStatus.Information, SECTOR);
            CHECK_EQ(Read->Completions, 1);
            CHECK_EQ(Read->Irql, DISPATCH_LEVEL);
            CHECK_EQ(Read->Data[511], 0xAA);
        }
        ObDereferenceObject(File);
    }
    ExFreePoolWithTag(Read, 'daeR');
}

/*
 * Each of many requests completes once, whether it was reached by its cancellation or not; those
 * that were not are right.
 */
TEST(Disk, CancelledReadsCompleteOnce)
{
    enum { COUNT = 32 };
    READ *Read = ExAllocatePoolWithTag(NonPagedPool, COUNT * sizeof(READ), 'daeR');
    PFILE_OBJECT File;
    PDEVICE_OBJECT Device;
    ULONG Index;

    if (!CHECK(Read != NULL))
        return;
    RtlZeroMemory(Read, COUNT * sizeof(READ));
    if (OpenByName(L"\\DosDevices\\PhysicalDrive0", &File, &Device)) {
        for (Index = 0; Index < COUNT; Index++) {
            PIRP Irp = StartRead(Device, &Read[Index], 0);
            if (Irp == NULL)
                break;
            if (Index % 2 != 0)
                Irp->Cancel = TRUE; /* cancelled before it is sent */
            IoCallDriver(Device, Irp);
        }
        while (Index-- > 0) {
            KeWaitForSingleObject(&Read[Index].Done, Executive, KernelMode, FALSE, NULL);
            CHECK_EQ(Read[Index].Completions, 1);
            if (NT_SUCCESS(Read[Index].IoStatus.Status))
                CHECK_EQ(Read[Index].Data[511], 0xAA);
            else
                CHECK_STATUS(Read[Index].IoStatus.Status, STATUS_CANCELLED);
            if (Index % 2 == 0)
                CHECK_STATUS(Read[Index].IoStatus.Status, STATUS_SUCCESS);
        }
        ObDereferenceObject(File);
    }
    ExFreePoolWithTag(Read, 'daeR');
}
