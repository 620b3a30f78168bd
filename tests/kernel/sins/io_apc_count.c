/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Returns from a dispatch routine in a critical region that it has entered.
 *
 * verify: io
 * expect: BUGCHECK 0xC4 0xC5 @DefectControl -1 0
 * detail: count of critical regions from 0 to -1
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeEnterCriticalRegion();
    if (!Sinful)
        KeLeaveCriticalRegion();
    return STATUS_SUCCESS;
}
