/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded without freeing a work item.
 *
 * verify: misc
 * expect: FINDING
 * detail: work item left behind
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PIO_WORKITEM Item;

    UNREFERENCED_PARAMETER(Irp);
    Item = IoAllocateWorkItem(DeviceObject);
    if (Item != NULL && !Sinful)
        IoFreeWorkItem(Item);
    return STATUS_SUCCESS;
}
