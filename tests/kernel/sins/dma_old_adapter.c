/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Calls HalGetAdapter.
 *
 * verify: dma
 * expect: BUGCHECK 0xE6 0x1E * * *
 */
#include "dma.h"

typedef PDMA_ADAPTER(NTAPI *SIN_GET_ADAPTER)(PDEVICE_DESCRIPTION, PULONG);

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    DEVICE_DESCRIPTION Description = SinDescription();
    UNICODE_STRING Name;
    ULONG Registers;
    SIN_GET_ADAPTER Get;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    RtlInitUnicodeString(&Name, L"HalGetAdapter");
    Get = (SIN_GET_ADAPTER)(ULONG_PTR)MmGetSystemRoutineAddress(&Name);
    if (Get == NULL)
        return STATUS_NOT_FOUND;
    if (Sinful)
        Get(&Description, &Registers);
    return STATUS_SUCCESS;
}
