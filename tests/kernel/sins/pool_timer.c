/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block with a timer in it that is set.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC4 0x15 block 0 block
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PKTIMER Timer;
    LARGE_INTEGER DueTime;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    DueTime.QuadPart = -36000000000LL;
    Timer = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Timer), SIN_TAG);
    if (Timer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("block", Timer);
    KeInitializeTimer(Timer);
    KeSetTimer(Timer, DueTime, NULL);
    if (!Sinful)
        KeCancelTimer(Timer);
    ExFreePoolWithTag(Timer, SIN_TAG);
    return STATUS_SUCCESS;
}
