/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Its device writes before the buffer it was given.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x0F 4 * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinLetDeviceWrite(DeviceObject, Sinful ? -1 : 15);
}
