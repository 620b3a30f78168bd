/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Control codes of the disk and its first partition: sizes that fit together, buffers that are too
 * short, unknown codes.
 */
#include "disk.h"

#include <ntddvol.h>

static UCHAR Large[8192];

TEST(DiskControl, GeometryCoversTheDisk)
{
    DISK_GEOMETRY_EX *Ex = (DISK_GEOMETRY_EX *)(PVOID)Large;
    DISK_GEOMETRY Geometry;
    GET_LENGTH_INFORMATION Length;
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT File;
    PDEVICE_OBJECT Device;
    LONGLONG Cylinder;

    if (!OpenByName(L"\\DosDevices\\PhysicalDrive0", &File, &Device))
        return;
    RtlZeroMemory(&Geometry, sizeof(Geometry));
    CHECK_STATUS(Control(Device, IOCTL_DISK_GET_DRIVE_GEOMETRY, NULL, 0, &Geometry,
                     sizeof(Geometry), &IoStatus),
        STATUS_SUCCESS);
    CHECK_EQ(IoStatus.Information, sizeof(Geometry));
    CHECK_EQ(Geometry.MediaType, FixedMedia);
    CHECK_STATUS(
        Control(Device, IOCTL_DISK_GET_DRIVE_GEOMETRY_EX, NULL, 0, Large, sizeof(Large), &IoStatus),
        STATUS_SUCCESS);
    CHECK_STATUS(
        Control(Device, IOCTL_DISK_GET_LENGTH_INFO, NULL, 0, &Length, sizeof(Length), &IoStatus),
        STATUS_SUCCESS);
    CHECK_EQ(Ex->DiskSize.QuadPart, Length.Length.QuadPart);
    Cylinder = (LONGLONG)Geometry.TracksPerCylinder * Geometry.SectorsPerTrack *
        Geometry.BytesPerSector;
    CHECK(Geometry.Cylinders.QuadPart * Cylinder <= Length.Length.QuadPart);
    CHECK((Geometry.Cylinders.QuadPart + 1) * Cylinder > Length.Length.QuadPart);
    ObDereferenceObject(File);
}

