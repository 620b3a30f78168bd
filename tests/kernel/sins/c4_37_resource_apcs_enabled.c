/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Acquires a resource without disabling kernel APCs.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x37 0 0 lock
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    ERESOURCE Resource;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (!NT_SUCCESS(ExInitializeResourceLite(&Resource)))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (!Sinful)
        KeEnterCriticalRegion();
    SinTell("lock", &Resource);
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    ExReleaseResourceLite(&Resource);
    if (!Sinful)
        KeLeaveCriticalRegion();
    ExDeleteResourceLite(&Resource);
    return STATUS_SUCCESS;
}
