/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Waits at DISPATCH_LEVEL with a timeout that is not zero.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x122 * object timeout
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
    Timeout.QuadPart = Sinful ? -10000 : 0;
    SinTell("object", &Event);
    SinTell("timeout", &Timeout);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, &Timeout);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
