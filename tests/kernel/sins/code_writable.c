/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has a section that can be executed and written.
 *
 * verify: code_integrity
 * expect: BUGCHECK 0xC4 0x2003 * * *
 * image: writable code
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Sinful);
    return STATUS_SUCCESS;
}
