/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Dereferences an object once more than it has references.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x3F object -1 0
 */
#include "object.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PVOID Event = SinEvent();
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Event == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("object", Event);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql); /* where nothing is deleted, only later */
    ObDereferenceObject(Event);
    if (Sinful)
        ObDereferenceObject(Event);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
