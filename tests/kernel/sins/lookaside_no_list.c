/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Deletes a lookaside list that is not initialised.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xCB list 0 0
 */
#include "sin.h"

static NPAGED_LOOKASIDE_LIST SinList;

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    SinTell("list", &SinList);
    ExInitializeNPagedLookasideList(&SinList, NULL, NULL, 0, 64, SIN_TAG, 0);
    ExDeleteNPagedLookasideList(&SinList);
    if (Sinful)
        ExDeleteNPagedLookasideList(&SinList);
    return STATUS_SUCCESS;
}
