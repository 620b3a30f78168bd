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
    UNREFERENCED_PARAMETER(Irp);
    return SinWantList(DeviceObject, Sinful ? SIN_DMA_BYTES : 0, 16);
}
