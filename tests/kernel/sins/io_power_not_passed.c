/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Completes a power request it does not know, instead of passing it down.
 *
 * verify: enhanced_io
 * expect: BUGCHECK 0xC9 0x232 @SinLeave irp device
 */
#include "stack.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinDoInstead(DeviceObject, IRP_MJ_POWER, IRP_MN_WAIT_WAKE, Sinful ? SinLeave : NULL);
}
