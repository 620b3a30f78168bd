/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Allocates paged pool at DISPATCH_LEVEL, with special pool.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 2 1 0x14 0x30
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KIRQL Irql;
    PVOID Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL : APC_LEVEL, &Irql);
    Block = ExAllocatePoolWithTag(PagedPool, 20, SIN_TAG);
    KeLowerIrql(Irql);
    if (Block != NULL)
        ExFreePoolWithTag(Block, SIN_TAG);
    return STATUS_SUCCESS;
}
