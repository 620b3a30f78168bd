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
    UNREFERENCED_PARAMETER(Irp);
    return SinWantList(DeviceObject, 0, Sinful ? SIN_DMA_BYTES + 1 : SIN_DMA_BYTES);
}
