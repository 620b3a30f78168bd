/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Touches paged pool at DISPATCH_LEVEL.
 *
 * verify: irql
 * expect: BUGCHECK 0xD1 block 2 0 @Sin
 * detail: pageable memory was touched
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    volatile UCHAR *Block = ExAllocatePoolWithTag(PagedPool, 64, SIN_TAG);
    UCHAR Value;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("block", Block);
    Block[0] = 1;
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    Value = Sinful ? Block[0] : 1;
    KeLowerIrql(Irql);
    Value = Block[0] + Value;
    ExFreePoolWithTag((PVOID)(ULONG_PTR)Block, SIN_TAG);
    return Value == 2 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
