/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Says that it returned more bytes than it has written.
 *
 * verify: security
 * expect: FINDING
 * with: out=32
 * detail: unwritten memory reached a client: 12 of the 20 bytes returned for control code
 * 0x00222000 detail: : offsets 8 to 19
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PULONG Answer = Irp->AssociatedIrp.SystemBuffer;

    UNREFERENCED_PARAMETER(DeviceObject);
    Answer[0] = 1;
    Answer[1] = 2;
    return DefectComplete(Irp, STATUS_SUCCESS, Sinful ? 20 : 8);
}
