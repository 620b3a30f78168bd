/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Has RtlFreeUnicodeString free a block of ExAllocatePool.
 *
 * verify: pool_tracking
 * expect: FINDING
 * detail: RtlFreeUnicodeString frees a block that no Rtl routine allocated: 20 bytes
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    UNICODE_STRING String;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    String.Buffer = ExAllocatePoolWithTag(PagedPool, 20, SIN_TAG);
    if (String.Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    String.Length = String.MaximumLength = 20;
    if (Sinful)
        RtlFreeUnicodeString(&String);
    else
        ExFreePoolWithTag(String.Buffer, SIN_TAG);
    return STATUS_SUCCESS;
}
