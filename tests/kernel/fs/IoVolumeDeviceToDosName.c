/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoVolumeDeviceToDosName, RtlVolumeDeviceToDosName - the drive letter of a volume.
 */
#include "ktest.h"

NTSYSAPI NTSTATUS NTAPI RtlVolumeDeviceToDosName(PVOID VolumeDeviceObject, PUNICODE_STRING DosName);
NTKERNELAPI NTSTATUS NTAPI IoVolumeDeviceToDosName(
    PVOID VolumeDeviceObject, PUNICODE_STRING DosName);

typedef NTSTATUS NTAPI TO_DOS_NAME(PVOID VolumeDeviceObject, PUNICODE_STRING DosName);

/* The file object of C:'s root; NULL: none. */
static PFILE_OBJECT OpenDriveC(VOID)
{
    KTEST_STRING(Name, L"\\??\\C:\\");
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Block;
    PFILE_OBJECT File = NULL;
    HANDLE Handle;

    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateFile(&Handle, FILE_READ_ATTRIBUTES, &Attributes, &Block, NULL, 0,
                FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, FILE_DIRECTORY_FILE, NULL, 0),
            STATUS_SUCCESS))
        return NULL;
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&File, NULL),
        STATUS_SUCCESS);
    ZwClose(Handle);
    return File;
}

static VOID FindsDriveC(TO_DOS_NAME *ToDosName)
{
    PFILE_OBJECT File = OpenDriveC();
    UNICODE_STRING Name;

    if (File == NULL)
        return;
    if (CHECK_STATUS(ToDosName(File->DeviceObject, &Name), STATUS_SUCCESS)) {
        CHECK_STRING(&Name, L"C:");
        CHECK_EQ(Name.Buffer[2], 0);
        ExFreePool(Name.Buffer);
    }
    ObDereferenceObject(File);
}

TEST(IoVolumeDeviceToDosName, FindsDriveC)
{
    FindsDriveC(IoVolumeDeviceToDosName);
}

TEST(RtlVolumeDeviceToDosName, FindsDriveC)
{
    FindsDriveC(RtlVolumeDeviceToDosName);
}

static VOID RefusesOurs(TO_DOS_NAME *ToDosName)
{
    UNICODE_STRING Name = {1, 2, NULL};
    PDEVICE_OBJECT Device;

    if (!CHECK_STATUS(
            IoCreateDevice(KtestDriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ToDosName(Device, &Name), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_EQ(Name.Length, 1);
    IoDeleteDevice(Device);
}

TEST(IoVolumeDeviceToDosName, RefusesWhatIsNoVolume)
{
    RefusesOurs(IoVolumeDeviceToDosName);
}

TEST(RtlVolumeDeviceToDosName, RefusesWhatIsNoVolume)
{
    RefusesOurs(RtlVolumeDeviceToDosName);
}
