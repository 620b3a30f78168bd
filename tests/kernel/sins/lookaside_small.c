/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Makes a lookaside list of blocks that are too small for its links.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xCD list 1 *
 */
#include "sin.h"

static NPAGED_LOOKASIDE_LIST SinList;

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    SinTell("list", &SinList);
    ExInitializeNPagedLookasideList(&SinList, NULL, NULL, 0, Sinful ? 1 : 64, SIN_TAG, 0);
    ExDeleteNPagedLookasideList(&SinList);
    return STATUS_SUCCESS;
}
