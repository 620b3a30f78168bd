/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Sends a request of its own, as the kernel, with an address of a program in it.
 *
 * verify: security
 * expect: BUGCHECK 0xC4 0xE2 irp 0x10000 0
 */
#include "request.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PIRP Mine = SinRequest(
        DeviceObject, DeviceObject->StackSize, IRP_MJ_INTERNAL_DEVICE_CONTROL, SinAnswer);

    UNREFERENCED_PARAMETER(Irp);
    if (Mine == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Mine->RequestorMode = KernelMode;
    Mine->UserBuffer = Sinful ? (PVOID)(ULONG_PTR)0x10000 : NULL;
    return IoCallDriver(DeviceObject, Mine);
}
