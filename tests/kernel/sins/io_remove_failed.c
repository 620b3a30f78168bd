/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Fails IRP_MN_REMOVE_DEVICE.
 *
 * verify: enhanced_io
 * expect: BUGCHECK 0xC9 0x306 @DefectComplete irp device
 */
#include "stack.h"

static BOOLEAN Sinning;

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    if (DeviceObject != SinUpper)
        return SinLeave(Irp);
    if (Sinning)
        return DefectComplete(Irp, STATUS_DEVICE_BUSY, 0);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    return SinPassDown(Irp);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    return SinSendToStack(DeviceObject, IRP_MJ_PNP, IRP_MN_REMOVE_DEVICE, Dispatch);
}
