/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Wants a scatter/gather list of more than the MDLs have.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x24 1 * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinGetList(&Dma, Dma.Va, Sinful ? SIN_DMA_BYTES + 1 : SIN_DMA_BYTES);
    SinPutList(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
