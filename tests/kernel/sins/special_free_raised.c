/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees paged pool at DISPATCH_LEVEL, with special pool.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 2 1 * 0x31
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    KIRQL Irql;
    PVOID Block;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Block = ExAllocatePoolWithTag(PagedPool, 20, SIN_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL : APC_LEVEL, &Irql);
    ExFreePoolWithTag(Block, SIN_TAG);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
