/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has a device that takes data in two ways at once.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x245 * * *
 * then: ioctl 0x222004
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(Irp);
    DeviceObject->Flags |= DO_BUFFERED_IO | (Sinful ? DO_DIRECT_IO : 0);
    return STATUS_SUCCESS;
}
