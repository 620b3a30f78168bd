/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoIsOperationSynchronous - follows the file, the request's flags, and paging before all.
 */
#include "io_test.h"

NTKERNELAPI BOOLEAN NTAPI IoIsOperationSynchronous(PIRP Irp);

#ifndef IRP_SYNCHRONOUS_PAGING_IO
#define IRP_SYNCHRONOUS_PAGING_IO 0x40
#endif

#define SYNC_NAME L"\\Device\\KtestIoSync"

static BOOLEAN SyncAnswer;

static NTSTATUS NTAPI SyncDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_DEVICE_CONTROL)
        SyncAnswer = IoIsOperationSynchronous(Irp);
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

static BOOLEAN SyncOfFile(ACCESS_MASK Access, ULONG Options)
{
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!CHECK_STATUS(IoTestOpen(SYNC_NAME, Access, Options, &Handle), STATUS_SUCCESS))
        return FALSE;
    CHECK_STATUS(ZwDeviceIoControlFile(Handle, NULL, NULL, NULL, &IoStatus, IO_TEST_CODE, NULL, 0,
                                       NULL, 0), STATUS_SUCCESS);
    ZwClose(Handle);
    return SyncAnswer;
}

TEST(IoIsOperationSynchronous, FollowsTheFile)
{
    PDEVICE_OBJECT Device = IoTestCreate(SYNC_NAME, 0, SyncDispatch);

    if (Device == NULL)
        return;
    CHECK(SyncOfFile(FILE_READ_DATA | SYNCHRONIZE, FILE_SYNCHRONOUS_IO_NONALERT));
    CHECK(!SyncOfFile(FILE_READ_DATA, 0));
    IoDeleteDevice(Device);
}

TEST(IoIsOperationSynchronous, FollowsTheFlags)
{
    PIRP Irp = IoAllocateIrp(1, FALSE);

    if (!CHECK(Irp != NULL))
        return;
    IoSetNextIrpStackLocation(Irp);
    CHECK(!IoIsOperationSynchronous(Irp));
    Irp->Flags = IRP_SYNCHRONOUS_API;
    CHECK(IoIsOperationSynchronous(Irp));
    Irp->Flags = IRP_SYNCHRONOUS_API | IRP_PAGING_IO;
    CHECK(!IoIsOperationSynchronous(Irp));
    Irp->Flags = IRP_PAGING_IO | IRP_SYNCHRONOUS_PAGING_IO;
    CHECK(IoIsOperationSynchronous(Irp));
    Irp->Flags = 0;
    IoSkipCurrentIrpStackLocation(Irp);
    IoFreeIrp(Irp);
}
