/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Gives a device a timer that has one.
 *
 * verify: io
 * expect: BUGCHECK 0xC9 0xA device 0 0
 */
#include "sin.h"

static VOID NTAPI Tick(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Context);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    NTSTATUS Status = IoInitializeTimer(DeviceObject, Tick, NULL);

    UNREFERENCED_PARAMETER(Irp);
    SinTell("device", DeviceObject);
    return Sinful ? IoInitializeTimer(DeviceObject, Tick, NULL) : Status;
}
