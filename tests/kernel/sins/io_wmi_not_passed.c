/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Completes a WMI request that is for another device.
 *
 * verify: enhanced_io
 * expect: BUGCHECK 0xC9 0x220 * * *
 */
#include "stack.h"

static BOOLEAN Sinning;

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (DeviceObject != SinUpper)
        return SinLeave(Irp);
    if (Sinning)
        return SinLeave(Irp);
    return SinPassDown(Irp);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    return SinSendToStack(DeviceObject, IRP_MJ_SYSTEM_CONTROL, IRP_MN_QUERY_ALL_DATA, Dispatch);
}
