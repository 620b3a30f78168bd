/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block with a resource in it that it owns.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC4 0x17 block 0 block
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PERESOURCE Resource;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Resource = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Resource), SIN_TAG);
    if (Resource == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("block", Resource);
    ExInitializeResourceLite(Resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(Resource, TRUE);
    if (Sinful)
        ExFreePoolWithTag(Resource, SIN_TAG);
    ExReleaseResourceLite(Resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(Resource);
    ExFreePoolWithTag(Resource, SIN_TAG);
    return STATUS_SUCCESS;
}
