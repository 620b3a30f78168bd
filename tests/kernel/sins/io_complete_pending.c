/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Completes a request with STATUS_PENDING.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x6 0x103 irp 0
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    SinTell("irp", Irp);
    return DefectComplete(Irp, Sinful ? STATUS_PENDING : STATUS_SUCCESS, 0);
}
