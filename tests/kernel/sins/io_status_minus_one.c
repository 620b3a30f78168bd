/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Returns a status nobody has set.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x225 @DefectControl irp device
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SinTell("irp", Irp);
    SinTell("device", DeviceObject);
    DefectComplete(Irp, STATUS_SUCCESS, 0);
    return Sinful ? (NTSTATUS)-1 : STATUS_SUCCESS;
}
