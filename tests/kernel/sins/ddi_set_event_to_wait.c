/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Sets an event at DISPATCH_LEVEL, to wait next.
 *
 * verify: ddi
 * expect: BUGCHECK 0xC4 0x20016 * event 2
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KEVENT Event;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    SinTell("event", &Event);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    KeSetEvent(&Event, IO_NO_INCREMENT, Sinful);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
