/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Allocates paged pool at DISPATCH_LEVEL.
 *
 * verify: pool_tracking,ddi
 * expect: BUGCHECK 0xC4 0x01 2 1 0x14
 * detail: 20 bytes of paged pool were asked for at IRQL 2
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
