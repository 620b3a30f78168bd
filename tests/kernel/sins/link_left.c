/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded without deleting a symbolic link.
 *
 * verify: misc
 * expect: FINDING
 * detail: object left behind: SymbolicLink .*SinOther
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\DosDevices\\SinOther");
    UNICODE_STRING Target = RTL_CONSTANT_STRING(L"\\Device\\Sin");
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Status = IoCreateSymbolicLink(&Link, &Target);
    if (NT_SUCCESS(Status) && !Sinful)
        Status = IoDeleteSymbolicLink(&Link);
    return Status;
}
