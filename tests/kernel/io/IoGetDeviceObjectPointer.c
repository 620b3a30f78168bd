/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoGetDeviceObjectPointer - what the device sees, the top of its stack, names that do not work.
 */
#include "io_test.h"

#define POINTER_NAME L"\\Device\\KtestIoPointer"

static NTSTATUS NTAPI PointerRefuse(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return IoTestComplete(Irp, STATUS_DEVICE_BUSY, 0);
}

static NTSTATUS PointerGet(const WCHAR *Name, PFILE_OBJECT *File, PDEVICE_OBJECT *Device)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    return IoGetDeviceObjectPointer(&String, FILE_READ_DATA, File, Device);
}

/* The close comes with the last reference to the file. */
TEST(IoGetDeviceObjectPointer, CreateCleanupClose)
{
    PDEVICE_OBJECT Device = IoTestCreate(POINTER_NAME, 0, NULL);
    IO_TEST_DEVICE *Test;
    PDEVICE_OBJECT Found;
    PFILE_OBJECT File;

    if (Device == NULL)
        return;
    Test = IoTestOf(Device);
    if (CHECK_STATUS(PointerGet(POINTER_NAME, &File, &Found), STATUS_SUCCESS)) {
        CHECK_PTR(Found, Device);
        CHECK_PTR(File->DeviceObject, Device);
        CHECK_EQ(Test->Seen[IRP_MJ_CREATE], 1);
        CHECK_EQ(Test->Seen[IRP_MJ_CLEANUP], 1);
        CHECK_EQ(Test->Seen[IRP_MJ_CLOSE], 0);
        ObDereferenceObject(File);
        CHECK_EQ(Test->Seen[IRP_MJ_CLOSE], 1);
    }
    IoDeleteDevice(Device);
}

TEST(IoGetDeviceObjectPointer, GivesTheTopOfTheStack)
{
    PDEVICE_OBJECT Lower = IoTestCreate(POINTER_NAME, 0, NULL);
    PDEVICE_OBJECT Upper = IoTestCreate(NULL, 0, NULL);
    PDEVICE_OBJECT Found;
    PFILE_OBJECT File;

    if (Lower != NULL && Upper != NULL &&
        CHECK_PTR(IoAttachDeviceToDeviceStack(Upper, Lower), Lower)) {
        if (CHECK_STATUS(PointerGet(POINTER_NAME, &File, &Found), STATUS_SUCCESS)) {
            CHECK_PTR(Found, Upper);
            CHECK_PTR(File->DeviceObject, Lower);
            CHECK_EQ(IoTestOf(Upper)->Seen[IRP_MJ_CREATE], 1);
            CHECK_EQ(IoTestOf(Lower)->Seen[IRP_MJ_CREATE], 0);
            ObDereferenceObject(File);
        }
        IoDetachDevice(Lower);
    }
    if (Upper != NULL)
        IoDeleteDevice(Upper);
    if (Lower != NULL)
        IoDeleteDevice(Lower);
}

TEST(IoGetDeviceObjectPointer, UnknownNames)
{
    PDEVICE_OBJECT Found = NULL;
    PFILE_OBJECT File = NULL;

    CHECK_STATUS(PointerGet(L"\\Device\\KtestNoSuchDevice", &File, &Found),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(PointerGet(L"\\KtestNoSuchFolder\\Device", &File, &Found),
                 STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(PointerGet(L"\\Device", &File, &Found), STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(IoGetDeviceObjectPointer, TheDriversRefusal)
{
    PDEVICE_OBJECT Device = IoTestCreate(POINTER_NAME, 0, PointerRefuse);
    PDEVICE_OBJECT Found = NULL;
    PFILE_OBJECT File = NULL;

    if (Device == NULL)
        return;
    CHECK_STATUS(PointerGet(POINTER_NAME, &File, &Found), STATUS_DEVICE_BUSY);
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CREATE], 1);
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CLEANUP], 0);
    CHECK_EQ(IoTestOf(Device)->Seen[IRP_MJ_CLOSE], 0);
    IoDeleteDevice(Device);
}
