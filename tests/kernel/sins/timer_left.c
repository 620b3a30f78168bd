/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded while its timer is set.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC7 0 timer * *
 */
#include "sin.h"

static KTIMER SinTimer;

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    LARGE_INTEGER DueTime;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    DueTime.QuadPart = -36000000000LL;
    KeInitializeTimer(&SinTimer);
    SinTell("timer", &SinTimer);
    KeSetTimer(&SinTimer, DueTime, NULL);
    if (!Sinful)
        KeCancelTimer(&SinTimer);
    return STATUS_SUCCESS;
}
