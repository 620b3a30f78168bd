/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryVolumeInformationFile (NtQueryVolumeInformationFile) - the device's type and
 * characteristics without the driver, the rest by it. ZwSetVolumeInformationFile: by the driver.
 */
#include "io_test.h"

NTSYSAPI NTSTATUS NTAPI ZwQueryVolumeInformationFile(HANDLE FileHandle,
                                                     PIO_STATUS_BLOCK IoStatusBlock,
                                                     PVOID FsInformation, ULONG Length,
                                                     FS_INFORMATION_CLASS FsInformationClass);
NTSYSAPI NTSTATUS NTAPI ZwSetVolumeInformationFile(HANDLE FileHandle,
                                                   PIO_STATUS_BLOCK IoStatusBlock,
                                                   PVOID FsInformation, ULONG Length,
                                                   FS_INFORMATION_CLASS FsInformationClass);

#define VOLUME_NAME L"\\Device\\KtestIoVolume"

static ULONG VolumeLabelBytes;

typedef struct VOLUME_SIZE {
    LARGE_INTEGER TotalAllocationUnits;
    LARGE_INTEGER AvailableAllocationUnits;
    ULONG SectorsPerAllocationUnit;
    ULONG BytesPerSector;
} VOLUME_SIZE;

static NTSTATUS NTAPI VolumeDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    VOLUME_SIZE *Size = Irp->AssociatedIrp.SystemBuffer;

    UNREFERENCED_PARAMETER(Device);
    switch (Stack->MajorFunction) {
    case IRP_MJ_QUERY_VOLUME_INFORMATION:
        CHECK_EQ(Stack->Parameters.QueryVolume.FsInformationClass, FileFsSizeInformation);
        CHECK_EQ(Stack->Parameters.QueryVolume.Length, sizeof(*Size));
        Size->TotalAllocationUnits.QuadPart = 1000;
        Size->BytesPerSector = 512;
        return IoTestComplete(Irp, STATUS_SUCCESS, sizeof(*Size));
    case IRP_MJ_SET_VOLUME_INFORMATION:
        CHECK_EQ(Stack->Parameters.SetVolume.FsInformationClass, FileFsLabelInformation);
        VolumeLabelBytes = *(ULONG *)Irp->AssociatedIrp.SystemBuffer;
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    default:
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    }
}

TEST(ZwQueryVolumeInformationFile, DeviceTypeWithoutTheDriver)
{
    PDEVICE_OBJECT Device = IoTestCreate(VOLUME_NAME, 0, VolumeDispatch);
    FILE_FS_DEVICE_INFORMATION Information = {0, 0};
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (Device == NULL)
        return;
    if (CHECK_STATUS(IoTestOpen(VOLUME_NAME, FILE_READ_DATA, 0, &Handle), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwQueryVolumeInformationFile(Handle, &IoStatus, &Information,
                                                  sizeof(Information), FileFsDeviceInformation),
                     STATUS_SUCCESS);
        CHECK_EQ(Information.DeviceType, FILE_DEVICE_UNKNOWN);
        CHECK_EQ(Information.Characteristics, Device->Characteristics);
        CHECK_EQ(IoStatus.Information, sizeof(Information));
        CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_QUERY_VOLUME_INFORMATION], 0);
        ZwClose(Handle);
    }
    IoDeleteDevice(Device);
}

TEST(ZwQueryVolumeInformationFile, TheRestIsTheDrivers)
{
    PDEVICE_OBJECT Device = IoTestCreate(VOLUME_NAME, 0, VolumeDispatch);
    VOLUME_SIZE Size;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (Device == NULL)
        return;
    RtlZeroMemory(&Size, sizeof(Size));
    if (CHECK_STATUS(IoTestOpen(VOLUME_NAME, FILE_READ_DATA | SYNCHRONIZE,
                                FILE_SYNCHRONOUS_IO_NONALERT, &Handle), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwQueryVolumeInformationFile(Handle, &IoStatus, &Size, sizeof(Size),
                                                  FileFsSizeInformation), STATUS_SUCCESS);
        CHECK_EQ(Size.TotalAllocationUnits.QuadPart, 1000);
        CHECK_EQ(Size.BytesPerSector, 512);
        CHECK_EQ(IoStatus.Information, sizeof(Size));
        ZwClose(Handle);
    }
    IoDeleteDevice(Device);
}

TEST(ZwSetVolumeInformationFile, IsTheDrivers)
{
    PDEVICE_OBJECT Device = IoTestCreate(VOLUME_NAME, 0, VolumeDispatch);
    struct {
        ULONG VolumeLabelLength;
        WCHAR VolumeLabel[4];
    } Label = {8, L"test"};
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (Device == NULL)
        return;
    VolumeLabelBytes = 0;
    if (CHECK_STATUS(IoTestOpen(VOLUME_NAME, FILE_WRITE_DATA | SYNCHRONIZE,
                                FILE_SYNCHRONOUS_IO_NONALERT, &Handle), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwSetVolumeInformationFile(Handle, &IoStatus, &Label, sizeof(Label),
                                                FileFsLabelInformation), STATUS_SUCCESS);
        CHECK_EQ(VolumeLabelBytes, 8);
        ZwClose(Handle);
    }
    IoDeleteDevice(Device);
}
