/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has a section of code that does not begin on a page.
 *
 * verify: code_integrity
 * expect: BUGCHECK 0xC4 0x2004 * * *
 * image: unaligned code
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Sinful);
    return STATUS_SUCCESS;
}
