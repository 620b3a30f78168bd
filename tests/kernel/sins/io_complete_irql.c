/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Completes a request above DISPATCH_LEVEL.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0xE 3 irp 0
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KIRQL Irql;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    SinTell("irp", Irp);
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL + 1 : DISPATCH_LEVEL, &Irql);
    Status = DefectComplete(Irp, STATUS_SUCCESS, 0);
    KeLowerIrql(Irql);
    return Status;
}
