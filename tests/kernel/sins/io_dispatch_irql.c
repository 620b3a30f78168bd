/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Returns from a dispatch routine at a raised IRQL.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0x5 device 0 2
 * detail: major function 0x0e was called at IRQL 0 and returned at IRQL 2
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KIRQL Irql;
    NTSTATUS Status;

    SinTell("device", DeviceObject);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    Status = DefectComplete(Irp, STATUS_SUCCESS, 0);
    if (!Sinful)
        KeLowerIrql(Irql);
    return Status;
}
