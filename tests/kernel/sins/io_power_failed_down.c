/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Fails a power request, and passes it down instead of completing it.
 *
 * verify: enhanced_io
 * expect: BUGCHECK 0xC9 0x219 @SinPassDown irp lower
 */
#include "stack.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinDoInstead(
        DeviceObject, IRP_MJ_POWER, IRP_MN_QUERY_POWER, Sinful ? SinFailAndPassDown : NULL);
}
