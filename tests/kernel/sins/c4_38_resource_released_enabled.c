/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Releases a resource after enabling kernel APCs again.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x38 0 0 lock
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    ERESOURCE Resource;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (!NT_SUCCESS(ExInitializeResourceLite(&Resource)))
        return STATUS_INSUFFICIENT_RESOURCES;
    KeEnterCriticalRegion();
    SinTell("lock", &Resource);
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    if (Sinful)
        KeLeaveCriticalRegion();
    ExReleaseResourceLite(&Resource);
    if (!Sinful)
        KeLeaveCriticalRegion();
    ExDeleteResourceLite(&Resource);
    return STATUS_SUCCESS;
}
