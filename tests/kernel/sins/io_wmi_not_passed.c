/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Completes a WMI request that is for another device.
 *
 * verify: enhanced_io
 * expect: BUGCHECK 0xC9 0x220 @SinLeave irp device
 */
#include "stack.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinDoInstead(
        DeviceObject, IRP_MJ_SYSTEM_CONTROL, IRP_MN_QUERY_ALL_DATA, Sinful ? SinLeave : NULL);
}
