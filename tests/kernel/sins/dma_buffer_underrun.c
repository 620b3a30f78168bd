/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes before a common buffer.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x0F 1 0x64 *
 */
#include "dma.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinWriteCommonBuffer(DeviceObject, Sinful ? -1 : 99);
}
