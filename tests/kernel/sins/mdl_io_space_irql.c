/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Maps memory of a device above DISPATCH_LEVEL.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0x73 3 0x100000 0x1000
 */
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PHYSICAL_ADDRESS Where;
    KIRQL Irql;
    PVOID Address;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Where.QuadPart = 0x100000;
    KeRaiseIrql(Sinful ? DISPATCH_LEVEL + 1 : PASSIVE_LEVEL, &Irql);
    Address = MmMapIoSpace(Where, PAGE_SIZE, MmNonCached);
    KeLowerIrql(Irql);
    if (Address != NULL)
        MmUnmapIoSpace(Address, PAGE_SIZE);
    return STATUS_SUCCESS;
}
