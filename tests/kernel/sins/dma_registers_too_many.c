/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Asks for more map registers than the adapter has.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x0C 6 5 *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTakeChannel(&Dma, KeepObject, Sinful ? SIN_DMA_REGISTERS + 1 : SIN_DMA_REGISTERS);
    SinFreeChannel(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
