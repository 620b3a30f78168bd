/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded without deleting its lookaside list.
 *
 * verify: misc
 * expect: BUGCHECK 0xCE list 0 @Sin *
 */
#include "sin.h"

static NPAGED_LOOKASIDE_LIST SinList;

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    SinTell("list", &SinList);
    ExInitializeNPagedLookasideList(&SinList, NULL, NULL, 0, 64, SIN_TAG, 0);
    if (!Sinful)
        ExDeleteNPagedLookasideList(&SinList);
    return STATUS_SUCCESS;
}
