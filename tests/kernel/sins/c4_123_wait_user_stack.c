/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Waits in UserMode for an event on its stack: while a thread waits so, its stack may be paged out.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0x123 object 0 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KEVENT Event;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    SinTell("object", &Event);
    return KeWaitForSingleObject(&Event, Executive, Sinful ? UserMode : KernelMode, FALSE, NULL);
}
