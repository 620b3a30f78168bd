/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Keeps a request, returns STATUS_PENDING, and has not marked the request.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x23D @DefectControl irp device
 */
#define SIN_COMPLETES
#include "sin.h"

static PIO_WORKITEM WorkItem;
static PIRP Kept;

static VOID NTAPI Finish(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoFreeWorkItem(WorkItem);
    DefectComplete(Context, STATUS_SUCCESS, 0);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    WorkItem = IoAllocateWorkItem(DeviceObject);
    if (WorkItem == NULL)
        return DefectComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    SinTell("irp", Irp);
    SinTell("device", DeviceObject);
    if (Sinful) {
        Kept = Irp;
        return STATUS_PENDING;
    }
    IoMarkIrpPending(Irp);
    IoQueueWorkItem(WorkItem, Finish, DelayedWorkQueue, Irp);
    return STATUS_PENDING;
}
