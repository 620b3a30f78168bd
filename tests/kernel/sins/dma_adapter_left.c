/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded with an adapter it has not put back.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x11 1 * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinGetAdapter(&Dma, DeviceObject))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (!Sinful)
        SinPutAdapter(&Dma);
    return STATUS_SUCCESS;
}
