/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Fails a Plug and Play request, and passes it down instead of completing it.
 *
 * verify: enhanced_io
 * expect: BUGCHECK 0xC9 0x215 @SinPassDown irp lower
 */
#include "stack.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    return SinDoInstead(
        DeviceObject, IRP_MJ_PNP, IRP_MN_QUERY_STOP_DEVICE, Sinful ? SinFailAndPassDown : NULL);
}
