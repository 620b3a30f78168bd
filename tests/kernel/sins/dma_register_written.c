/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Its device writes to a map register that is not in use.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x0F 3 * *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinLetDeviceWrite(DeviceObject, Sinful ? PAGE_SIZE : 15);
}
