/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees map registers twice.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x05 5 * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTakeChannel(&Dma, DeallocateObjectKeepRegisters, SIN_DMA_REGISTERS);
    SinFreeRegisters(&Dma);
    if (Sinful)
        SinFreeRegisters(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
