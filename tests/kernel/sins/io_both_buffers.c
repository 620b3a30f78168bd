/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has a device that takes data in two ways at once.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x245 @DefectControl irp device
 * then: ioctl 0x222004
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SinTell("irp", Irp);
    SinTell("device", DeviceObject);
    DeviceObject->Flags |= DO_BUFFERED_IO | (Sinful ? DO_DIRECT_IO : 0);
    return STATUS_SUCCESS;
}
