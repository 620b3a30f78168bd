/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Calls pageable code at DISPATCH_LEVEL that it has locked in memory, or not.
 *
 * verify: irql
 * expect: BUGCHECK 0xD3 @SinPaged 2 * @SinPaged
 */
#include "sin.h"

static __attribute__((noinline, section("PAGE"))) VOID SinPaged(volatile BOOLEAN *Value)
{
    *Value = *Value;
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    PVOID Section = Sinful ? NULL : MmLockPagableCodeSection((PVOID)(ULONG_PTR)SinPaged);
    KIRQL Irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    SinPaged(&Sinful);
    KeRaiseIrql(DISPATCH_LEVEL, &Irql);
    SinPaged(&Sinful);
    KeLowerIrql(Irql);
    if (Section != NULL)
        MmUnlockPagableImageSection(Section);
    return STATUS_SUCCESS;
}
