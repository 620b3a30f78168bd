/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The driver at the bottom completes a power request that no driver knows, with success.
 *
 * verify: enhanced_io
 * expect: BUGCHECK 0xC9 0x213 @DefectComplete irp lower
 */
#include "stack.h"

static BOOLEAN Sinning;

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (DeviceObject == SinUpper)
        return SinPassDown(Irp);
    return Sinning ? DefectComplete(Irp, STATUS_SUCCESS, 0) : SinLeave(Irp);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    return SinSendToStack(DeviceObject, IRP_MJ_POWER, 0xFF, Dispatch);
}
