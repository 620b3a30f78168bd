/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * References no handle.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xF5 0 0 0
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PVOID Object;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    if (Sinful)
        ObReferenceObjectByHandle(NULL, 0, NULL, KernelMode, &Object, NULL);
    return STATUS_SUCCESS;
}
