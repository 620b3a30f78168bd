/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Marks a request pending and returns something else.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x23E @DefectControl irp device
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SinTell("irp", Irp);
    SinTell("device", DeviceObject);
    IoMarkIrpPending(Irp);
    DefectComplete(Irp, STATUS_SUCCESS, 0);
    return Sinful ? STATUS_SUCCESS : STATUS_PENDING;
}
