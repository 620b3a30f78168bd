/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Allocates non-paged pool above DISPATCH_LEVEL.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC4 0x02 irql 0 0x14
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KIRQL Irql;
    PVOID Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    SinTell("irql", HIGH_LEVEL);
    KeRaiseIrql(Sinful ? HIGH_LEVEL : DISPATCH_LEVEL, &Irql);
    Block = ExAllocatePoolWithTag(NonPagedPool, 20, SIN_TAG);
    KeLowerIrql(Irql);
    if (Block != NULL)
        ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
