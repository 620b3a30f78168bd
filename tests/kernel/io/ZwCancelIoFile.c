/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCancelIoFile - the thread's requests on a file are cancelled and over.
 */
#include "file_test.h"

#define CANCEL_NAME L"\\Device\\KtestIoCancelFile"

typedef NTSTATUS(NTAPI *CANCEL_FILE)(HANDLE File, PIO_STATUS_BLOCK IoStatus);

static VOID NTAPI Cancel(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
    IoTestComplete(Irp, STATUS_CANCELLED, 0);
}

static NTSTATUS NTAPI Keep(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction != IRP_MJ_READ)
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    IoMarkIrpPending(Irp);
    InterlockedExchangePointer((PVOID *)(ULONG_PTR)&Irp->CancelRoutine, (PVOID)(ULONG_PTR)Cancel);
    return STATUS_PENDING;
}

TEST(ZwCancelIoFile, EndsWhatIsPending)
{
    CANCEL_FILE CancelFile = (CANCEL_FILE)(ULONG_PTR)KtestExport(L"ZwCancelIoFile");
    PDEVICE_OBJECT Device = IoTestCreate(CANCEL_NAME, DO_BUFFERED_IO, Keep);
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus, Read[2], Done = {.Information = 5};
    LARGE_INTEGER Offset = {.QuadPart = 0};
    CHAR Buffer[2][4];
    HANDLE Handle;
    KTEST_STRING(Name, CANCEL_NAME);

    if (Device == NULL)
        return;
    if (CancelFile == NULL) {
        skip("not exported by this Windows");
        IoDeleteDevice(Device);
        return;
    }
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(
            ZwOpenFile(&Handle, FILE_READ_DATA, &Attributes, &IoStatus, 0, 0), STATUS_SUCCESS)) {
        CHECK_STATUS(CancelFile(Handle, &Done), STATUS_SUCCESS); /* there is none */
        CHECK_STATUS(Done.Status, STATUS_SUCCESS);
        CHECK_STATUS(ZwReadFile(Handle, NULL, NULL, NULL, &Read[0], Buffer[0], 4, &Offset, NULL),
            STATUS_PENDING);
        CHECK_STATUS(ZwReadFile(Handle, NULL, NULL, NULL, &Read[1], Buffer[1], 4, &Offset, NULL),
            STATUS_PENDING);
        CHECK_STATUS(CancelFile(Handle, &Done), STATUS_SUCCESS);
        CHECK_STATUS(Read[0].Status, STATUS_CANCELLED);
        CHECK_STATUS(Read[1].Status, STATUS_CANCELLED);
        ZwClose(Handle);
        CHECK_STATUS(CancelFile((HANDLE)0x7FFF0, &Done), STATUS_INVALID_HANDLE);
    }
    IoDeleteDevice(Device);
}
