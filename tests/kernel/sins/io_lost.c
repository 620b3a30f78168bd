/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Returns without having done anything with its request.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x226 @DefectControl irp device
 * detail: without completing its IRP
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SinTell("irp", Irp);
    SinTell("device", DeviceObject);
    return Sinful ? STATUS_SUCCESS : DefectComplete(Irp, STATUS_SUCCESS, 0);
}
