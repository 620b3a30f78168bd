/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Waits at DISPATCH_LEVEL without a timeout.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x121 * * 0
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
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, Sinful ? NULL : &Timeout);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
