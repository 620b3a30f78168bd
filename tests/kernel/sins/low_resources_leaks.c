/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Forgets one block when it gets no second.
 *
 * verify: systematic
 * expect: FINDING
 * detail: when this allocation fails, of tag dSin:
 * detail: pool leak: 64 bytes
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PVOID First, Second;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    First = ExAllocatePoolWithTag(NonPagedPool, 64, SIN_TAG);
    if (First == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Second = ExAllocatePoolWithTag(NonPagedPool, 64, SIN_TAG);
    if (Second != NULL)
        ExFreePoolWithTag(Second, SIN_TAG);
    if (Second != NULL || !Sinful)
        ExFreePoolWithTag(First, SIN_TAG);
    return STATUS_SUCCESS;
}
