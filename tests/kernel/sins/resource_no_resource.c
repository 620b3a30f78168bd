/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Deletes a resource that is not initialised.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xD1 resource 0 0
 */
#include "sin.h"

static ERESOURCE SinResource;

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    SinTell("resource", &SinResource);
    ExInitializeResourceLite(&SinResource);
    ExDeleteResourceLite(&SinResource);
    if (Sinful)
        ExDeleteResourceLite(&SinResource);
    return STATUS_SUCCESS;
}
