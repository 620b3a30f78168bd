/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has its import address table in a section of code.
 *
 * verify: code_integrity
 * expect: BUGCHECK 0xC4 0x2005 * * *
 * image: executable imports
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Sinful);
    return STATUS_SUCCESS;
}
