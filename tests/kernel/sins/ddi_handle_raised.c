/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Looks up a handle at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2001B * @Sin 2
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PVOID Object;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL : PASSIVE_LEVEL, &Irql);
    if (NT_SUCCESS(
            ObReferenceObjectByHandle(ZwCurrentProcess(), 0, NULL, KernelMode, &Object, NULL)))
        ObDereferenceObject(Object);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
