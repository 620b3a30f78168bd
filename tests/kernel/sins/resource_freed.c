/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block with a resource in it that has not been deleted.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xD2 block block size
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
    SinTell("size", sizeof(*Resource));
    ExInitializeResourceLite(Resource);
    if (!Sinful)
        ExDeleteResourceLite(Resource);
    ExFreePoolWithTag(Resource, SIN_TAG);
    return STATUS_SUCCESS;
}
