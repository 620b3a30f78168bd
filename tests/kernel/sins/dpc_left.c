/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded while its timer is set, to queue a DPC.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC7 0 timer * *
 */
#include "sin.h"

static KTIMER SinTimer;
static KDPC SinDpc;

static VOID NTAPI SinRoutine(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    LARGE_INTEGER DueTime;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    DueTime.QuadPart = -36000000000LL;
    KeInitializeDpc(&SinDpc, SinRoutine, NULL);
    KeInitializeTimer(&SinTimer);
    SinTell("timer", &SinTimer);
    KeSetTimer(&SinTimer, DueTime, &SinDpc);
    if (!Sinful)
        KeCancelTimer(&SinTimer);
    return STATUS_SUCCESS;
}
