/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Wants a scatter/gather list of what is behind the MDL.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x1F 2 * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinGetList(&Dma, Sinful ? Dma.Va + SIN_DMA_BYTES : Dma.Va, 16);
    SinPutList(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
