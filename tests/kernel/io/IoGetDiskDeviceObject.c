/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetDiskDeviceObject - the disk below a volume, where there is one.
 */
#include <ntifs.h>

#include "ktest.h"

typedef NTSTATUS(NTAPI *GET_DISK)(PDEVICE_OBJECT, PDEVICE_OBJECT *);

static VOID Ask(DEVICE_TYPE Type, NTSTATUS Expected)
{
    GET_DISK GetDisk = (GET_DISK)(ULONG_PTR)KtestExport(L"IoGetDiskDeviceObject");
    PDEVICE_OBJECT Device, Disk = NULL;

    if (!CHECK(GetDisk != NULL))
        return;
    if (!CHECK_STATUS(
            IoCreateDevice(KtestDriverObject, 0, NULL, Type, 0, FALSE, &Device), STATUS_SUCCESS))
        return;
    CHECK_STATUS(GetDisk(Device, &Disk), Expected);
    CHECK(Disk == NULL);
    IoDeleteDevice(Device);
}

TEST(IoGetDiskDeviceObject, ADiskIsNoVolume)
{
    Ask(FILE_DEVICE_DISK, STATUS_INVALID_PARAMETER);
}

TEST(IoGetDiskDeviceObject, WhatIsOnNoDisk)
{
    Ask(FILE_DEVICE_DISK_FILE_SYSTEM, STATUS_VOLUME_DISMOUNTED);
}

TEST(IoGetDiskDeviceObject, OfTheSystemsVolume)
{
    GET_DISK GetDisk = (GET_DISK)(ULONG_PTR)KtestExport(L"IoGetDiskDeviceObject");
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\DosDevices\\C:\\");
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    PFILE_OBJECT File;
    PDEVICE_OBJECT Disk = NULL;
    HANDLE Handle;
    NTSTATUS Status;

    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (GetDisk == NULL ||
        !NT_SUCCESS(ZwOpenFile(&Handle, FILE_READ_ATTRIBUTES, &Attributes, &IoStatus,
            FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_DIRECTORY_FILE))) {
        skip("there is no C:");
        return;
    }
    if (CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&File, NULL),
            STATUS_SUCCESS)) {
        Status = GetDisk(IoGetBaseFileSystemDeviceObject(File), &Disk);
        if (NT_SUCCESS(Status))
            ObDereferenceObject(Disk);
        else
            CHECK_STATUS(Status, STATUS_VOLUME_DISMOUNTED); /* it is no disk's */
        ObDereferenceObject(File);
    }
    ZwClose(Handle);
}
