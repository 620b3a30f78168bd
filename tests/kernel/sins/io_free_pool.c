/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees an IRP as if it were pool.
 *
 * verify: io,pool_tracking
 * expect: BUGCHECK 0xC4 0x105 irp 0 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PIRP Mine = IoAllocateIrp(1, FALSE);

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("irp", Mine);
    if (Sinful)
        ExFreePool(Mine);
    else
        IoFreeIrp(Mine);
    return STATUS_SUCCESS;
}
