/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * A dispatch routine returns at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2001D * @DefectControl 2
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    if (!Sinful)
        KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
