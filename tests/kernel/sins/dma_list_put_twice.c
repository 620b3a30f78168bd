/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Puts a scatter/gather list back twice.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x06 1 2 *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinGetList(&Dma, Dma.Va, SIN_DMA_BYTES);
    SinPutList(&Dma);
    if (Sinful)
        SinPutList(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
