/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Puts an adapter back, and keeps a scatter/gather list.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x0A * 1 *
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
    if (!Sinful)
        SinPutList(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
