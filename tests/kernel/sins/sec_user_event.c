/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Sets an event where a program says that there is one.
 *
 * verify: security
 * expect: BUGCHECK 0xC4 0xE0 0x10000 size 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KEVENT Event;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    SinTell("size", sizeof(Event));
    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    KeSetEvent(Sinful ? (PKEVENT)(ULONG_PTR)0x10000 : &Event, IO_NO_INCREMENT, FALSE);
    return STATUS_SUCCESS;
}
