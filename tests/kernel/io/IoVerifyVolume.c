/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoVerifyVolume - the volume of a device is asked for, and another one mounted.
 */
#include <ntifs.h>

#include "io_test.h"

typedef struct MOUNT_TEST {
    PDEVICE_OBJECT Disk, FileSystem, Volume;
    NTSTATUS Verify, Mount; /* what the file system answers */
    ULONG Verified, Mounted;
    UCHAR Flags;
} MOUNT_TEST;

static MOUNT_TEST *Test;

static NTSTATUS MountAnswer(PIO_STACK_LOCATION Stack)
{
    if (Stack->Parameters.MountVolume.Vpb->RealDevice != Test->Disk)
        return STATUS_UNRECOGNIZED_VOLUME;
    Test->Mounted++;
    CHECK_PTR(Stack->Parameters.MountVolume.DeviceObject, Test->Disk);
    if (NT_SUCCESS(Test->Mount))
        Stack->Parameters.MountVolume.Vpb->DeviceObject = Test->Volume;
    return Test->Mount;
}

static NTSTATUS VerifyAnswer(PIO_STACK_LOCATION Stack)
{
    KIRQL Old;

    Test->Verified++;
    Test->Flags = Stack->Flags;
    CHECK_PTR(Stack->Parameters.VerifyVolume.Vpb, Test->Disk->Vpb);
    CHECK_PTR(Stack->Parameters.VerifyVolume.DeviceObject, Test->Volume);
    if (Test->Verify == STATUS_WRONG_VOLUME) {
        IoAcquireVpbSpinLock(&Old);
        Test->Disk->Vpb->Flags &= ~VPB_MOUNTED;
        IoReleaseVpbSpinLock(Old);
    }
    return Test->Verify;
}

static NTSTATUS NTAPI FileSystem(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS Status = STATUS_INVALID_DEVICE_REQUEST;

    UNREFERENCED_PARAMETER(Device);
    if (Stack->MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL) {
        if (Stack->MinorFunction == IRP_MN_MOUNT_VOLUME)
            Status = MountAnswer(Stack);
        else if (Stack->MinorFunction == IRP_MN_VERIFY_VOLUME)
            Status = VerifyAnswer(Stack);
    }
    return IoTestComplete(Irp, Status, 0);
}

static PDEVICE_OBJECT Make(DEVICE_TYPE Type, ULONG Characteristics)
{
    PDEVICE_OBJECT Device = NULL;

    if (!CHECK_STATUS(IoCreateDevice(KtestDriverObject, sizeof(IO_TEST_DEVICE), NULL, Type,
                          Characteristics, FALSE, &Device),
            STATUS_SUCCESS))
        return NULL;
    RtlZeroMemory(Device->DeviceExtension, sizeof(IO_TEST_DEVICE));
    IoTestOf(Device)->Dispatch = FileSystem;
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    return Device;
}

static BOOLEAN Begin(MOUNT_TEST *It)
{
    /* The helper makes the driver pass requests to devices' routines. */
    PDEVICE_OBJECT Any = IoTestCreate(NULL, 0, NULL);

    RtlZeroMemory(It, sizeof(*It));
    if (Any != NULL)
        IoDeleteDevice(Any);
    Test = It;
    It->Disk = Make(FILE_DEVICE_DISK, FILE_REMOVABLE_MEDIA);
    It->FileSystem = Make(FILE_DEVICE_DISK_FILE_SYSTEM, 0);
    It->Volume = Make(FILE_DEVICE_DISK_FILE_SYSTEM, 0);
    if (It->Disk == NULL || It->FileSystem == NULL || It->Volume == NULL ||
        !CHECK(It->Disk->Vpb != NULL))
        return FALSE;
    IoRegisterFileSystem(It->FileSystem);
    return TRUE;
}

static VOID End(MOUNT_TEST *It)
{
    KIRQL Old;

    IoUnregisterFileSystem(It->FileSystem);
    IoAcquireVpbSpinLock(&Old);
    It->Disk->Vpb->Flags &= ~VPB_MOUNTED;
    It->Disk->Vpb->DeviceObject = NULL;
    IoReleaseVpbSpinLock(Old);
    IoDeleteDevice(It->Volume);
    IoDeleteDevice(It->FileSystem);
    IoDeleteDevice(It->Disk);
}

TEST(IoVerifyVolume, MountsWhatIsNotMounted)
{
    MOUNT_TEST It;

    if (!Begin(&It))
        return;
    It.Mount = STATUS_SUCCESS;
    IoVerifyVolume(It.Disk, FALSE);
    CHECK_EQ(It.Verified, 0);
    CHECK_EQ(It.Mounted, 1);
    CHECK(It.Disk->Vpb->Flags & VPB_MOUNTED);
    CHECK_PTR(It.Disk->Vpb->DeviceObject, It.Volume);
    CHECK(It.Volume->StackSize > It.Disk->StackSize);
    End(&It);
}

TEST(IoVerifyVolume, AsksWhoHasMountedIt)
{
    MOUNT_TEST It;

    if (!Begin(&It))
        return;
    It.Mount = STATUS_SUCCESS;
    IoVerifyVolume(It.Disk, FALSE);
    It.Verify = STATUS_SUCCESS;
    CHECK_STATUS(IoVerifyVolume(It.Disk, TRUE), STATUS_SUCCESS);
    CHECK_EQ(It.Verified, 1);
    CHECK(It.Flags & SL_ALLOW_RAW_MOUNT);
    CHECK_STATUS(IoVerifyVolume(It.Disk, FALSE), STATUS_SUCCESS);
    CHECK_EQ(It.Verified, 2);
    CHECK(!(It.Flags & SL_ALLOW_RAW_MOUNT));
    CHECK_EQ(It.Mounted, 1);
    End(&It);
}

TEST(IoVerifyVolume, MountsWhatIsThereInstead)
{
    MOUNT_TEST It;

    if (!Begin(&It))
        return;
    It.Mount = STATUS_SUCCESS;
    IoVerifyVolume(It.Disk, FALSE);
    It.Verify = STATUS_WRONG_VOLUME;
    CHECK_STATUS(IoVerifyVolume(It.Disk, FALSE), STATUS_WRONG_VOLUME);
    CHECK_EQ(It.Verified, 1);
    CHECK_EQ(It.Mounted, 2);
    CHECK(It.Disk->Vpb->Flags & VPB_MOUNTED);
    End(&It);
}
