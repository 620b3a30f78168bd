/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Unmaps memory of a device above DISPATCH_LEVEL.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0x7B 3 address 0x1000
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PHYSICAL_ADDRESS Physical;
    PVOID Address;
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Physical.QuadPart = 0xF0000;
    Address = MmMapIoSpace(Physical, PAGE_SIZE, MmNonCached);
    if (Address == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SinTell("address", Address);
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL + 1 : DISPATCH_LEVEL, &Irql);
    MmUnmapIoSpace(Address, PAGE_SIZE);
    KeLowerIrql(Irql);
    return STATUS_SUCCESS;
}
