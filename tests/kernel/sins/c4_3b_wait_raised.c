/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Waits at DISPATCH_LEVEL, on a Windows before 8.
 *
 * options: --os win7
 * verify: standard
 * expect: BUGCHECK 0xC4 0x3B 2 object 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KEVENT Event;
    LARGE_INTEGER Timeout;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeInitializeEvent(&Event, NotificationEvent, TRUE);
    Timeout.QuadPart = 0;
    SinTell("object", &Event);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, Sinful ? NULL : &Timeout);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