TEST(DiskControl, ShortBuffers)
{
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT File;
    PDEVICE_OBJECT Device;

    if (!OpenByName(L"\\DosDevices\\PhysicalDrive0", &File, &Device))
        return;
    CHECK_STATUS(Control(Device, IOCTL_DISK_GET_DRIVE_GEOMETRY, NULL, 0, Large, 8, &IoStatus),
        STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(Control(Device, IOCTL_DISK_GET_LENGTH_INFO, NULL, 0, Large, 4, &IoStatus),
        STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(Control(Device, IOCTL_DISK_GET_DRIVE_LAYOUT_EX, NULL, 0, Large, 60, &IoStatus),
        STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(Control(Device, IOCTL_STORAGE_GET_DEVICE_NUMBER, NULL, 0, Large, 8, &IoStatus),
        STATUS_BUFFER_TOO_SMALL);
    CHECK_STATUS(Control(Device, IOCTL_DISK_VERIFY, Large, 4, NULL, 0, &IoStatus),
        STATUS_INFO_LENGTH_MISMATCH);
    ObDereferenceObject(File);
}

TEST(DiskControl, WithoutOutput)
{
    VERIFY_INFORMATION Verify = {0};
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT File;
    PDEVICE_OBJECT Device;

    if (!OpenByName(L"\\DosDevices\\PhysicalDrive0", &File, &Device))
        return;
    Verify.Length = SECTOR;
    CHECK_STATUS(
        Control(Device, IOCTL_DISK_CHECK_VERIFY, NULL, 0, NULL, 0, &IoStatus), STATUS_SUCCESS);
    CHECK_STATUS(
        Control(Device, IOCTL_STORAGE_CHECK_VERIFY2, NULL, 0, NULL, 0, &IoStatus), STATUS_SUCCESS);
    CHECK_STATUS(
        Control(Device, IOCTL_DISK_IS_WRITABLE, NULL, 0, NULL, 0, &IoStatus), STATUS_SUCCESS);
    CHECK_STATUS(Control(Device, IOCTL_DISK_VERIFY, &Verify, sizeof(Verify), NULL, 0, &IoStatus),
        STATUS_SUCCESS);
    CHECK_STATUS(
        Control(Device, CTL_CODE(FILE_DEVICE_DISK, 0xFFE, METHOD_BUFFERED, FILE_ANY_ACCESS), NULL,
            0, NULL, 0, &IoStatus),
        STATUS_INVALID_DEVICE_REQUEST);
    ObDereferenceObject(File);
}

TEST(DiskControl, DeviceNumbersAndProperties)
{
    STORAGE_DEVICE_NUMBER Number;
    STORAGE_PROPERTY_QUERY Query;
    STORAGE_DESCRIPTOR_HEADER Header;
    STORAGE_DEVICE_DESCRIPTOR *Descriptor = (STORAGE_DEVICE_DESCRIPTOR *)(PVOID)Large;
    STORAGE_HOTPLUG_INFO Hotplug;
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT File;
    PDEVICE_OBJECT Device;

    if (!OpenByName(L"\\DosDevices\\PhysicalDrive0", &File, &Device))
        return;
    CHECK_STATUS(Control(Device, IOCTL_STORAGE_GET_DEVICE_NUMBER, NULL, 0, &Number, sizeof(Number),
                     &IoStatus),
        STATUS_SUCCESS);
    CHECK_EQ(Number.DeviceType, FILE_DEVICE_DISK);
    CHECK_EQ(Number.DeviceNumber, 0);
    RtlZeroMemory(&Query, sizeof(Query)); /* StorageDeviceProperty, PropertyStandardQuery */
    CHECK_STATUS(Control(Device, IOCTL_STORAGE_QUERY_PROPERTY, &Query, sizeof(Query), &Header,
                     sizeof(Header), &IoStatus),
        STATUS_SUCCESS);
    CHECK(Header.Size >= sizeof(STORAGE_DEVICE_DESCRIPTOR) - 4);
    CHECK_STATUS(Control(Device, IOCTL_STORAGE_QUERY_PROPERTY, &Query, sizeof(Query), Large,
                     sizeof(Large), &IoStatus),
        STATUS_SUCCESS);
    CHECK_EQ(Descriptor->Size, Header.Size);
    CHECK_EQ(Descriptor->DeviceType, 0);
    CHECK_EQ(Descriptor->RemovableMedia, FALSE);
    CHECK(Descriptor->ProductIdOffset < Descriptor->Size);
    Query.QueryType = PropertyExistsQuery;
    CHECK_STATUS(
        Control(Device, IOCTL_STORAGE_QUERY_PROPERTY, &Query, sizeof(Query), NULL, 0, &IoStatus),
        STATUS_SUCCESS);
    CHECK_STATUS(Control(Device, IOCTL_STORAGE_GET_HOTPLUG_INFO, NULL, 0, &Hotplug, sizeof(Hotplug),
                     &IoStatus),
        STATUS_SUCCESS);
    CHECK_EQ(Hotplug.Size, sizeof(Hotplug));
    ObDereferenceObject(File);
}

/* The first partition: where the layout, its own answer and the volume's extents say it is, the
 * same data are. */
TEST(DiskControl, FirstPartition)
{
    DRIVE_LAYOUT_INFORMATION_EX *Layout = (DRIVE_LAYOUT_INFORMATION_EX *)(PVOID)Large;
    PARTITION_INFORMATION_EX Info, InLayout;
    static UCHAR ByDisk[SECTOR], ByPartition[SECTOR];
    VOLUME_DISK_EXTENTS Extents;
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT File, PartitionFile;
    PDEVICE_OBJECT Device, Partition;
    ULONG Index;

    if (!OpenByName(L"\\DosDevices\\PhysicalDrive0", &File, &Device))
        return;
    CHECK_STATUS(
        Control(Device, IOCTL_DISK_GET_DRIVE_LAYOUT_EX, NULL, 0, Large, sizeof(Large), &IoStatus),
        STATUS_SUCCESS);
    RtlZeroMemory(&InLayout, sizeof(InLayout));
    for (Index = 0; Index < Layout->PartitionCount; Index++) {
        if (Layout->PartitionEntry[Index].PartitionNumber == 1)
            InLayout = Layout->PartitionEntry[Index];
    }
    if (OpenByName(L"\\Device\\Harddisk0\\Partition1", &PartitionFile, &Partition)) {
        CHECK_STATUS(Control(Partition, IOCTL_DISK_GET_PARTITION_INFO_EX, NULL, 0, &Info,
                         sizeof(Info), &IoStatus),
            STATUS_SUCCESS);
        CHECK_EQ(Info.PartitionNumber, 1);
        CHECK_EQ(Info.StartingOffset.QuadPart, InLayout.StartingOffset.QuadPart);
        CHECK_EQ(Info.PartitionLength.QuadPart, InLayout.PartitionLength.QuadPart);
        CHECK_STATUS(ReadAt(Partition, ByPartition, SECTOR, 0, &IoStatus), STATUS_SUCCESS);
        CHECK_STATUS(ReadAt(Device, ByDisk, SECTOR, Info.StartingOffset.QuadPart, &IoStatus),
            STATUS_SUCCESS);
        CHECK(RtlCompareMemory(ByPartition, ByDisk, SECTOR) == SECTOR);
        CHECK_STATUS(Control(Partition, IOCTL_VOLUME_GET_VOLUME_DISK_EXTENTS, NULL, 0, &Extents,
                         sizeof(Extents), &IoStatus),
            STATUS_SUCCESS);
        CHECK_EQ(Extents.NumberOfDiskExtents, 1);
        CHECK_EQ(Extents.Extents[0].StartingOffset.QuadPart, Info.StartingOffset.QuadPart);
        CHECK(!NT_SUCCESS(
            ReadAt(Partition, ByPartition, SECTOR, Info.PartitionLength.QuadPart, &IoStatus)));
        ObDereferenceObject(PartitionFile);
    }
    ObDereferenceObject(File);
}
