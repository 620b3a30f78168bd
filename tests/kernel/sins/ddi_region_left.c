/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * A dispatch routine returns in a critical region.
 *
 * verify: ddi_more
 * expect: BUGCHECK 0xC4 0x40003 * @DefectControl 0
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
