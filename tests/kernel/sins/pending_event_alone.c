/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has its own request tell its end by an event on the stack, and returns while the driver below has
 * not completed it.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0xD event 0 0
 */
#include "request.h"

static PIO_WORKITEM WorkItem;
static IO_STATUS_BLOCK IoStatus;

static VOID NTAPI Finish(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoFreeWorkItem(WorkItem);
    DefectComplete(Context, STATUS_SUCCESS, 0);
}

static BOOLEAN Sinning;

static NTSTATUS NTAPI Keep(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoMarkIrpPending(Irp);
    if (!Sinning)
        IoQueueWorkItem(WorkItem, Finish, DelayedWorkQueue, Irp);
    return STATUS_PENDING;
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KEVENT Done;
    PIRP Mine;

    UNREFERENCED_PARAMETER(Irp);
    SinTell("event", &Done);
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    WorkItem = IoAllocateWorkItem(DeviceObject);
    Mine = WorkItem != NULL ? SinThreadRequest(DeviceObject, Keep, &Done, &IoStatus) : NULL;
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Sinning = Sinful;
    if (IoCallDriver(DeviceObject, Mine) == STATUS_PENDING && !Sinful)
        KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    return STATUS_SUCCESS;
}
