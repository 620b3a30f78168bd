/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtQueryInformationFile, NtQueryVolumeInformationFile, NtSetVolumeInformationFile - called by a
 * driver in a system thread, they are what their Zw forms are. What a program gets is tested
 * through the machine's system calls.
 */
#include "io_test.h"

NTSYSAPI NTSTATUS NTAPI NtQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                               PVOID FileInformation, ULONG Length,
                                               FILE_INFORMATION_CLASS FileInformationClass);
NTSYSAPI NTSTATUS NTAPI NtQueryVolumeInformationFile(HANDLE FileHandle,
                                                     PIO_STATUS_BLOCK IoStatusBlock,
                                                     PVOID FsInformation, ULONG Length,
                                                     FS_INFORMATION_CLASS FsInformationClass);
NTSYSAPI NTSTATUS NTAPI NtSetVolumeInformationFile(HANDLE FileHandle,
                                                   PIO_STATUS_BLOCK IoStatusBlock,
                                                   PVOID FsInformation, ULONG Length,
                                                   FS_INFORMATION_CLASS FsInformationClass);

#define NT_NAME L"\\Device\\KtestIoNt"

static BOOLEAN NtBegin(PDEVICE_OBJECT *Device, PHANDLE Handle)
{
    *Device = IoTestCreate(NT_NAME, 0, NULL);
    if (*Device == NULL)
        return FALSE;
    if (CHECK_STATUS(IoTestOpen(NT_NAME, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE,
                                FILE_SYNCHRONOUS_IO_NONALERT, Handle), STATUS_SUCCESS))
        return TRUE;
    IoDeleteDevice(*Device);
    return FALSE;
}

TEST(NtQueryInformationFile, AnswersASystemThread)
{
    ULONG Mode = 0;
    IO_STATUS_BLOCK IoStatus;
    PDEVICE_OBJECT Device;
    HANDLE Handle;

    if (!NtBegin(&Device, &Handle))
        return;
    CHECK_STATUS(NtQueryInformationFile(Handle, &IoStatus, &Mode, sizeof(Mode),
                                        FileModeInformation), STATUS_SUCCESS);
    CHECK_EQ(Mode, FILE_SYNCHRONOUS_IO_NONALERT);
    ZwClose(Handle);
    IoDeleteDevice(Device);
}

TEST(NtQueryVolumeInformationFile, AnswersASystemThread)
{
    FILE_FS_DEVICE_INFORMATION Information = {0, 0};
    IO_STATUS_BLOCK IoStatus;
    PDEVICE_OBJECT Device;
    HANDLE Handle;

    if (!NtBegin(&Device, &Handle))
        return;
    CHECK_STATUS(NtQueryVolumeInformationFile(Handle, &IoStatus, &Information, sizeof(Information),
                                              FileFsDeviceInformation), STATUS_SUCCESS);
    CHECK_EQ(Information.DeviceType, FILE_DEVICE_UNKNOWN);
    ZwClose(Handle);
    IoDeleteDevice(Device);
}

TEST(NtSetVolumeInformationFile, AsksTheDriver)
{
    struct {
        ULONG VolumeLabelLength;
        WCHAR VolumeLabel[4];
    } Label = {8, L"test"};
    IO_STATUS_BLOCK IoStatus;
    PDEVICE_OBJECT Device;
    HANDLE Handle;

    if (!NtBegin(&Device, &Handle))
        return;
    CHECK_STATUS(NtSetVolumeInformationFile(Handle, &IoStatus, &Label, sizeof(Label),
                                            FileFsLabelInformation), STATUS_SUCCESS);
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_SET_VOLUME_INFORMATION], 1);
    ZwClose(Handle);
    IoDeleteDevice(Device);
}
