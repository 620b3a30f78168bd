/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Wants a scatter/gather list of what is before the MDL.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x1F 1 * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinWantList(DeviceObject, Sinful ? -1 : 0, 16);
}
