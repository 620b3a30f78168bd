/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Leaves a critical region it has not entered.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x3E 0 0 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (!Sinful)
        KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
    return STATUS_SUCCESS;
}
