/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * io_test.c - see io_test.h.
 */
#include "io_test.h"

static struct {
    PIRP Irp;
    NTSTATUS Status;
    ULONG_PTR Information;
    PVOID Thread;
} IoTestPending;

static DRIVER_DISPATCH IoTestDispatch;
static KSTART_ROUTINE IoTestCompleter;

static NTSTATUS NTAPI IoTestDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    IO_TEST_DEVICE *Test = IoTestOf(Device);

    InterlockedIncrement(&Test->Seen[IoGetCurrentIrpStackLocation(Irp)->MajorFunction]);
    if (Test->Dispatch != NULL)
        return Test->Dispatch(Device, Irp);
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

PDEVICE_OBJECT IoTestCreate(const WCHAR *Name, ULONG Flags, PDRIVER_DISPATCH Dispatch)
{
    PDEVICE_OBJECT Device;
    UNICODE_STRING String;
    ULONG Major;

    for (Major = 0; Major <= IRP_MJ_MAXIMUM_FUNCTION; Major++)
        KtestDriverObject->MajorFunction[Major] = IoTestDispatch;
    RtlInitUnicodeString(&String, Name);
    if (!CHECK_STATUS(IoCreateDevice(KtestDriverObject, sizeof(IO_TEST_DEVICE),
                                     Name != NULL ? &String : NULL, FILE_DEVICE_UNKNOWN, 0, FALSE,
                                     &Device), STATUS_SUCCESS))
        return NULL;
    IoTestOf(Device)->Dispatch = Dispatch;
    Device->Flags |= Flags;
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    return Device;
}

NTSTATUS IoTestComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID NTAPI IoTestCompleter(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    IoTestComplete(IoTestPending.Irp, IoTestPending.Status, IoTestPending.Information);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

NTSTATUS IoTestPend(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    HANDLE Handle;

    IoMarkIrpPending(Irp);
    IoTestPending.Irp = Irp;
    IoTestPending.Status = Status;
    IoTestPending.Information = Information;
    if (!NT_SUCCESS(PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
                                         IoTestCompleter, NULL))) {
        IoTestComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
        return STATUS_PENDING;
    }
    if (!NT_SUCCESS(ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode,
                                              &IoTestPending.Thread, NULL)))
        IoTestPending.Thread = NULL;
    ZwClose(Handle);
    return STATUS_PENDING;
}

VOID IoTestJoin(VOID)
{
    if (IoTestPending.Thread == NULL)
        return;
    KeWaitForSingleObject(IoTestPending.Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(IoTestPending.Thread);
    IoTestPending.Thread = NULL;
}

NTSTATUS IoTestSend(PDEVICE_OBJECT Device, PIRP Irp, PKEVENT Event, PIO_STATUS_BLOCK IoStatus)
{
    NTSTATUS Status = IoCallDriver(Device, Irp);

    if (Status == STATUS_PENDING) {
        KeWaitForSingleObject(Event, Executive, KernelMode, FALSE, NULL);
        IoTestJoin();
        Status = IoStatus->Status;
    }
    return Status;
}

NTSTATUS IoTestControl(PDEVICE_OBJECT Device)
{
    IO_STATUS_BLOCK IoStatus;
    KEVENT Event;
    PIRP Irp;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    Irp = IoBuildDeviceIoControlRequest(IO_TEST_CODE, Device, NULL, 0, NULL, 0, FALSE, &Event,
                                        &IoStatus);
    if (!CHECK(Irp != NULL))
        return STATUS_INSUFFICIENT_RESOURCES;
    return IoTestSend(Device, Irp, &Event, &IoStatus);
}

VOID IoTestDeleteLink(PUNICODE_STRING Name)
{
    NTSTATUS Status = IoDeleteSymbolicLink(Name);

    if (Status == STATUS_INSUFFICIENT_RESOURCES)
        Status = IoDeleteSymbolicLink(Name);
    CHECK_STATUS(Status, STATUS_SUCCESS);
}

NTSTATUS IoTestOpen(const WCHAR *Name, ACCESS_MASK Access, ULONG Options, PHANDLE Handle)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    InitializeObjectAttributes(&Attributes, &String, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    return ZwCreateFile(Handle, Access, &Attributes, &IoStatus, NULL, FILE_ATTRIBUTE_NORMAL, 0,
                        FILE_OPEN, Options, NULL, 0);
}
