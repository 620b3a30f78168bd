/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Two threads free a block, if one of them waits between two locks for long enough.
 *
 * verify: delay,pool_tracking
 * expect: BUGCHECK 0xC4 0x13 0 * *
 * detail: delays: --seed [0-9]+ makes the same threads wait again
 */
#include "taken.h"

static VOID SinMeanwhile(VOID)
{
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    return SinTakeBlocks(Sinful);
}
