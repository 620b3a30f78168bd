/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Copies pool it has not written to the caller.
 *
 * verify: security
 * expect: FINDING
 * with: out=32
 * detail: unwritten memory reached a client: 12 of the 16 bytes returned for control code
 * 0x00222000 detail: : offsets 4 to 15
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PULONG Block;
    ULONG Index;

    UNREFERENCED_PARAMETER(DeviceObject);
    Block = ExAllocatePoolWithTag(PagedPool, 16, SIN_TAG);
    if (Block == NULL)
        return DefectComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    for (Index = 0; Index < (Sinful ? 1u : 4u); Index++)
        Block[Index] = Index;
    RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, Block, 16);
    ExFreePoolWithTag(Block, SIN_TAG);
    return DefectComplete(Irp, STATUS_SUCCESS, 16);
}
