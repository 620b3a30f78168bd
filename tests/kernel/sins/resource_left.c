/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded with a resource in its data that has not been deleted.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xD2 resource base size
 */
#include "sin.h"

static ERESOURCE SinResource;

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    SinTell("resource", &SinResource);
    SinTell("base", DeviceObject->DriverObject->DriverStart);
    SinTell("size", DeviceObject->DriverObject->DriverSize);
    ExInitializeResourceLite(&SinResource);
    if (!Sinful)
        ExDeleteResourceLite(&SinResource);
    return STATUS_SUCCESS;
}
