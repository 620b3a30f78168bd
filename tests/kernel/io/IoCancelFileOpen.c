/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCancelFileOpen - a filter that will not have what the driver below it has opened.
 */
#include "io_test.h"

#define CANCEL_NAME L"\\Device\\KtestIoCancelOpen"

static PDEVICE_OBJECT Below;

static NTSTATUS NTAPI Allow(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

/* The one below has opened it; this one refuses. */
static NTSTATUS NTAPI Refuse(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(Device);
    if (Stack->MajorFunction != IRP_MJ_CREATE)
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    IoCancelFileOpen(Below, Stack->FileObject);
    return IoTestComplete(Irp, STATUS_VIRUS_INFECTED, 0);
}

TEST(IoCancelFileOpen, EndsTheFileBelowOnce)
{
    PDEVICE_OBJECT Top = IoTestCreate(NULL, DO_BUFFERED_IO, Refuse);
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;
    KTEST_STRING(Name, CANCEL_NAME);

    Below = IoTestCreate(CANCEL_NAME, DO_BUFFERED_IO, Allow);
    if (Below != NULL && Top != NULL && CHECK_PTR(IoAttachDeviceToDeviceStack(Top, Below), Below)) {
        InitializeObjectAttributes(
            &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
        CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_DATA, &Attributes, &IoStatus, 0, 0),
            STATUS_VIRUS_INFECTED);
        CHECK_EQ(IoTestOf(Below)->Seen[IRP_MJ_CLEANUP], 1);
        CHECK_EQ(IoTestOf(Below)->Seen[IRP_MJ_CLOSE], 1);
        CHECK_EQ(IoTestOf(Top)->Seen[IRP_MJ_CLEANUP], 0);
        CHECK_EQ(IoTestOf(Top)->Seen[IRP_MJ_CLOSE], 0);
        IoDetachDevice(Below);
    }
    if (Top != NULL)
        IoDeleteDevice(Top);
    if (Below != NULL)
        IoDeleteDevice(Below);
}
