/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Completes a power request that no driver knows, with a status of its own.
 *
 * verify: enhanced_io
 * expect: BUGCHECK 0xC9 0x230 @DefectComplete irp device
 */
#include "stack.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinDoInstead(DeviceObject, IRP_MJ_POWER, 0xFF, Sinful ? SinSucceed : NULL);
}
