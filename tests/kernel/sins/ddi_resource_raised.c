/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Deletes a resource at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20007 * @Sin 2
 */
#include "sin.h"

static ERESOURCE Resource;

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    ExInitializeResourceLite(&Resource);
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL : PASSIVE_LEVEL, &Irql);
    ExDeleteResourceLite(&Resource);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
