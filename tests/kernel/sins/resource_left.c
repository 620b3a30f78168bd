/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded with a resource in its data that has not been deleted.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xD2 * * *
 */
#include "sin.h"

static ERESOURCE SinResource;

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    ExInitializeResourceLite(&SinResource);
    if (!Sinful)
        ExDeleteResourceLite(&SinResource);
    return STATUS_SUCCESS;
}
