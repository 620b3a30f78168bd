/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Calls a routine without an adapter.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x19 * * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinGetAdapter(&Dma, DeviceObject))
        return STATUS_INSUFFICIENT_RESOURCES;
    Dma.Adapter->DmaOperations->ReadDmaCounter(Dma.Adapter);
    if (Sinful)
        Dma.Adapter->DmaOperations->FreeMapRegisters(NULL, NULL, 0);
    SinPutAdapter(&Dma);
    return STATUS_SUCCESS;
}
