/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Keeps a request that has been cancelled, since its thread has ended.
 *
 * verify: io
 * options: --timeout 50000
 * expect: BUGCHECK 0xC4 0x135 irp 0x3E8 0
 */
#include "request.h"

static BOOLEAN Sinning;
static KEVENT Done;
static IO_STATUS_BLOCK IoStatus;

static NTSTATUS NTAPI Keep(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (!Sinning)
        return SinAnswer(DeviceObject, Irp);
    IoMarkIrpPending(Irp);
    return STATUS_PENDING;
}

static VOID NTAPI Send(PVOID DeviceObject)
{
    PIRP Irp;

    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    Irp = SinThreadRequest(DeviceObject, Keep, &Done, &IoStatus);
    if (Irp != NULL)
        IoCallDriver(DeviceObject, Irp);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    PVOID Thread;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = PsCreateSystemThread(
        &Handle, THREAD_ALL_ACCESS, &Attributes, NULL, NULL, Send, DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL);
    ZwClose(Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    return STATUS_SUCCESS;
}
