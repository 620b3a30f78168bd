/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Returns another status than the one it completed the request with.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x224 @DefectControl irp device
 * detail: returned 0xc0000001 for an IRP that was completed with 0x00000000
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SinTell("irp", Irp);
    SinTell("device", DeviceObject);
    DefectComplete(Irp, STATUS_SUCCESS, 0);
    return Sinful ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
}
