/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Its device writes behind the buffer it was given.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x0F 5 * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_DMA Dma;
    ULONG Length = 16;
    PHYSICAL_ADDRESS Address;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(Irp);
    if (!SinBegin(&Dma, DeviceObject, &Irql))
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTakeChannel(&Dma, DeallocateObjectKeepRegisters, SIN_DMA_REGISTERS);
    Address = SinMapTransfer(&Dma, Dma.Va + 64, &Length);
    SinDeviceWrites(Sinful ? Address.QuadPart + 16 : Address.QuadPart + 15, 1);
    SinFlush(&Dma, Dma.Va + 64, 16);
    SinFreeRegisters(&Dma);
    SinEnd(&Dma, Irql);
    return STATUS_SUCCESS;
}
