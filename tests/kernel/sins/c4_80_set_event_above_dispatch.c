/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Signals an event above DISPATCH_LEVEL.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x80 irql event 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KEVENT Event;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    SinTell("irql", HIGH_LEVEL);
    SinTell("event", &Event);
    KeRaiseIrql(Sinful ? HIGH_LEVEL : DISPATCH_LEVEL, &Irql);
    KeSetEvent(&Event, IO_NO_INCREMENT, FALSE);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
