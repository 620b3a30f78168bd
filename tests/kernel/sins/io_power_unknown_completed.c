/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Completes a power request that no driver knows, with a status of its own.
 *
 * verify: enhanced_io
 * expect: BUGCHECK 0xC9 0x230 * * *
 */
#include "stack.h"

static BOOLEAN Sinning;

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (DeviceObject != SinUpper)
        return SinLeave(Irp);
    if (Sinning)
        return DefectComplete(Irp, STATUS_SUCCESS, 0);
    return SinPassDown(Irp);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    return SinSendToStack(DeviceObject, IRP_MJ_POWER, 0xFF, Dispatch);
}
