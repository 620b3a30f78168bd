/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Sends a request above DISPATCH_LEVEL.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x10 3 0 0
 * detail: IoCallDriver was called at IRQL 3
 */
#include "request.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PIRP Mine = SinRequest(
        DeviceObject, DeviceObject->StackSize, IRP_MJ_INTERNAL_DEVICE_CONTROL, SinAnswer);
    KIRQL Irql;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Irp);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL + 1 : DISPATCH_LEVEL, &Irql);
    Status = IoCallDriver(DeviceObject, Mine);
    KeLowerIrql(Irql);
    return Status;
}
