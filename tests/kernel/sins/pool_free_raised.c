/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees non-paged pool above DISPATCH_LEVEL.
 *
 * verify: pool_tracking
 * expect: BUGCHECK 0xC4 0x12 irql 0 block
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KIRQL Irql;
    PVOID Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Block = ExAllocatePoolWithTag(NonPagedPool, 20, SIN_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("irql", HIGH_LEVEL);
    SinTell("block", Block);
    KeRaiseIrql(Sinful ? HIGH_LEVEL : DISPATCH_LEVEL, &Irql);
    ExFreePoolWithTag(Block, SIN_TAG);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
