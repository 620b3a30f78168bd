/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded without dereferencing an object.
 *
 * verify: misc
 * expect: FINDING
 * detail: object left referenced by ObReferenceObject
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    ObReferenceObject(IoGetCurrentIrpStackLocation(Irp)->FileObject->DeviceObject);
    if (!Sinful)
        ObDereferenceObject(IoGetCurrentIrpStackLocation(Irp)->FileObject->DeviceObject);
    return STATUS_SUCCESS;
}
