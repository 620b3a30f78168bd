/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block with a lookaside list in it.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xCC list list size
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PNPAGED_LOOKASIDE_LIST List;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    List = ExAllocatePoolWithTag(NonPagedPool, sizeof(*List), SIN_TAG);
    if (List == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("list", List);
    SinTell("size", sizeof(*List));
    ExInitializeNPagedLookasideList(List, NULL, NULL, 0, 64, SIN_TAG, 0);
    if (!Sinful)
        ExDeleteNPagedLookasideList(List);
    ExFreePoolWithTag(List, SIN_TAG);
    return STATUS_SUCCESS;
}
