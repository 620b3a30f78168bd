/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Closes a handle of a program as the kernel.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xF6 handle process @Sin
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Event;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    InitializeObjectAttributes(&Attributes, NULL, Sinful ? 0 : OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE);
    SinTell("handle", Event);
    SinTell("process", PsGetCurrentProcess());
    if (NT_SUCCESS(Status))
        ZwClose(Event);
    return Status;
}
