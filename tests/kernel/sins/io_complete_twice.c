/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Completes an IRP twice.
 *
 * verify: io
 * expect: BUGCHECK 0x44 irp * * *
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    SinTell("irp", Irp);
    DefectComplete(Irp, STATUS_SUCCESS, 0);
    if (Sinful)
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}
