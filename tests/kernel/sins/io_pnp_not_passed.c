/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Completes a Plug and Play request it does not know, instead of passing it down.
 *
 * verify: enhanced_io
 * expect: BUGCHECK 0xC9 0x22F @SinLeave irp device
 */
#include "stack.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinDoInstead(
        DeviceObject, IRP_MJ_PNP, IRP_MN_QUERY_CAPABILITIES, Sinful ? SinLeave : NULL);
}
