/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees memory with IoFreeIrp that is no IRP.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x1 irp 0 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    static ULONG NoIrp[64];
    PIRP Mine = IoAllocateIrp(1, FALSE);

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("irp", NoIrp);
    if (Sinful)
        IoFreeIrp((PIRP)NoIrp);
    IoFreeIrp(Mine);
    return STATUS_SUCCESS;
}
