/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Calls a routine for PASSIVE_LEVEL at DISPATCH_LEVEL.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x2001F * @Sin 2
 * detail: called ZwClose at IRQL 2
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Event;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE)))
        return STATUS_INSUFFICIENT_RESOURCES;
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL : PASSIVE_LEVEL, &Irql);
    ZwClose(Event);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
