/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Returns STATUS_PENDING without having marked the request.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x23D @DefectControl irp device
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SinTell("irp", Irp);
    SinTell("device", DeviceObject);
    if (!Sinful)
        IoMarkIrpPending(Irp);
    DefectComplete(Irp, STATUS_SUCCESS, 0);
    return STATUS_PENDING;
}
