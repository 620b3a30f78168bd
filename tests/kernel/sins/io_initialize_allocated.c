/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Initialises an IRP again that IoAllocateIrp made.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x20D @Sin irp 0
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
        IoInitializeIrp(Mine, IoSizeOfIrp(1), 1);
    else
        IoReuseIrp(Mine, STATUS_SUCCESS);
    IoFreeIrp(Mine);
    return STATUS_SUCCESS;
}
